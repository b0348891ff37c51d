/* What was checked, as JUnit's XML. */
#include <string.h>

#include "checked.h"
#include "errors.h"

/*
 * Text as XML 1.0 can hold it, in an attribute or between tags: control characters are written out,
 * for not even an entity may stand for them, and the two that are no characters are replaced.
 */
static char *
escape(const char *text)
{
    g_autofree char *printable = pd_printable_whole(text);
    GString *clean = g_string_new(NULL);
    char *escaped;

    for (const char *c = printable; *c != '\0'; c = g_utf8_next_char(c)) {
        const gunichar character = g_utf8_get_char(c);

        g_string_append_unichar(clean,
                                character == 0xfffe || character == 0xffff ? 0xfffd : character);
    }
    escaped = g_markup_escape_text(clean->str, (gssize)clean->len);
    g_string_free(clean, TRUE);
    return escaped;
}

/* What servers group cases by: the file without its suffix. (transfer full) */
static char *
class_name(const PdChecked *checked)
{
    const gsize length = strlen(checked->file);
    g_autofree char *name = g_strndup(
        checked->file, g_str_has_suffix(checked->file, ".ini") ? length - strlen(".ini") : length);

    return escape(name);
}

static void
print_case(const PdChecked *checked, const PdCheckedRuns *runs, const PdVerdict *verdict,
           GString *text)
{
    g_autofree char *class = class_name(checked), *file = escape(checked->file);
    g_autofree char *name = pd_checked_name(runs, verdict);
    g_autofree char *sentence = pd_verdict_sentence(verdict, runs->n_seeds > 1);
    g_autofree char *words = escape(sentence);

    g_string_append_printf(text,
                           "    <testcase classname=\"%s\" name=\"%s\" file=\"%s\" time=\"0\"",
                           class, name, file);
    if (verdict->holds)
        g_string_append_printf(text, ">\n      <system-out>%s</system-out>\n", words);
    else
        g_string_append_printf(text,
                               ">\n      <failure type=\"limit\" message=\"%s: %s\">%s: %s: %s"
                               "</failure>\n",
                               name, words, file, name, words);
    g_string_append(text, "    </testcase>\n");
}

/* What was run and what was not checked, where a suite has room for words. */
static void
print_words(const PdChecked *checked, GString *text)
{
    g_string_append(text, "    <system-out>");
    for (guint i = 0; i < checked->runs->len; i++) {
        g_autofree char *head = pd_checked_describe(checked, checked->runs->pdata[i]);
        g_autofree char *escaped = escape(head);

        g_string_append_printf(text, "%s\n", escaped);
    }
    for (guint i = 0; i < checked->notes->len; i++) {
        g_autofree char *escaped = escape(checked->notes->pdata[i]);

        g_string_append_printf(text, "%s\n", escaped);
    }
    g_string_append(text, "</system-out>\n");
}

static void
print_suite(const PdChecked *checked, GString *text)
{
    g_autofree char *file = escape(checked->file);

    g_string_append_printf(text,
                           "  <testsuite name=\"%s\" tests=\"%u\" failures=\"%u\" errors=\"0\" "
                           "skipped=\"0\" time=\"0\">\n",
                           file, pd_checked_count(checked), pd_checked_failed(checked));
    for (guint i = 0; i < checked->runs->len; i++) {
        const PdCheckedRuns *runs = checked->runs->pdata[i];

        for (guint j = 0; j < runs->verdicts->len; j++)
            print_case(checked, runs, &g_array_index(runs->verdicts, PdVerdict, j), text);
    }
    print_words(checked, text);
    g_string_append(text, "  </testsuite>\n");
}

char *
pd_checked_junit(PdChecked *const *checked, guint n)
{
    GString *text = g_string_new("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");

    g_string_append_printf(text,
                           "<testsuites name=\"pipedrift check\" tests=\"%u\" failures=\"%u\" "
                           "errors=\"0\" time=\"0\">\n",
                           pd_checked_count_all(checked, n), pd_checked_failed_all(checked, n));
    for (guint i = 0; i < n; i++)
        print_suite(checked[i], text);
    g_string_append(text, "</testsuites>\n");
    return g_string_free(text, FALSE);
}

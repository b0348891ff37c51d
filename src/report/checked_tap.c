/* What was checked, as TAP: version 13, which readers of version 14 read too. */
#include "checked.h"
#include "errors.h"

/* A # would begin a directive, a backslash escapes. */
static char *
escape(const char *text)
{
    GString *escaped = g_string_new(NULL);

    for (; *text != '\0'; text++) {
        if (*text == '#' || *text == '\\')
            g_string_append_c(escaped, '\\');
        g_string_append_c(escaped, *text);
    }
    return g_string_free(escaped, FALSE);
}

static void
print_verdict(const PdChecked *checked, const PdCheckedRuns *runs, const PdVerdict *verdict,
              guint number, GString *text)
{
    g_autofree char *file = pd_printable(checked->file), *name = pd_checked_name(runs, verdict);
    g_autofree char *sentence = pd_verdict_sentence(verdict, runs->n_seeds > 1);
    g_autofree char *words = g_strdup_printf("%s: %s: %s", file, name, sentence);
    g_autofree char *escaped = escape(words);

    g_string_append_printf(text, "%s %u - %s\n", verdict->holds ? "ok" : "not ok", number, escaped);
    if (verdict->holds)
        return;
    /* what readers show behind a failure: YAML, whose quotes the sentence has none of */
    g_string_append_printf(text, "  ---\n  limit: %s\n  message: \"%s\"\n  severity: fail\n  ...\n",
                           verdict->name, sentence);
}

static void
print_comments(const PdChecked *checked, GString *text)
{
    g_autofree char *file = pd_printable(checked->file);

    for (guint i = 0; i < checked->runs->len; i++) {
        g_autofree char *head = pd_checked_describe(checked, checked->runs->pdata[i]);

        g_string_append_printf(text, "# %s: %s\n", file, head);
    }
    for (guint i = 0; i < checked->notes->len; i++)
        g_string_append_printf(text, "# %s\n", (const char *)checked->notes->pdata[i]);
}

char *
pd_checked_tap(PdChecked *const *checked, guint n)
{
    GString *text = g_string_new(NULL);
    guint number = 0;

    g_string_printf(text, "TAP version 13\n1..%u\n", pd_checked_count_all(checked, n));
    for (guint i = 0; i < n; i++) {
        print_comments(checked[i], text);
        for (guint j = 0; j < checked[i]->runs->len; j++) {
            const PdCheckedRuns *runs = checked[i]->runs->pdata[j];

            for (guint k = 0; k < runs->verdicts->len; k++)
                print_verdict(checked[i], runs, &g_array_index(runs->verdicts, PdVerdict, k),
                              ++number, text);
        }
    }
    return g_string_free(text, FALSE);
}

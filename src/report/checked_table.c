/* What was checked, as a table for a terminal. */
#include "checked.h"
#include "errors.h"
#include "sentence.h"
#include "text_table.h"

/* "7/12": stage 7, micro-batch 12; or the device. */
static char *
where(const PdCheckedRuns *runs, const PdVerdict *verdict)
{
    GString *text = g_string_new(NULL);

    if (verdict->stage >= 0)
        g_string_printf(text, "%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, verdict->stage,
                        verdict->micro_batch);
    else if (verdict->device >= 0)
        g_string_printf(text, "device %" G_GINT64_FORMAT, verdict->device);
    if (runs->n_seeds > 1)
        g_string_append_printf(text, "%sseed %" G_GUINT64_FORMAT, text->len > 0 ? ", " : "",
                               verdict->seed);
    return g_string_free(text, FALSE);
}

static void
print_runs(const PdChecked *checked, const PdCheckedRuns *runs, GString *text)
{
    static const char *const headers[] = { "     limit", "allowed",           "measured",
                                           "margin",     "stage/micro-batch", NULL };
    g_autoptr(PdTextTable) table = pd_text_table_new(headers);
    g_autofree char *head = pd_checked_describe(checked, runs);

    g_string_append_printf(text, "%s\n\n", head);
    for (guint i = 0; i < runs->verdicts->len; i++) {
        const PdVerdict *verdict = &g_array_index(runs->verdicts, PdVerdict, i);

        pd_text_table_add(
            table, g_strdup_printf("%-4s %s", verdict->holds ? "ok" : "FAIL", verdict->name));
        pd_text_table_add(table, pd_limit_format(verdict->unit, verdict->limit));
        pd_text_table_add(table, pd_limit_format(verdict->unit, verdict->value));
        pd_text_table_add(table, pd_limit_format(verdict->unit, verdict->margin));
        pd_text_table_add(table, where(runs, verdict));
    }
    pd_text_table_print(table, text);
    g_string_append_c(text, '\n');
}

/* What does not hold, in words. */
static void
print_failures(const PdCheckedRuns *runs, GString *text)
{
    for (guint i = 0; i < runs->verdicts->len; i++) {
        const PdVerdict *verdict = &g_array_index(runs->verdicts, PdVerdict, i);
        g_autofree char *name = pd_checked_name(runs, verdict);
        g_autofree char *sentence = pd_verdict_sentence(verdict, runs->n_seeds > 1);
        g_autofree char *whole = g_strdup_printf("%s: %s.", name, sentence);
        g_autofree char *wrapped = pd_sentence_wrap(whole);

        if (!verdict->holds)
            g_string_append_printf(text, "%s\n", wrapped);
    }
}

static void
print_checked(const PdChecked *checked, GString *text)
{
    g_autofree char *file = pd_printable(checked->file);

    g_string_append_printf(text, "%s\n", file);
    for (guint i = 0; i < checked->runs->len; i++)
        print_runs(checked, checked->runs->pdata[i], text);
    for (guint i = 0; i < checked->notes->len; i++) {
        g_autofree char *wrapped = pd_sentence_wrap(checked->notes->pdata[i]);

        g_string_append_printf(text, "%s\n", wrapped);
    }
    for (guint i = 0; i < checked->runs->len; i++)
        print_failures(checked->runs->pdata[i], text);
    if (checked->notes->len > 0 || pd_checked_failed(checked) > 0)
        g_string_append_c(text, '\n');
}

static void
print_summary(PdChecked *const *checked, guint n, GString *text)
{
    const guint failed = pd_checked_failed_all(checked, n);
    guint n_failing = 0;

    for (guint i = 0; i < n; i++)
        n_failing += pd_checked_failed(checked[i]) > 0;
    g_string_append_printf(text, "%u scenarios, %u limits: ", n, pd_checked_count_all(checked, n));
    if (failed == 0)
        g_string_append(text, "all hold.\n");
    else
        g_string_append_printf(text, "%u, of %u scenario%s, %s NOT hold.\n", failed, n_failing,
                               n_failing == 1 ? "" : "s", failed == 1 ? "does" : "do");
}

char *
pd_checked_table(PdChecked *const *checked, guint n)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < n; i++)
        print_checked(checked[i], text);
    if (n > 1)
        print_summary(checked, n, text);
    else if (pd_checked_failed_all(checked, n) == 0)
        g_string_append(text, "All hold.\n");
    return g_string_free(text, FALSE);
}

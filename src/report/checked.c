#include "checked.h"

void
pd_checked_runs_free(PdCheckedRuns *runs)
{
    if (runs == NULL)
        return;
    g_clear_pointer(&runs->verdicts, g_array_unref);
    g_free(runs);
}

PdChecked *
pd_checked_new(const char *file, const PdScenario *scenario, gboolean has_limits)
{
    PdChecked *checked = g_new(PdChecked, 1);

    *checked = (PdChecked){
        .file = g_strdup(file),
        .title = g_strdup(scenario->title),
        .schedule = scenario->schedule->name,
        .n_devices = scenario->n_devices,
        .has_limits = has_limits,
        .runs = g_ptr_array_new_with_free_func((GDestroyNotify)pd_checked_runs_free),
        .notes = g_ptr_array_new_with_free_func(g_free),
    };
    return checked;
}

void
pd_checked_free(PdChecked *checked)
{
    if (checked == NULL)
        return;
    g_free(checked->file);
    g_free(checked->title);
    g_ptr_array_unref(checked->runs);
    g_ptr_array_unref(checked->notes);
    g_free(checked);
}

guint
pd_checked_count(const PdChecked *checked)
{
    return pd_checked_count_all((PdChecked *const *)&checked, 1);
}

guint
pd_checked_failed(const PdChecked *checked)
{
    return pd_checked_failed_all((PdChecked *const *)&checked, 1);
}

guint
pd_checked_count_all(PdChecked *const *checked, guint n)
{
    guint count = 0;

    for (guint i = 0; i < n; i++)
        for (guint j = 0; j < checked[i]->runs->len; j++)
            count += ((const PdCheckedRuns *)checked[i]->runs->pdata[j])->verdicts->len;
    return count;
}

guint
pd_checked_failed_all(PdChecked *const *checked, guint n)
{
    guint failed = 0;

    for (guint i = 0; i < n; i++)
        for (guint j = 0; j < checked[i]->runs->len; j++)
            failed +=
                pd_verdicts_failed(((const PdCheckedRuns *)checked[i]->runs->pdata[j])->verdicts);
    return failed;
}

char *
pd_checked_describe(const PdChecked *checked, const PdCheckedRuns *runs)
{
    GString *text = g_string_new(NULL);

    if (runs->mark != NULL)
        g_string_append_printf(text, "%s: ", runs->mark);
    g_string_append_printf(text, "%s, %u device%s, %" G_GINT64_FORMAT " micro-batch%s",
                           checked->schedule, checked->n_devices,
                           checked->n_devices == 1 ? "" : "s", runs->micro_batches,
                           runs->micro_batches == 1 ? "" : "es");
    if (runs->n_seeds > 1)
        g_string_append_printf(
            text, ", seeds %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", the worst counts",
            runs->first_seed, runs->first_seed + (guint64)(runs->n_seeds - 1));
    return g_string_free(text, FALSE);
}

char *
pd_checked_name(const PdCheckedRuns *runs, const PdVerdict *verdict)
{
    return runs->mark == NULL ? g_strdup(verdict->name)
                              : g_strdup_printf("%s (%s)", verdict->name, runs->mark);
}

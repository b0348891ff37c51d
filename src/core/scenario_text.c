#include "scenario_text.h"

#include "cost_rows.h"

static const char *const units[] = {
    [PD_DURATION] = " ns",
    [PD_SIZE] = " B",
    [PD_BANDWIDTH] = " bit/s",
    [PD_COUNT] = "",
};

static void
set(GKeyFile *file, PdKey key, const char *value)
{
    const PdKeyRow *row = pd_key_row(key);

    g_key_file_set_value(file, row->section, row->name, value);
}

/* Set a key to n values; to one, where that stands for n equal ones. */
static void
set_list(GKeyFile *file, PdKey key, const gint64 *values, guint n, gboolean may_be_short)
{
    const PdKeyRow *row = pd_key_row(key);
    const char *unit = row->type == PD_TYPE_QUANTITY ? units[row->dimension] : "";
    g_autoptr(GString) text = g_string_new(NULL);
    guint n_equal = 1;

    while (n_equal < n && values[n_equal] == values[0])
        n_equal++;
    if (may_be_short && n_equal == n)
        n = 1;
    for (guint i = 0; i < n; i++)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT "%s", i == 0 ? "" : ";", values[i],
                               unit);
    set(file, key, text->str);
}

static void
set_quantity(GKeyFile *file, PdKey key, gint64 value)
{
    set_list(file, key, &value, 1, TRUE);
}

/* Whether in-flight is the number of stages behind, times a factor and plus more, everywhere. */
static gboolean
is_automatic(const PdScenario *scenario, gint64 factor, gint64 more)
{
    for (guint s = 0; s < scenario->n_stages; s++)
        if (scenario->in_flight[s] != ((gint64)scenario->n_stages - s) * factor + more)
            return FALSE;
    return TRUE;
}

static void
set_in_flight(GKeyFile *file, const PdScenario *scenario)
{
    const PdKey key = PD_KEY_PIPELINE_IN_FLIGHT;
    const gint64 more = scenario->in_flight[0] - (gint64)scenario->n_stages;
    const gint64 factor = scenario->in_flight[0] / (gint64)scenario->n_stages;
    g_autofree char *text = NULL;

    if (is_automatic(scenario, 1, 0))
        return;
    if (more > 0 && is_automatic(scenario, 1, more))
        text = g_strdup_printf("auto+%" G_GINT64_FORMAT, more);
    else if (is_automatic(scenario, factor, 0))
        text = g_strdup_printf("auto*%" G_GINT64_FORMAT, factor);
    if (text != NULL)
        set(file, key, text);
    else
        set_list(file, key, scenario->in_flight, scenario->n_devices, TRUE);
}

static void
set_run(GKeyFile *file, const PdScenario *scenario)
{
    const PdSchedule *schedule = scenario->schedule;

    set_quantity(file, PD_KEY_PIPELINE_DEVICES, scenario->n_devices);
    set(file, PD_KEY_PIPELINE_SCHEDULE, schedule->name);
    set_quantity(file, PD_KEY_PIPELINE_MICRO_BATCHES, scenario->mini_batch);
    set_quantity(file, PD_KEY_PIPELINE_MINI_BATCHES, scenario->n_mini_batches);
    if (schedule->update == PD_UPDATE_EVERY_A)
        set_quantity(file, PD_KEY_PIPELINE_ACCUMULATION, scenario->accumulation);
    if (schedule->cuts_devices)
        set_quantity(file, PD_KEY_PIPELINE_VIRTUAL_STAGES, scenario->n_virtual);
    set_in_flight(file, scenario);
    if (schedule->update != PD_UPDATE_AT_FLUSH)
        set(file, PD_KEY_PIPELINE_STASH, scenario->stash ? "yes" : "no");
    if (scenario->recompute)
        set(file, PD_KEY_PIPELINE_RECOMPUTE, "full");
    if (scenario->n_processors < scenario->n_devices)
        set_quantity(file, PD_KEY_PIPELINE_PROCESSORS, scenario->n_processors);
}

/* At which mini-batches the pipeline drains. */
static void
set_drains(GKeyFile *file, const PdScenario *scenario)
{
    if (scenario->checkpoint_interval > 0)
        set_quantity(file, PD_KEY_TRAIN_CHECKPOINT_EVERY,
                     scenario->checkpoint_interval / scenario->mini_batch);
    if (scenario->validation_interval > 0)
        set_quantity(file, PD_KEY_TRAIN_VALIDATE_EVERY,
                     scenario->validation_interval / scenario->mini_batch);
}

static void
set_jitter(GKeyFile *file, double jitter)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    if (jitter > 0)
        set(file, PD_KEY_COMPUTE_JITTER, g_ascii_dtostr(text, sizeof text, jitter));
}

/* What stands for a device would be divided among its stages. */
static void
set_costs(GKeyFile *file, const PdScenario *scenario)
{
    gint64 *const *values = scenario->costs.values;

    for (PdCost cost = 0; cost < PD_N_COSTS; cost++) {
        const guint n = pd_cost_n_entries(scenario, cost);

        if (n == 0 || values[cost] == NULL ||
            (cost == PD_COST_MESSAGE && values[PD_COST_BANDWIDTH] == NULL))
            continue;
        set_list(file, pd_cost_rows[cost].key, values[cost], n,
                 scenario->n_virtual == 1 || !pd_cost_rows[cost].divided);
    }
    if (scenario->has_barrier || scenario->barrier_ns > 0)
        set_quantity(file, PD_KEY_LINK_BARRIER, scenario->barrier_ns);
}

char *
pd_scenario_text(const PdScenario *scenario)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    const PdKeyRow *title = pd_key_row(PD_KEY_SCENARIO_TITLE);

    if (scenario->title != NULL)
        g_key_file_set_string(file, title->section, title->name, scenario->title);
    set_quantity(file, PD_KEY_SCENARIO_SEED, (gint64)scenario->seed);
    set_run(file, scenario);
    set_jitter(file, scenario->jitter);
    set_costs(file, scenario);
    set_drains(file, scenario);
    return g_key_file_to_data(file, NULL, NULL);
}

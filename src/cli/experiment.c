#include "experiment.h"

#include <string.h>

#include "csv.h"
#include "data.h"
#include "derive.h"
#include "errors.h"
#include "json.h"
#include "progress.h"
#include "schedules.h"
#include "simulator.h"
#include "table.h"
#include "units.h"

/* A scenario that is not there may be one of those that come with the program, by its name.
 * (transfer full) */
static char *
find_scenario(const char *path)
{
    g_autofree char *among_data = NULL;

    if (strchr(path, G_DIR_SEPARATOR) != NULL || g_file_test(path, G_FILE_TEST_EXISTS))
        return g_strdup(path);
    among_data = pd_data_path("scenarios", path);
    return g_file_test(among_data, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer(&among_data)
                                                           : g_strdup(path);
}

PdConfig *
pd_experiment_read(const PdOptions *options, const char *path, GError **error)
{
    g_autofree char *found = find_scenario(path);
    g_autoptr(PdConfig) config = pd_config_load(found, error);

    if (config == NULL)
        return NULL;
    for (char **override = options->overrides; override != NULL && *override != NULL; override++)
        if (!pd_config_override(config, "--set", *override, error))
            return NULL;
    return g_steal_pointer(&config);
}

PdConfig *
pd_experiment_load(const PdOptions *options, const char *path, GError **error)
{
    g_autoptr(PdConfig) config = pd_experiment_read(options, path, error);

    return config != NULL && pd_config_include(config, error) ? g_steal_pointer(&config) : NULL;
}

PdScenario *
pd_experiment_scenario(const PdConfig *config, GError **error)
{
    g_autoptr(PdScenario) scenario = pd_scenario_new(config, pd_schedules, error);
    g_auto(PdCosts) derived = { { NULL } };

    if (scenario == NULL || !pd_costs_derive(&derived, scenario, config, error) ||
        !pd_scenario_complete(scenario, config, &derived, error))
        return NULL;
    return g_steal_pointer(&scenario);
}

PdScenario *
pd_experiment_scenario_under(const PdConfig *config, const char *schedule, GError **error)
{
    g_autoptr(PdConfig) changed = pd_config_copy(config);
    g_autofree char *stripped = g_strstrip(g_strdup(schedule));
    g_autofree char *assignment = g_strdup_printf("pipeline.schedule=%s", stripped);

    return pd_config_override(changed, "--schedules", assignment, error)
               ? pd_experiment_scenario(changed, error)
               : NULL;
}

/* Who is told of a run: its ledgers, the progress on the terminal, and others. */
typedef struct {
    PdLedgers *ledgers;
    PdProgress progress;
    PdSink *sinks[PD_N_LEDGERS + 1 + PD_MOST_EXTRA + 1];
    PdStream stream;
} Audience;

static void
audience_init(Audience *self, const PdOptions *options, const PdScenario *scenario,
              gboolean per_micro_batch, PdSink *const *extra)
{
    guint n = PD_N_LEDGERS;

    self->ledgers = pd_ledgers_new(scenario, per_micro_batch);
    pd_ledgers_sinks(self->ledgers, self->sinks);
    pd_progress_init(&self->progress, scenario, options->quiet);
    self->sinks[n++] = &self->progress.sink;
    for (; extra != NULL && *extra != NULL; extra++) {
        g_assert(n < PD_N_LEDGERS + 1 + PD_MOST_EXTRA);
        self->sinks[n++] = *extra;
    }
    self->sinks[n] = NULL;
    pd_stream_init(&self->stream, self->sinks);
}

static void
audience_clear(Audience *self)
{
    pd_progress_end(&self->progress);
    pd_ledgers_free(self->ledgers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Audience, audience_clear)

/* The names of a list, or of all schedules. (transfer full) */
static char **
schedule_names(const char *list)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    if (list != NULL)
        return g_strsplit(list, ",", -1);
    for (const PdSchedule *const *schedule = pd_schedules; *schedule != NULL; schedule++)
        g_ptr_array_add(names, g_strdup((*schedule)->name));
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

static void
free_scenario(gpointer scenario)
{
    pd_scenario_free(scenario);
}

GPtrArray *
pd_experiment_scenarios(const PdOptions *options, const PdConfig *config, const char *list,
                        GError **error)
{
    g_auto(GStrv) names = schedule_names(list);
    g_autoptr(GPtrArray) scenarios = g_ptr_array_new_with_free_func(free_scenario);

    if (*names == NULL) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--schedules: is empty; write names such as gpipe,paci");
        return NULL;
    }
    for (char **name = names; *name != NULL; name++) {
        g_autoptr(GError) failure = NULL;
        PdScenario *scenario = pd_experiment_scenario_under(config, *name, &failure);

        /* whoever asks for all gets all that can be had; whoever names one is told why not */
        if (scenario != NULL) {
            g_ptr_array_add(scenarios, scenario);
        } else if (list == NULL && (name[1] != NULL || scenarios->len > 0)) {
            pd_options_say(options, "note: %s is left out: %s", *name, failure->message);
        } else {
            g_propagate_error(error, g_steal_pointer(&failure));
            return NULL;
        }
    }
    return g_steal_pointer(&scenarios);
}

PdReport *
pd_experiment_simulate(const PdOptions *options, const PdScenario *scenario,
                       gboolean per_micro_batch, PdSink *const *extra, GError **error)
{
    g_auto(Audience) audience;

    audience_init(&audience, options, scenario, per_micro_batch, extra);
    return pd_simulate(scenario, &audience.stream, error)
               ? pd_report_new(audience.ledgers, "simulator")
               : NULL;
}

PdReport *
pd_experiment_read_events(const PdOptions *options, PdEventFile *file, gboolean per_micro_batch,
                          PdSink *const *extra, GError **error)
{
    g_auto(Audience) audience;

    audience_init(&audience, options, pd_event_file_scenario(file), per_micro_batch, extra);
    return pd_event_file_read(file, &audience.stream, error)
               ? pd_event_file_report(file, audience.ledgers)
               : NULL;
}

char *
pd_experiment_print(const PdOptions *options, PdReport *const *reports, guint n,
                    gboolean comparison, gboolean per_micro_batch)
{
    if (options->format == PD_FORMAT_JSON)
        return comparison ? pd_json_comparison(reports, n) : pd_json_report(reports[0]);
    if (options->format == PD_FORMAT_CSV)
        return per_micro_batch ? pd_csv_crossings(reports, n) : pd_csv_reports(reports, n);
    return comparison ? pd_table_comparison(reports, n) : pd_table_report(reports[0]);
}

gboolean
pd_experiment_check_per_micro_batch(const PdOptions *options, const PdScenario *scenario,
                                    GError **error)
{
    const gint64 needed = scenario == NULL ? 0 : pd_json_crossings_bytes(scenario);
    const gint64 available = pd_machine_memory_bytes();

    if (options->format == PD_FORMAT_TABLE) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--per-micro-batch: a table has no place for it; add --format json or csv");
        return FALSE;
    }
    if (needed > available) {
        g_autofree char *much = pd_size_format(needed), *there = pd_size_format(available);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--per-micro-batch: would need %s of memory and this machine has %s; fewer "
                    "micro-batches are right",
                    much, there);
        return FALSE;
    }
    return TRUE;
}

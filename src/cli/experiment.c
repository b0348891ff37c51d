#include "experiment.h"

#include "csv.h"
#include "derive.h"
#include "errors.h"
#include "json.h"
#include "progress.h"
#include "schedules.h"
#include "simulator.h"
#include "table.h"
#include "units.h"

PdConfig *
pd_experiment_read(const PdOptions *options, const char *path, GError **error)
{
    g_autoptr(PdConfig) config = pd_config_load(path, error);

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

PdReport *
pd_experiment_simulate(const PdOptions *options, const PdScenario *scenario,
                       gboolean per_micro_batch, PdSink *extra, GError **error)
{
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(scenario, per_micro_batch);
    PdSink *sinks[PD_N_LEDGERS + 3] = { NULL };
    PdProgress progress;
    PdStream stream;
    gboolean simulated;

    pd_ledgers_sinks(ledgers, sinks);
    pd_progress_init(&progress, scenario, options->quiet);
    sinks[PD_N_LEDGERS] = &progress.sink;
    sinks[PD_N_LEDGERS + 1] = extra;
    pd_stream_init(&stream, sinks);
    simulated = pd_simulate(scenario, &stream, error);
    pd_progress_end(&progress);
    return simulated ? pd_report_new(ledgers, "simulator") : NULL;
}

char *
pd_experiment_print(const PdOptions *options, PdReport *const *reports, guint n,
                    gboolean comparison, gboolean per_micro_batch)
{
    switch (options->format) {
    case PD_FORMAT_JSON:
        return comparison ? pd_json_comparison(reports, n) : pd_json_report(reports[0]);
    case PD_FORMAT_CSV:
        return per_micro_batch ? pd_csv_crossings(reports, n) : pd_csv_reports(reports, n);
    case PD_FORMAT_TABLE:
        break;
    }
    return comparison ? pd_table_comparison(reports, n) : pd_table_report(reports[0]);
}

gboolean
pd_experiment_check_per_micro_batch(const PdOptions *options, const PdScenario *scenario,
                                    GError **error)
{
    const gint64 needed = pd_json_crossings_bytes(scenario);
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

#include "experiment.h"

static int
run(int argc, char **argv, GError **error)
{
    gboolean per_micro_batch = FALSE;
    const GOptionEntry extra[] = {
        { "per-micro-batch", 0, 0, G_OPTION_ARG_NONE, &per_micro_batch,
          "report the crossing of every micro-batch (json, csv)", NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_auto(PdOptions) options = { 0 };
    g_autoptr(PdConfig) config = NULL;
    g_autoptr(PdScenario) scenario = NULL;
    g_autoptr(PdReport) report = NULL;
    g_auto(GStrv) unused = NULL;
    g_autofree char *text = NULL;

    if (!pd_options_parse(&options, &pd_command_simulate, extra, 1, argc, argv, error))
        return -1;
    config = pd_experiment_load(&options, options.arguments[0], error);
    scenario = config == NULL ? NULL : pd_experiment_scenario(config, error);
    if (scenario == NULL ||
        (per_micro_batch && !pd_experiment_check_per_micro_batch(&options, scenario, error)))
        return -1;
    unused = pd_scenario_unused_keys(scenario, config);
    for (char **sentence = unused; *sentence != NULL; sentence++)
        pd_options_say(&options, "note: %s", *sentence);
    report = pd_experiment_simulate(&options, scenario, per_micro_batch, error);
    if (report == NULL) {
        pd_options_fail(&options, error);
        return -1;
    }
    text = pd_experiment_print(&options, &report, 1, FALSE, per_micro_batch);
    return pd_options_write(&options, text, error) ? 0 : -1;
}

const PdCommand pd_command_simulate = {
    .name = "simulate",
    .arguments = "SCENARIO",
    .summary = "Run a scenario in virtual time and report what happens.",
    .run = run,
};

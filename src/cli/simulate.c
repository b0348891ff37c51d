#include "experiment.h"
#include "trace.h"

/* Simulate, and write a trace where a path is given. */
static PdReport *
simulate(const PdOptions *options, const PdScenario *scenario, gboolean per_micro_batch,
         const char *trace_path, gboolean trace_idle, GError **error)
{
    g_auto(PdTrace) trace = { 0 };
    g_autoptr(PdReport) report = NULL;

    if (trace_path != NULL && !pd_trace_init(&trace, scenario, trace_path, trace_idle, error))
        return NULL;
    report = pd_experiment_simulate(options, scenario, per_micro_batch,
                                    trace_path == NULL ? NULL : &trace.sink, error);
    if (report == NULL) {
        pd_options_fail(options->arguments[0], error);
        return NULL;
    }
    return trace_path == NULL || pd_trace_end(&trace, error) ? g_steal_pointer(&report) : NULL;
}

static int
run(int argc, char **argv, GError **error)
{
    gboolean per_micro_batch = FALSE, trace_idle = FALSE;
    g_autofree char *trace = NULL;
    const GOptionEntry extra[] = {
        { "per-micro-batch", 0, 0, G_OPTION_ARG_NONE, &per_micro_batch,
          "report the crossing of every micro-batch (json, csv)", NULL },
        { "trace", 0, 0, G_OPTION_ARG_FILENAME, &trace,
          "write Chrome trace events to a file, for Perfetto", "FILE" },
        { "trace-idle", 0, 0, G_OPTION_ARG_NONE, &trace_idle,
          "with a track of idle times and their causes", NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_auto(PdOptions) options = { 0 };
    g_autoptr(PdConfig) config = NULL;
    g_autoptr(PdScenario) scenario = NULL;
    g_autoptr(PdReport) report = NULL;
    g_auto(GStrv) unused = NULL;
    g_autofree char *text = NULL;

    if (!pd_options_parse(&options, &pd_command_simulate, extra, argc, argv, error))
        return -1;
    config = pd_experiment_load(&options, options.arguments[0], error);
    scenario = config == NULL ? NULL : pd_experiment_scenario(config, error);
    if (scenario == NULL ||
        (per_micro_batch && !pd_experiment_check_per_micro_batch(&options, scenario, error)))
        return -1;
    unused = pd_scenario_unused_keys(scenario, config);
    for (char **sentence = unused; *sentence != NULL; sentence++)
        pd_options_say(&options, "note: %s", *sentence);
    report = simulate(&options, scenario, per_micro_batch, trace, trace_idle, error);
    if (report == NULL)
        return -1;
    text = pd_experiment_print(&options, &report, 1, FALSE, per_micro_batch);
    return pd_options_write(&options, text, error) ? 0 : -1;
}

static const PdExample examples[] = {
    { "one run, in full", "pipedrift simulate quickstart.ini" },
    { "with another number", "pipedrift simulate quickstart.ini --set pipeline.micro-batches=32" },
    { "for programs", "pipedrift simulate quickstart.ini --format json --output report.json" },
    { "every operation, for https://ui.perfetto.dev",
      "pipedrift simulate quickstart.ini --trace trace.json --trace-idle" },
    { NULL, NULL },
};

const PdCommand pd_command_simulate = {
    .name = "simulate",
    .arguments = "SCENARIO",
    .min_arguments = 1,
    .max_arguments = 1,
    .formats = PD_FORMAT_TABLE | PD_FORMAT_JSON | PD_FORMAT_CSV,
    .summary = "Run a scenario in virtual time and report what happens.",
    .description = "Each operation takes the time that the scenario states, or that follows from\n"
                   "its model and hardware. The report says how long the run takes, what each\n"
                   "device is idle for, the peak of its memory, and how many updates of the\n"
                   "weights a micro-batch crosses between its forward and its backward.",
    .examples = examples,
    .run = run,
};

#include "errors.h"
#include "event_file.h"
#include "experiment.h"
#include "recording.h"
#include "schedules.h"

/* The scenario of a file, with a word on what it says in vain. */
static PdScenario *
load(const PdOptions *options, gboolean per_micro_batch, GError **error)
{
    g_autoptr(PdConfig) config = pd_experiment_load(options, options->arguments[0], error);
    g_autoptr(PdScenario) scenario = config == NULL ? NULL : pd_experiment_scenario(config, error);
    g_auto(GStrv) unused = NULL;

    if (scenario == NULL ||
        (per_micro_batch && !pd_experiment_check_per_micro_batch(options, scenario, error)))
        return NULL;
    unused = pd_scenario_unused_keys(scenario, config);
    for (char **sentence = unused; *sentence != NULL; sentence++)
        pd_options_say(options, "note: %s", *sentence);
    return g_steal_pointer(&scenario);
}

static PdReport *
simulate(const PdOptions *options, gboolean per_micro_batch, const PdRecordingOptions *asked,
         GError **error)
{
    g_autoptr(PdScenario) scenario = load(options, per_micro_batch, error);
    g_auto(PdRecording) recording = { 0 };
    PdSink *sinks[PD_MOST_RECORDED + 1];
    g_autoptr(PdReport) report = NULL;

    if (scenario == NULL || !pd_recording_begin(&recording, asked, scenario, "simulator", error))
        return NULL;
    pd_recording_sinks(&recording, sinks);
    report = pd_experiment_simulate(options, scenario, per_micro_batch, sinks, error);
    if (report == NULL) {
        pd_error_prefix(options->arguments[0], error);
        return NULL;
    }
    return pd_recording_end(&recording, NULL, error) ? g_steal_pointer(&report) : NULL;
}

/* A run that is over: nothing is simulated, nothing about it can be set. */
static PdReport *
read_again(const PdOptions *options, gboolean per_micro_batch, const PdRecordingOptions *asked,
           GError **error)
{
    g_autoptr(PdEventFile) file = NULL;
    g_auto(PdRecording) recording = { 0 };
    PdSink *sinks[PD_MOST_RECORDED + 1];
    g_autoptr(PdReport) report = NULL;

    if (options->overrides != NULL) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--set: has no use with an event file, whose run is over; name its scenario");
        return NULL;
    }
    file = pd_event_file_open(options->arguments[0], pd_schedules, error);
    if (file == NULL ||
        (per_micro_batch &&
         !pd_experiment_check_per_micro_batch(options, pd_event_file_scenario(file), error)) ||
        !pd_recording_begin(&recording, asked, pd_event_file_scenario(file),
                            pd_event_file_executor(file), error))
        return NULL;
    pd_recording_sinks(&recording, sinks);
    report = pd_experiment_read_events(options, file, per_micro_batch, sinks, error);
    return report != NULL && pd_recording_end(&recording, pd_event_file_training(file), error)
               ? g_steal_pointer(&report)
               : NULL;
}

static int
run(int argc, char **argv, GError **error)
{
    gboolean per_micro_batch = FALSE;
    g_auto(PdRecordingOptions) asked = { 0 };
    const GOptionEntry extra[] = {
        { "per-micro-batch", 0, 0, G_OPTION_ARG_NONE, &per_micro_batch,
          "report the crossing of every micro-batch (json, csv)", NULL },
        PD_RECORDING_ROWS(&asked),
        G_OPTION_ENTRY_NULL,
    };
    g_auto(PdOptions) options = { 0 };
    g_autoptr(PdReport) report = NULL;
    g_autofree char *text = NULL;

    if (pd_options_parse(&options, &pd_command_simulate, extra, argc, argv, error) &&
        pd_recording_check(&asked, options.arguments[0], options.output, NULL, error) &&
        pd_options_check_output(&options, error))
        report = (pd_event_file_is(options.arguments[0]) ? read_again : simulate)(
            &options, per_micro_batch, &asked, error);
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
    .summary = "Run a scenario in virtual time, or an event file again.",
    .description = "Each operation takes the time that the scenario states, or that follows from\n"
                   "its model and hardware. The report says how long the run takes, what each\n"
                   "device is idle for, the peak of its memory, and how many updates of the\n"
                   "weights a micro-batch crosses between its forward and its backward. In the\n"
                   "place of a scenario, a file that --events has left is reported as it ran.",
    .examples = examples,
    .run = run,
};

#include <math.h>
#include <string.h>

#include "errors.h"
#include "experiment.h"
#include "recording.h"
#include "training_log.h"

typedef struct {
    char *executor;
    gboolean paced;
    char *checkpoint; /* a folder */
    char *resume;     /* a folder */
    gint64 every;     /* mini-batches; 0: as the scenario says */
    char *log;        /* a file */
    PdRecordingOptions recording;
    gboolean per_micro_batch;
} TrainOptions;

static void
train_options_clear(TrainOptions *options)
{
    g_free(options->executor);
    g_free(options->checkpoint);
    g_free(options->resume);
    g_free(options->log);
    pd_recording_options_clear(&options->recording);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TrainOptions, train_options_clear)

static gboolean
parse_executor(const char *name, PdExecutor *executor, GError **error)
{
    if (name == NULL || strcmp(name, "threads") == 0 || strcmp(name, "replay") == 0) {
        *executor = name != NULL && strcmp(name, "replay") == 0 ? PD_REPLAY : PD_THREADS;
        return TRUE;
    }
    g_autofree char *quoted = pd_quote(name);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "--executor: %s is unknown; write threads or replay", quoted);
    return FALSE;
}

static gboolean
check(const TrainOptions *own, PdExecutor executor, GError **error)
{
    if (own->every < 0 || (own->every > 0 && own->checkpoint == NULL && own->resume == NULL)) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    own->every < 0 ? "--every: is negative; write a number of mini-batches"
                                   : "--every: has no use without --checkpoint");
        return FALSE;
    }
    if (own->paced && executor == PD_REPLAY) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--pace: has no use under replay, which has the scenario's times anyway");
        return FALSE;
    }
    return TRUE;
}

static PdConfig *
load(const PdOptions *options, const TrainOptions *own, GError **error)
{
    g_autoptr(PdConfig) config = pd_experiment_load(options, options->arguments[0], error);
    g_autofree char *every =
        g_strdup_printf("train.checkpoint-every=%" G_GINT64_FORMAT, own->every);

    if (config == NULL || (own->every > 0 && !pd_config_override(config, "--every", every, error)))
        return NULL;
    return g_steal_pointer(&config);
}

/* Who resumes goes on writing checkpoints where it found one. */
static const char *
folder_of(const TrainOptions *own)
{
    return own->checkpoint != NULL ? own->checkpoint : own->resume;
}

/* Another run's checkpoints are not to be taken for this one's, nor to be removed by it. */
static gboolean
check_folder(const TrainOptions *own, GError **error)
{
    if (own->checkpoint == NULL || g_strcmp0(own->checkpoint, own->resume) == 0 ||
        !pd_checkpoint_exists(own->checkpoint))
        return TRUE;
    g_autofree char *folder = pd_printable(own->checkpoint);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "--checkpoint: %s holds checkpoints already; --resume it, or name another folder",
                folder);
    return FALSE;
}

static gboolean
resume(PdTraining *training, const PdConfig *config, const TrainOptions *own, GError **error)
{
    PdScenario *scenario = training->scenario;

    if (!check_folder(own, error))
        return FALSE;
    if (own->resume == NULL)
        return TRUE;
    if (!pd_checkpoint_load(own->resume, &training->identity, scenario, training->works,
                            &scenario->first, error))
        return FALSE;
    if (scenario->first < scenario->n_micro_batches)
        return TRUE;
    return pd_config_fail(config, PD_KEY_PIPELINE_MINI_BATCHES, error,
                          "the run to be resumed has come to its end; a larger number goes on");
}

static void
say_where_it_ended(const PdOptions *options, const TrainOptions *own, const PdScenario *scenario,
                   gint64 tokens)
{
    const gint64 step = tokens / (scenario->mini_batch * scenario->tokens);

    pd_options_say(
        options, "interrupted behind mini-batch %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT "%s%s%s",
        step, scenario->n_mini_batches, folder_of(own) == NULL ? "" : "; --resume ",
        folder_of(own) == NULL ? "" : folder_of(own),
        folder_of(own) == NULL ? ", without a checkpoint" : " goes on");
}

static PdReport *
train(const PdOptions *options, const TrainOptions *own, PdTraining *training, PdExecutor executor,
      GError **error)
{
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(training->scenario, own->per_micro_batch);
    PdSink *sinks[PD_N_LEDGERS + 1 + PD_MOST_RECORDED + 1];
    g_auto(PdRecording) recording = { 0 };
    g_autoptr(GError) failure = NULL;
    PdTrainingState state;
    PdStream stream;
    g_autoptr(PdReport) report = NULL;
    g_autoptr(PdTrainingLog) log = pd_training_log_new(
        training, &stream, own->log, folder_of(own), executor == PD_REPLAY, options->quiet, error);

    if (log == NULL || !pd_recording_begin(&recording, &own->recording, training->scenario,
                                           pd_executor_name(executor), error))
        return NULL;
    pd_ledgers_sinks(ledgers, sinks);
    sinks[PD_N_LEDGERS] = pd_training_log_sink(log);
    pd_recording_sinks(&recording, &sinks[PD_N_LEDGERS + 1]);
    if (!pd_training_run(training, executor, own->paced, sinks, &stream, error)) {
        pd_error_prefix(options->arguments[0], error);
        return NULL;
    }
    if (!pd_training_log_end(log, &state, &failure)) {
        /* a file that cannot be written has been named */
        if (g_error_matches(failure, PD_ERROR, PD_ERROR_INPUT))
            pd_error_prefix(options->arguments[0], &failure);
        g_propagate_error(error, g_steal_pointer(&failure));
        return NULL;
    }
    if (state.tokens < training->scenario->n_micro_batches * training->scenario->tokens)
        say_where_it_ended(options, own, training->scenario, state.tokens);
    report = pd_report_new(ledgers, pd_executor_name(executor));
    report->has_training = TRUE;
    report->training = (PdTrainingReport){
        .tokens = state.tokens,
        .parameters = pd_gpt_n_parameters(training->gpt),
        .loss = state.loss,
        .validation_loss = state.validation_loss,
        .entropy_floor = pd_corpus_floor(training->corpus),
    };
    return pd_recording_end(&recording, &report->training, error) ? g_steal_pointer(&report) : NULL;
}

static void
say_how_it_starts(const PdOptions *options, const PdTraining *training)
{
    const PdScenario *scenario = training->scenario;
    const double floor = pd_corpus_floor(training->corpus);

    if (!isnan(floor))
        pd_options_say(options, "the source's entropy rate is %.4f nats per byte", floor);
    if (scenario->first > 0)
        pd_options_say(options,
                       "going on behind mini-batch %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT,
                       scenario->first / scenario->mini_batch, scenario->n_mini_batches);
}

static int
run(int argc, char **argv, GError **error)
{
    g_auto(TrainOptions) own = { 0 };
    const GOptionEntry extra[] = {
        { "executor", 0, 0, G_OPTION_ARG_STRING, &own.executor,
          "one per device (default), or one for all, in the simulator's order", "threads|replay" },
        { "pace", 0, 0, G_OPTION_ARG_NONE, &own.paced,
          "operations and links take the scenario's time at least", NULL },
        { "checkpoint", 0, 0, G_OPTION_ARG_FILENAME, &own.checkpoint,
          "write checkpoints to a folder", "DIR" },
        { "every", 0, 0, G_OPTION_ARG_INT64, &own.every,
          "drain and write one every so many mini-batches", "K" },
        { "resume", 0, 0, G_OPTION_ARG_FILENAME, &own.resume,
          "go on from the last checkpoint in a folder", "DIR" },
        { "log", 0, 0, G_OPTION_ARG_FILENAME, &own.log, "write a row per mini-batch to a CSV file",
          "FILE" },
        PD_RECORDING_ROWS(&own.recording),
        { "per-micro-batch", 0, 0, G_OPTION_ARG_NONE, &own.per_micro_batch,
          "report the crossing of every micro-batch (json, csv)", NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_auto(PdOptions) options = { 0 };
    g_autoptr(PdConfig) config = NULL;
    g_auto(PdTraining) training = { 0 };
    g_autoptr(PdReport) report = NULL;
    g_autofree char *text = NULL;
    PdExecutor executor;

    if (!pd_options_parse(&options, &pd_command_train, extra, argc, argv, error) ||
        !parse_executor(own.executor, &executor, error) ||
        !pd_recording_check(&own.recording, options.arguments[0], options.output, own.log, error) ||
        !check(&own, executor, error))
        return -1;
    config = load(&options, &own, error);
    if (config == NULL || !pd_options_check_output(&options, error) ||
        !pd_training_init(&training, config, error) || !resume(&training, config, &own, error) ||
        (own.per_micro_batch &&
         !pd_experiment_check_per_micro_batch(&options, training.scenario, error)))
        return -1;
    say_how_it_starts(&options, &training);
    report = train(&options, &own, &training, executor, error);
    if (report == NULL)
        return -1;
    text = pd_experiment_print(&options, &report, 1, FALSE, own.per_micro_batch);
    return pd_options_write(&options, text, error) ? 0 : -1;
}

static const PdExample examples[] = {
    { "half a minute on two cores", "pipedrift train train-quick.ini --log loss.csv" },
    { "on a text of one's own", "pipedrift train train-text.ini --set train.corpus=text.txt" },
    { "with a checkpoint every 100 mini-batches",
      "pipedrift train train-quick.ini --checkpoint run --every 100" },
    { "going on from the last of them",
      "pipedrift train train-quick.ini --resume run --every 100" },
    { NULL, NULL },
};

const PdCommand pd_command_train = {
    .name = "train",
    .arguments = "SCENARIO",
    .min_arguments = 1,
    .max_arguments = 1,
    .formats = PD_FORMAT_TABLE | PD_FORMAT_JSON | PD_FORMAT_CSV,
    .summary = "Train a real GPT on this machine under the scenario's schedule.",
    .description = "The model is the scenario's, its tokens are bytes, each device is a thread.\n"
                   "The report is that of simulate, with times that were measured and versions\n"
                   "that the weights counted.\n"
                   "\n"
                   "An interrupt (Ctrl-C) ends the run with the mini-batch and, with --checkpoint\n"
                   "or --resume, leaves a checkpoint; a second one, seconds later, ends it at\n"
                   "once.",
    .examples = examples,
    .run = run,
};

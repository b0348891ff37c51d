#include "validation.h"

#include <math.h>

#include "calibration.h"
#include "errors.h"
#include "experiment.h"
#include "training.h"

#define DEFAULT_MINI_BATCHES 90
#define CALIBRATION_SHARE    3 /* one in so many mini-batches is for calibration */

static PdConfig *
load(const PdOptions *options, gint64 mini_batches, GError **error)
{
    g_autoptr(PdConfig) config = pd_experiment_load(options, options->arguments[0], error);

    return config != NULL && pd_training_shorten(config, mini_batches, DEFAULT_MINI_BATCHES, error)
               ? g_steal_pointer(&config)
               : NULL;
}

/* Train the first part, take the operations' times from it, and leave the rest to be run. */
static gboolean
calibrate(PdTraining *training, GError **error)
{
    PdScenario *scenario = training->scenario;
    const gint64 n = scenario->n_micro_batches;
    PdCalibration calibration;
    PdSink *sinks[] = { &calibration.sink, NULL };
    PdStream stream;
    gboolean done;

    pd_calibration_init(&calibration, scenario);
    scenario->n_micro_batches =
        MAX(scenario->n_mini_batches / CALIBRATION_SHARE, 1) * scenario->mini_batch;
    done = pd_training_run(training, PD_THREADS, FALSE, sinks, &stream, error);
    scenario->first = scenario->n_micro_batches;
    scenario->n_micro_batches = n;
    if (done)
        pd_calibration_apply(&calibration, scenario);
    pd_calibration_clear(&calibration);
    return done;
}

static PdValidation *
validate(const PdOptions *options, const PdConfig *config, PdTraining *training, gboolean paced,
         GError **error)
{
    g_autoptr(PdReport) predicted = NULL;
    PdReport *measured;

    if (!paced && training->scenario->n_mini_batches < 2) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--mini-batches: one is not enough to calibrate and to measure; 2 is, or "
                    "--pace");
        return NULL;
    }
    if (!paced && !calibrate(training, error)) {
        pd_options_fail(options, error);
        return NULL;
    }
    predicted = pd_experiment_simulate(options, training->scenario, TRUE, NULL, error);
    measured = predicted == NULL ? NULL : pd_training_measure(training, paced, TRUE, error);
    if (measured == NULL) {
        pd_options_fail(options, error);
        return NULL;
    }
    return pd_validation_new(
        g_steal_pointer(&predicted), measured, paced,
        pd_config_real(config, PD_KEY_CHECK_MAX_MAKESPAN_ERROR, (double)NAN),
        pd_config_real(config, PD_KEY_CHECK_MIN_CROSSING_AGREEMENT, (double)NAN));
}

static int
run(int argc, char **argv, GError **error)
{
    gboolean paced = FALSE;
    gint64 mini_batches = -1;
    const GOptionEntry extra[] = {
        { "pace", 0, 0, G_OPTION_ARG_NONE, &paced,
          "operations and links take the scenario's time at least; nothing is calibrated", NULL },
        { "mini-batches", 0, 0, G_OPTION_ARG_INT64, &mini_batches,
          "how many to train (default: the scenario's, up to 90)", "N" },
        G_OPTION_ENTRY_NULL,
    };
    g_auto(PdOptions) options = { 0 };
    g_autoptr(PdConfig) config = NULL;
    g_auto(PdTraining) training = { 0 };
    g_autoptr(PdValidation) validation = NULL;
    g_autofree char *text = NULL;

    if (!pd_options_parse(&options, &pd_command_validate, extra, argc, argv, error))
        return -1;
    config = load(&options, mini_batches, error);
    if (config == NULL || !pd_options_check_output(&options, error) ||
        !pd_training_init(&training, config, error))
        return -1;
    validation = validate(&options, config, &training, paced, error);
    if (validation == NULL)
        return -1;
    text = options.format == PD_FORMAT_JSON ? pd_validation_json(validation)
                                            : pd_validation_table(validation);
    if (!pd_options_write(&options, text, error))
        return -1;
    return validation->holds ? 0 : 1;
}

const PdCommand pd_command_validate = {
    .name = "validate",
    .arguments = "SCENARIO",
    .min_arguments = 1,
    .max_arguments = 1,
    .formats = PD_FORMAT_TABLE | PD_FORMAT_JSON,
    .summary = "Train for a while and hold it against the simulator's prediction.",
    .run = run,
};

#include "validation_run.h"

#include <math.h>

#include "calibration.h"
#include "errors.h"
#include "experiment.h"
#include "training.h"

#define DEFAULT_MINI_BATCHES 90
#define CALIBRATION_SHARE    3 /* one in so many mini-batches is for calibration */

static PdConfig *
load(const PdOptions *options, const char *path, gint64 mini_batches, GError **error)
{
    g_autoptr(PdConfig) config = pd_experiment_load(options, path, error);

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

    if (!paced && !calibrate(training, error))
        return NULL;
    predicted = pd_experiment_simulate(options, training->scenario, TRUE, NULL, error);
    measured = predicted == NULL ? NULL : pd_training_measure(training, paced, TRUE, error);
    if (measured == NULL)
        return NULL;
    return pd_validation_new(
        g_steal_pointer(&predicted), measured, paced,
        pd_config_real(config, PD_KEY_CHECK_MAX_MAKESPAN_ERROR, (double)NAN),
        pd_config_real(config, PD_KEY_CHECK_MIN_CROSSING_AGREEMENT, (double)NAN));
}

/* One part of the run is for calibration, the rest is measured. */
static gboolean
check_length(const PdScenario *scenario, gboolean paced, GError **error)
{
    if (paced || scenario->n_mini_batches >= 2)
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "--mini-batches: one is not enough to calibrate and to measure; 2 is, or --pace");
    return FALSE;
}

PdValidation *
pd_validation_run(const PdOptions *options, const char *path, gint64 mini_batches, gboolean paced,
                  GError **error)
{
    g_autoptr(PdConfig) config = load(options, path, mini_batches, error);
    g_auto(PdTraining) training = { 0 };
    PdValidation *validation;

    if (config == NULL || !pd_options_check_output(options, error) ||
        !pd_training_init(&training, config, error) ||
        !check_length(training.scenario, paced, error))
        return NULL;
    validation = validate(options, config, &training, paced, error);
    if (validation == NULL)
        pd_error_prefix(path, error);
    return validation;
}

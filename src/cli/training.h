/*
 * A training: scenario, data, model and works, ready for an executor. What `train`, `validate` and
 * `check` have in common.
 */
#pragma once

#include "checkpoint.h"
#include "corpus.h"
#include "gpt.h"
#include "options.h"
#include "recipe.h"
#include "report.h"
#include "stream.h"

typedef enum { PD_THREADS, PD_REPLAY } PdExecutor;

typedef struct {
    PdScenario *scenario; /* its memory is what the works really hold */
    PdRecipe recipe;
    PdCorpus *corpus;
    PdGpt *gpt;
    PdWork **works; /* one per device */
    PdIdentity identity;
} PdTraining;

/*
 * Prepare a training.
 *
 * Errors: PD_ERROR_INPUT for whatever is wrong in the scenario, its model, its recipe or its data.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_training_init(PdTraining *training, const PdConfig *config,
                                                    GError **error);
void pd_training_clear(PdTraining *training);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdTraining, pd_training_clear)

/*
 * Run it from the scenario's first micro-batch to its end.
 *
 * paced: see threads.h; replay has the scenario's times anyway.
 * sinks: NULL-ended.
 * stream: to be used by sinks that wish for something; it is set up here.
 * Errors: what the executor, a work or the schedule fails with.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_training_run(PdTraining *training, PdExecutor executor,
                                                   gboolean paced, PdSink *const *sinks,
                                                   PdStream *stream, GError **error);

/*
 * Make the run of a config a short one that never drains, for what validating and saving take is
 * not predicted.
 *
 * mini_batches: what --mini-batches says; −1: as many as the config has, up to `most`.
 * Errors: PD_ERROR_INPUT where it is not positive.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_training_shorten(PdConfig *config, gint64 mini_batches,
                                                       gint64 most, GError **error);

/*
 * Run it by threads, and make its report.
 *
 * paced, errors: as above. per_micro_batch: keep every crossing.
 * Returns: (transfer full).
 */
PdReport *pd_training_measure(PdTraining *training, gboolean paced, gboolean per_micro_batch,
                              GError **error);

/* The name of an executor in a report: a constant. */
const char *pd_executor_name(PdExecutor executor);

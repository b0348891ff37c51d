/*
 * What a user sees of a training while it runs: a line on a terminal, a CSV file with one row per
 * mini-batch; and what happens when the pipeline has drained: validation and checkpoints. A sink
 * like any other; it hears of an interrupt (SIGINT) too, and wishes for the end of the run then.
 */
#pragma once

#include "training.h"

typedef struct {
    gint64 tokens;          /* seen in all, with those before the run */
    double loss;            /* of the last whole mini-batch, nats per byte; NAN: none */
    double smoothed_loss;   /* exponentially, over about 20 mini-batches */
    double validation_loss; /* of the last validation; NAN: none */
} PdTrainingState;

typedef struct PdTrainingLog PdTrainingLog;

/*
 * A log of a training that is about to run, behind the ledgers among the sinks.
 *
 * stream: that the log is given to, for its wishes.
 * path: of the CSV file, or NULL. A run that goes on keeps the rows before its first micro-batch.
 * folder: where checkpoints go, or NULL.
 * virtual_time: events have the time of a simulator.
 * quiet: no progress.
 * Errors: PD_ERROR_SYSTEM where the file cannot be written.
 */
PdTrainingLog *pd_training_log_new(PdTraining *training, PdStream *stream, const char *path,
                                   const char *folder, gboolean virtual_time, gboolean quiet,
                                   GError **error);
void pd_training_log_free(PdTrainingLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdTrainingLog, pd_training_log_free)

PdSink *pd_training_log_sink(PdTrainingLog *log);

/*
 * Behind the run: validate, write the last row and, where asked, a checkpoint.
 *
 * state: receives how far it has come.
 * Errors: those of validation rows and checkpoints, also earlier ones.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_training_log_end(PdTrainingLog *log, PdTrainingState *state,
                                                       GError **error);

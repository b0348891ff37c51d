/*
 * Trainings of tiny models, for tests of what executors make of them.
 */
#pragma once

#include "training.h"

/* A training of this scenario text. Fails the test if it is refused. */
void test_training_init(PdTraining *training, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Run it to its end and report. extra: one more sink, or NULL. Fails the test if the run fails. */
PdReport *test_training_run(PdTraining *training, PdExecutor executor, gboolean paced,
                            PdSink *extra);

/* All parameters of the model, in the model's order, whatever the cut into stages. */
GBytes *test_training_parameters(PdTraining *training);

/* Whether two trainings have come to the same model and the same losses, to the bit. */
gboolean test_training_same(PdTraining *a, PdTraining *b);

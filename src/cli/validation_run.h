/*
 * A validation of a scenario: train for a while, simulate the same, compare.
 */
#pragma once

#include "options.h"
#include "validation.h"

/*
 * Run it.
 *
 * path: of the scenario.
 * mini_batches: how many to train; −1: the scenario's, up to 90.
 * paced: operations take the scenario's time at least, and nothing is calibrated.
 * Returns: (transfer full).
 * Errors: PD_ERROR_INPUT for whatever is wrong in the scenario, and what the training and the
 * simulator fail with.
 */
PdValidation *pd_validation_run(const PdOptions *options, const char *path, gint64 mini_batches,
                                gboolean paced, GError **error);

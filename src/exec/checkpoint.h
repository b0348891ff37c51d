/*
 * Checkpoints: what a run needs to go on from a drained pipeline, in one file per checkpoint.
 *
 *   DIR/step-0000000120.checkpoint   after 120 mini-batches
 *
 * A file holds a head (a key file: the format, the position, what the run was, the size of every
 * stage's state), the states of the stages one after another, and a SHA-256 sum of all before it.
 * It is written beside its place, flushed to the disk and then moved there, so that a file of that
 * name is whole whenever the machine stops. The last two are kept.
 *
 * Data and random numbers are drawn from (seed, micro-batch) and have no state of their own: the
 * position is the number of micro-batches done.
 */
#pragma once

#include "identity.h"
#include "scenario.h"
#include "work.h"

/* Add what the numbers depend on in any scenario: schedule, stages, updates, seed. */
void pd_identity_add_scenario(PdIdentity *identity, const PdScenario *scenario);

/*
 * Write a checkpoint of a drained pipeline and remove all but the last two.
 *
 * folder: is made where it does not exist.
 * works: one per device.
 * micro_batch: the first that has not been run.
 * Errors: PD_ERROR_SYSTEM naming the file; what was there before is unharmed.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_checkpoint_save(const char *folder,
                                                      const PdIdentity *identity,
                                                      const PdScenario *scenario,
                                                      PdWork *const *works, gint64 micro_batch,
                                                      GError **error);

/* Whether a folder holds checkpoints. */
gboolean pd_checkpoint_exists(const char *folder);

/*
 * Fill the works from the last checkpoint in a folder. They are unchanged where it is refused.
 *
 * micro_batch: receives the first that has not been run.
 * Errors: PD_ERROR_INPUT for a folder without a checkpoint, a damaged or truncated file, a run that
 * was another one; the message names the file and the difference.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_checkpoint_load(const char *folder,
                                                      const PdIdentity *identity,
                                                      const PdScenario *scenario,
                                                      PdWork *const *works, gint64 *micro_batch,
                                                      GError **error);

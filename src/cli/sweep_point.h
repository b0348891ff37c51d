/*
 * A sweep's points: from the values of the varied keys to a row.
 */
#pragma once

#include "config.h"
#include "space.h"
#include "sweep_row.h"

/* What all points have in common; several threads may read it. */
typedef struct {
    PdConfig *base;       /* the scenario without the varied values */
    gboolean base_is_all; /* with what its files say; else a file is varied, and each point reads */
    const PdSpace *space;
    const char *path; /* of the scenario */
} PdSweep;

/*
 * Prepare a sweep of a config as pd_experiment_read() gives it.
 *
 * config: (transfer full); it has read its files where no varied key says which.
 * Errors: PD_ERROR_INPUT for files that cannot be read.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_sweep_init(PdSweep *sweep, PdConfig *config,
                                                 const PdSpace *space, const char *path,
                                                 GError **error);

void pd_sweep_clear(PdSweep *sweep);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdSweep, pd_sweep_clear)

/*
 * Run a point.
 *
 * own: a copy of the base that the calling thread has for itself; it receives the varied values.
 * Returns: (transfer full) its row, also where it is invalid; NULL where an interrupt has ended it.
 */
PdSweepRow *pd_sweep_run(const PdSweep *sweep, PdConfig *own, gint64 point);

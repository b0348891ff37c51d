/*
 * A sweep from its first point to its last: on several threads, rows in the order of the points.
 */
#pragma once

#include "expression.h"
#include "sweep_file.h"
#include "sweep_point.h"

typedef struct {
    const PdSweep *sweep;
    const PdExpression *where; /* which rows are kept; NULL: all */
    const PdSweepFile *file; /* that rows are appended to as they come; NULL: they are collected */
    gint64 first;            /* point to begin with */
    guint n_jobs;
    gboolean quiet; /* no bar */

    GPtrArray *rows;     /* receives the rows, of PdSweepRow, where there is no file */
    gint64 n_done;       /* receives the point before which it ended */
    gint64 n_invalid;    /* receives how many points were invalid ... */
    char *first_invalid; /* ... and why the first one was */
} PdSweepRun;

/* Errors: PD_ERROR_SYSTEM of the file. An interrupt is none. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_sweep_run_all(PdSweepRun *run, GError **error);

void pd_sweep_run_clear(PdSweepRun *run);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdSweepRun, pd_sweep_run_clear)

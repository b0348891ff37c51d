/*
 * Progress of long work on a terminal: a bar with rate and time left on standard error, which
 * appears after a second and vanishes at the end.
 */
#pragma once

#include "scenario.h"
#include "stream.h"

/* A bar of anything that is counted. */
typedef struct {
    const char *name;
    const char *unit; /* of the rate: "M op/s" */
    double scale;     /* how many make one of the unit */
    gint64 n;         /* so far */
    gint64 n_before;  /* that were there when it began: they tell nothing of the rate */
    gint64 n_all;
    gint64 start_us;
    gint64 next_us;  /* when to draw again */
    gboolean active; /* on a terminal, not quiet */
    gboolean drawn;
} PdBar;

/* n_before: how much of n_all is done already. */
void pd_bar_init(PdBar *bar, const char *name, const char *unit, double scale, gint64 n_before,
                 gint64 n_all, gboolean quiet);

/* Count on, and draw now and then. */
void pd_bar_advance(PdBar *bar, gint64 n);

/* Wipe the bar. */
void pd_bar_end(PdBar *bar);

/* The bar of a run's operations: a sink like any other. */
typedef struct {
    PdSink sink;
    PdBar bar;
} PdProgress;

void pd_progress_init(PdProgress *progress, const PdScenario *scenario, gboolean quiet);

/* Wipe the bar. */
void pd_progress_end(PdProgress *progress);

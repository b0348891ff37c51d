/*
 * Logs of trainings for tests of what draws them.
 */
#pragma once

#include "plot_blocks.h"

/* A log that a test makes: losses fall by equal steps or stay. */
typedef struct {
    guint n_steps;
    gint64 step_ns;       /* virtual ones; real ones are 7 times as long */
    double first, slope;  /* loss of step 1, and how much less each further one has */
    gboolean real_only;   /* no virtual time */
    guint validate_every; /* 0: never */
} TestLog;

/* Add a run of such a log to a plot; of a log of this text. Fails the test if it is refused. */
void test_log_add(PdPlot *plot, const char *name, const TestLog *log);
void test_log_add_text(PdPlot *plot, const char *name, const char *text);

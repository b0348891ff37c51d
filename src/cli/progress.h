/*
 * Progress of a long run on a terminal: a bar with rate and time left on standard error, which
 * appears after a second and vanishes at the end. A sink like any other.
 */
#pragma once

#include "scenario.h"
#include "stream.h"

typedef struct {
    PdSink sink;
    const char *name; /* of the schedule */
    gint64 n;         /* operations so far */
    gint64 n_all;
    gint64 start_us;
    gint64 next_us;  /* when to draw again */
    gboolean active; /* on a terminal, not quiet */
    gboolean drawn;
} PdProgress;

void pd_progress_init(PdProgress *progress, const PdScenario *scenario, gboolean quiet);

/* Wipe the bar. */
void pd_progress_end(PdProgress *progress);

/*
 * Real time in a run: ns since its start, on the system's monotonic clock.
 */
#pragma once

#include <glib.h>
#include <time.h>

typedef struct {
    gint64 zero_ns; /* of the run, on the system's clock */
} PdClock;

/* Let a run start now. */
void pd_clock_start(PdClock *clock);

gint64 pd_clock_now(const PdClock *clock);

/* An instant of the run as pthread_cond_timedwait() wants it, on CLOCK_MONOTONIC. */
struct timespec pd_clock_timespec(const PdClock *clock, gint64 at_ns);

/* Sleep until an instant of the run; not at all if it has passed. */
void pd_clock_sleep_until(const PdClock *clock, gint64 at_ns);

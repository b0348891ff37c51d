/*
 * Threads: executes a scenario in real time, one thread per device, with the semantics of the
 * simulator. What passes between devices goes through ports (port.h); the scenario's processors
 * limit how many compute at once.
 *
 * An operation's time reaches from the instant at which the device could choose it to the instant
 * at which its work has been done, so that choosing and copying count as work.
 */
#pragma once

#include "scenario.h"
#include "stream.h"
#include "work.h"

/*
 * Run a scenario to its end.
 *
 * works: one per device; NULL: operations do nothing.
 * paced: every operation and every link takes at least the scenario's time, and a barrier its
 * length. Otherwise operations take what they take, and links nothing.
 * stream: told by the calling thread, as pd_simulate() tells it; times are real, in ns since the
 * threads started.
 * Errors: PD_ERROR_SCHEDULE when the schedule asks for what cannot be run; PD_ERROR_SYSTEM when
 * there are no more threads; what a work fails with. A schedule that deadlocks is not found out
 * here: simulate it first.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_run_threads(const PdScenario *scenario, PdWork *const *works,
                                                  gboolean paced, PdStream *stream, GError **error);

/*
 * The simulator: executes a scenario in virtual time.
 *
 * Exact semantics. Time is in whole ns. A device runs one operation at a time, without
 * interruption. At one instant, all that ends or arrives is handled before any device chooses its
 * next operation; devices choose in the order of their numbers. What begins at an instant and takes
 * no time ends in a next round of the same instant, except for an update, which is done and visible
 * before anyone chooses. An update that is due follows its backward at once, on the processor that
 * the device holds; a device gives its processor back after any other operation. With a barrier,
 * the updates of a flush wait until all devices have ended their backwards, and barrier_ns more.
 * Where the scenario drains the pipeline, a device that has nothing left before its horizon waits
 * until no other has.
 */
#pragma once

#include "scenario.h"
#include "stream.h"

/*
 * Run a scenario to its end.
 *
 * stream: told every operation and every wait, and when the pipeline has drained, then flushed. Its
 * wishes are met at the next instant.
 * Errors: PD_ERROR_SCHEDULE when the schedule asks for what cannot be run, or all devices wait (the
 * message names device, operation and cause); PD_ERROR_INPUT when the 64-bit clock overflows.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_simulate(const PdScenario *scenario, PdStream *stream,
                                               GError **error);

/*
 * A slow simulator that follows the rules to the letter: a list of all that will end or arrive,
 * looked through from end to end for the least instant; every device asked at every instant. The
 * fast one is held to it, event by event.
 */
#pragma once

#include "scenario.h"
#include "stream.h"

/* Run a scenario; operations only (no waits) are put into an array of PdEvent in the order of
 * (start, device). (transfer full) */
GArray *reference_simulate(const PdScenario *scenario);

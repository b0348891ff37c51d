/*
 * A scenario as the text of a file that states everything by itself: all costs, one by one, and no
 * model or hardware that they would be derived from.
 */
#pragma once

#include "scenario.h"

/*
 * Write a scenario that pd_scenario_complete() has completed.
 *
 * Returns: (transfer full) the text of a scenario file. Parsed, and completed without derived
 * costs, it is the same scenario but for what no key states: `first`, `tokens` and `layers`, and
 * the message of links that have no bandwidth, which takes no time.
 */
char *pd_scenario_text(const PdScenario *scenario);

/*
 * All that must be true of a run, of whatever scenario. Checks return what did not hold, to be
 * freed, or NULL where all does, so that a test can assert it and a shrinker can go on.
 */
#pragma once

#include "scenario.h"

/* Simulate, and check the run and its report against every invariant that does not depend on the
 * schedule: order, arrivals, processors, versions, sums, bounds, and each figure counted again. */
G_GNUC_WARN_UNUSED_RESULT char *test_check_invariants(const PdScenario *scenario);

/* Simulate, and compare operation by operation with the slow reference. */
G_GNUC_WARN_UNUSED_RESULT char *test_check_reference(const PdScenario *scenario);

/*
 * The figures of a report, counted again by their definitions from the events that a witness kept:
 * a slow bookkeeping that shares no code with the ledgers.
 *
 * A check returns what did not hold, to be freed, or NULL where all does.
 */
#pragma once

#include "report.h"
#include "witness.h"

/* Causes sum to the bubble, busy and idle time to the makespan; updates and what was not applied to
 * the micro-batches; no stage is beyond its bounds. Of any report, without a witness. */
G_GNUC_WARN_UNUSED_RESULT char *recount_check_sums(const PdScenario *scenario,
                                                   const PdReport *report);

/* Busy times, operations, the makespan. */
G_GNUC_WARN_UNUSED_RESULT char *recount_check_times(const Witness *witness, const PdReport *report);

/* In flight, updates, crossings one by one, the histograms of crossing, mismatch and delay. */
G_GNUC_WARN_UNUSED_RESULT char *recount_check_stages(const Witness *witness,
                                                     const PdReport *report);

/* The memory peak of each device and whether it fits. */
G_GNUC_WARN_UNUSED_RESULT char *recount_check_memory(const Witness *witness,
                                                     const PdReport *report);

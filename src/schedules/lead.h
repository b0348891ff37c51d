/*
 * A fixed order that most schedules share: of n micro-batches, forwards run ahead of the backwards
 * by `lead`, then forward and backward alternate, then the remaining backwards follow.
 *
 *   lead 2, n 5:   F0 F1 | F2 B0 | F3 B1 | F4 B2 | B3 B4
 */
#pragma once

#include "device.h"

/* first: the number of the first of the n micro-batches. */
static inline PdOperation
pd_lead_decide(const PdStage *stage, gint64 first, gint64 n, gint64 lead)
{
    const gint64 forwards = pd_series_count(&stage->forwards) - first;
    const gint64 backwards = pd_series_count(&stage->backwards) - first;

    return forwards < n && forwards - backwards <= lead
               ? pd_stage_want(stage, PD_FORWARD, first + forwards)
               : pd_stage_want(stage, PD_BACKWARD, first + backwards);
}

/* The first micro-batch of the mini-batch that a flushed stage is in: one update ends each. */
static inline gint64
pd_lead_mini_batch(const PdScenario *scenario, const PdStage *stage)
{
    return stage->version * scenario->mini_batch;
}

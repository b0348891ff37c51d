/*
 * The rule of PACI and of naive asynchronous 1F1B: a gradient that is ready is run first; else the
 * next forward, if its activation is ready and fewer than L(s) micro-batches are in flight.
 */
#pragma once

#include "device.h"

static inline PdOperation
pd_admission_decide(const PdScenario *scenario, const PdDevice *device)
{
    const PdStage *stage = &device->stages[0];
    const gint64 forward = pd_series_count(&stage->forwards);
    const gint64 backward = pd_series_count(&stage->backwards);
    const gboolean arrived = pd_series_has(&stage->inputs, forward);

    if (pd_series_has(&stage->gradients, backward))
        return pd_stage_want(stage, PD_BACKWARD, backward);
    if (forward == device->horizon)
        return pd_stage_wait(stage, PD_BACKWARD, backward, PD_GRADIENT);
    if (pd_stage_in_flight(stage) < scenario->in_flight[stage->number])
        return pd_stage_want(stage, PD_FORWARD, forward);
    return arrived ? pd_stage_wait(stage, PD_FORWARD, forward, PD_IN_FLIGHT_LIMIT)
                   : pd_stage_wait(stage, PD_BACKWARD, backward, PD_GRADIENT);
}

static inline gint64
pd_admission_max_in_flight(const PdScenario *scenario, guint stage)
{
    return MIN(scenario->in_flight[stage], scenario->n_micro_batches);
}

/*
 * Backwards of a stage end in the order of its forwards. When a forward starts, at most L(s)−1
 * earlier micro-batches are in flight, so at most so many backwards end before its own starts, and
 * of k consecutive backwards at most ceil(k / a) complete an accumulation.
 */
static inline gint64
pd_admission_crossing_bound(const PdScenario *scenario, guint stage)
{
    const gint64 before = scenario->in_flight[stage] - 1;

    return before / scenario->accumulation + (before % scenario->accumulation != 0);
}

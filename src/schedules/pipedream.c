/*
 * PipeDream: 1F1B without a flush, an update after every backward. A micro-batch's backward
 * computes with the weights of its forward, for which older versions are stashed.
 *
 *   p = 3, F = B = 1 (each B is followed by an update):
 *
 *     device 0   F0 F1 F2 .  .  B0 F3 B1 F4 B2 F5 B3 ...
 *     device 1   .  F0 F1 .  B0 F2 B1 F3 B2 F4 B3 F5 ...
 *     device 2   .  .  F0 B0 F1 B1 F2 B2 F3 B3 F4 B4 ...
 *
 *   bubble      0 in steady state, where links take no time
 *   in flight   N−s at stage s; as many weight versions
 *   crossings   N−1−s at stage s; mismatch 0
 *
 * Paper: Harlap et al. 2018, arXiv 1806.03377, section 3.3 (weight stashing, no vertical sync).
 */
#include "lead.h"

static gint64
max_in_flight(const PdScenario *scenario, guint stage)
{
    return MIN(scenario->n_micro_batches, (gint64)scenario->n_stages - stage);
}

static gint64
crossing_bound(const PdScenario *scenario, guint stage)
{
    return (gint64)scenario->n_stages - 1 - stage;
}

static PdOperation
decide(const PdScenario *scenario, const PdDevice *device)
{
    const PdStage *stage = &device->stages[0];

    return pd_lead_decide(stage, 0, device->horizon,
                          (gint64)scenario->n_stages - 1 - stage->number);
}

extern const PdSchedule pd_pipedream;
const PdSchedule pd_pipedream = {
    .name = "pipedream",
    .summary = "1f1b without a flush; stashed weights keep forward and backward alike",
    .source = "Harlap et al. 2018, arXiv 1806.03377",
    .update = PD_UPDATE_EVERY_BACKWARD,
    .stashes = TRUE,
    .max_in_flight = max_in_flight,
    .crossing_bound = crossing_bound,
    .decide = decide,
};

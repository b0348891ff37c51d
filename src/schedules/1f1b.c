/*
 * 1F1B with a flush (PipeDream-Flush, DAPPLE): a few forwards, then one forward and one backward in
 * turn, then the remaining backwards, then one synchronous update.
 *
 *   p = 3, M = 4, F = B = 1:
 *
 *     device 0   F0 F1 F2 .  .  B0 F3 B1 .  B2 .  B3 | U
 *     device 1   .  F0 F1 .  B0 F2 B1 F3 B2 .  B3 .  | U
 *     device 2   .  .  F0 B0 F1 B1 F2 B2 F3 B3 .  .  | U
 *
 *   bubble      (p−1)(F+B) per mini-batch and device, as GPipe
 *   in flight   min(M, N−s) at stage s
 *   crossings   0
 *
 * Paper: Narayanan et al. 2021, arXiv 2006.09503, section 2.2; DAPPLE, arXiv 2007.01045.
 */
#include "lead.h"

static gint64
max_in_flight(const PdScenario *scenario, guint stage)
{
    return MIN(scenario->mini_batch, (gint64)scenario->n_stages - stage);
}

static gint64
crossing_bound(G_GNUC_UNUSED const PdScenario *scenario, G_GNUC_UNUSED guint stage)
{
    return 0;
}

static PdOperation
decide(const PdScenario *scenario, const PdDevice *device)
{
    const PdStage *stage = &device->stages[0];

    return pd_lead_decide(stage, pd_lead_mini_batch(scenario, stage), scenario->mini_batch,
                          (gint64)scenario->n_stages - 1 - stage->number);
}

extern const PdSchedule pd_1f1b;
const PdSchedule pd_1f1b = {
    .name = "1f1b",
    .summary = "one forward, one backward in turn, then a flush (PipeDream-Flush)",
    .source = "Narayanan et al. 2021, arXiv 2006.09503",
    .update = PD_UPDATE_AT_FLUSH,
    .max_in_flight = max_in_flight,
    .crossing_bound = crossing_bound,
    .decide = decide,
};

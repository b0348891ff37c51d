/*
 * GPipe: all forwards of a mini-batch, then all its backwards, then one synchronous update.
 *
 *   p = 3, M = 3, F = B = 1:
 *
 *     device 0   F0 F1 F2 .  .  .  .  B0 B1 B2 | U
 *     device 1   .  F0 F1 F2 .  .  B0 B1 B2 .  | U
 *     device 2   .  .  F0 F1 F2 B0 B1 B2 .  .  | U
 *
 * The backwards run in the order of the forwards, as in PyTorch's ScheduleGPipe; the paper's figure
 * draws the reverse, with the same bubble.
 *
 *   bubble      (p−1)(F+B) per mini-batch and device
 *   in flight   M
 *   crossings   0
 *
 * Paper: Huang et al. 2019, arXiv 1811.06965, section 2.3.
 */
#include "lead.h"

static gint64
max_in_flight(const PdScenario *scenario, G_GNUC_UNUSED guint stage)
{
    return scenario->mini_batch;
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
                          scenario->mini_batch);
}

extern const PdSchedule pd_gpipe;
const PdSchedule pd_gpipe = {
    .name = "gpipe",
    .summary = "all forwards of a mini-batch, then all backwards, then a flush",
    .source = "Huang et al. 2019, arXiv 1811.06965",
    .update = PD_UPDATE_AT_FLUSH,
    .max_in_flight = max_in_flight,
    .crossing_bound = crossing_bound,
    .decide = decide,
};

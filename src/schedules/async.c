/*
 * Naive asynchronous 1F1B: PACI's admission with an update after every backward and no stash, the
 * baseline of the PACI paper. A backward meets whatever weights are there.
 *
 *   p = 3, F = B = 1 (each B is followed by an update):
 *
 *     device 0   F0 F1 F2 .  .  B0 F3 B1 F4 B2 F5 B3 ...
 *     device 1   .  F0 F1 .  B0 F2 B1 F3 B2 F4 B3 F5 ...
 *     device 2   .  .  F0 B0 F1 B1 F2 B2 F3 B3 F4 B4 ...
 *
 *   bubble      0 in steady state, where links take no time
 *   in flight   L(s), by default N−s at stage s
 *   crossings   L(s)−1, by default N−1−s
 *
 * Paper: Elam et al. 2026, arXiv 2606.07881, Table 5.
 */
#include "admission.h"

extern const PdSchedule pd_async;
const PdSchedule pd_async = {
    .name = "async",
    .summary = "1f1b without a flush or a stash: an update after every backward",
    .source = "the baseline of Elam et al. 2026, arXiv 2606.07881",
    .update = PD_UPDATE_EVERY_BACKWARD,
    .limits_in_flight = TRUE,
    .max_in_flight = pd_admission_max_in_flight,
    .crossing_bound = pd_admission_crossing_bound,
    .decide = pd_admission_decide,
};

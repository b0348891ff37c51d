/*
 * PACI: every stage updates itself after every a-th backward and admits a forward only while fewer
 * than L(s) micro-batches are in flight. No flush, no stash, no global synchronisation.
 *
 *   p = 3, a = 2, F = B = 1 (| is a local update, of no length here):
 *
 *     device 0   F0 F1 F2 .  .  B0  F3 B1| F4 B2  F5 B3| ...
 *     device 1   .  F0 F1 .  B0 F2  B1|F3  B2 F4  B3|F5  ...
 *     device 2   .  .  F0 B0 F1 B1| F2 B2  F3 B3| F4 B4  ...
 *
 *   bubble      0 in steady state, where links take no time; with latency c and equal stages the
 *               period of a micro-batch is S + 2(N−1)c/N, S = F+B
 *   in flight   L(s), by default N−s at stage s
 *   crossings   ceil((L(s)−1) / a), so at most ceil((N−1) / a)
 *
 * Paper: Elam et al. 2026, arXiv 2606.07881, section 3.
 */
#include "admission.h"

extern const PdSchedule pd_paci;
const PdSchedule pd_paci = {
    .name = "paci",
    .summary = "no flush, no stash: local updates after every a-th backward, bounded drift",
    .source = "Elam et al. 2026, arXiv 2606.07881",
    .update = PD_UPDATE_EVERY_A,
    .limits_in_flight = TRUE,
    .max_in_flight = pd_admission_max_in_flight,
    .crossing_bound = pd_admission_crossing_bound,
    .decide = pd_admission_decide,
};

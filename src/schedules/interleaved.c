/*
 * Megatron's interleaved 1F1B: the model is cut into p v stages and device d holds the v stages d,
 * d+p, ..., its chunks. A device goes through its chunks in groups of p micro-batches, ascending
 * for forwards, descending for backwards, so that the pipeline fills and drains v times as fast.
 *
 *   p = 2, v = 2, M = 2, F = B = 1 per stage (micro-batch.stage):
 *
 *     device 0   F0.0 F1.0 F0.2 F1.2 .    B0.2 .    B1.2 B0.0 B1.0 | U U
 *     device 1   .    F0.1 F1.1 F0.3 B0.3 F1.3 B1.3 B0.1 B1.1 .    | U U
 *
 *   bubble      (p−1)(F+B)/v per mini-batch and device (F, B of all its v stages)
 *   in flight   see max_in_flight() below
 *   crossings   0
 *
 * Paper: Narayanan et al. 2021, arXiv 2104.04473, section 2.2.2.
 */
#include "device.h"

/* Forwards that device d runs before its first backward, over all its chunks. */
static gint64
warm_up(const PdScenario *scenario, guint device)
{
    const gint64 p = scenario->n_devices, v = scenario->n_virtual;

    return MIN(2 * (p - 1 - device) + (v - 1) * p, scenario->mini_batch * v);
}

/* How many of the first n chunk-operations belong to the chunk that comes turn-th in each group. */
static gint64
operations_of_turn(const PdScenario *scenario, gint64 turn, gint64 n)
{
    const gint64 p = scenario->n_devices, group = p * scenario->n_virtual;

    return n / group * p + CLAMP(n % group - turn * p, 0, p);
}

/* The smallest number that is at least low and equal to residue modulo period. */
static gint64
congruent_from(gint64 low, gint64 residue, gint64 period)
{
    return low + ((residue - low) % period + period) % period;
}

/*
 * When x forwards of the device have begun, all but its warm-up and one have been answered by a
 * backward, so its chunk c has g(x) = F_c(x) − B_c(x − warm_up − 1) in flight. g is periodic and
 * can be largest only where the run of chunk c's forwards ends, where a run of its backwards
 * begins, and at both ends of the range of x.
 */
static gint64
max_in_flight(const PdScenario *scenario, guint stage)
{
    const gint64 p = scenario->n_devices, v = scenario->n_virtual,
                 chunk = stage / scenario->n_devices;
    const gint64 total = scenario->mini_batch * v;
    const gint64 ahead = warm_up(scenario, stage % scenario->n_devices) + 1;
    const gint64 first = MIN(ahead, total);
    const gint64 candidates[] = {
        first,
        total,
        congruent_from(first, (chunk + 1) * p, p * v),
        congruent_from(first, (v - 1 - chunk) * p + ahead, p * v),
    };
    gint64 most = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(candidates); i++) {
        const gint64 x = candidates[i];

        if (x <= total)
            most = MAX(most, operations_of_turn(scenario, chunk, x) -
                                 operations_of_turn(scenario, v - 1 - chunk, MAX(x - ahead, 0)));
    }
    return most;
}

static gint64
crossing_bound(G_GNUC_UNUSED const PdScenario *scenario, G_GNUC_UNUSED guint stage)
{
    return 0;
}

static gboolean
check(const PdScenario *scenario, const PdConfig *config, GError **error)
{
    if (scenario->mini_batch % scenario->n_devices == 0)
        return TRUE;
    return pd_config_fail(config, PD_KEY_PIPELINE_MICRO_BATCHES, error,
                          "%" G_GINT64_FORMAT " is not divisible by the %u devices, as interleaved "
                          "needs; %" G_GINT64_FORMAT " is right",
                          scenario->mini_batch, scenario->n_devices,
                          (scenario->mini_batch / scenario->n_devices + 1) * scenario->n_devices);
}

/* The n-th forward or backward of the device within its mini-batch. */
static PdOperation
nth(const PdScenario *scenario, const PdDevice *device, PdKind kind, gint64 n)
{
    const gint64 p = scenario->n_devices, group = p * scenario->n_virtual;
    const gint64 turn = n % group / p;
    const gint64 chunk = kind == PD_FORWARD ? turn : scenario->n_virtual - 1 - turn;
    const PdStage *stage = &device->stages[chunk];
    const gint64 first = stage->version * scenario->mini_batch;

    return pd_stage_want(stage, kind, first + n / group * p + n % p);
}

static PdOperation
decide(const PdScenario *scenario, const PdDevice *device)
{
    const gint64 total = scenario->mini_batch * scenario->n_virtual;
    const gint64 ahead = warm_up(scenario, device->number);
    const gint64 position = device->n_begun - device->stages[0].version * 2 * total;
    const gint64 steady = position - ahead;

    if (steady < 0)
        return nth(scenario, device, PD_FORWARD, position);
    if (steady >= 2 * (total - ahead))
        return nth(scenario, device, PD_BACKWARD, position - total);
    return steady % 2 == 0 ? nth(scenario, device, PD_FORWARD, ahead + steady / 2)
                           : nth(scenario, device, PD_BACKWARD, steady / 2);
}

extern const PdSchedule pd_interleaved;
const PdSchedule pd_interleaved = {
    .name = "interleaved",
    .summary = "1f1b with several stages per device, a smaller bubble, then a flush",
    .source = "Narayanan et al. 2021, arXiv 2104.04473",
    .update = PD_UPDATE_AT_FLUSH,
    .cuts_devices = TRUE,
    .check = check,
    .max_in_flight = max_in_flight,
    .crossing_bound = crossing_bound,
    .decide = decide,
};

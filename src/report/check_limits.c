#include "check_limits.h"

#include <math.h>

/* --- what a report says of each limit --------------------------------------------------------- */

static void
measure_crossing(PdVerdict *verdict, const PdReport *report)
{
    for (guint s = 0; s < report->n_stages; s++) {
        const PdStageReport *stage = &report->stages[s];

        if (verdict->stage >= 0 && (double)stage->crossing.max <= verdict->value)
            continue;
        verdict->value = (double)stage->crossing.max;
        verdict->stage = s;
        verdict->micro_batch = stage->max_crossing_at;
    }
}

static void
measure_mismatch(PdVerdict *verdict, const PdReport *report)
{
    for (guint s = 0; s < report->n_stages; s++) {
        const PdStageReport *stage = &report->stages[s];

        if (verdict->stage >= 0 && (double)stage->mismatch.max <= verdict->value)
            continue;
        verdict->value = (double)stage->mismatch.max;
        verdict->stage = s;
        verdict->micro_batch = stage->max_mismatch_at;
    }
}

/* Whose bubble it is, for the most part. */
static gint64
idlest_device(const PdReport *report)
{
    guint idlest = 0;

    for (guint d = 1; d < report->n_devices; d++)
        if (report->devices[d].bubble_ns > report->devices[idlest].bubble_ns)
            idlest = d;
    return idlest;
}

static void
measure_bubble(PdVerdict *verdict, const PdReport *report)
{
    verdict->value = report->bubble_fraction;
    verdict->device = idlest_device(report);
}

static void
measure_steady_bubble(PdVerdict *verdict, const PdReport *report)
{
    verdict->value = report->steady_bubble_fraction;
    verdict->device = idlest_device(report);
}

static void
measure_memory(PdVerdict *verdict, const PdReport *report)
{
    for (guint d = 0; d < report->n_devices; d++) {
        const PdDeviceReport *device = &report->devices[d];

        if (verdict->device >= 0 && (double)device->peak_memory_bytes <= verdict->value)
            continue;
        verdict->value = (double)device->peak_memory_bytes;
        verdict->device = d;
        verdict->at_ns = device->peak_memory_at_ns;
    }
}

static void
measure_throughput(PdVerdict *verdict, const PdReport *report)
{
    verdict->value = report->throughput_micro_batches_per_s;
}

static const struct {
    PdKey key;
    PdLimitUnit unit;
    gboolean is_least;
    gboolean of_time;
    void (*measure)(PdVerdict *verdict, const PdReport *report);
} limits[] = {
    { PD_KEY_CHECK_MAX_CROSSING, PD_UNIT_UPDATES, FALSE, FALSE, measure_crossing },
    { PD_KEY_CHECK_MAX_MISMATCH, PD_UNIT_UPDATES, FALSE, FALSE, measure_mismatch },
    { PD_KEY_CHECK_MAX_BUBBLE_FRACTION, PD_UNIT_SHARE, FALSE, TRUE, measure_bubble },
    { PD_KEY_CHECK_MAX_STEADY_BUBBLE_FRACTION, PD_UNIT_SHARE, FALSE, TRUE, measure_steady_bubble },
    { PD_KEY_CHECK_MAX_PEAK_MEMORY, PD_UNIT_BYTES, FALSE, FALSE, measure_memory },
    { PD_KEY_CHECK_MIN_THROUGHPUT, PD_UNIT_MICRO_BATCHES_PER_S, TRUE, TRUE, measure_throughput },
};

/* --- verdicts --------------------------------------------------------------------------------- */

static double
limit_of(const PdConfig *config, PdKey key)
{
    return pd_key_row(key)->type == PD_TYPE_REAL ? pd_config_real(config, key, 0)
                                                 : (double)pd_config_quantity(config, key, 0);
}

/* Judge what has been measured. */
static void
judge(PdVerdict *verdict)
{
    verdict->margin =
        verdict->is_least ? verdict->value - verdict->limit : verdict->limit - verdict->value;
    verdict->margin_share = verdict->unit != PD_UNIT_UPDATES && verdict->limit > 0
                                ? verdict->margin / verdict->limit
                                : (double)NAN;
    /* a value that does not exist is not inside */
    verdict->holds = verdict->margin >= 0;
}

static PdVerdict
judge_stage(const PdReport *report, guint number, guint64 seed)
{
    const PdStageReport *stage = &report->stages[number];
    PdVerdict verdict = {
        .name = "crossing-bound",
        .unit = PD_UNIT_UPDATES,
        .limit = (double)stage->bound,
        .value = (double)stage->crossing.max,
        .stage = number,
        .micro_batch = stage->max_crossing_at,
        .device = -1,
        .at_ns = -1,
        .seed = seed,
    };

    judge(&verdict);
    return verdict;
}

gboolean
pd_limits_any(const PdConfig *config, gboolean of_time)
{
    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++)
        if (pd_config_has(config, limits[i].key) && (!of_time || limits[i].of_time))
            return TRUE;
    return FALSE;
}

GArray *
pd_limits_check(const PdConfig *config, const PdReport *report, gboolean times, guint64 seed)
{
    GArray *verdicts = g_array_new(FALSE, FALSE, sizeof(PdVerdict));
    PdVerdict bound = judge_stage(report, 0, seed);

    for (guint s = 1; s < report->n_stages; s++) {
        const PdVerdict stage = judge_stage(report, s, seed);

        if (stage.margin < bound.margin)
            bound = stage;
    }
    g_array_append_val(verdicts, bound);
    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        PdVerdict verdict = {
            .name = pd_key_row(limits[i].key)->name,
            .unit = limits[i].unit,
            .is_least = limits[i].is_least,
            .stage = -1,
            .micro_batch = -1,
            .device = -1,
            .at_ns = -1,
            .seed = seed,
        };

        if (!pd_config_has(config, limits[i].key) || (limits[i].of_time && !times))
            continue;
        verdict.limit = limit_of(config, limits[i].key);
        limits[i].measure(&verdict, report);
        judge(&verdict);
        g_array_append_val(verdicts, verdict);
    }
    return verdicts;
}

void
pd_verdicts_worsen(GArray *verdicts, const GArray *others)
{
    g_assert(verdicts->len == others->len);
    for (guint i = 0; i < verdicts->len; i++) {
        PdVerdict *verdict = &g_array_index(verdicts, PdVerdict, i);
        const PdVerdict *other = &g_array_index(others, PdVerdict, i);

        if (!isnan(verdict->margin) && !(other->margin >= verdict->margin))
            *verdict = *other;
    }
}

guint
pd_verdicts_failed(const GArray *verdicts)
{
    guint n = 0;

    for (guint i = 0; i < verdicts->len; i++)
        n += !g_array_index(verdicts, PdVerdict, i).holds;
    return n;
}

/* --- words ------------------------------------------------------------------------------------ */

const char *
pd_limit_unit_name(PdLimitUnit unit)
{
    static const char *const names[] = {
        [PD_UNIT_UPDATES] = "updates",
        [PD_UNIT_SHARE] = "share",
        [PD_UNIT_BYTES] = "bytes",
        [PD_UNIT_MICRO_BATCHES_PER_S] = "micro-batches/s",
    };

    return names[unit];
}

char *
pd_limit_format(PdLimitUnit unit, double number)
{
    g_autofree char *size = NULL;

    if (isnan(number))
        return g_strdup("none");
    switch (unit) {
    case PD_UNIT_UPDATES:
        break;
    case PD_UNIT_SHARE:
        return g_strdup_printf("%.4g %%", 100 * number);
    case PD_UNIT_BYTES:
        size = pd_size_format((gint64)fabs(number));
        return g_strdup_printf("%s%s", number < 0 ? "-" : "", size);
    case PD_UNIT_MICRO_BATCHES_PER_S:
        return g_strdup_printf("%.4g/s", number);
    }
    return g_strdup_printf("%.0f", number);
}

/* Why a run has no such number. */
static const char *
absence(const PdVerdict *verdict)
{
    return verdict->unit == PD_UNIT_SHARE
               ? "the run is too short to have one; more mini-batches would be right"
               : "the run takes no time";
}

static void
append_place(GString *text, const PdVerdict *verdict)
{
    if (verdict->stage >= 0)
        g_string_append_printf(text, " at stage %" G_GINT64_FORMAT, verdict->stage);
    if (verdict->micro_batch >= 0)
        g_string_append_printf(text, ", micro-batch %" G_GINT64_FORMAT, verdict->micro_batch);
    if (verdict->at_ns >= 0) {
        g_autofree char *at = pd_duration_format(verdict->at_ns);

        g_string_append_printf(text, " on device %" G_GINT64_FORMAT " at %s", verdict->device, at);
    } else if (verdict->device >= 0 && !isnan(verdict->value)) {
        g_string_append_printf(text, ", most on device %" G_GINT64_FORMAT, verdict->device);
    }
}

char *
pd_verdict_sentence(const PdVerdict *verdict, gboolean with_seed)
{
    g_autofree char *limit = pd_limit_format(verdict->unit, verdict->limit);
    g_autofree char *value = pd_limit_format(verdict->unit, verdict->value);
    g_autofree char *margin = pd_limit_format(verdict->unit, verdict->margin);
    GString *text = g_string_new(NULL);

    g_string_printf(text, verdict->is_least ? "at least %s asked, %s" : "at most %s allowed, %s",
                    limit, value);
    append_place(text, verdict);
    if (with_seed)
        g_string_append_printf(text, ", seed %" G_GUINT64_FORMAT, verdict->seed);
    if (isnan(verdict->value))
        g_string_append_printf(text, ": %s", absence(verdict));
    else
        g_string_append_printf(text, "; margin %s", margin);
    return g_string_free(text, FALSE);
}

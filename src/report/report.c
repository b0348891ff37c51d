#include "report.h"

#include <math.h>

/* a / b, or no number where there is no b. */
static double
ratio(double a, double b)
{
    return b > 0 ? a / b : (double)NAN;
}

static PdDistribution
distribution(const PdHistogram *histogram)
{
    return (PdDistribution){
        .max = pd_histogram_max(histogram),
        .mean = pd_histogram_mean(histogram),
        .n = histogram->n,
        .histogram = g_memdup2(histogram->counts, histogram->n * sizeof *histogram->counts),
    };
}

static PdDeviceReport
device_report(const PdLedgers *ledgers, guint number)
{
    const PdDeviceTime *time = &ledgers->time.devices[number];
    const PdDeviceMemory *memory = &ledgers->memory.devices[number];
    const gint64 *capacity = ledgers->scenario->costs.values[PD_COST_CAPACITY];
    PdDeviceReport report = {
        .first_start_ns = time->first_start_ns,
        .last_end_ns = time->last_end_ns,
        .busy_ns = time->busy_ns,
        .bubble_ns = ledgers->time.makespan_ns - time->busy_ns,
        .operations = time->operations,
        .peak_memory_bytes = memory->peak_bytes,
        .peak_memory_at_ns = memory->peak_at_ns,
        .capacity_bytes = capacity == NULL ? -1 : capacity[number],
    };

    for (PdCause cause = 0; cause < PD_N_CAUSES; cause++)
        report.bubble_by_cause_ns[cause] = time->idle_ns[cause];
    for (PdMemoryPart part = 0; part < PD_N_PARTS; part++)
        report.peak_memory_parts_bytes[part] = memory->peak_parts_bytes[part];
    report.fits = capacity == NULL || report.peak_memory_bytes <= report.capacity_bytes;
    return report;
}

static PdStageReport
stage_report(PdLedgers *ledgers, guint number)
{
    const PdScenario *scenario = ledgers->scenario;
    const PdStageVersions *stage = &ledgers->versions.stages[number];
    guint32 **crossings = ledgers->versions.crossings;

    return (PdStageReport){
        .device = pd_scenario_device(scenario, number),
        .updates = stage->updates,
        .unapplied_gradients = pd_stage_versions_unapplied(stage),
        .peak_in_flight = stage->peak_in_flight,
        .bound = scenario->schedule->crossing_bound(scenario, number),
        .crossing = distribution(&stage->crossing),
        .mismatch = distribution(&stage->mismatch),
        .delay = distribution(&stage->delay),
        .max_crossing_at = stage->max_crossing_at,
        .max_mismatch_at = stage->max_mismatch_at,
        .crossings = crossings == NULL ? NULL : g_steal_pointer(&crossings[number]),
    };
}

static void
sum_devices(PdReport *self)
{
    double busy_ns = 0, idle_ns = 0;

    self->fits_memory = TRUE;
    for (guint i = 0; i < self->n_devices; i++) {
        const PdDeviceReport *device = &self->devices[i];

        busy_ns += (double)device->busy_ns;
        idle_ns += (double)device->bubble_ns;
        self->max_peak_memory_bytes = MAX(self->max_peak_memory_bytes, device->peak_memory_bytes);
        self->fits_memory = self->fits_memory && device->fits;
    }
    self->bubble_fraction = ratio(idle_ns, (double)self->makespan_ns * self->n_devices);
    self->bubble_overhead = ratio(idle_ns, busy_ns);
}

static void
sum_stages(PdReport *self)
{
    for (guint i = 0; i < self->n_stages; i++) {
        const PdStageReport *stage = &self->stages[i];

        self->updates += stage->updates;
        self->max_crossing = MAX(self->max_crossing, stage->crossing.max);
        self->max_mismatch = MAX(self->max_mismatch, stage->mismatch.max);
        self->crossing_bound = MAX(self->crossing_bound, stage->bound);
    }
}

PdReport *
pd_report_new(PdLedgers *ledgers, const char *executor)
{
    const PdScenario *scenario = ledgers->scenario;
    const double seconds = (double)ledgers->time.makespan_ns / 1e9;
    const gint64 micro_batches = pd_histogram_count(&ledgers->versions.stages[0].crossing);
    PdReport *report = g_new(PdReport, 1);

    *report = (PdReport){
        .title = g_strdup(scenario->title),
        .schedule = scenario->schedule->name,
        .executor = executor,
        .n_stages = scenario->n_stages,
        .n_devices = scenario->n_devices,
        .micro_batches = micro_batches,
        .makespan_ns = ledgers->time.makespan_ns,
        .throughput_micro_batches_per_s = ratio((double)micro_batches, seconds),
        .has_capacity = scenario->costs.values[PD_COST_CAPACITY] != NULL,
        .recomputes = scenario->recompute && !scenario->stash,
        .synchronous = scenario->schedule->update == PD_UPDATE_AT_FLUSH,
        .devices = g_new(PdDeviceReport, scenario->n_devices),
        .stages = g_new(PdStageReport, scenario->n_stages),
    };
    report->throughput_tokens_per_s =
        scenario->tokens > 0 ? report->throughput_micro_batches_per_s * (double)scenario->tokens
                             : (double)NAN;
    if (!pd_time_ledger_steady_bubble(&ledgers->time, &report->steady_bubble_fraction))
        report->steady_bubble_fraction = (double)NAN;
    for (guint i = 0; i < report->n_devices; i++)
        report->devices[i] = device_report(ledgers, i);
    for (guint i = 0; i < report->n_stages; i++)
        report->stages[i] = stage_report(ledgers, i);
    sum_devices(report);
    sum_stages(report);
    return report;
}

void
pd_report_free(PdReport *report)
{
    if (report == NULL)
        return;
    for (guint i = 0; i < report->n_stages; i++) {
        g_free(report->stages[i].crossing.histogram);
        g_free(report->stages[i].mismatch.histogram);
        g_free(report->stages[i].delay.histogram);
        g_free(report->stages[i].crossings);
    }
    g_free(report->devices);
    g_free(report->stages);
    g_free(report->title);
    g_free(report);
}

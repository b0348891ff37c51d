#include "recount.h"

/* --- sums ------------------------------------------------------------------------------------- */

static char *
check_device_sums(const PdReport *report, guint d)
{
    const PdDeviceReport *device = &report->devices[d];
    gint64 sum = 0;

    for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++)
        sum += device->bubble_by_cause_ns[cause];
    if (sum != device->bubble_ns)
        return g_strdup_printf("the causes of device %u's bubble do not sum to it", d);
    if (device->busy_ns + device->bubble_ns != report->makespan_ns)
        return g_strdup_printf("device %u's busy and idle times do not sum to the makespan", d);
    if (device->bubble_by_cause_ns[PD_STARTUP] != device->first_start_ns ||
        device->bubble_by_cause_ns[PD_DRAINED] != report->makespan_ns - device->last_end_ns)
        return g_strdup_printf("device %u's start and end are not where its bubble says", d);
    return NULL;
}

static char *
check_stage_sums(const PdScenario *scenario, const PdReport *report, guint s)
{
    const PdStageReport *stage = &report->stages[s];

    if (stage->updates * scenario->accumulation + stage->unapplied_gradients !=
        scenario->n_micro_batches)
        return g_strdup_printf("stage %u's gradients, applied or not, are not as many as its "
                               "micro-batches",
                               s);
    if (stage->crossing.max > stage->bound || (report->synchronous && stage->crossing.max > 0))
        return g_strdup_printf("stage %u crosses %" G_GINT64_FORMAT " updates, more than its bound "
                               "of %" G_GINT64_FORMAT,
                               s, stage->crossing.max, report->synchronous ? 0 : stage->bound);
    if (stage->mismatch.max > (scenario->stash ? 0 : stage->crossing.max))
        return g_strdup_printf("stage %u has a mismatch of %" G_GINT64_FORMAT, s,
                               stage->mismatch.max);
    if (stage->peak_in_flight > scenario->schedule->max_in_flight(scenario, s))
        return g_strdup_printf("stage %u has %" G_GINT64_FORMAT " micro-batches in flight, more "
                               "than the %" G_GINT64_FORMAT " that it may have",
                               s, stage->peak_in_flight,
                               scenario->schedule->max_in_flight(scenario, s));
    return NULL;
}

char *
recount_check_sums(const PdScenario *scenario, const PdReport *report)
{
    char *fault = NULL;

    for (guint d = 0; d < report->n_devices && fault == NULL; d++)
        fault = check_device_sums(report, d);
    for (guint s = 0; s < report->n_stages && fault == NULL; s++)
        fault = check_stage_sums(scenario, report, s);
    return fault;
}

/* --- events ----------------------------------------------------------------------------------- */

/* The operations of one device or of one stage, in their order. (transfer full) */
static GPtrArray *
operations(const Witness *witness, const guint *device, const guint *stage)
{
    GPtrArray *events = g_ptr_array_new();

    for (guint i = 0; i < witness->events->len; i++) {
        PdEvent *event = &g_array_index(witness->events, PdEvent, i);

        if (!pd_event_is_wait(event) && (device == NULL || event->device == *device) &&
            (stage == NULL || event->operation.stage == *stage))
            g_ptr_array_add(events, event);
    }
    return events;
}

/* The kind of the operation behind which nothing of a micro-batch is needed any more. */
static PdKind
last_kind(const PdScenario *scenario)
{
    return scenario->schedule->splits_backward ? PD_WEIGHT : PD_BACKWARD;
}

char *
recount_check_times(const Witness *witness, const PdReport *report)
{
    gint64 makespan_ns = 0;

    for (guint d = 0; d < report->n_devices; d++) {
        g_autoptr(GPtrArray) events = operations(witness, &d, NULL);
        gint64 busy_ns = 0;

        for (guint i = 0; i < events->len; i++) {
            const PdEvent *event = events->pdata[i];

            busy_ns += event->end_ns - event->start_ns;
            makespan_ns = MAX(makespan_ns, event->end_ns);
        }
        if (report->devices[d].operations != events->len)
            return g_strdup_printf("device %u does %u operations and reports %" G_GINT64_FORMAT, d,
                                   events->len, report->devices[d].operations);
        if (report->devices[d].busy_ns != busy_ns)
            return g_strdup_printf("device %u is busy for %" G_GINT64_FORMAT
                                   " ns and reports %" G_GINT64_FORMAT,
                                   d, busy_ns, report->devices[d].busy_ns);
    }
    if (report->makespan_ns != makespan_ns)
        return g_strdup_printf("the run takes %" G_GINT64_FORMAT
                               " ns and reports %" G_GINT64_FORMAT,
                               makespan_ns, report->makespan_ns);
    return NULL;
}

/* --- stages ----------------------------------------------------------------------------------- */

/* What one stage did, counted; arrays per micro-batch. */
typedef struct {
    gint64 peak_in_flight, updates;
    gint64 *before_forward;  /* updates */
    gint64 *before_backward; /* updates */
    gint64 *applied;         /* updates before the one that applied the gradient; −1: none did */
} Count;

static void
count_clear(Count *count)
{
    g_free(count->before_forward);
    g_free(count->before_backward);
    g_free(count->applied);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Count, count_clear)

static void
count_stage(Count *count, const Witness *witness, guint stage)
{
    const gint64 n = witness->scenario->n_micro_batches;
    const PdKind last = last_kind(witness->scenario);
    g_autoptr(GPtrArray) events = operations(witness, NULL, &stage);
    g_autoptr(GArray) waiting = g_array_new(FALSE, FALSE, sizeof(gint64));
    gint64 in_flight = 0;

    count->before_forward = g_new0(gint64, n);
    count->before_backward = g_new0(gint64, n);
    count->applied = g_new(gint64, n);
    for (gint64 m = 0; m < n; m++)
        count->applied[m] = -1;
    for (guint i = 0; i < events->len; i++) {
        const PdOperation operation = ((const PdEvent *)events->pdata[i])->operation;

        if (operation.kind == PD_FORWARD) {
            count->before_forward[operation.micro_batch] = count->updates;
            in_flight++;
            count->peak_in_flight = MAX(count->peak_in_flight, in_flight);
        }
        if (operation.kind == PD_BACKWARD)
            count->before_backward[operation.micro_batch] = count->updates;
        if (operation.kind == last) {
            in_flight--;
            g_array_append_val(waiting, operation.micro_batch);
        }
        if (operation.kind == PD_UPDATE) {
            for (guint k = 0; k < waiting->len; k++)
                count->applied[g_array_index(waiting, gint64, k)] = count->updates;
            g_array_set_size(waiting, 0);
            count->updates++;
        }
    }
}

/* Take one value out of a histogram that is being emptied; FALSE where it is not there. */
static gboolean
take(gint64 *histogram, guint n, gint64 value)
{
    return value >= 0 && value < n && histogram[value]-- > 0;
}

/* Whether a distribution is that of these values; a negative one does not count. */
static gboolean
is_distribution(const PdDistribution *distribution, const gint64 *values, gint64 n)
{
    g_autofree gint64 *left =
        g_memdup2(distribution->histogram, distribution->n * sizeof *distribution->histogram);
    gint64 max = 0, sum = 0, count = 0;

    for (gint64 i = 0; i < n; i++) {
        if (values[i] < 0)
            continue;
        if (!take(left, distribution->n, values[i]))
            return FALSE;
        max = MAX(max, values[i]);
        sum += values[i];
        count++;
    }
    for (guint i = 0; i < distribution->n; i++)
        if (left[i] != 0)
            return FALSE;
    return distribution->max == max &&
           ABS(distribution->mean * (double)count - (double)sum) < 1e-6 * (double)(sum + 1);
}

static char *
check_drift(const PdScenario *scenario, const PdStageReport *stage, const Count *count, guint s)
{
    const gint64 n = scenario->n_micro_batches;
    const gboolean own_weights = scenario->stash || scenario->recompute;
    g_autofree gint64 *crossing = g_new(gint64, n), *mismatch = g_new(gint64, n),
                      *delay = g_new(gint64, n);

    for (gint64 m = 0; m < n; m++) {
        crossing[m] = count->before_backward[m] - count->before_forward[m];
        mismatch[m] = own_weights ? 0 : crossing[m];
        delay[m] = count->applied[m] < 0 ? -1 : count->applied[m] - count->before_forward[m];
        if (stage->crossings != NULL && stage->crossings[m] != crossing[m])
            return g_strdup_printf("micro-batch %" G_GINT64_FORMAT " crosses %" G_GINT64_FORMAT
                                   " updates at stage %u and %u are reported",
                                   m, crossing[m], s, stage->crossings[m]);
    }
    return !is_distribution(&stage->crossing, crossing, n)
               ? g_strdup_printf("stage %u's crossings are not distributed as reported", s)
           : !is_distribution(&stage->mismatch, mismatch, n)
               ? g_strdup_printf("stage %u's mismatches are not distributed as reported", s)
           : !is_distribution(&stage->delay, delay, n)
               ? g_strdup_printf("stage %u's delays are not distributed as reported", s)
               : NULL;
}

char *
recount_check_stages(const Witness *witness, const PdReport *report)
{
    char *fault = NULL;

    for (guint s = 0; s < report->n_stages && fault == NULL; s++) {
        const PdStageReport *stage = &report->stages[s];
        g_auto(Count) count = { 0 };

        count_stage(&count, witness, s);
        if (stage->peak_in_flight != count.peak_in_flight)
            return g_strdup_printf("stage %u has %" G_GINT64_FORMAT " micro-batches in flight and "
                                   "reports %" G_GINT64_FORMAT,
                                   s, count.peak_in_flight, stage->peak_in_flight);
        if (stage->updates != count.updates)
            return g_strdup_printf("stage %u makes %" G_GINT64_FORMAT
                                   " updates and reports %" G_GINT64_FORMAT,
                                   s, count.updates, stage->updates);
        fault = check_drift(witness->scenario, stage, &count, s);
    }
    return fault;
}

/* --- memory ----------------------------------------------------------------------------------- */

/* What a device comes to hold with each of its operations, and the last one that needs it. */
typedef struct {
    const PdScenario *scenario;
    GPtrArray *events;
    gint64 *change_bytes; /* per operation, and one behind them */
} Holdings;

static void
hold(Holdings *self, guint from, guint to, gint64 bytes)
{
    self->change_bytes[from] += bytes;
    self->change_bytes[to + 1] -= bytes;
}

/* The last operation of a stage of this kind that a micro-batch, or a version, needs. */
static guint
find_last(const Holdings *self, PdKind kind, guint stage, gint64 micro_batch, gint64 version)
{
    guint last = 0;

    for (guint i = 0; i < self->events->len; i++) {
        const PdEvent *event = self->events->pdata[i];

        if (event->operation.kind == kind && event->operation.stage == stage &&
            (micro_batch < 0 || event->operation.micro_batch == micro_batch) &&
            (version < 0 || event->forward_version == version))
            last = i;
    }
    return last;
}

static void
hold_for(Holdings *self, guint i)
{
    const PdScenario *scenario = self->scenario;
    const PdEvent *event = self->events->pdata[i];
    const PdKind last = last_kind(scenario);
    const guint stage = event->operation.stage;
    const gint64 m = event->operation.micro_batch;
    const gint64 activations = pd_scenario_cost(scenario, PD_COST_ACTIVATIONS, stage);

    if (event->operation.kind == PD_FORWARD)
        hold(self, i, find_last(self, last, stage, m, -1),
             scenario->recompute ? pd_scenario_cost(scenario, PD_COST_INPUTS, stage) : activations);
    if (event->operation.kind == PD_BACKWARD && scenario->recompute)
        hold(self, i, find_last(self, last, stage, m, -1), activations);
    if (event->operation.kind == PD_UPDATE && scenario->stash) {
        const guint until = find_last(self, last, stage, -1, event->forward_version);

        if (until > i)
            hold(self, i + 1, until, pd_scenario_cost(scenario, PD_COST_WEIGHTS, stage));
    }
}

static gint64
peak_bytes(const Witness *witness, guint device)
{
    const PdScenario *scenario = witness->scenario;
    g_autoptr(GPtrArray) events = operations(witness, &device, NULL);
    g_autofree gint64 *change_bytes = g_new0(gint64, events->len + 1);
    Holdings self = { scenario, events, change_bytes };
    gint64 held = 0, peak;

    for (guint s = device; s < scenario->n_stages; s += scenario->n_devices)
        for (PdCost cost = PD_COST_WEIGHTS; cost <= PD_COST_OPTIMIZER; cost++)
            held += pd_scenario_cost(scenario, cost, s);
    peak = held;
    for (guint i = 0; i < events->len; i++)
        hold_for(&self, i);
    for (guint i = 0; i < events->len; i++) {
        held += change_bytes[i];
        peak = MAX(peak, held);
    }
    return peak;
}

char *
recount_check_memory(const Witness *witness, const PdReport *report)
{
    for (guint d = 0; d < report->n_devices; d++) {
        const PdDeviceReport *device = &report->devices[d];
        const gint64 peak = peak_bytes(witness, d);
        gint64 sum = 0;

        for (PdMemoryPart part = 0; part < PD_N_PARTS; part++)
            sum += device->peak_memory_parts_bytes[part];
        if (device->peak_memory_bytes != peak || sum != peak)
            return g_strdup_printf("device %u comes to hold %" G_GINT64_FORMAT
                                   " bytes and reports %" G_GINT64_FORMAT " in parts of "
                                   "%" G_GINT64_FORMAT,
                                   d, peak, device->peak_memory_bytes, sum);
        if (device->fits != (device->capacity_bytes < 0 || peak <= device->capacity_bytes))
            return g_strdup_printf("device %u is said to fit, or not to, and the reverse is true",
                                   d);
    }
    return NULL;
}

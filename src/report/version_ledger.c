#include "version_ledger.h"

static void
histogram_grow(PdHistogram *self, gint64 value)
{
    const gint64 n = value + 1;

    g_assert(n > 0 && n < G_MAXINT32);
    if (n > self->n_allocated) {
        self->n_allocated = MAX((guint)n, 2 * self->n_allocated);
        self->counts = g_renew(gint64, self->counts, self->n_allocated);
    }
    for (; self->n < n; self->n++)
        self->counts[self->n] = 0;
}

static inline void
histogram_add(PdHistogram *self, gint64 value, gint64 count)
{
    if (G_UNLIKELY(value >= self->n))
        histogram_grow(self, value);
    self->counts[value] += count;
}

gint64
pd_histogram_count(const PdHistogram *histogram)
{
    gint64 count = 0;

    for (guint i = 0; i < histogram->n; i++)
        count += histogram->counts[i];
    return count;
}

double
pd_histogram_mean(const PdHistogram *histogram)
{
    const gint64 count = pd_histogram_count(histogram);
    double sum = 0;

    for (guint i = 0; i < histogram->n; i++)
        sum += (double)i * (double)histogram->counts[i];
    return count > 0 ? sum / (double)count : 0;
}

/* A gradient is complete; the micro-batch is no longer in flight. */
static void
finish(PdStageVersions *stage, const PdEvent *event)
{
    stage->in_flight--;
    pd_version_runs_add(&stage->unapplied, event->forward_version);
}

static void
apply(PdStageVersions *stage, const PdEvent *event)
{
    for (guint i = 0; i < pd_version_runs_count(&stage->unapplied); i++) {
        const PdVersionRun *run = pd_version_runs_at(&stage->unapplied, i);

        histogram_add(&stage->delay, event->forward_version - run->version, run->count);
    }
    pd_version_runs_reset(&stage->unapplied);
    stage->updates++;
}

static void
meet(PdVersionLedger *self, PdStageVersions *stage, const PdEvent *event)
{
    const PdScenario *scenario = self->scenario;
    const gint64 crossing = event->version - event->forward_version;
    const gint64 mismatch = scenario->stash || scenario->recompute ? 0 : crossing;

    /* a histogram ends at the largest value so far */
    if (G_UNLIKELY(crossing >= stage->crossing.n))
        stage->max_crossing_at = event->operation.micro_batch;
    if (G_UNLIKELY(mismatch >= stage->mismatch.n))
        stage->max_mismatch_at = event->operation.micro_batch;
    histogram_add(&stage->crossing, crossing, 1);
    histogram_add(&stage->mismatch, mismatch, 1);
    if (self->crossings != NULL)
        self->crossings[event->operation.stage][event->operation.micro_batch - scenario->first] =
            (guint32)crossing;
}

static void
account(PdVersionLedger *self, const PdEvent *event)
{
    PdStageVersions *stage = &self->stages[event->operation.stage];

    switch ((PdKind)event->operation.kind) {
    case PD_FORWARD:
        stage->in_flight++;
        stage->peak_in_flight = MAX(stage->peak_in_flight, stage->in_flight);
        break;
    case PD_BACKWARD:
        meet(self, stage, event);
        if (!self->scenario->schedule->splits_backward)
            finish(stage, event);
        break;
    case PD_WEIGHT:
        finish(stage, event);
        break;
    case PD_UPDATE:
        apply(stage, event);
        break;
    case PD_N_KINDS:
        g_assert_not_reached();
    }
}

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    for (const PdEvent *event = events; event < events + n; event++)
        if (!pd_event_is_wait(event))
            account((PdVersionLedger *)sink, event);
}

void
pd_version_ledger_init(PdVersionLedger *ledger, const PdScenario *scenario, gboolean keep_all)
{
    *ledger = (PdVersionLedger){
        .sink.consume = consume,
        .scenario = scenario,
        .stages = g_new0(PdStageVersions, scenario->n_stages),
        .crossings = keep_all ? g_new(guint32 *, scenario->n_stages) : NULL,
    };
    for (guint stage = 0; stage < scenario->n_stages; stage++) {
        pd_version_runs_init(&ledger->stages[stage].unapplied);
        ledger->stages[stage].max_crossing_at = ledger->stages[stage].max_mismatch_at = -1;
        if (keep_all)
            ledger->crossings[stage] = g_new0(guint32, scenario->n_micro_batches - scenario->first);
    }
}

void
pd_version_ledger_clear(PdVersionLedger *ledger)
{
    for (guint i = 0; ledger->stages != NULL && i < ledger->scenario->n_stages; i++) {
        PdStageVersions *stage = &ledger->stages[i];

        g_free(stage->crossing.counts);
        g_free(stage->mismatch.counts);
        g_free(stage->delay.counts);
        pd_version_runs_clear(&stage->unapplied);
        if (ledger->crossings != NULL)
            g_free(ledger->crossings[i]);
    }
    g_clear_pointer(&ledger->stages, g_free);
    g_clear_pointer(&ledger->crossings, g_free);
}

gint64
pd_stage_versions_unapplied(const PdStageVersions *stage)
{
    gint64 n = 0;

    for (guint i = 0; i < pd_version_runs_count(&stage->unapplied); i++)
        n += pd_version_runs_at(&stage->unapplied, i)->count;
    return n;
}

#include "witness.h"

#include "support.h"

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    g_array_append_vals(((Witness *)sink)->events, events, (guint)n);
}

void
witness_init(Witness *witness, const PdScenario *scenario)
{
    *witness = (Witness){
        .sink.consume = consume,
        .scenario = scenario,
        .events = g_array_new(FALSE, FALSE, sizeof(PdEvent)),
    };
}

void
witness_clear(Witness *witness)
{
    g_clear_pointer(&witness->events, g_array_unref);
}

static const PdEvent *
at(const Witness *self, guint i)
{
    return &g_array_index(self->events, PdEvent, i);
}

const PdEvent *
witness_find(const Witness *witness, PdKind kind, gint64 micro_batch, guint stage)
{
    const PdEvent *found = NULL;

    for (guint i = 0; i < witness->events->len; i++) {
        const PdEvent *event = at(witness, i);

        if (pd_event_is_wait(event) || event->operation.kind != kind ||
            event->operation.micro_batch != micro_batch || event->operation.stage != stage)
            continue;
        test_require(found == NULL);
        found = event;
    }
    test_require(found != NULL);
    return found;
}

char *
witness_describe(const PdEvent *event)
{
    g_autofree char *name = pd_operation_name(event->operation);

    return g_strdup_printf("%s%s on device %u from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                           " ns, version %" G_GINT64_FORMAT " (forward %" G_GINT64_FORMAT ")",
                           pd_event_is_wait(event) ? "the wait for " : "", name, event->device,
                           event->start_ns, event->end_ns, event->version, event->forward_version);
}

char *
witness_fault(const PdEvent *event, const char *what)
{
    g_autofree char *description = witness_describe(event);

    return g_strdup_printf("%s: %s", description, what);
}

/* Whether forward and backward of every micro-batch at every stage are among the seen. */
static char *
check_all_seen(const PdScenario *scenario, const guint8 *seen)
{
    const gint64 n = scenario->n_micro_batches;

    for (guint s = 0; s < scenario->n_stages; s++) {
        for (gint64 m = 0; m < n; m++) {
            const guint8 *cell = &seen[((gsize)s * (gsize)n + (gsize)m) * PD_N_KINDS];

            if (cell[PD_FORWARD] != 1 || cell[PD_BACKWARD] != 1)
                return g_strdup_printf("micro-batch %" G_GINT64_FORMAT " at stage %u has %u "
                                       "forwards and %u backwards",
                                       m, s, cell[PD_FORWARD], cell[PD_BACKWARD]);
        }
    }
    return NULL;
}

char *
witness_check_devices(const Witness *witness)
{
    const PdScenario *scenario = witness->scenario;
    const gint64 n = scenario->n_micro_batches;
    g_autofree gint64 *clock_ns = g_new0(gint64, scenario->n_devices);
    g_autofree guint8 *seen = g_new0(guint8, (gsize)n * scenario->n_stages * PD_N_KINDS);
    gint64 makespan_ns = 0, last_start_ns = 0;

    for (guint i = 0; i < witness->events->len; i++) {
        const PdEvent *event = at(witness, i);
        const PdOperation operation = event->operation;
        const gsize cell =
            ((gsize)operation.stage * (gsize)n + (gsize)operation.micro_batch) * PD_N_KINDS +
            operation.kind;

        if (event->start_ns != clock_ns[event->device])
            return witness_fault(event, "does not begin where its device's last event ended");
        if (event->end_ns < event->start_ns)
            return witness_fault(event, "ends before it begins");
        clock_ns[event->device] = event->end_ns;
        makespan_ns = MAX(makespan_ns, event->end_ns);
        if (pd_event_is_wait(event))
            continue;
        if (event->start_ns < last_start_ns)
            return witness_fault(event, "is told after an operation that began later");
        last_start_ns = event->start_ns;
        if (event->device != operation.stage % scenario->n_devices)
            return witness_fault(event, "is not on the device of its stage");
        if (seen[cell]++ != 0)
            return witness_fault(event, "is done twice");
    }
    for (guint d = 0; d < scenario->n_devices; d++)
        if (clock_ns[d] != makespan_ns)
            return g_strdup_printf("device %u's events end before the run does", d);
    return check_all_seen(scenario, seen);
}

/* When the input of (kind, micro-batch, stage) arrives: [(kind * N + stage) * n + micro-batch]. */
static gint64 *
arrivals(const Witness *self)
{
    const PdScenario *scenario = self->scenario;
    const guint N = scenario->n_stages, p = scenario->n_devices;
    const gint64 n = scenario->n_micro_batches;
    gint64 *arrival_ns = g_new0(gint64, 2 * (gsize)N * (gsize)n);
    g_autofree gint64 *free_ns = g_new0(gint64, 2 * (gsize)p);

    for (guint i = 0; i < self->events->len; i++) {
        const PdEvent *event = at(self, i);
        const guint s = event->operation.stage;
        const gboolean forward = event->operation.kind == PD_FORWARD;
        const gboolean turn = forward && s == N - 1;
        const guint to = turn ? s : forward ? s + 1 : s - 1;
        const guint link = forward ? s % p : (s + p - 1) % p;
        gint64 *link_free_ns = &free_ns[2 * link + (forward ? 1 : 0)], arrives_ns = event->end_ns;

        if (pd_event_is_wait(event) || event->operation.kind > PD_BACKWARD || (!forward && s == 0))
            continue;
        if (!turn && p > 1) {
            *link_free_ns = MAX(*link_free_ns, event->end_ns) + scenario->hold_ns[link];
            arrives_ns = *link_free_ns + scenario->costs.values[PD_COST_LATENCY][link];
        }
        arrival_ns[((gsize)(forward && !turn ? 0 : 1) * N + to) * (gsize)n +
                   (gsize)event->operation.micro_batch] = arrives_ns;
    }
    return arrival_ns;
}

char *
witness_check_dependencies(const Witness *witness)
{
    const guint N = witness->scenario->n_stages;
    const gint64 n = witness->scenario->n_micro_batches;
    g_autofree gint64 *arrival_ns = arrivals(witness);

    for (guint i = 0; i < witness->events->len; i++) {
        const PdEvent *event = at(witness, i);
        const PdOperation operation = event->operation;

        if (operation.kind > PD_BACKWARD)
            continue;
        const gint64 arrives_ns =
            arrival_ns[((gsize)operation.kind * N + operation.stage) * (gsize)n +
                       (gsize)operation.micro_batch];
        if (!pd_event_is_wait(event) && event->start_ns < arrives_ns)
            return witness_fault(event, "begins before its input has arrived");
        if (operation.cause == (operation.kind == PD_FORWARD ? PD_ACTIVATION : PD_GRADIENT) &&
            arrives_ns < event->end_ns)
            return witness_fault(event, "goes on after its input has arrived");
    }
    return NULL;
}

static gint
by_time(gconstpointer a, gconstpointer b)
{
    const gint64 *x = a, *y = b;

    return x[0] != y[0] ? (x[0] < y[0] ? -1 : 1) : (x[1] > y[1]) - (x[1] < y[1]);
}

char *
witness_check_processors(const Witness *witness)
{
    g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, 2 * sizeof(gint64));
    const gint64 n_processors = witness->scenario->n_processors;
    gint64 running = 0, waiting = 0;

    /* a change is (instant, which): ends before starts; −2, +2 run, −1, +1 wait */
    for (guint i = 0; i < witness->events->len; i++) {
        const PdEvent *event = at(witness, i);
        const gboolean wait = event->operation.cause == PD_PROCESSOR;
        const gint64 weight = wait ? 1 : 2;
        const gint64 start[2] = { event->start_ns, weight }, end[2] = { event->end_ns, -weight };

        if ((pd_event_is_wait(event) && !wait) || event->start_ns == event->end_ns)
            continue;
        g_array_append_val(changes, start);
        g_array_append_val(changes, end);
    }
    g_array_sort(changes, by_time);
    for (guint i = 0; i < changes->len; i++) {
        const gint64 *change = (const gint64 *)(void *)changes->data + 2 * (gsize)i;
        const gboolean last_of_instant = i + 1 == changes->len || change[2] != change[0];

        running += change[1] == 2 ? 1 : change[1] == -2 ? -1 : 0;
        waiting += change[1] == 1 ? 1 : change[1] == -1 ? -1 : 0;
        if (running > n_processors)
            return g_strdup_printf("at %" G_GINT64_FORMAT " ns %" G_GINT64_FORMAT
                                   " devices compute on %" G_GINT64_FORMAT " processors",
                                   change[0], running, n_processors);
        if (last_of_instant && waiting > 0 && running != n_processors)
            return g_strdup_printf("at %" G_GINT64_FORMAT " ns a device waits for a processor and "
                                   "one is free",
                                   change[0]);
    }
    return NULL;
}

/* What is known of a stage while its operations are gone through. */
typedef struct {
    gint64 version;
    gint64 visible_ns;
    gint64 last; /* micro-batch of the last operation; an update is for it */
} StageState;

static const char *
update_fault(const PdEvent *event, StageState *stage)
{
    if (event->operation.micro_batch != stage->last)
        return "is not for the micro-batch of its stage's last backward";
    if (event->forward_version != stage->version || event->version != stage->version + 1)
        return "is not the update from one version to the next";
    stage->version++;
    stage->visible_ns = event->end_ns;
    return NULL;
}

static const char *
version_fault(const PdEvent *event, StageState *stage, gint64 *forward_version)
{
    const PdKind kind = event->operation.kind;

    /* a stage's operations come one after another, so its latest version is visible by now */
    if (event->start_ns < stage->visible_ns)
        return "begins before its stage's update has ended";
    if (kind == PD_UPDATE)
        return update_fault(event, stage);
    stage->last = event->operation.micro_batch;
    if (kind == PD_WEIGHT)
        return NULL;
    if (event->version != stage->version)
        return "does not see the version of the last update";
    if (kind == PD_FORWARD)
        *forward_version = event->version;
    return event->forward_version == *forward_version ? NULL
                                                      : "does not know the version of its forward";
}

char *
witness_check_versions(const Witness *witness)
{
    const PdScenario *scenario = witness->scenario;
    const gsize n = (gsize)scenario->n_micro_batches;
    g_autofree StageState *stages = g_new0(StageState, scenario->n_stages);
    g_autofree gint64 *at_forward = g_new0(gint64, n * scenario->n_stages);

    for (guint i = 0; i < witness->events->len; i++) {
        const PdEvent *event = at(witness, i);
        const guint s = event->operation.stage;
        const char *fault;

        if (pd_event_is_wait(event))
            continue;
        fault = version_fault(event, &stages[s],
                              &at_forward[s * n + (gsize)event->operation.micro_batch]);
        if (fault != NULL)
            return witness_fault(event, fault);
    }
    return NULL;
}

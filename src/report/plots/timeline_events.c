#include "timeline_events.h"

#include "units.h"

static gboolean
is_first_stage(const PdTimelineEvents *self, const PdEvent *event)
{
    return event->operation.stage < self->scenario->n_devices;
}

/* What is narrower than a pixel is drawn one pixel wide, and what it covers is left out: over many
 * pixels, each kind has about its share. */
static gboolean
keep(PdTimelineEvents *self, PdEvent *event)
{
    gint64 *until_ns = &self->short_until_ns[event->device];

    if (event->end_ns - event->start_ns >= self->shortest_ns)
        return TRUE;
    if (event->operation.kind == PD_UPDATE && !pd_event_is_wait(event))
        return TRUE;
    if (event->start_ns < *until_ns)
        return FALSE;
    *until_ns = event->start_ns + self->shortest_ns;
    event->end_ns = *until_ns;
    return TRUE;
}

/* Whether the event is drawn. */
static gboolean
take_event(PdTimelineEvents *self, const PdEvent *event)
{
    const gboolean update = event->operation.kind == PD_UPDATE && !pd_event_is_wait(event);
    PdEvent kept = *event;

    if (update && event->end_ns <= self->from_ns && is_first_stage(self, event))
        self->versions[event->device] = event->version;
    if (event->end_ns < self->from_ns || event->start_ns > self->to_ns ||
        (event->end_ns == event->start_ns && !update) || !keep(self, &kept))
        return FALSE;
    kept.start_ns = MAX(kept.start_ns, self->from_ns);
    kept.end_ns = MIN(kept.end_ns, self->to_ns);
    g_array_append_val(self->events, kept);
    return TRUE;
}

/* The stage that an operation sends a message to, on another device. */
static gboolean
find_receiver(const PdTimelineEvents *self, const PdEvent *event, guint *stage)
{
    const gboolean forward = event->operation.kind == PD_FORWARD;

    if (pd_event_is_wait(event) || (!forward && event->operation.kind != PD_BACKWARD))
        return FALSE;
    /* stage 0 has none before it */
    *stage = forward ? event->operation.stage + 1u : event->operation.stage - 1u;
    return *stage < self->scenario->n_stages &&
           pd_scenario_device(self->scenario, *stage) != event->device;
}

/* Links are followed from the run's begin on: at the window's, messages may be waiting for them.
 * Where operations are left out, what they send is, too. */
static void
take_message(PdTimelineEvents *self, const PdEvent *event, gboolean drawn)
{
    const guint p = self->scenario->n_devices;
    const gboolean gradient = event->operation.kind == PD_BACKWARD;
    gint64 *free_ns = &self->link_free_ns[event->device + (gradient ? p : 0)];
    PdTimelineMessage message = { event->device, 0, event->end_ns, 0, gradient };
    guint stage, link;

    if (!find_receiver(self, event, &stage))
        return;
    message.to = pd_scenario_device(self->scenario, stage);
    link = gradient ? message.to : message.from;
    if (!pd_time_add(MAX(event->end_ns, *free_ns), self->scenario->hold_ns[link], free_ns) ||
        !pd_time_add(*free_ns, pd_scenario_cost(self->scenario, PD_COST_LATENCY, link),
                     &message.arrival_ns))
        return;
    if (message.sent_ns < self->to_ns && message.arrival_ns > self->from_ns &&
        (drawn || message.sent_ns < self->from_ns))
        g_array_append_val(self->messages, message);
}

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    PdTimelineEvents *self = (PdTimelineEvents *)sink;

    for (const PdEvent *event = events; event < events + n; event++) {
        const gboolean drawn = take_event(self, event);

        if (self->messages != NULL)
            take_message(self, event, drawn);
    }
}

PdTimelineEvents *
pd_timeline_events_new(const PdScenario *scenario, gint64 from_ns, gint64 to_ns, guint pixels,
                       gboolean messages)
{
    PdTimelineEvents *self = g_new(PdTimelineEvents, 1);

    *self = (PdTimelineEvents){
        .sink.consume = consume,
        .scenario = scenario,
        .from_ns = from_ns,
        .to_ns = to_ns,
        .shortest_ns = (to_ns - from_ns) / pixels,
        .events = g_array_new(FALSE, FALSE, sizeof(PdEvent)),
        .versions = g_new(gint64, scenario->n_devices),
        .short_until_ns = g_new0(gint64, scenario->n_devices),
        .messages = messages ? g_array_new(FALSE, FALSE, sizeof(PdTimelineMessage)) : NULL,
        .link_free_ns = g_new0(gint64, 2 * (gsize)scenario->n_devices),
    };
    for (guint device = 0; device < scenario->n_devices; device++)
        self->versions[device] = scenario->first / scenario->accumulation;
    return self;
}

void
pd_timeline_events_free(PdTimelineEvents *self)
{
    g_array_unref(self->events);
    g_free(self->versions);
    g_free(self->short_until_ns);
    g_clear_pointer(&self->messages, g_array_unref);
    g_free(self->link_free_ns);
    g_free(self);
}

/* How long the busiest device of any run works on one micro-batch: as it came out, since the times
 * of a recorded run may be far from its scenario's. */
static gint64
slot_ns(const PdPlotRun *runs, guint n_runs)
{
    gint64 most = 0;

    for (guint r = 0; r < n_runs; r++)
        for (guint d = 0; d < runs[r].report->n_devices; d++)
            most = MAX(most,
                       runs[r].report->devices[d].busy_ns / MAX(runs[r].report->micro_batches, 1));
    return most;
}

void
pd_timeline_window(const PdPlotRun *runs, guint n_runs, gint64 n_slots, gint64 *from_ns,
                   gint64 *to_ns)
{
    const PdScenario *scenario = runs[0].scenario;
    gint64 all_ns = 0, room_ns = 0, first_flush_ns = 0;
    gboolean flushes = FALSE;

    for (guint i = 0; i < n_runs; i++) {
        all_ns = MAX(all_ns, runs[i].report->makespan_ns);
        flushes = flushes || runs[i].report->synchronous;
    }
    /* operations of a stage are shorter where a device has several */
    n_slots = MAX(n_slots / scenario->n_virtual, 4);
    if (__builtin_mul_overflow(slot_ns(runs, n_runs), n_slots, &room_ns) || room_ns == 0)
        room_ns = all_ns;
    if (__builtin_mul_overflow(slot_ns(runs, n_runs),
                               scenario->mini_batch + scenario->n_devices - 1, &first_flush_ns))
        first_flush_ns = all_ns;
    first_flush_ns = MIN(first_flush_ns, all_ns);
    *from_ns = 0;
    if (all_ns / 6 * 5 <= room_ns)
        room_ns = all_ns;
    else if (flushes && first_flush_ns > room_ns / 4 * 3)
        /* not behind the end, where there is nothing */
        *from_ns = MIN(first_flush_ns - room_ns / 2, all_ns - room_ns);
    *to_ns = *from_ns + MAX(room_ns, 1);
}

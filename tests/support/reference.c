#include "reference.h"

#include "device.h"
#include "jitter.h"

typedef enum { END, ARRIVAL, RELEASE } What;

typedef struct {
    gint64 at_ns;
    What what;
    guint device;
    PdOperation operation; /* that ends */
    PdMessage message;     /* that arrives */
} Pending;

typedef struct {
    const PdScenario *scenario;
    PdDevice *devices;
    gboolean *running, *holds, *at_barrier;
    gint64 *queued_ns; /* since when a device waits for a processor; −1: it does not */
    gint64 *free_ns;   /* of each link and direction */
    GArray *pending;
    GArray *events;
    guint n_free;
    gint64 now_ns;
    PdJitter jitter;
} Reference;

static gint64
duration(const Reference *self, PdOperation operation)
{
    return pd_jitter_apply(&self->jitter, operation,
                           pd_scenario_duration(self->scenario, operation));
}

static void
record(Reference *self, guint device, PdOperation operation, gint64 length_ns)
{
    const PdVersions versions = pd_device_begin(&self->devices[device], operation);
    const PdEvent event = { operation,        self->now_ns,     self->now_ns + length_ns,
                            versions.forward, versions.visible, device };

    g_array_append_val(self->events, event);
}

static void
begin(Reference *self, guint device, PdOperation operation)
{
    const gint64 length_ns = duration(self, operation);
    const Pending end = { self->now_ns + length_ns, END, device, operation, { 0 } };

    record(self, device, operation, length_ns);
    self->running[device] = TRUE;
    g_array_append_val(self->pending, end);
}

/* An update of no length is done before anyone chooses. */
static gboolean
instant_updates(Reference *self, guint device)
{
    PdDevice *progress = &self->devices[device];
    gboolean any = FALSE;

    while (pd_device_update_is_due(progress) &&
           duration(self, pd_device_due_update(progress)) == 0) {
        const PdOperation update = pd_device_due_update(progress);

        record(self, device, update, 0);
        pd_device_end(progress, update);
        any = TRUE;
    }
    return any;
}

static void
send(Reference *self, guint from, PdMessage message)
{
    const guint p = self->scenario->n_devices, to = message.stage % p;
    const guint link = message.gradient ? to : from;
    gint64 *free_ns = &self->free_ns[2 * link + message.gradient];
    Pending arrival = { 0, ARRIVAL, to, { 0 }, message };

    if (to == from) {
        pd_device_receive(&self->devices[to], message);
        return;
    }
    *free_ns = MAX(*free_ns, self->now_ns) + self->scenario->hold_ns[link];
    arrival.at_ns = *free_ns + self->scenario->costs.values[PD_COST_LATENCY][link];
    g_array_append_val(self->pending, arrival);
}

static void
give_back(Reference *self, guint device)
{
    if (self->holds[device])
        self->n_free++;
    self->holds[device] = FALSE;
}

static void
reach_barrier(Reference *self, guint device)
{
    give_back(self, device);
    self->at_barrier[device] = TRUE;
    for (guint d = 0; d < self->scenario->n_devices; d++)
        if (!self->at_barrier[d])
            return;
    for (guint d = 0; d < self->scenario->n_devices; d++) {
        const Pending release = {
            self->now_ns + self->scenario->barrier_ns, RELEASE, d, { 0 }, { 0 }
        };

        g_array_append_val(self->pending, release);
    }
}

static void
end(Reference *self, guint device, PdOperation operation)
{
    PdDevice *progress = &self->devices[device];
    const PdMessage message = pd_device_end(progress, operation);
    gboolean updates_follow;

    self->running[device] = FALSE;
    if (message.present)
        send(self, device, message);
    updates_follow = operation.kind != PD_UPDATE && pd_device_update_is_due(progress);
    if (updates_follow && self->scenario->has_barrier)
        reach_barrier(self, device);
    else if (instant_updates(self, device) || !updates_follow)
        give_back(self, device);
}

static void
handle(Reference *self, Pending pending)
{
    switch (pending.what) {
    case END:
        end(self, pending.device, pending.operation);
        break;
    case ARRIVAL:
        pd_device_receive(&self->devices[pending.device], pending.message);
        break;
    case RELEASE:
        self->at_barrier[pending.device] = FALSE;
        instant_updates(self, pending.device);
        break;
    }
}

/* All that ends or arrives at this instant and was known before it, and what follows at once: a
 * message without latency, a barrier of no length. What has begun at this instant ends in the next
 * round. */
static void
handle_instant(Reference *self)
{
    for (gboolean any = TRUE; any;) {
        any = FALSE;
        for (guint i = 0; i < self->pending->len && !any; i++) {
            const Pending pending = g_array_index(self->pending, Pending, i);

            if (pending.at_ns != self->now_ns)
                continue;
            g_array_remove_index(self->pending, i);
            handle(self, pending);
            any = TRUE;
        }
    }
}

/* When all devices have drained, forwards may go on to the next drain. */
static void
drain(Reference *self)
{
    const PdScenario *scenario = self->scenario;

    for (guint d = 0; d < scenario->n_devices; d++)
        if (self->running[d] || self->at_barrier[d] || !pd_device_is_drained(&self->devices[d]) ||
            pd_device_is_done(&self->devices[d]))
            return;
    for (guint d = 0; d < scenario->n_devices; d++)
        pd_device_set_horizon(&self->devices[d],
                              pd_scenario_next_drain(scenario, self->devices[d].horizon));
}

static gboolean
wants(const Reference *self, guint device, PdOperation *operation)
{
    if (self->running[device] || self->at_barrier[device] ||
        pd_device_is_drained(&self->devices[device]))
        return FALSE;
    *operation = pd_device_choose(&self->devices[device]);
    return operation->cause == PD_NOT_WAITING;
}

/* Devices choose in the order of their number; processors go to who has waited longest. */
static void
choose(Reference *self)
{
    const guint p = self->scenario->n_devices;
    PdOperation operation;

    for (guint d = 0; d < p; d++) {
        if (!wants(self, d, &operation))
            continue;
        if (self->holds[d])
            begin(self, d, operation);
        else if (self->queued_ns[d] < 0)
            self->queued_ns[d] = self->now_ns;
    }
    while (self->n_free > 0) {
        guint longest = p;
        gboolean wanted;

        for (guint d = 0; d < p; d++)
            if (self->queued_ns[d] >= 0 &&
                (longest == p || self->queued_ns[d] < self->queued_ns[longest]))
                longest = d;
        if (longest == p)
            break;
        self->queued_ns[longest] = -1;
        wanted = wants(self, longest, &operation);
        g_assert(wanted);
        self->n_free--;
        self->holds[longest] = TRUE;
        begin(self, longest, operation);
    }
}

static gboolean
next_instant(Reference *self)
{
    gint64 least_ns = G_MAXINT64;

    for (guint i = 0; i < self->pending->len; i++)
        least_ns = MIN(least_ns, g_array_index(self->pending, Pending, i).at_ns);
    self->now_ns = least_ns;
    return least_ns < G_MAXINT64;
}

GArray *
reference_simulate(const PdScenario *scenario)
{
    const guint p = scenario->n_devices;
    Reference self = {
        .scenario = scenario,
        .devices = g_new(PdDevice, p),
        .running = g_new0(gboolean, p),
        .holds = g_new0(gboolean, p),
        .at_barrier = g_new0(gboolean, p),
        .queued_ns = g_new(gint64, p),
        .free_ns = g_new0(gint64, 2 * p),
        .pending = g_array_new(FALSE, FALSE, sizeof(Pending)),
        .events = g_array_new(FALSE, FALSE, sizeof(PdEvent)),
        .n_free = scenario->n_processors,
    };

    pd_jitter_init(&self.jitter, scenario->seed, scenario->jitter);
    for (guint d = 0; d < p; d++) {
        pd_device_init(&self.devices[d], scenario, d);
        self.queued_ns[d] = -1;
    }
    do {
        handle_instant(&self);
        drain(&self);
        choose(&self);
    } while (next_instant(&self));
    for (guint d = 0; d < p; d++) {
        g_assert(pd_device_is_done(&self.devices[d]));
        pd_device_clear(&self.devices[d]);
    }
    g_free(self.devices);
    g_free(self.running);
    g_free(self.holds);
    g_free(self.at_barrier);
    g_free(self.queued_ns);
    g_free(self.free_ns);
    g_array_unref(self.pending);
    return self.events;
}

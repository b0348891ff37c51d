#include "port.h"

#include <pthread.h>
#include <stdatomic.h>

#include "links.h"

/* One direction of one link, at its receiving end. */
typedef struct {
    PdLink link;
    guint8 *payloads; /* one for each place of the link's line */
} Channel;

typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    Channel activations;
    Channel gradients;
} Port;

struct PdPorts {
    const PdScenario *scenario;
    const PdClock *clock;
    gsize message_bytes;
    Port *ports;
    _Atomic gint64 end;
    atomic_bool stopped;
};

/* How many messages can be on their way to a device: they belong to micro-batches that are in
 * flight at the earlier one of the two stages. */
static gint64
most_messages(const PdScenario *scenario, guint device, gboolean gradients)
{
    gint64 n = 0;

    for (guint s = device; s < scenario->n_stages; s += scenario->n_devices) {
        if (gradients && s + 1 < scenario->n_stages)
            n += scenario->schedule->max_in_flight(scenario, s);
        if (!gradients && s > 0)
            n += scenario->schedule->max_in_flight(scenario, s - 1);
    }
    return n;
}

static void
channel_init(Channel *channel, const PdPorts *ports, guint device, gboolean gradients,
             gboolean paced)
{
    pd_link_init(&channel->link, ports->scenario, device, gradients, !paced,
                 most_messages(ports->scenario, device, gradients));
    channel->payloads = g_malloc(((gsize)channel->link.mask + 1) * ports->message_bytes);
}

static void
channel_clear(Channel *channel)
{
    pd_link_clear(&channel->link);
    g_free(channel->payloads);
}

static void
port_init(Port *port, const PdPorts *ports, guint device, gboolean paced)
{
    pthread_condattr_t attributes;

    pthread_mutex_init(&port->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&port->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    channel_init(&port->activations, ports, device, FALSE, paced);
    channel_init(&port->gradients, ports, device, TRUE, paced);
}

PdPorts *
pd_ports_new(const PdScenario *scenario, gsize message_bytes, gboolean paced, const PdClock *clock)
{
    PdPorts *self = g_new0(PdPorts, 1);

    self->scenario = scenario;
    self->clock = clock;
    self->message_bytes = message_bytes;
    self->end = scenario->n_micro_batches;
    self->ports = g_new(Port, scenario->n_devices);
    for (guint device = 0; device < scenario->n_devices; device++)
        port_init(&self->ports[device], self, device, paced);
    return self;
}

void
pd_ports_free(PdPorts *self)
{
    if (self == NULL)
        return;
    for (guint device = 0; device < self->scenario->n_devices; device++) {
        Port *port = &self->ports[device];

        channel_clear(&port->activations);
        channel_clear(&port->gradients);
        pthread_cond_destroy(&port->changed);
        pthread_mutex_destroy(&port->mutex);
    }
    g_free(self->ports);
    g_free(self);
}

static Port *
receiver(PdPorts *self, PdMessage message)
{
    return &self->ports[pd_scenario_device(self->scenario, message.stage)];
}

static Channel *
channel_of(Port *port, PdMessage message)
{
    return message.gradient ? &port->gradients : &port->activations;
}

static guint8 *
payload_at(const PdPorts *self, const Channel *channel, guint32 count)
{
    return channel->payloads + (count & channel->link.mask) * self->message_bytes;
}

static gboolean
is_full(const PdLink *link)
{
    return link->tail - link->head > link->mask;
}

/* Only this sender moves the tail, so the place stays its own until it sends. */
void *
pd_port_reserve(PdPorts *self, PdMessage message)
{
    Port *port = receiver(self, message);
    Channel *channel = channel_of(port, message);
    void *payload;

    pthread_mutex_lock(&port->mutex);
    while (is_full(&channel->link) && !self->stopped)
        pthread_cond_wait(&port->changed, &port->mutex);
    payload = is_full(&channel->link) ? NULL : payload_at(self, channel, channel->link.tail);
    pthread_mutex_unlock(&port->mutex);
    return payload;
}

void
pd_port_send(PdPorts *self, PdMessage message, gint64 now_ns)
{
    Port *port = receiver(self, message);

    pthread_mutex_lock(&port->mutex);
    pd_link_send(&channel_of(port, message)->link, message, now_ns);
    pthread_cond_broadcast(&port->changed);
    pthread_mutex_unlock(&port->mutex);
}

gboolean
pd_port_receive(PdPorts *self, guint device, gint64 now_ns, PdMessage *message,
                const void **payload)
{
    Port *port = &self->ports[device];
    const Channel *channel;

    pthread_mutex_lock(&port->mutex);
    channel = port->activations.link.next_ns <= now_ns ? &port->activations
              : port->gradients.link.next_ns <= now_ns ? &port->gradients
                                                       : NULL;
    if (channel != NULL) {
        *message = channel->link.line[channel->link.head & channel->link.mask].message;
        *payload = payload_at(self, channel, channel->link.head);
    }
    pthread_mutex_unlock(&port->mutex);
    return channel != NULL;
}

void
pd_port_take(PdPorts *self, guint device, PdMessage message)
{
    Port *port = &self->ports[device];

    pthread_mutex_lock(&port->mutex);
    pd_link_take(&channel_of(port, message)->link);
    pthread_cond_broadcast(&port->changed);
    pthread_mutex_unlock(&port->mutex);
}

void
pd_port_wait(PdPorts *self, guint device, gint64 seen_end)
{
    Port *port = &self->ports[device];

    pthread_mutex_lock(&port->mutex);
    while (!self->stopped && self->end == seen_end) {
        const gint64 next_ns = MIN(port->activations.link.next_ns, port->gradients.link.next_ns);

        if (next_ns == PD_NEVER_NS) {
            pthread_cond_wait(&port->changed, &port->mutex);
        } else if (next_ns <= pd_clock_now(self->clock)) {
            break;
        } else {
            const struct timespec until = pd_clock_timespec(self->clock, next_ns);

            pthread_cond_timedwait(&port->changed, &port->mutex, &until);
        }
    }
    pthread_mutex_unlock(&port->mutex);
}

/* Whoever waits at a port looks again. Taking the mutex makes sure that nobody is between its look
 * and its wait. */
static void
wake_all(PdPorts *self)
{
    for (guint device = 0; device < self->scenario->n_devices; device++) {
        pthread_mutex_lock(&self->ports[device].mutex);
        pthread_cond_broadcast(&self->ports[device].changed);
        pthread_mutex_unlock(&self->ports[device].mutex);
    }
}

void
pd_ports_announce_end(PdPorts *self, gint64 end)
{
    self->end = end;
    wake_all(self);
}

gint64
pd_ports_end(PdPorts *self)
{
    return self->end;
}

void
pd_ports_stop(PdPorts *self)
{
    self->stopped = TRUE;
    wake_all(self);
}

gboolean
pd_ports_are_stopped(PdPorts *self)
{
    return self->stopped;
}

#include "merge.h"

#include <stdatomic.h>

#include "units.h"

#define RING_SIZE   4096
#define PATIENCE_NS (20 * 1000 * 1000)
#define NAP_NS      (50 * 1000)

#define WAITS (-1) /* in the place of an instant: not before now */

typedef struct {
    _Atomic gint64 not_before_ns;
    _Atomic gsize head, tail; /* counts of events taken and put */
    PdEvent events[RING_SIZE];
} Ring;

struct PdMerge {
    const PdClock *clock;
    guint n_devices;
    Ring *rings;
    pthread_mutex_t mutex;
    pthread_cond_t wanted;
    gboolean is_wanted;
};

PdMerge *
pd_merge_new(guint n_devices, const PdClock *clock)
{
    PdMerge *self = g_new0(PdMerge, 1);
    pthread_condattr_t attributes;

    self->clock = clock;
    self->n_devices = n_devices;
    self->rings = g_new0(Ring, n_devices);
    pthread_mutex_init(&self->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&self->wanted, &attributes);
    pthread_condattr_destroy(&attributes);
    return self;
}

void
pd_merge_free(PdMerge *self)
{
    if (self == NULL)
        return;
    pthread_cond_destroy(&self->wanted);
    pthread_mutex_destroy(&self->mutex);
    g_free(self->rings);
    g_free(self);
}

void
pd_merge_not_before(PdMerge *self, guint device, gint64 at_ns)
{
    atomic_store(&self->rings[device].not_before_ns, at_ns);
}

void
pd_merge_waits(PdMerge *self, guint device)
{
    atomic_store(&self->rings[device].not_before_ns, WAITS);
}

void
pd_merge_wake(PdMerge *self)
{
    pthread_mutex_lock(&self->mutex);
    self->is_wanted = TRUE;
    pthread_cond_signal(&self->wanted);
    pthread_mutex_unlock(&self->mutex);
}

void
pd_merge_tell(PdMerge *self, const PdEvent *event)
{
    Ring *ring = &self->rings[event->device];
    const gsize tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

    while (tail - atomic_load(&ring->head) == RING_SIZE) {
        pd_merge_wake(self);
        pd_clock_sleep_until(self->clock, pd_clock_now(self->clock) + NAP_NS);
    }
    ring->events[tail % RING_SIZE] = *event;
    atomic_store(&ring->tail, tail + 1);
    if (tail + 1 - atomic_load(&ring->head) == RING_SIZE / 2)
        pd_merge_wake(self);
}

void
pd_merge_wait(PdMerge *self)
{
    const struct timespec until =
        pd_clock_timespec(self->clock, pd_clock_now(self->clock) + PATIENCE_NS);

    pthread_mutex_lock(&self->mutex);
    while (!self->is_wanted && pthread_cond_timedwait(&self->wanted, &self->mutex, &until) == 0)
        continue;
    self->is_wanted = FALSE;
    pthread_mutex_unlock(&self->mutex);
}

/* An operation's place in the stream is that of its start; a wait is told when it ends. */
static gint64
place_ns(const PdEvent *event)
{
    return pd_event_is_wait(event) ? event->end_ns : event->start_ns;
}

/*
 * The place of a ring's first event, or the earliest that it can still get. The order of the reads
 * matters: whatever a device has told before it changed not_before_ns is seen in the ring.
 */
static gint64
earliest_ns(const Ring *ring, gint64 now_ns, gboolean *is_event)
{
    const gint64 not_before_ns = atomic_load(&ring->not_before_ns);
    const gsize head = atomic_load_explicit(&ring->head, memory_order_relaxed);

    *is_event = atomic_load(&ring->tail) != head;
    return *is_event                ? place_ns(&ring->events[head % RING_SIZE])
           : not_before_ns == WAITS ? now_ns
                                    : not_before_ns;
}

/* The ring whose event comes next; NULL where a device may still tell an earlier one. */
static Ring *
next_ring(const PdMerge *self, gint64 now_ns)
{
    gint64 least_ns = PD_NEVER_NS;
    gboolean least_is_event = FALSE;
    Ring *least = NULL;

    for (guint device = 0; device < self->n_devices; device++) {
        gboolean is_event;
        const gint64 at_ns = earliest_ns(&self->rings[device], now_ns, &is_event);

        if (at_ns < least_ns || (at_ns == least_ns && is_event && !least_is_event)) {
            least = &self->rings[device];
            least_ns = at_ns;
            least_is_event = is_event;
        }
    }
    return least_is_event ? least : NULL;
}

void
pd_merge_pass_on(PdMerge *self, PdStream *stream)
{
    const gint64 now_ns = pd_clock_now(self->clock);
    Ring *ring;

    while ((ring = next_ring(self, now_ns)) != NULL) {
        const gsize head = atomic_load_explicit(&ring->head, memory_order_relaxed);

        *pd_stream_push(stream) = ring->events[head % RING_SIZE];
        atomic_store(&ring->head, head + 1);
    }
}

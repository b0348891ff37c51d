/*
 * A link in one direction: a first-in, first-out line that carries one message at a time. A message
 * starts when it has been sent and the link is free, holds it for hold_ns and arrives latency_ns
 * after that. It then lies in the line until its receiver looks.
 */
#pragma once

#include "device.h"

typedef struct {
    gint64 arrival_ns;
    PdMessage message;
} PdDelivery;

typedef struct {
    gint64 hold_ns;
    gint64 latency_ns;
    gint64 free_ns; /* when the last message sent leaves the link free */
    gint64 next_ns; /* when the next message arrives or has arrived; PD_NEVER_NS: none is there */
    guint32 head, tail; /* counts of deliveries taken and put; their difference is in the line */
    guint32 mask;
    PdDelivery *line; /* mask + 1 of them, a power of two */
} PdLink;

/*
 * The link that brings activations (or gradients) to a device. Link d joins device d to device d+1;
 * the last one closes the ring where there is one. Where there is no such link, messages take no
 * time.
 *
 * instant: messages take no time whatever the scenario says.
 * capacity: how many messages have room before the line grows.
 */
void pd_link_init(PdLink *link, const PdScenario *scenario, guint device, gboolean gradients,
                  gboolean instant, gint64 capacity);
void pd_link_clear(PdLink *link);

/* Make room in a line that is full. */
void pd_link_grow(PdLink *link);

/* Send a message. Returns its arrival in ns; −1 if that exceeds the 64-bit clock. */
static inline gint64
pd_link_send(PdLink *link, PdMessage message, gint64 now_ns)
{
    gint64 arrival_ns;

    if (!pd_time_add(MAX(now_ns, link->free_ns), link->hold_ns, &link->free_ns) ||
        !pd_time_add(link->free_ns, link->latency_ns, &arrival_ns))
        return -1;
    if (G_UNLIKELY(link->tail - link->head > link->mask))
        pd_link_grow(link);
    if (link->head == link->tail)
        link->next_ns = arrival_ns;
    link->line[link->tail++ & link->mask] = (PdDelivery){ arrival_ns, message };
    return arrival_ns;
}

/* Take the next message, which there must be. */
static inline PdMessage
pd_link_take(PdLink *link)
{
    const PdMessage message = link->line[link->head++ & link->mask].message;

    link->next_ns =
        link->head == link->tail ? PD_NEVER_NS : link->line[link->head & link->mask].arrival_ns;
    return message;
}

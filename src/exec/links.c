#include "links.h"

void
pd_link_init(PdLink *link, gint64 hold_ns, gint64 latency_ns)
{
    *link = (PdLink){
        .hold_ns = hold_ns,
        .latency_ns = latency_ns,
        .next_ns = PD_NEVER_NS,
        .mask = 1,
    };
    link->line = g_new(PdDelivery, link->mask + 1);
}

void
pd_link_clear(PdLink *link)
{
    g_clear_pointer(&link->line, g_free);
}

void
pd_link_grow(PdLink *link)
{
    const guint32 n = link->tail - link->head;
    PdDelivery *line = g_new(PdDelivery, 2 * (gsize)n);

    g_assert(n < G_MAXUINT32 / 4);
    for (guint32 i = 0; i < n; i++)
        line[i] = link->line[(link->head + i) & link->mask];
    g_free(link->line);
    link->line = line;
    link->head = 0;
    link->tail = n;
    link->mask = 2 * n - 1;
}

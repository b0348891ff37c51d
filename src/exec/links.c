#include "links.h"

void
pd_link_init(PdLink *link, const PdScenario *scenario, guint device, gboolean gradients,
             gboolean instant, gint64 capacity)
{
    const guint n = scenario->n_devices;
    const guint number = gradients ? device : (device + n - 1) % n;
    const gboolean takes_time = number < scenario->n_links && !instant;

    *link = (PdLink){
        .hold_ns = takes_time ? scenario->hold_ns[number] : 0,
        .latency_ns = takes_time ? scenario->costs.values[PD_COST_LATENCY][number] : 0,
        .next_ns = PD_NEVER_NS,
        .mask = capacity <= 2 ? 1 : (1U << g_bit_storage((gulong)capacity - 1)) - 1,
    };
    link->line = g_new(PdDelivery, (gsize)link->mask + 1);
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

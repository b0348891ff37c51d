#include "processor_queue.h"

void
pd_processor_queue_init(PdProcessorQueue *queue, guint n)
{
    *queue = (PdProcessorQueue){
        .n_free = n,
        .waiting = g_array_new(FALSE, FALSE, sizeof(PdWaiting)),
    };
}

void
pd_processor_queue_clear(PdProcessorQueue *queue)
{
    g_clear_pointer(&queue->waiting, g_array_unref);
}

/* Instants only grow, so a newcomer passes those alone who joined in an earlier round of this one.
 */
void
pd_processor_queue_join(PdProcessorQueue *queue, guint device, gint64 now_ns)
{
    const PdWaiting newcomer = { now_ns, device };
    guint at = queue->waiting->len;

    while (at > 0) {
        const PdWaiting *other = &g_array_index(queue->waiting, PdWaiting, at - 1);

        if (other->device < device || other->since_ns < now_ns)
            break;
        at--;
    }
    g_array_insert_val(queue->waiting, at, newcomer);
}

gboolean
pd_processor_queue_serve(PdProcessorQueue *queue, guint *device)
{
    if (queue->n_free == 0 || queue->waiting->len == 0)
        return FALSE;
    queue->n_free--;
    *device = g_array_index(queue->waiting, PdWaiting, 0).device;
    g_array_remove_index(queue->waiting, 0);
    return TRUE;
}

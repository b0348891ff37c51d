/*
 * Processors in virtual time, and the devices that wait for one: a free one goes to the device that
 * has waited longest, by the instant at which its wait began, then by its number.
 */
#pragma once

#include <glib.h>

typedef struct {
    guint n_free;
    GArray *waiting; /* of PdWaiting, in the order in which they get one */
} PdProcessorQueue;

/* A device that waits. */
typedef struct {
    gint64 since_ns;
    guint device;
} PdWaiting;

/* n: processors, all free. */
void pd_processor_queue_init(PdProcessorQueue *queue, guint n);
void pd_processor_queue_clear(PdProcessorQueue *queue);

/* Take a processor without waiting. FALSE where none is free, or others come first. */
static inline gboolean
pd_processor_queue_take(PdProcessorQueue *queue)
{
    if (queue->n_free == 0 || queue->waiting->len > 0)
        return FALSE;
    queue->n_free--;
    return TRUE;
}

static inline void
pd_processor_queue_give_back(PdProcessorQueue *queue)
{
    queue->n_free++;
}

/* Begin to wait. now_ns: not before any that was given. */
void pd_processor_queue_join(PdProcessorQueue *queue, guint device, gint64 now_ns);

/* Give a free processor to the device that comes next. FALSE where none is free or nobody waits. */
gboolean pd_processor_queue_serve(PdProcessorQueue *queue, guint *device);

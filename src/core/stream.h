/*
 * The stream of events: what happened in a run, told once to all who want to know (ledgers, a
 * trace, a file), whoever executed it.
 *
 * An event is one operation or one wait of one device, told whole. Operations come in the order of
 * their starts over all devices; waits come when they end, before the operation that ends them. The
 * events of one device are therefore in the order of its time and fill it without gaps from 0 to
 * the makespan.
 *
 * Sinks see blocks of events rather than single ones, so that each works through many at a time.
 * Nothing keeps the run in memory.
 */
#pragma once

#include "operation.h"

typedef struct {
    PdOperation operation; /* with a cause: the device waited for this operation */
    gint64 start_ns;
    gint64 end_ns;
    gint64 forward_version; /* the weight version that the micro-batch's forward saw; of a U: the
                               old */
    gint64 version;         /* the visible weight version at the start; of a U: the new one */
    guint32 device;
} PdEvent;

static inline gboolean
pd_event_is_wait(const PdEvent *event)
{
    return event->operation.cause != PD_NOT_WAITING;
}

/* Who wants to know. A sink is embedded in what it fills. */
typedef struct PdSink PdSink;
struct PdSink {
    void (*consume)(PdSink *sink, const PdEvent *events, gsize n);

    /* The pipeline has drained before this micro-batch, within the run: nothing is in flight, and
     * the run goes on when this returns. May be NULL. */
    void (*drained)(PdSink *sink, gint64 micro_batch);
};

/* What a sink may wish of the executor, which looks at it between operations. */
typedef enum {
    PD_WISH_NONE,
    PD_WISH_FINISH, /* end the run where the mini-batch ends that stage 0 is in */
    PD_WISH_STOP,   /* end it at once */
} PdWish;

#define PD_STREAM_BLOCK 256

typedef struct {
    PdSink *const *sinks; /* NULL-ended */
    PdWish wish;
    gsize block; /* how many events are told at once, at most PD_STREAM_BLOCK */
    gsize n;
    PdEvent events[PD_STREAM_BLOCK];
} PdStream;

/* sinks: NULL-ended array, (transfer none), to outlive the stream. */
void pd_stream_init(PdStream *stream, PdSink *const *sinks);

/* Tell the sinks what is still buffered. Called by the executor at the end of its run. */
void pd_stream_flush(PdStream *stream);

/* Tell the sinks all, then that the pipeline has drained. Called by the executor. */
void pd_stream_drained(PdStream *stream, gint64 micro_batch);

/* Wish for something. Called by sinks; the strongest wish counts. */
static inline void
pd_stream_wish(PdStream *stream, PdWish wish)
{
    stream->wish = MAX(stream->wish, wish);
}

/* The place for the next event, to be filled by the caller at once. */
static inline PdEvent *
pd_stream_push(PdStream *stream)
{
    if (G_UNLIKELY(stream->n == stream->block))
        pd_stream_flush(stream);
    return &stream->events[stream->n++];
}

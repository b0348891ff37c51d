#include "stream.h"

void
pd_stream_init(PdStream *stream, PdSink *const *sinks)
{
    stream->sinks = sinks;
    stream->wish = PD_WISH_NONE;
    stream->block = PD_STREAM_BLOCK;
    stream->n = 0;
}

void
pd_stream_flush(PdStream *stream)
{
    if (stream->n > 0)
        for (PdSink *const *sink = stream->sinks; *sink != NULL; sink++)
            (*sink)->consume(*sink, stream->events, stream->n);
    stream->n = 0;
}

void
pd_stream_drained(PdStream *stream, gint64 micro_batch)
{
    pd_stream_flush(stream);
    for (PdSink *const *sink = stream->sinks; *sink != NULL; sink++)
        if ((*sink)->drained != NULL)
            (*sink)->drained(*sink, micro_batch);
}

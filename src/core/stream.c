#include "stream.h"

void
pd_stream_init(PdStream *stream, PdSink *const *sinks)
{
    stream->sinks = sinks;
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

#include "recording.h"

#include "errors.h"

void
pd_recording_options_clear(PdRecordingOptions *options)
{
    g_clear_pointer(&options->trace, g_free);
    g_clear_pointer(&options->events, g_free);
}

static gboolean
check_path(const char *option, const char *path, GError **error)
{
    if (path == NULL || *path != '\0')
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s: is empty; write the path of a file", option);
    return FALSE;
}

gboolean
pd_recording_check(const PdRecordingOptions *options, GError **error)
{
    if (!check_path("--trace", options->trace, error) ||
        !check_path("--events", options->events, error))
        return FALSE;
    if (options->trace_idle && options->trace == NULL)
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "--trace-idle: has no use without --trace");
    else if (options->trace != NULL && g_strcmp0(options->trace, options->events) == 0)
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--events: names the file of --trace; write another one");
    else
        return TRUE;
    return FALSE;
}

gboolean
pd_recording_begin(PdRecording *recording, const PdRecordingOptions *options,
                   const PdScenario *scenario, const char *executor, GError **error)
{
    recording->has_trace = options->trace != NULL;
    recording->has_events = options->events != NULL;
    return (!recording->has_trace || pd_trace_init(&recording->trace, scenario, options->trace,
                                                   options->trace_idle, error)) &&
           (!recording->has_events ||
            pd_event_writer_init(&recording->events, scenario, executor, options->events, error));
}

void
pd_recording_sinks(PdRecording *recording, PdSink *sinks[PD_MOST_RECORDED + 1])
{
    guint n = 0;

    if (recording->has_trace)
        sinks[n++] = &recording->trace.sink;
    if (recording->has_events)
        sinks[n++] = &recording->events.sink;
    sinks[n] = NULL;
}

gboolean
pd_recording_end(PdRecording *recording, const PdTrainingReport *training, GError **error)
{
    return (!recording->has_trace || pd_trace_end(&recording->trace, error)) &&
           (!recording->has_events || pd_event_writer_end(&recording->events, training, error));
}

void
pd_recording_clear(PdRecording *recording)
{
    pd_trace_clear(&recording->trace);
    pd_event_writer_clear(&recording->events);
}

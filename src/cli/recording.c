#include "recording.h"

#include "errors.h"
#include "output.h"

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

/* Two files of one name: the one that ends last would replace the other. */
static gboolean
check_distinct(const PdRecordingOptions *options, const char *input, const char *output,
               const char *log, GError **error)
{
    const struct {
        const char *option, *path;
    } files[] = {
        { "the input", input },        { "--output", output },          { "--log", log },
        { "--trace", options->trace }, { "--events", options->events },
    };

    for (gsize i = 1; i < G_N_ELEMENTS(files); i++) {
        for (gsize j = 0; files[i].path != NULL && j < i; j++) {
            if (g_strcmp0(files[i].path, files[j].path) != 0 || pd_output_is_direct(files[i].path))
                continue;
            g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                        "%s: names the file of %s; write another one", files[i].option,
                        files[j].option);
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
pd_recording_check(const PdRecordingOptions *options, const char *input, const char *output,
                   const char *log, GError **error)
{
    if (!check_path("--trace", options->trace, error) ||
        !check_path("--events", options->events, error))
        return FALSE;
    if (options->trace_idle && options->trace == NULL) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "--trace-idle: has no use without --trace");
        return FALSE;
    }
    return check_distinct(options, input, output, log, error);
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

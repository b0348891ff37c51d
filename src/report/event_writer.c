#include "event_writer.h"

#include <string.h>

#include "errors.h"
#include "event_format.h"
#include "scenario_text.h"

static void
put_number(FILE *file, guint64 value)
{
    for (; value >= 0x80; value >>= 7)
        putc_unlocked((int)(value & 0x7f) | 0x80, file);
    putc_unlocked((int)value, file);
}

static void
put_event(const PdEventWriter *self, const PdEvent *event, gint64 micro_batch, gint64 length_ns,
          PdVersions counted)
{
    const PdOperation operation = event->operation;
    const PdScenario *scenario = self->track.scenario;
    const gint64 ahead = operation.micro_batch - micro_batch;
    const gint64 forward = event->forward_version - counted.forward;
    const gint64 visible = event->version - counted.visible;
    FILE *file = self->output.file;

    putc_unlocked(operation.kind | operation.cause << PD_EVENT_CAUSE_SHIFT |
                      (ahead != 0 ? PD_EVENT_MICRO_BATCH : 0) |
                      (forward != 0 || visible != 0 ? PD_EVENT_VERSIONS : 0),
                  file);
    if (scenario->n_devices > 1)
        put_number(file, event->device);
    if (scenario->n_virtual > 1)
        put_number(file, operation.stage / scenario->n_devices);
    if (ahead != 0)
        put_number(file, pd_event_fold(ahead));
    put_number(file, pd_event_fold(event->end_ns - event->start_ns - length_ns));
    if (forward != 0 || visible != 0) {
        put_number(file, pd_event_fold(forward));
        put_number(file, pd_event_fold(visible));
    }
}

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    PdEventWriter *self = (PdEventWriter *)sink;

    for (const PdEvent *event = events; event < events + n && self->error == NULL; event++) {
        const gint64 m = pd_event_track_micro_batch(&self->track, event->operation);
        const gint64 length_ns = *pd_event_track_length(&self->track, event->operation);
        PdVersions counted;

        if (!pd_event_track_begin(&self->track, event, &counted, &self->error))
            return;
        put_event(self, event, m, length_ns, counted);
        self->n_events++;
        if (!pd_event_track_end(&self->track, event, counted, &self->error))
            return;
    }
}

gboolean
pd_event_writer_init(PdEventWriter *writer, const PdScenario *scenario, const char *executor,
                     const char *path, GError **error)
{
    g_autofree char *text = pd_scenario_text(scenario);

    *writer = (PdEventWriter){ .sink.consume = consume };
    pd_event_track_init(&writer->track, scenario);
    if (!pd_output_begin(&writer->output, path, error))
        return FALSE;
    fprintf(writer->output.file,
            PD_EVENT_FORMAT "\nexecutor %s\nfirst %" G_GINT64_FORMAT "\ntokens %" G_GINT64_FORMAT
                            "\nscenario %" G_GSIZE_FORMAT "\n%s",
            executor, scenario->first, scenario->tokens, strlen(text), text);
    return TRUE;
}

/* Seventeen digits tell a double from all others. */
static char *
training_text(const PdTrainingReport *training)
{
    char loss[G_ASCII_DTOSTR_BUF_SIZE], validation[G_ASCII_DTOSTR_BUF_SIZE],
        floor[G_ASCII_DTOSTR_BUF_SIZE];

    if (training == NULL)
        return g_strdup("");
    return g_strdup_printf("training %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %s %s\n",
                           training->tokens, training->parameters,
                           g_ascii_dtostr(loss, sizeof loss, training->loss),
                           g_ascii_dtostr(validation, sizeof validation, training->validation_loss),
                           g_ascii_dtostr(floor, sizeof floor, training->entropy_floor));
}

gboolean
pd_event_writer_end(PdEventWriter *writer, const PdTrainingReport *training, GError **error)
{
    g_autofree char *text = training_text(training);
    FILE *file = writer->output.file;

    if (writer->error != NULL || !pd_event_track_check_end(&writer->track, &writer->error))
        return pd_error_write(writer->output.path, writer->error->message, error);
    putc_unlocked(PD_EVENT_TRAILER, file);
    put_number(file, (guint64)writer->n_events);
    put_number(file, strlen(text));
    fputs(text, file);
    return pd_output_end(&writer->output, error);
}

void
pd_event_writer_clear(PdEventWriter *writer)
{
    pd_event_track_clear(&writer->track);
    pd_output_clear(&writer->output);
    g_clear_error(&writer->error);
}

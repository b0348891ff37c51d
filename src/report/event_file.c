#include <errno.h>
#include <string.h>

#include "errors.h"
#include "event_entries.h"
#include "event_format.h"

#define MOST_TRAINING 1024 /* bytes */

/* --- numbers ---------------------------------------------------------------------------------- */

static gboolean
fail_event(const PdEventFile *self, GError **error, const char *why)
{
    return pd_event_file_fail(self, error, "is damaged at event %" G_GINT64_FORMAT ": %s",
                              self->n_events + 1, why);
}

static gboolean
read_number(PdEventFile *self, gint64 *value, GError **error)
{
    guint64 number = 0;

    for (guint shift = 0; shift < 63; shift += 7) {
        const int byte = getc_unlocked(self->stream);

        if (byte == EOF)
            return pd_event_file_fail_at_end(self, "within an event", error);
        number |= (guint64)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *value = (gint64)number;
            return TRUE;
        }
    }
    return fail_event(self, error, "a number has more than 63 bits");
}

/* A number below n, where there is more than one; what: it counts. */
static gboolean
read_index(PdEventFile *self, guint n, const char *what, guint *index, GError **error)
{
    gint64 number = 0;

    if (n > 1 && !read_number(self, &number, error))
        return FALSE;
    if (number >= n)
        return fail_event(self, error, what);
    *index = (guint)number;
    return TRUE;
}

/* A number with a sign, where the record's first byte says that it is there. */
static gboolean
read_difference(PdEventFile *self, gboolean is_there, gint64 *difference, GError **error)
{
    gint64 folded = 0;

    if (is_there && !read_number(self, &folded, error))
        return FALSE;
    *difference = pd_event_unfold((guint64)folded);
    return TRUE;
}

/* --- events ----------------------------------------------------------------------------------- */

/* All of an event but its weight versions. */
static gboolean
read_event(PdEventFile *self, int head, PdEvent *event, GError **error)
{
    const PdScenario *scenario = self->scenario;
    PdOperation *operation = &event->operation;
    gint64 ahead, longer_ns, length_ns;
    guint device = 0, index = 0;

    if (!read_index(self, scenario->n_devices, "there is no such device", &device, error) ||
        !read_index(self, scenario->n_virtual, "there is no such stage", &index, error) ||
        !read_difference(self, head & PD_EVENT_MICRO_BATCH, &ahead, error) ||
        !read_difference(self, TRUE, &longer_ns, error))
        return FALSE;
    *event = (PdEvent){ .start_ns = self->track.filled_ns[device], .device = device };
    operation->stage = index * scenario->n_devices + device;
    operation->kind = (guint8)(head & PD_EVENT_KIND);
    operation->cause = (guint8)(head >> PD_EVENT_CAUSE_SHIFT & PD_EVENT_CAUSE);
    operation->micro_batch = pd_event_track_micro_batch(&self->track, *operation) + ahead;
    return (pd_time_add(*pd_event_track_length(&self->track, *operation), longer_ns, &length_ns) &&
            length_ns >= 0 && pd_time_add(event->start_ns, length_ns, &event->end_ns)) ||
           fail_event(self, error, "the 64-bit clock cannot tell how long it takes");
}

static gboolean
read_versions(PdEventFile *self, int head, PdVersions counted, PdEvent *event, GError **error)
{
    const gboolean are_there = head & PD_EVENT_VERSIONS;
    gint64 forward, visible;

    if (are_there && pd_event_is_wait(event))
        return fail_event(self, error, "a wait has no weight versions");
    if (!read_difference(self, are_there, &forward, error) ||
        !read_difference(self, are_there, &visible, error))
        return FALSE;
    event->forward_version = counted.forward + forward;
    event->version = counted.visible + visible;
    return TRUE;
}

/* Read what follows a record's first byte, and tell it. */
static gboolean
tell(PdEventFile *self, int head, PdStream *stream, GError **error)
{
    g_autoptr(GError) failure = NULL;
    PdVersions counted;
    PdEvent event;

    if (!read_event(self, head, &event, error))
        return FALSE;
    if (!pd_event_track_begin(&self->track, &event, &counted, &failure))
        return fail_event(self, error, failure->message);
    if (!read_versions(self, head, counted, &event, error))
        return FALSE;
    if (!pd_event_track_end(&self->track, &event, counted, &failure))
        return fail_event(self, error, failure->message);
    *pd_stream_push(stream) = event;
    self->n_events++;
    return TRUE;
}

/* --- the trailer ------------------------------------------------------------------------------ */

static gboolean
parse_real(const char *text, double *value)
{
    char *end;

    *value = g_ascii_strtod(text, &end);
    return *text != '\0' && *end == '\0';
}

static gboolean
parse_count(const char *text, gint64 *count)
{
    guint64 number = 0;
    const gboolean parsed = g_ascii_string_to_unsigned(text, 10, 0, G_MAXINT64, &number, NULL);

    *count = (gint64)number;
    return parsed;
}

/* "training TOKENS PARAMETERS LOSS VALIDATION_LOSS ENTROPY_FLOOR\n", or nothing. */
static gboolean
parse_training(PdEventFile *self, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    PdTrainingReport *training = &self->training;

    self->has_training = *text != '\0';
    if (!self->has_training)
        return TRUE;
    if (!g_str_has_suffix(text, "\n") || g_strv_length(words) != 6)
        return FALSE;
    g_strchomp(words[5]);
    return strcmp(words[0], "training") == 0 && parse_count(words[1], &training->tokens) &&
           parse_count(words[2], &training->parameters) && parse_real(words[3], &training->loss) &&
           parse_real(words[4], &training->validation_loss) &&
           parse_real(words[5], &training->entropy_floor);
}

static gboolean
read_trailer(PdEventFile *self, int head, GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autofree char *text = NULL;
    gint64 n_events, length;

    if (head != PD_EVENT_TRAILER)
        return fail_event(self, error, "it is of an unknown kind");
    if (!read_number(self, &n_events, error) || !read_number(self, &length, error))
        return FALSE;
    if (n_events != self->n_events)
        return pd_event_file_fail(self, error,
                                  "is damaged at its end, which tells of %" G_GINT64_FORMAT
                                  " events where there are %" G_GINT64_FORMAT,
                                  n_events, self->n_events);
    if (!pd_event_track_check_end(&self->track, &failure))
        return pd_event_file_fail(self, error, "is damaged at its end: %s", failure->message);
    text = pd_event_file_text(self, (gsize)MIN(length, MOST_TRAINING));
    if (text == NULL)
        return pd_event_file_fail_at_end(self, "within its last line", error);
    if (strlen(text) != (gsize)length || !parse_training(self, text))
        return pd_event_file_fail(self, error,
                                  "is damaged at its end: it does not tell what was learnt");
    return getc_unlocked(self->stream) == EOF ||
           pd_event_file_fail(self, error, "is damaged: something stands behind its end");
}

/* --- the file --------------------------------------------------------------------------------- */

gboolean
pd_event_file_is(const char *path)
{
    char start[sizeof PD_EVENT_FAMILY] = "";
    gboolean is = FALSE;
    FILE *file;

    /* looking into a pipe would take from it */
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return FALSE;
    file = fopen(path, "rb");
    if (file == NULL)
        return FALSE;
    is = fread(start, 1, sizeof start - 1, file) == sizeof start - 1 &&
         strcmp(start, PD_EVENT_FAMILY) == 0;
    fclose(file);
    return is;
}

PdEventFile *
pd_event_file_new(FILE *stream, const char *name, const PdSchedule *const *registry, GError **error)
{
    g_autoptr(PdEventFile) file = g_new0(PdEventFile, 1);

    file->stream = stream;
    file->name = g_strdup(name);
    setvbuf(stream, file->buffer, _IOFBF, sizeof file->buffer);
    return pd_event_file_read_head(file, registry, error) ? g_steal_pointer(&file) : NULL;
}

PdEventFile *
pd_event_file_open(const char *path, const PdSchedule *const *registry, GError **error)
{
    FILE *stream = fopen(path, "rb");

    if (stream == NULL) {
        pd_error_read(path, g_strerror(errno), error);
        return NULL;
    }
    return pd_event_file_new(stream, path, registry, error);
}

void
pd_event_file_free(PdEventFile *file)
{
    if (file == NULL)
        return;
    fclose(file->stream);
    pd_event_track_clear(&file->track);
    pd_scenario_free(file->scenario);
    g_free(file->name);
    g_free(file);
}

const PdScenario *
pd_event_file_scenario(const PdEventFile *file)
{
    return file->scenario;
}

const char *
pd_event_file_executor(const PdEventFile *file)
{
    return file->executor;
}

gboolean
pd_event_file_read(PdEventFile *file, PdStream *stream, GError **error)
{
    int head;

    if (file->has_been_read && fseeko(file->stream, file->first_event, SEEK_SET) != 0)
        return pd_error_read(file->name, "a pipe cannot be read twice", error);
    file->has_been_read = TRUE;
    file->n_events = 0;
    pd_event_track_clear(&file->track);
    pd_event_track_init(&file->track, file->scenario);
    while ((head = getc_unlocked(file->stream)) != EOF && !(head & PD_EVENT_TRAILER))
        if (!tell(file, head, stream, error))
            return FALSE;
    if (head == EOF)
        return pd_event_file_fail_at_end(file, "behind an event", error);
    pd_stream_flush(stream);
    return read_trailer(file, head, error);
}

const PdTrainingReport *
pd_event_file_training(const PdEventFile *file)
{
    return file->has_training ? &file->training : NULL;
}

PdReport *
pd_event_file_report(const PdEventFile *file, PdLedgers *ledgers)
{
    PdReport *report = pd_report_new(ledgers, file->executor);

    report->has_training = file->has_training;
    report->training = file->training;
    return report;
}

/* The beginning of an event file: lines of text. */
#include <errno.h>
#include <string.h>

#include "errors.h"
#include "event_entries.h"
#include "event_format.h"

#define LONGEST_LINE  80
#define MOST_SCENARIO (256 * 1024 * 1024) /* bytes */

gboolean
pd_event_file_fail(const PdEventFile *self, GError **error, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return pd_error_input(self->name, error, "%s", message);
}

gboolean
pd_event_file_fail_at_end(const PdEventFile *self, const char *where, GError **error)
{
    return ferror(self->stream)
               ? pd_error_read(self->name, g_strerror(errno), error)
               : pd_event_file_fail(self, error, "is not whole: it ends %s", where);
}

/* A line without its end. FALSE where there is none, or one too long for a head. */
static gboolean
get_line(PdEventFile *self, char line[LONGEST_LINE + 1])
{
    for (guint i = 0; i <= LONGEST_LINE; i++) {
        const int byte = getc_unlocked(self->stream);

        line[i] = byte == '\n' ? '\0' : (char)byte;
        if (byte == EOF || byte == '\0')
            return FALSE;
        if (byte == '\n')
            return TRUE;
    }
    return FALSE;
}

/* The line "WORD VALUE" of the head. */
static gboolean
read_field(PdEventFile *self, const char *word, char line[LONGEST_LINE + 1], const char **value,
           GError **error)
{
    if (get_line(self, line) && g_str_has_prefix(line, word) && line[strlen(word)] == ' ') {
        *value = line + strlen(word) + 1;
        return TRUE;
    }
    return feof(self->stream) || ferror(self->stream)
               ? pd_event_file_fail_at_end(self, "in its head", error)
               : pd_event_file_fail(self, error, "is damaged: '%s' is missing in its head", word);
}

static gboolean
read_count(PdEventFile *self, const char *word, gint64 most, gint64 *count, GError **error)
{
    char line[LONGEST_LINE + 1];
    const char *value;
    guint64 number;

    if (!read_field(self, word, line, &value, error))
        return FALSE;
    if (!g_ascii_string_to_unsigned(value, 10, 0, (guint64)most, &number, NULL))
        return pd_event_file_fail(self, error, "is damaged: its head has no proper number of '%s'",
                                  word);
    *count = (gint64)number;
    return TRUE;
}

static gboolean
read_executor(PdEventFile *self, GError **error)
{
    static const char *const executors[] = { "simulator", "threads", "replay" };
    char line[LONGEST_LINE + 1];
    const char *value;

    if (!read_field(self, "executor", line, &value, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(executors); i++)
        if (strcmp(value, executors[i]) == 0)
            self->executor = executors[i];
    return self->executor != NULL ||
           pd_event_file_fail(self, error, "is damaged: its head names no executor that there is");
}

char *
pd_event_file_text(PdEventFile *self, gsize n)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char block[4096];

    while (text->len < n) {
        const gsize wanted = MIN(n - text->len, sizeof block);
        const gsize got = fread(block, 1, wanted, self->stream);

        g_string_append_len(text, block, (gssize)got);
        if (got < wanted)
            return NULL;
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
read_scenario(PdEventFile *self, const PdSchedule *const *registry, GError **error)
{
    const PdCosts none = { { NULL } };
    g_autoptr(PdConfig) config = NULL;
    g_autofree char *text = NULL;
    gint64 first, tokens, length;

    if (!read_count(self, "first", G_MAXINT64, &first, error) ||
        !read_count(self, "tokens", G_MAXINT64, &tokens, error) ||
        !read_count(self, "scenario", MOST_SCENARIO, &length, error))
        return FALSE;
    text = pd_event_file_text(self, (gsize)length);
    if (text == NULL)
        return pd_event_file_fail_at_end(self, "in its head", error);
    config = pd_config_parse(self->name, text, (gsize)length, error);
    self->scenario = config == NULL ? NULL : pd_scenario_new(config, registry, error);
    if (self->scenario == NULL || !pd_scenario_complete(self->scenario, config, &none, error))
        return FALSE;
    if (first >= self->scenario->n_micro_batches || first % self->scenario->mini_batch != 0)
        return pd_event_file_fail(self, error,
                                  "is damaged: no mini-batch of its run begins at 'first'");
    self->scenario->first = first;
    self->scenario->tokens = tokens;
    return TRUE;
}

gboolean
pd_event_file_read_head(PdEventFile *self, const PdSchedule *const *registry, GError **error)
{
    char line[LONGEST_LINE + 1];

    if (!get_line(self, line) || !g_str_has_prefix(line, PD_EVENT_FAMILY))
        return ferror(self->stream) ? pd_event_file_fail_at_end(self, "in its head", error)
                                    : pd_event_file_fail(self, error, "is no event file");
    if (strcmp(line, PD_EVENT_FORMAT) != 0) {
        g_autofree char *quoted = pd_quote(line);

        return pd_event_file_fail(
            self, error, "is of the format %s; this program reads " PD_EVENT_FORMAT, quoted);
    }
    if (!read_executor(self, error) || !read_scenario(self, registry, error))
        return FALSE;
    self->first_event = ftello(self->stream);
    return TRUE;
}

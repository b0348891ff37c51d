#include "training_curve.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "errors.h"
#include "input.h"
#include "units.h"

#define LARGEST_LOG (256 * 1024 * 1024)

/* In the order of the head. */
typedef enum {
    STEP,
    TOKENS,
    REAL_NS,
    VIRTUAL_NS,
    LOSS,
    VALIDATION_LOSS,
    LEARNING_RATE,
    MAX_CROSSING,
    N_FIELDS,
} Field;

static const char *const field_names[N_FIELDS] = {
    [STEP] = "step",
    [TOKENS] = "tokens",
    [REAL_NS] = "real_ns",
    [VIRTUAL_NS] = "virtual_ns",
    [LOSS] = "loss",
    [VALIDATION_LOSS] = "validation_loss",
    [LEARNING_RATE] = "learning_rate",
    [MAX_CROSSING] = "max_crossing",
};

/* A log while it is read. */
typedef struct {
    GArray *points;                           /* PdTrainingPoint */
    PdTrainingPoint written;                  /* the last row, with the times that stand in it */
    gint64 real_before_ns, virtual_before_ns; /* of the runs before the one of the row */
} Reader;

void
pd_training_curve_free(PdTrainingCurve *curve)
{
    if (curve == NULL)
        return;
    g_free(curve->points);
    g_free(curve);
}

gboolean
pd_training_curve_is(const char *path)
{
    char start[sizeof PD_TRAINING_LOG_HEAD] = "";
    const gboolean regular = g_file_test(path, G_FILE_TEST_IS_REGULAR);
    FILE *file = regular ? fopen(path, "rb") : NULL;
    gsize n = 0;

    if (file == NULL)
        return FALSE;
    n = fread(start, 1, sizeof start - 1, file);
    fclose(file);
    return n == sizeof start - 1 && memcmp(start, PD_TRAINING_LOG_HEAD, n) == 0;
}

/* --- fields ----------------------------------------------------------------------------------- */

/* Put the field's name before an error that is set. Returns FALSE. */
static gboolean
fail_field(Field field, GError **error)
{
    g_prefix_error(error, "%s: ", field_names[field]);
    return FALSE;
}

static gboolean
parse_integer(char *const *fields, Field field, gint64 *value, GError **error)
{
    return pd_quantity_parse(fields[field], PD_COUNT, value, error) || fail_field(field, error);
}

/* The same, where a field may be empty: −1. */
static gboolean
parse_optional_integer(char *const *fields, Field field, gint64 *value, GError **error)
{
    *value = -1;
    return *fields[field] == '\0' || parse_integer(fields, field, value, error);
}

static gboolean
parse_optional_real(char *const *fields, Field field, double *value, GError **error)
{
    *value = (double)NAN;
    return *fields[field] == '\0' || pd_real_parse(fields[field], value, error) ||
           fail_field(field, error);
}

static gboolean
parse_fields(char *const *fields, PdTrainingPoint *point, GError **error)
{
    return parse_integer(fields, STEP, &point->step, error) &&
           parse_integer(fields, TOKENS, &point->tokens, error) &&
           parse_integer(fields, REAL_NS, &point->real_ns, error) &&
           parse_optional_integer(fields, VIRTUAL_NS, &point->virtual_ns, error) &&
           parse_optional_real(fields, LOSS, &point->loss, error) &&
           parse_optional_real(fields, VALIDATION_LOSS, &point->validation_loss, error) &&
           parse_optional_real(fields, LEARNING_RATE, &point->learning_rate, error) &&
           parse_optional_integer(fields, MAX_CROSSING, &point->max_crossing, error);
}

/* --- rows ------------------------------------------------------------------------------------- */

/* A count of a row rises from row to row. */
static gboolean
check_rise(Field field, gint64 before, gint64 now, GError **error)
{
    if (now > before)
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "%s: %" G_GINT64_FORMAT " must be above %" G_GINT64_FORMAT
                " here; it rises from row to row",
                field_names[field], now, before);
    return FALSE;
}

static gboolean
fail_clock(GError **error)
{
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "real_ns, virtual_ns: these times are too large for 64 bits");
    return FALSE;
}

/* Put the times of a run that was resumed behind those of the runs before it. */
static gboolean
join_clocks(Reader *reader, PdTrainingPoint *point, GError **error)
{
    const PdTrainingPoint *written = &reader->written;
    const PdTrainingPoint *last =
        reader->points->len == 0
            ? written
            : &g_array_index(reader->points, PdTrainingPoint, reader->points->len - 1);

    if (point->real_ns < written->real_ns ||
        (point->virtual_ns >= 0 && point->virtual_ns < written->virtual_ns)) {
        reader->real_before_ns = last->real_ns;
        reader->virtual_before_ns = MAX(last->virtual_ns, 0);
    }
    reader->written = *point;
    if (!pd_time_add(point->real_ns, reader->real_before_ns, &point->real_ns) ||
        (point->virtual_ns >= 0 &&
         !pd_time_add(point->virtual_ns, reader->virtual_before_ns, &point->virtual_ns)))
        return fail_clock(error);
    return TRUE;
}

static gboolean
read_row(Reader *reader, const char *line, GError **error)
{
    g_auto(GStrv) fields = g_strsplit(line, ",", -1);
    const guint n_fields = g_strv_length(fields);
    PdTrainingPoint point;

    if (n_fields != N_FIELDS) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "has %u fields; a row has the %d that the head names", n_fields, N_FIELDS);
        return FALSE;
    }
    if (!parse_fields(fields, &point, error) ||
        !check_rise(STEP, reader->written.step, point.step, error) ||
        !check_rise(TOKENS, reader->written.tokens, point.tokens, error) ||
        !join_clocks(reader, &point, error))
        return FALSE;
    g_array_append_val(reader->points, point);
    return TRUE;
}

static gboolean
read_head(const char *line, GError **error)
{
    if (strcmp(line, PD_TRAINING_LOG_HEAD) == 0)
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "is not the head of a training log, the CSV file of train --log, which "
                "is " PD_TRAINING_LOG_HEAD);
    return FALSE;
}

/* --- the text --------------------------------------------------------------------------------- */

/* Take the next line off a text. (transfer full); NULL where none has an end. */
static char *
next_line(const char **text)
{
    const char *start = *text;
    const gsize length = strcspn(start, "\r\n");

    if (start[length] == '\0')
        return NULL;
    *text = start + length + (start[length] == '\r' && start[length + 1] == '\n' ? 2 : 1);
    return g_strndup(start, length);
}

/* line: receives the number of the line that an error is about. */
static gboolean
read_lines(Reader *reader, const char *text, gsize *line, GError **error)
{
    for (*line = 1;; (*line)++) {
        g_autofree char *row = next_line(&text);

        if (row == NULL)
            return *line > 1 || read_head(text, error);
        if (*line == 1 ? !read_head(row, error) : *row != '\0' && !read_row(reader, row, error))
            return FALSE;
    }
}

static gboolean
read_text(Reader *reader, const char *text, gsize length, GError **error)
{
    gsize line;

    if (strlen(text) != length) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "holds a NUL byte; a training log is the CSV file of train --log");
        return FALSE;
    }
    if (!read_lines(reader, text, &line, error)) {
        g_prefix_error(error, "line %" G_GSIZE_FORMAT ": ", line);
        return FALSE;
    }
    if (reader->points->len > 0)
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "has no whole row yet; train --log writes one per mini-batch");
    return FALSE;
}

PdTrainingCurve *
pd_training_curve_parse(const char *name, const char *text, gsize length, GError **error)
{
    g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(PdTrainingPoint));
    g_autoptr(PdTrainingCurve) curve = g_new0(PdTrainingCurve, 1);
    Reader reader = { .points = points };

    if (!read_text(&reader, text, length, error)) {
        pd_error_prefix(name, error);
        return NULL;
    }
    curve->virtual_time = TRUE;
    for (guint i = 0; i < points->len; i++)
        if (g_array_index(points, PdTrainingPoint, i).virtual_ns < 0)
            curve->virtual_time = FALSE;
    curve->points = g_array_steal(points, &curve->n_points);
    return g_steal_pointer(&curve);
}

PdTrainingCurve *
pd_training_curve_load(const char *path, GError **error)
{
    gsize length;
    g_autofree char *text =
        pd_input_read(path, LARGEST_LOG, "256 MiB; a part of it will do", &length, error);

    return text == NULL ? NULL : pd_training_curve_parse(path, text, length, error);
}

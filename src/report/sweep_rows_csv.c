#include <math.h>
#include <string.h>

#include "csv.h"
#include "errors.h"
#include "scalars.h"
#include "sweep_rows_read.h"

/* What a column holds. */
typedef struct {
    enum { KEY, SCALAR, FAILURE } kind;
    guint number; /* of the key, or of the scalar */
} Column;

/* A table while it is read. */
typedef struct {
    GArray *columns; /* of Column */
    PdSweepRows *rows;
    const char **keys; /* of the row that is read */
    PdValue *values;
} Table;

static void
table_clear(Table *table)
{
    g_clear_pointer(&table->columns, g_array_unref);
    g_free(table->keys);
    g_free(table->values);
    pd_sweep_rows_free(table->rows);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Table, table_clear)

static gboolean
fail_head(const char *column, GError **error)
{
    g_autofree char *quoted = pd_quote(column);

    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "is not the head of a saved sweep, as sweep --format csv writes it: %s is no key "
                "and no result; a scenario is swept with --vary",
                quoted);
    return FALSE;
}

/* The columns that a head names, of which each stands once and one at least is a key. */
static gboolean
read_head(Table *table, char *const *names, GError **error)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (; *names != NULL; names++) {
        Column column = { .kind = FAILURE };

        if (pd_sweep_rows_is_key(*names)) {
            column = (Column){ KEY, keys->len };
            g_ptr_array_add(keys, *names);
        } else if (pd_scalar_find(*names, &column.number)) {
            column.kind = SCALAR;
        } else if (strcmp(*names, "error") != 0) {
            return fail_head(*names, error);
        }
        if (!g_hash_table_add(seen, *names)) {
            g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "names the column %s twice", *names);
            return FALSE;
        }
        g_array_append_val(table->columns, column);
    }
    if (keys->len == 0) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "names no varied key, as sweep does");
        return FALSE;
    }
    g_ptr_array_add(keys, NULL);
    table->rows = pd_sweep_rows_new((const char *const *)keys->pdata);
    table->keys = g_new(const char *, table->rows->n_keys);
    table->values = g_new(PdValue, pd_n_scalars());
    return TRUE;
}

static gboolean
parse_real(const char *text, double *real)
{
    char *end;

    *real = g_ascii_strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*real);
}

/* A field as a value of a type; an empty one is null. */
static gboolean
parse_value(const char *text, PdValueType type, PdValue *value, GError **error)
{
    static const char *const right[] = {
        [PD_VALUE_TEXT] = "text",
        [PD_VALUE_INTEGER] = "a whole number",
        [PD_VALUE_REAL] = "a number",
        [PD_VALUE_BOOLEAN] = "true or false",
    };
    g_autofree char *quoted = NULL;
    gint64 integer;
    double real;

    *value = *text == '\0' ? pd_value_null() : pd_value_text(text);
    if (*text == '\0' || type == PD_VALUE_TEXT)
        return TRUE;
    if (type == PD_VALUE_INTEGER &&
        g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &integer, NULL)) {
        *value = pd_value_integer(integer);
        return TRUE;
    }
    if (type == PD_VALUE_REAL && parse_real(text, &real)) {
        *value = pd_value_real(real);
        return TRUE;
    }
    if (type == PD_VALUE_BOOLEAN && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)) {
        *value = pd_value_boolean(strcmp(text, "true") == 0);
        return TRUE;
    }
    quoted = pd_quote(text);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s is not %s", quoted, right[type]);
    return FALSE;
}

static gboolean
read_row(Table *table, char *const *fields, GError **error)
{
    const guint n = g_strv_length((char **)fields);
    const char *failure = NULL;

    if (n != table->columns->len) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "has %u fields, and the head names %u", n,
                    table->columns->len);
        return FALSE;
    }
    for (guint i = 0; i < pd_n_scalars(); i++)
        table->values[i] = pd_value_null();
    for (guint i = 0; i < n; i++) {
        const Column *column = &g_array_index(table->columns, Column, i);

        if (column->kind == KEY)
            table->keys[column->number] = fields[i];
        else if (column->kind == FAILURE && *fields[i] != '\0')
            failure = fields[i];
        else if (column->kind == SCALAR && !parse_value(fields[i], pd_scalars[column->number].type,
                                                        &table->values[column->number], error)) {
            g_prefix_error(error, "%s: ", pd_scalars[column->number].name);
            return FALSE;
        }
    }
    pd_sweep_rows_add(table->rows, table->keys, failure == NULL ? table->values : NULL, failure);
    return TRUE;
}

static gsize
count_lines(const char *at, const char *end)
{
    gsize n = 0;

    for (; at < end; at++)
        n += *at == '\n';
    return n;
}

/* line: receives the one that an error is about. */
static gboolean
read_records(Table *table, const char *at, const char *end, gsize *line, GError **error)
{
    const char *next;

    for (*line = 1; (next = pd_csv_record_end(at, end)) != NULL; at = next) {
        g_auto(GStrv) fields = pd_csv_fields(at, next, error);

        if (fields == NULL || !(table->rows == NULL ? read_head(table, fields, error)
                                                    : read_row(table, fields, error)))
            return FALSE;
        *line += count_lines(at, next);
    }
    return TRUE;
}

PdSweepRows *
pd_sweep_rows_read_csv(const char *text, gsize length, GError **error)
{
    g_auto(Table) table = { .columns = g_array_new(FALSE, FALSE, sizeof(Column)) };
    gsize line;

    if (!read_records(&table, text, text + length, &line, error)) {
        g_prefix_error(error, "line %" G_GSIZE_FORMAT ": ", line);
        return NULL;
    }
    if (table.rows != NULL && table.rows->rows->len > 0)
        return g_steal_pointer(&table.rows);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "has no whole row of a sweep, as sweep --format csv writes them");
    return NULL;
}

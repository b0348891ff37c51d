#include "sweep_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "csv.h"
#include "errors.h"
#include "input.h"
#include "json_members.h"
#include "keys.h"
#include "scalars.h"

#define LARGEST_SWEEP (128 * 1024 * 1024)
#define SCHEMA        "pipedrift.sweep/1"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FILE, fclose)

/* --- rows ------------------------------------------------------------------------------------- */

static guint
n_scalars(void)
{
    guint n = 0;

    while (pd_scalars[n].name != NULL)
        n++;
    return n;
}

static void
free_row(gpointer data)
{
    PdSavedRow *row = data;

    g_free(row->keys);
    g_free(row->values);
    g_free(row);
}

PdSweepRows *
pd_sweep_rows_new(const char *const *names)
{
    PdSweepRows *rows = g_new(PdSweepRows, 1);

    *rows = (PdSweepRows){
        .names = g_strdupv((char **)names),
        .n_keys = g_strv_length((char **)names),
        .rows = g_ptr_array_new_with_free_func(free_row),
        .texts = g_string_chunk_new(4096),
    };
    return rows;
}

void
pd_sweep_rows_free(PdSweepRows *rows)
{
    if (rows == NULL)
        return;
    g_strfreev(rows->names);
    g_ptr_array_unref(rows->rows);
    g_string_chunk_free(rows->texts);
    g_free(rows);
}

void
pd_sweep_rows_add(PdSweepRows *rows, const char *const *keys, const PdValue *values,
                  const char *error)
{
    const guint n = n_scalars();
    PdSavedRow *row = g_new(PdSavedRow, 1);

    *row = (PdSavedRow){
        .keys = g_new(const char *, rows->n_keys),
        .values = g_new(PdValue, n),
        .error = error == NULL ? NULL : g_string_chunk_insert_const(rows->texts, error),
    };
    for (guint key = 0; key < rows->n_keys; key++)
        row->keys[key] = g_string_chunk_insert_const(rows->texts, keys[key]);
    for (guint i = 0; i < n; i++) {
        row->values[i] = values == NULL ? pd_value_null() : values[i];
        if (row->values[i].type == PD_VALUE_TEXT && row->values[i].text != NULL)
            row->values[i].text = g_string_chunk_insert_const(rows->texts, row->values[i].text);
    }
    g_ptr_array_add(rows->rows, row);
}

static gboolean
find_scalar(const char *name, guint *scalar)
{
    for (*scalar = 0; pd_scalars[*scalar].name != NULL; (*scalar)++)
        if (strcmp(pd_scalars[*scalar].name, name) == 0)
            return TRUE;
    return FALSE;
}

/* --- CSV -------------------------------------------------------------------------------------- */

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

/* Whether a column is of a key that can be varied: "section.name". */
static gboolean
is_key(const char *column)
{
    g_auto(GStrv) parts = g_strsplit(column, ".", 2);
    PdKey key;

    return g_strv_length(parts) == 2 && pd_key_find(parts[0], parts[1], &key);
}

/* The columns that a head names, of which each stands once and one at least is a key. */
static gboolean
read_head(Table *table, char *const *names, GError **error)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new();
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (; *names != NULL; names++) {
        Column column = { .kind = FAILURE };

        if (is_key(*names)) {
            column = (Column){ KEY, keys->len };
            g_ptr_array_add(keys, *names);
        } else if (find_scalar(*names, &column.number)) {
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
    table->values = g_new(PdValue, n_scalars());
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
    for (guint i = 0; i < n_scalars(); i++)
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

static PdSweepRows *
read_csv(const char *text, gsize length, GError **error)
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

/* --- JSON ------------------------------------------------------------------------------------- */

/* The varied keys of a row. (transfer container) */
static GPtrArray *
keys_of(PdJsonMembers *members, JsonObject *row)
{
    g_autoptr(GList) names = row == NULL ? NULL : json_object_get_members(row);
    GPtrArray *keys = g_ptr_array_new();

    for (const GList *name = names; name != NULL; name = name->next)
        if (is_key(name->data))
            g_ptr_array_add(keys, name->data);
    pd_json_members_require(members, keys->len > 0, "rows", "have no varied key");
    g_ptr_array_add(keys, NULL);
    return keys;
}

static PdValue
read_scalar(PdJsonMembers *members, JsonObject *row, const PdScalar *scalar)
{
    JsonNode *node = json_object_get_member(row, scalar->name);

    if (node == NULL || JSON_NODE_HOLDS_NULL(node))
        return pd_value_null();
    switch (scalar->type) {
    case PD_VALUE_TEXT:
        return pd_value_text(pd_json_members_text(members, row, scalar->name, FALSE));
    case PD_VALUE_INTEGER:
        return pd_value_integer(
            pd_json_members_integer(members, row, scalar->name, G_MININT64, G_MAXINT64));
    case PD_VALUE_REAL:
        return pd_value_real(pd_json_members_real(members, row, scalar->name, FALSE));
    case PD_VALUE_BOOLEAN:
        break;
    }
    return pd_value_boolean(pd_json_members_boolean(members, row, scalar->name, FALSE) == 1);
}

static void
read_json_row(PdJsonMembers *members, JsonObject *object, PdSweepRows *rows)
{
    g_autofree const char **keys = g_new(const char *, rows->n_keys);
    g_autofree PdValue *values = g_new(PdValue, n_scalars());
    const char *failure = pd_json_members_text(members, object, "error", TRUE);

    for (guint key = 0; key < rows->n_keys; key++)
        keys[key] = pd_json_members_text(members, object, rows->names[key], FALSE);
    for (guint i = 0; i < n_scalars() && object != NULL; i++)
        values[i] = read_scalar(members, object, &pd_scalars[i]);
    if (members->fault == NULL)
        pd_sweep_rows_add(rows, keys, failure == NULL ? values : NULL, failure);
}

static PdSweepRows *
read_object(PdJsonMembers *members, JsonObject *object)
{
    const char *schema = pd_json_members_text(members, object, "schema", FALSE);
    JsonArray *array;
    g_autoptr(PdSweepRows) rows = NULL;
    g_autoptr(GPtrArray) keys = NULL;

    pd_json_members_require(members, g_strcmp0(schema, SCHEMA) == 0, "schema", "is not " SCHEMA);
    array = pd_json_members_array(members, object, "rows", -1);
    pd_json_members_require(members, array != NULL && json_array_get_length(array) > 0, "rows",
                            "is empty");
    if (members->fault != NULL)
        return NULL;
    keys = keys_of(members, pd_json_members_object_at(members, array, "rows", 0));
    rows = pd_sweep_rows_new((const char *const *)keys->pdata);
    for (guint i = 0; i < json_array_get_length(array) && members->fault == NULL; i++) {
        JsonObject *row = pd_json_members_object_at(members, array, "rows", i);
        const gsize before = pd_json_members_enter(members, "rows", i);

        read_json_row(members, row, rows);
        pd_json_members_leave(members, before);
    }
    return members->fault == NULL ? g_steal_pointer(&rows) : NULL;
}

static PdSweepRows *
read_json(const char *text, gsize length, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_auto(PdJsonMembers) members;
    JsonObject *object;
    PdSweepRows *rows;

    pd_json_members_init(&members);
    object = pd_json_members_parse(&members, parser, text, length);
    rows = object == NULL ? NULL : read_object(&members, object);
    if (rows == NULL) {
        g_autofree char *why = pd_printable(members.fault);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "is no sweep: %s", why);
    }
    return rows;
}

/* --- files ------------------------------------------------------------------------------------ */

/* A head has the names of scalars in it; the schema stands first in a JSON text. */
gboolean
pd_sweep_rows_is(const char *path)
{
    g_autoptr(FILE) file = g_file_test(path, G_FILE_TEST_IS_REGULAR) ? fopen(path, "rb") : NULL;
    char start[1024] = "";
    const gsize n = file == NULL ? 0 : fread(start, 1, sizeof start - 1, file);
    const char *text = start + strspn(start, " \t\r\n");

    start[n] = '\0';
    if (*text == '{')
        return strstr(text, "\"" SCHEMA "\"") != NULL;
    start[strcspn(start, "\r\n")] = '\0';
    return strchr(start, '=') == NULL && strchr(start, '.') != NULL &&
           (strstr(start, ",schema,") != NULL || g_str_has_suffix(start, ",error"));
}

PdSweepRows *
pd_sweep_rows_parse(const char *name, const char *text, gsize length, GError **error)
{
    PdSweepRows *rows = NULL;

    if (strlen(text) != length)
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "holds a NUL byte; no sweep writes one");
    else if (text[strspn(text, " \t\r\n")] == '{')
        rows = read_json(text, length, error);
    else
        rows = read_csv(text, length, error);
    if (rows == NULL) {
        g_autofree char *origin = pd_printable(name);

        g_prefix_error(error, "%s: ", origin);
    }
    return rows;
}

PdSweepRows *
pd_sweep_rows_load(const char *path, GError **error)
{
    gsize length;
    g_autofree char *text =
        pd_input_read(path, LARGEST_SWEEP, "128 MiB; a part of it will do", &length, error);

    return text == NULL ? NULL : pd_sweep_rows_parse(path, text, length, error);
}

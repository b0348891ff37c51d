#include "sweep_rows.h"

#include <stdio.h>
#include <string.h>

#include "errors.h"
#include "input.h"
#include "keys.h"
#include "scalars.h"
#include "sweep_rows_read.h"

#define LARGEST_SWEEP (128 * 1024 * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FILE, fclose)

/* --- rows ------------------------------------------------------------------------------------- */

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
    const guint n = pd_n_scalars();
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

gboolean
pd_sweep_rows_is_key(const char *column)
{
    g_auto(GStrv) parts = g_strsplit(column, ".", 2);
    PdKey key;

    return g_strv_length(parts) == 2 && pd_key_find(parts[0], parts[1], &key);
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
        return strstr(text, "\"" PD_SWEEP_SCHEMA "\"") != NULL;
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
        rows = pd_sweep_rows_read_json(text, length, error);
    else
        rows = pd_sweep_rows_read_csv(text, length, error);
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

#include "text_table.h"

struct PdTextTable {
    guint n_columns;
    GPtrArray *cells;  /* with the headers as the first row */
    GHashTable *marks; /* of cell indices */
    GArray *marked;    /* per column: whether any cell has a mark, for which space is kept */
};

PdTextTable *
pd_text_table_new(const char *const *headers)
{
    PdTextTable *table = g_new(PdTextTable, 1);
    const guint n = g_strv_length((char **)headers);

    *table = (PdTextTable){
        .n_columns = n,
        .cells = g_ptr_array_new_with_free_func(g_free),
        .marks = g_hash_table_new(NULL, NULL),
        .marked = g_array_sized_new(FALSE, TRUE, sizeof(gboolean), n),
    };
    g_array_set_size(table->marked, n);
    for (guint i = 0; i < n; i++)
        pd_text_table_add(table, g_strdup(headers[i]));
    return table;
}

void
pd_text_table_free(PdTextTable *table)
{
    if (table == NULL)
        return;
    g_ptr_array_unref(table->cells);
    g_hash_table_unref(table->marks);
    g_array_unref(table->marked);
    g_free(table);
}

void
pd_text_table_add(PdTextTable *table, char *text)
{
    g_ptr_array_add(table->cells, text);
}

void
pd_text_table_mark(PdTextTable *table, guint row, guint column)
{
    const guint cell = (row + 1) * table->n_columns + column;

    g_hash_table_add(table->marks, GUINT_TO_POINTER(cell));
    g_array_index(table->marked, gboolean, column) = TRUE;
}

static int
width_of(const PdTextTable *table, guint column)
{
    glong width = 0;

    for (guint i = column; i < table->cells->len; i += table->n_columns)
        width = MAX(width, g_utf8_strlen(table->cells->pdata[i], -1));
    return (int)width;
}

guint
pd_text_table_width(const PdTextTable *table)
{
    guint width = 0;

    /* a gap takes two, of which a mark takes one; behind the last column there is a mark only */
    for (guint column = 0; column < table->n_columns; column++) {
        const gboolean last = column + 1 == table->n_columns;
        const gboolean marked = g_array_index(table->marked, gboolean, column);

        width += (guint)width_of(table, column) + (last ? (marked ? 1 : 0) : 2);
    }
    return width;
}

void
pd_text_table_print(const PdTextTable *table, GString *text)
{
    g_autofree int *widths = g_new(int, table->n_columns);

    for (guint column = 0; column < table->n_columns; column++)
        widths[column] = width_of(table, column);
    for (guint i = 0; i < table->cells->len; i++) {
        const guint column = i % table->n_columns;
        const char *cell = table->cells->pdata[i];
        /* printf counts bytes, a reader counts characters */
        const int pad = widths[column] - (int)g_utf8_strlen(cell, -1);

        /* the place of a mark behind the column before is half of the gap */
        if (column == 0)
            g_string_append_printf(text, "%s%*s", cell, pad, "");
        else
            g_string_append_printf(text, "%s%*s%s",
                                   g_array_index(table->marked, gboolean, column - 1) ? " " : "  ",
                                   pad, "", cell);
        if (g_array_index(table->marked, gboolean, column))
            g_string_append_c(text,
                              g_hash_table_contains(table->marks, GUINT_TO_POINTER(i)) ? '*' : ' ');
        if (column + 1 == table->n_columns) {
            while (text->str[text->len - 1] == ' ')
                g_string_truncate(text, text->len - 1);
            g_string_append_c(text, '\n');
        }
    }
}

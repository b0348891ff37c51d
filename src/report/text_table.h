/*
 * A table of text for a terminal: columns as wide as they need to be, the first aligned left, the
 * others right. A cell may be marked; the mark stands behind it.
 */
#pragma once

#include <glib.h>

typedef struct PdTextTable PdTextTable;

/* headers: NULL-ended, copied. */
PdTextTable *pd_text_table_new(const char *const *headers);
void pd_text_table_free(PdTextTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdTextTable, pd_text_table_free)

/* Add the next cell, row by row. text: (transfer full). */
void pd_text_table_add(PdTextTable *table, char *text);

/* Mark a cell with a star: it is the best of its column. */
void pd_text_table_mark(PdTextTable *table, guint row, guint column);

/* How many columns of a terminal it takes. */
guint pd_text_table_width(const PdTextTable *table);

/* Append the table to a text. */
void pd_text_table_print(const PdTextTable *table, GString *text);

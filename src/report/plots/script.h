/*
 * Text for gnuplot: variables and blocks of data, in its own notation.
 *
 * Whatever a user wrote passes through pd_script_text(), which leaves nothing in it that gnuplot
 * could take for its own.
 */
#pragma once

#include <glib.h>

void pd_script_integer(GString *script, const char *name, gint64 value);

/* A real number, with 15 significant digits: a ns of 11 days; what is not finite is undefined. */
void pd_script_real(GString *script, const char *name, double value);

/* A text of any characters, made visible. See pd_label_visible(). */
void pd_script_text(GString *script, const char *name, const char *value);

/* An array of texts. */
void pd_script_texts(GString *script, const char *name, const char *const *values, guint n);

/* An array of numbers. */
void pd_script_reals(GString *script, const char *name, const double *values, guint n);

/* Begin and end a block of data: rows of numbers. Its first row is undefined, which gnuplot draws
 * as nothing: a block without rows would end the script. columns: how many a row has. */
void pd_script_begin_block(GString *script, const char *name, guint columns);
void pd_script_row(GString *script, const double *values, guint n);

/* Begin the i-th set of rows of a block, which gnuplot knows as `index` 0, 1, ...; with the first
 * one the block begins. Sets follow one another. */
void pd_script_begin_set(GString *script, const char *name, guint i, guint columns);

/* The same for labels: rows of x, y and a text, such as a number and its unit, which holds no
 * user's characters. The first row is an empty text: gnuplot 5.4 does not survive labels without
 * any. */
void pd_script_begin_labels(GString *script, const char *name);
void pd_script_label(GString *script, double x, double y, const char *text);

void pd_script_end_block(GString *script);

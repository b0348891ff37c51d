/*
 * Pieces of text drawings.
 */
#pragma once

#include <glib.h>

/* A character as full as a share: a space for 0, eighths of a block above it. (transfer none) */
const char *pd_text_level(double share);

/* Append a bar that fills a share of so many columns, in eighths of a column, and blanks behind it.
 */
void pd_text_bar(GString *text, double share, guint columns);

/* Append a line, broken at spaces where it is longer than so many columns. */
void pd_text_line(GString *text, guint columns, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Append a piece to the last line, or to one of its own where that has no room for it in so many
 * columns. Escape sequences take none. */
void pd_text_flow(GString *text, guint columns, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Append the axis below cells of time: its two ends. left: columns before the first of n_cells. */
void pd_text_time_axis(GString *text, gint64 from_ns, gint64 to_ns, guint left, guint n_cells);

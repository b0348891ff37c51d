/*
 * What the picture and the text drawing of `utilization` have in common: rows of devices.
 */
#pragma once

#include "busy_windows.h"

/* Devices share rows where there are more of them than rows. */
typedef struct {
    guint n;
    guint devices; /* of a row; the last one may have fewer */
} PdBusyRows;

/* Up to so many rows of one run. */
PdBusyRows pd_busy_rows(const PdPlotRun *run, guint most);

/* The busy share of a row in windows from the first up to the one before the end. */
double pd_busy_rows_share(const PdBusyRows *rows, const PdBusyWindows *busy, guint row,
                          guint first_window, guint end_window);

/* Append the text drawing. See PdPlotKind.draw. */
void pd_utilization_draw(const PdPlot *plot, GString *text);

/* Windows of a text drawing: a column each at least. */
guint pd_utilization_columns(const PdPlot *plot);

/*
 * What the picture and the drawing of crossings have in common: shares of micro-batches, the stages
 * that tell most, and long runs in parts.
 */
#pragma once

#include "plot.h"

#define PD_TELLING_STAGES 4

/* The share of a stage's micro-batches that crossed `first` updates or one of the n − 1 next
 * numbers of them. */
double pd_crossings_share(const PdStageReport *stage, gint64 first, gint64 n);

/* The most that any run crossed or may cross. */
gint64 pd_crossings_most(const PdPlot *plot);

/* Whether any run kept the crossing of every micro-batch. */
gboolean pd_crossings_are_kept(const PdPlot *plot);

/* A few stages from the first on, where micro-batches cross most, at even distances. Returns how
 * many. */
guint pd_crossings_stages(const PdReport *report, guint stages[PD_TELLING_STAGES]);

/* Mean and largest crossing of the micro-batches from `first` to below `end`. */
void pd_crossings_part(const PdStageReport *stage, gint64 first, gint64 end, double *mean,
                       gint64 *most);

/* Append the drawing for a terminal. See PdPlotKind.draw. */
void pd_crossings_draw(const PdPlot *plot, GString *text);

/*
 * What frames a picture: its width, the room for its title, the part of the time that it shows.
 */
#pragma once

#include "plot.h"

/* px that a picture without a size is wide. */
#define PD_FRAME_WIDTH 960

/* px at the top of a picture, for the lines of its title. title: NULL: none. */
guint pd_frame_title_height(const char *title);

/* Whether any device of the runs is ever idle for a cause. */
gboolean pd_frame_meets_cause(const PdPlot *plot, PdCause cause);

/* Append the letters of the causes that are met, behind a beginning, on lines as wide as the
 * drawing. */
void pd_frame_draw_causes(const PdPlot *plot, const char *begin, GString *text);

/* Whether the times of training logs are virtual ones, as all of them have; else they are real. */
gboolean pd_frame_is_virtual(const PdPlot *plot);

/* When the last of the runs ends, of which all have their reports or curves. */
gint64 pd_frame_end_ns(const PdPlot *plot);

/* Draw all of the runs, where the user has not said which part. */
void pd_frame_show_all(PdPlot *plot);

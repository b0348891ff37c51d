/*
 * What the picture and the text drawing of `memory` have in common: which devices they show, and
 * up to how many bytes.
 */
#pragma once

#include "held_windows.h"

/* Devices of one run that a drawing shows, at most. */
#define PD_MEMORY_MOST 32

/* The device whose peak is the highest, the first of them. */
guint pd_memory_highest(const PdPlotRun *run);

/*
 * The devices of a run that are shown, ascending: of several runs the one with the highest peak;
 * of one run all, or, where there are too many, that one, the first, the middle and the last.
 *
 * Returns: how many there are.
 */
guint pd_memory_devices(const PdPlot *plot, const PdPlotRun *run, guint devices[PD_MEMORY_MOST]);

/* Whether devices are left out, so that the peaks of all belong beside those shown. */
gboolean pd_memory_leaves_out(const PdPlot *plot);

/* Where the axis ends: at the highest peak of all runs, or at a capacity that is not too far above
 * it. */
gint64 pd_memory_most_bytes(const PdPlot *plot);

static inline const PdHeldWindows *
pd_memory_held(const PdPlotRun *run)
{
    return (const PdHeldWindows *)run->collector;
}

/* Append the text drawing. See PdPlotKind.draw. */
void pd_memory_draw(const PdPlot *plot, GString *text);

/* Windows of a text drawing, a column each. */
guint pd_memory_columns(const PdPlot *plot);

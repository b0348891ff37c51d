/*
 * A timeline for a terminal: a line per device, a column per part of the time.
 */
#pragma once

#include "plot.h"

/* Columns before the first part of the time: the device's number. */
#define PD_TIMELINE_TEXT_LEFT 5

/* Append it. See PdPlotKind.draw. */
void pd_timeline_draw(const PdPlot *plot, GString *text);

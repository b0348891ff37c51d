/*
 * Loss curves for a terminal: a chart over time, in which digits stand for curves, and a table.
 */
#pragma once

#include "plot.h"

/* Append it. See PdPlotKind.draw. */
void pd_loss_draw(const PdPlot *plot, GString *text);

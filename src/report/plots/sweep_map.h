/*
 * A sweep as maps of cells, a panel per result: the first key to the right, the second one upwards.
 */
#pragma once

#include "panels.h"
#include "sweep_grid.h"

/* px left of the panels, for the values of the second key. */
double pd_sweep_map_left(const PdSweepGrid *grid);

/* px that a panel is high. */
double pd_sweep_map_height(const PdSweepGrid *grid);

/* Print what the script needs beyond the panels and the axes. */
void pd_sweep_map_print(const PdPlot *plot, const PdSweepGrid *grid, const PdPanels *panels,
                        GString *script);

/*
 * The histograms of crossings as a picture shows them: a column per stage, cells coloured by the
 * share of the stage's micro-batches that crossed so many updates. Where there is no room for each,
 * neighbours share a cell.
 */
#pragma once

#include "legend.h"
#include "panels.h"

/* Shares are drawn in so many colours. */
#define PD_CROSSINGS_PARTS 5

/* What these mean, from the smallest share on. */
extern const PdLegendEntry pd_crossings_parts[PD_CROSSINGS_PARTS];

/* How many stages and numbers of updates a cell of a run stands for. */
void pd_crossings_cell_size(const PdPlot *plot, const PdPanels *panels, const PdReport *report,
                            guint *n_stages, guint *n_values);

/* Print the cells of all runs, the numbers on them, bounds and means, for plots/crossings.gp. */
void pd_crossings_print_cells(const PdPlot *plot, const PdPanels *panels, GString *script);

/*
 * The runs of a plot: from the arguments of the command line to reports and kept events.
 */
#pragma once

#include "options.h"
#include "plot.h"

/*
 * Load what the arguments behind the kind name, simulate where it is a scenario, and let the kind
 * collect what it needs.
 *
 * schedules: names separated by commas, under each of which a scenario is run; NULL: its own.
 * Errors: PD_ERROR_INPUT for an input that is refused or of which the kind has no use.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_plot_runs_load(PdPlot *plot, const PdOptions *options,
                                                     const char *schedules, GError **error);

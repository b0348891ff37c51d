/*
 * The points of a plot of a sweep: of a saved one, or of one that is run on the spot.
 */
#pragma once

#include "options.h"
#include "plot.h"

/* What the user wrote; all may be NULL. */
typedef struct {
    char **vary;    /* as for sweep; NULL: the argument is a saved sweep */
    char *where;    /* which points are drawn */
    char **results; /* names, or lists of them; NULL: as the kind likes it */
} PdPointsOptions;

void pd_points_options_clear(PdPointsOptions *own);

/*
 * Fill the sweep of a plot, and its title where it has none.
 *
 * Errors: PD_ERROR_INPUT for what is no sweep, for results that there are not, for more varied keys
 * than the kind draws.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_plot_points_load(PdPlot *plot, const PdOptions *options,
                                                       const PdPointsOptions *own, GError **error);

/* Refuse options of a sweep for a kind that draws none. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_plot_points_check(const PdPlotKind *kind,
                                                        const PdPointsOptions *own, GError **error);

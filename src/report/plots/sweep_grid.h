/*
 * The points of a sweep over one or two varied keys: lines over the first key, one per value of the
 * second one; or a map of cells, where the first is no number or there are too many lines.
 */
#pragma once

#include "sweep_axis.h"
#include "sweep_result.h"

#define PD_SWEEP_MOST_LINES 8
#define PD_SWEEP_MOST_KEYS  2
#define PD_SWEEP_MOST_CELLS 200 /* values of a key of a map */

typedef struct {
    guint n_keys;        /* 1 or 2 */
    PdSweepAxis axes[2]; /* the second one empty where one key is varied */
    guint n_x, n_y;      /* values of each key, 1 of none */
    gint *rows;          /* [x * n_y + y]: the number of a row; −1: there is no such point */
    gboolean map;
} PdSweepGrid;

/*
 * Check that a plot can be drawn so: it has one or two varied keys, and a map not too many values.
 *
 * Errors: PD_ERROR_INPUT.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_sweep_grid_check(const PdPlot *plot, GError **error);

/* plot: has passed the check. */
void pd_sweep_grid_init(PdSweepGrid *grid, const PdPlot *plot);
void pd_sweep_grid_clear(PdSweepGrid *grid);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdSweepGrid, pd_sweep_grid_clear)

static inline gint
pd_sweep_grid_row(const PdSweepGrid *grid, guint x, guint y)
{
    return grid->rows[x * grid->n_y + y];
}

/* Append a drawing for a terminal. See PdPlotKind.draw. */
void pd_sweep_draw(const PdPlot *plot, GString *text);

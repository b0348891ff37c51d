#include "sweep_grid.h"

#include "errors.h"

/* Find the axes, and whether they make a map. keys: the varied ones. */
static void
find_axes(PdSweepGrid *self, const PdSweepRows *rows, const guint *keys, guint n_keys)
{
    *self = (PdSweepGrid){ .n_keys = n_keys, .n_y = 1 };
    for (guint i = 0; i < n_keys; i++)
        pd_sweep_axis_init(&self->axes[i], rows, keys[i]);
    self->n_x = self->axes[0].values->len;
    if (n_keys == 2)
        self->n_y = self->axes[1].values->len;
    self->map = n_keys == 2 && !(self->axes[0].numeric && self->n_y <= PD_SWEEP_MOST_LINES);
}

/* --- whether it can be drawn ------------------------------------------------------------------ */

static gboolean
fail_keys(const PdPlot *plot, const guint *keys, guint n, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < n; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", plot->sweep.rows->names[keys[i]]);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "plot %s: draws one or two varied keys, and these are %u (%s); set the others "
                "with --set, or keep one value of them with --where",
                plot->kind->name, n, names->str);
    return FALSE;
}

gboolean
pd_sweep_grid_check(const PdPlot *plot, GError **error)
{
    const PdSweepRows *rows = plot->sweep.rows;
    g_autofree guint *keys = g_new(guint, rows->n_keys);
    const guint n = pd_sweep_keys(rows, keys);
    g_auto(PdSweepGrid) grid = { 0 };

    if (n > PD_SWEEP_MOST_KEYS)
        return fail_keys(plot, keys, n, error);
    find_axes(&grid, rows, keys, n);
    for (guint i = 0; grid.map && i < n; i++) {
        if (grid.axes[i].values->len <= PD_SWEEP_MOST_CELLS)
            continue;
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "plot %s: a map has up to %d values of a key, and %s has %u; vary it in larger "
                    "steps",
                    plot->kind->name, PD_SWEEP_MOST_CELLS, grid.axes[i].name,
                    grid.axes[i].values->len);
        return FALSE;
    }
    return TRUE;
}

/* --- the grid --------------------------------------------------------------------------------- */

void
pd_sweep_grid_init(PdSweepGrid *grid, const PdPlot *plot)
{
    const PdSweepRows *rows = plot->sweep.rows;
    g_autofree guint *keys = g_new(guint, rows->n_keys);
    const guint n = pd_sweep_keys(rows, keys);

    find_axes(grid, rows, keys, n);
    for (guint i = 0; grid->map && i < grid->n_keys; i++)
        pd_sweep_axis_to_categories(&grid->axes[i]);
    grid->rows = g_new(gint, (gsize)grid->n_x * grid->n_y);
    for (gsize i = 0; i < (gsize)grid->n_x * grid->n_y; i++)
        grid->rows[i] = -1;
    for (guint row = 0; row < rows->rows->len; row++) {
        const guint y = grid->n_keys == 2 ? grid->axes[1].of_row[row] : 0;

        grid->rows[grid->axes[0].of_row[row] * grid->n_y + y] = (gint)row;
    }
}

void
pd_sweep_grid_clear(PdSweepGrid *grid)
{
    pd_sweep_axis_clear(&grid->axes[0]);
    pd_sweep_axis_clear(&grid->axes[1]);
    g_clear_pointer(&grid->rows, g_free);
}

#include "pareto_points.h"

#include <math.h>

#define COLOUR 2 /* the third result */
#define RANGES 4

static int
compare_reals(gconstpointer a, gconstpointer b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y ? 1 : 0;
}

/* The different values of the third result, ascending. (transfer full) */
static GArray *
different(const PdPlot *plot)
{
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(double));
    GArray *values = g_array_new(FALSE, FALSE, sizeof(double));

    for (guint row = 0; row < plot->sweep.rows->rows->len; row++) {
        const double value = pd_sweep_result(plot, row, COLOUR);

        if (!isnan(value) && pd_pareto_is_there(plot, row))
            g_array_append_val(all, value);
    }
    g_array_sort(all, compare_reals);
    for (guint i = 0; i < all->len; i++)
        if (i == 0 || g_array_index(all, double, i) != g_array_index(all, double, i - 1))
            g_array_append_val(values, g_array_index(all, double, i));
    return values;
}

/* The text of a value of the third result. (transfer full) */
static char *
text_of(const PdPlot *plot, double value)
{
    guint row = 0;

    while (pd_sweep_result(plot, row, COLOUR) != value)
        row++;
    return pd_sweep_result_text(plot, row, COLOUR);
}

/* Each value is a group, or each quarter of the values. */
static void
find_groups(PdParetoPoints *self, const PdPlot *plot)
{
    g_autoptr(GArray) values = different(plot);
    g_autofree char *title = pd_sweep_result_title(plot, COLOUR, (PdScale){ "", 1 });
    guint begin = 0;

    self->ranges = values->len > PD_PARETO_MOST_GROUPS;
    self->n_groups = self->ranges ? RANGES : MAX(values->len, 1);
    for (guint group = 0; group < self->n_groups && values->len > 0; group++) {
        const guint end = (guint)((guint64)values->len * (group + 1) / self->n_groups);
        const double least = g_array_index(values, double, begin);
        const double most = g_array_index(values, double, end - 1);
        g_autofree char *from = text_of(plot, least), *to = text_of(plot, most);

        self->ends[group] = most;
        self->names[group] = least == most ? g_strdup_printf("%s %s", title, from)
                                           : g_strdup_printf("%s %s to %s", title, from, to);
        begin = end;
    }
}

static int
compare_rows(gconstpointer a, gconstpointer b, gpointer plot)
{
    const double x = pd_sweep_result(plot, *(const guint *)a, 0);
    const double y = pd_sweep_result(plot, *(const guint *)b, 0);

    return x < y ? -1 : x > y ? 1 : 0;
}

void
pd_pareto_points_init(PdParetoPoints *points, const PdPlot *plot)
{
    *points = (PdParetoPoints){ .n_groups = 1, .front = g_array_new(FALSE, FALSE, sizeof(guint)) };
    if (plot->sweep.n_results > COLOUR)
        find_groups(points, plot);
    for (guint row = 0; row < plot->sweep.rows->rows->len; row++)
        if (plot->sweep.front[row])
            g_array_append_val(points->front, row);
    g_array_sort_with_data(points->front, compare_rows, (gpointer)plot);
}

void
pd_pareto_points_clear(PdParetoPoints *points)
{
    for (guint i = 0; i < PD_PARETO_MOST_GROUPS; i++)
        g_free(points->names[i]);
    g_clear_pointer(&points->front, g_array_unref);
}

guint
pd_pareto_group(const PdParetoPoints *points, const PdPlot *plot, guint row)
{
    guint group = 0;

    if (plot->sweep.n_results <= COLOUR)
        return 0;
    while (group + 1 < points->n_groups && pd_sweep_result(plot, row, COLOUR) > points->ends[group])
        group++;
    return group;
}

gboolean
pd_pareto_is_there(const PdPlot *plot, guint row)
{
    return !isnan(pd_sweep_result(plot, row, 0)) && !isnan(pd_sweep_result(plot, row, 1));
}

char *
pd_pareto_label(const PdPlot *plot, guint row)
{
    const PdSweepRows *rows = plot->sweep.rows;
    g_autofree guint *keys = g_new(guint, rows->n_keys);
    const guint n = pd_sweep_keys(rows, keys);
    GString *label = g_string_new(NULL);

    for (guint i = 0; i < n; i++)
        g_string_append_printf(label, "%s%s", i > 0 ? ", " : "",
                               pd_sweep_row(plot, row)->keys[keys[i]]);
    return g_string_free(label, FALSE);
}

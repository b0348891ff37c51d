#include <math.h>

#include "text_bars.h"
#include "units.h"
#include "utilization.h"

#define LEFT      10 /* columns: devices, ... */
#define RIGHT     8  /* ... the busy share in all */
#define MOST_ROWS 32

guint
pd_utilization_columns(const PdPlot *plot)
{
    return plot->columns - LEFT - RIGHT;
}

/* A row's share in each window, drawn over all columns that the window covers. */
static void
draw_row(const PdPlot *plot, GString *text, const PdBusyWindows *busy, const PdBusyRows *rows,
         guint row)
{
    const guint n_cells = pd_utilization_columns(plot);
    const double cell_ns = (double)(plot->to_ns - plot->from_ns) / n_cells;
    const double all = pd_busy_rows_share(rows, busy, row, 0, busy->windows.n);

    for (guint cell = 0; cell < n_cells; cell++) {
        const gint64 at_ns = plot->from_ns + (gint64)((cell + 0.5) * cell_ns);
        const gboolean over = busy->windows.n == 0 || at_ns >= busy->windows.to_ns;
        const guint window = over ? 0 : pd_windows_at(&busy->windows, at_ns);

        g_string_append(
            text,
            over ? " " : pd_text_level(pd_busy_rows_share(rows, busy, row, window, window + 1)));
    }
    if (isnan(all))
        g_string_append(text, "       -\n");
    else
        g_string_append_printf(text, " %5.1f %%\n", 100 * all);
}

static void
draw_run(const PdPlot *plot, GString *text, const PdPlotRun *run)
{
    const PdBusyWindows *busy = (const PdBusyWindows *)run->collector;
    const PdBusyRows rows = pd_busy_rows(run, MOST_ROWS);
    const PdBusyRows mean = pd_busy_rows(run, 1);
    g_autofree char *length = pd_duration_format(busy->windows.length_ns);

    pd_text_line(text, plot->columns, "%s, in windows of %s", run->name, length);
    for (guint row = 0; row < rows.n; row++) {
        const guint first = row * rows.devices;
        const guint last = MIN(first + rows.devices, busy->n_devices) - 1;
        g_autofree char *name =
            first == last ? g_strdup_printf("%u", first) : g_strdup_printf("%u-%u", first, last);

        g_string_append_printf(text, "%*s ", LEFT - 1, name);
        draw_row(plot, text, busy, &rows, row);
    }
    g_string_append_printf(text, "%*s ", LEFT - 1, "mean");
    draw_row(plot, text, busy, &mean, 0);
}

void
pd_utilization_draw(const PdPlot *plot, GString *text)
{
    g_string_append(text, "busy share of devices over time\n");
    for (guint i = 0; i < plot->n_runs; i++) {
        g_string_append_c(text, '\n');
        draw_run(plot, text, &plot->runs[i]);
    }
    pd_text_time_axis(text, plot->from_ns, plot->to_ns, LEFT, pd_utilization_columns(plot));
}

/* How busy the devices are over time: a strip per device, coloured by its busy share, below the
 * mean; runs one above the other. */
#include "utilization.h"

#include <math.h>

#include "frame.h"
#include "panels.h"
#include "scale.h"
#include "script.h"
#include "units.h"

#define LEFT          84 /* px around the panels: names of devices, ... */
#define RIGHT         18
#define BOTTOM        98 /* ... the axis and the scale of colours */
#define WINDOW        4  /* px, at least */
#define NAME          24 /* px of a run: its name, ... */
#define MEAN          64 /* ... the mean, ... */
#define SMALL_MEAN    44 /* ... of many runs, ... */
#define BETWEEN       12 /* ... a gap, ... */
#define STRIPS        280
#define STRIPS_OF_ALL 480 /* ... the devices, of all runs together, ... */
#define LEAST_STRIPS  72
#define BEHIND        14 /* ... and a gap */
#define STRIP         22 /* px of a device, where there is room for it, ... */
#define LEAST_STRIP   2
#define NARROW        560 /* px: narrower pictures say less */
#define LEVELS        20  /* of colours */

PdBusyRows
pd_busy_rows(const PdPlotRun *run, guint most)
{
    const guint devices = (run->report->n_devices + most - 1) / most;

    return (PdBusyRows){ (run->report->n_devices + devices - 1) / devices, devices };
}

double
pd_busy_rows_share(const PdBusyRows *rows, const PdBusyWindows *busy, guint row, guint first_window,
                   guint end_window)
{
    const guint first = row * rows->devices;

    return pd_busy_windows_share(busy, first, MIN(rows->devices, busy->n_devices - first),
                                 first_window, end_window);
}

/* Where the panels of a run lie, px from the top. */
typedef struct {
    PdBusyRows rows;
    guint mean_top, mean_bottom;
    guint strips_top, strips_bottom;
} Panel;

static guint
mean_px(const PdPlot *plot)
{
    return plot->n_runs < 4 ? MEAN : SMALL_MEAN;
}

/* px of a run's devices, as many as they need up to so many. */
static guint
strips_px(const PdPlotRun *run, guint most)
{
    const PdBusyRows rows = pd_busy_rows(run, MAX(most / LEAST_STRIP, 1));

    return rows.n * CLAMP(most / rows.n, 1, STRIP);
}

static guint
most_strips_px(const PdPlot *plot)
{
    return CLAMP(STRIPS_OF_ALL / plot->n_runs, LEAST_STRIPS, STRIPS);
}

static void
settle(PdPlot *plot)
{
    const gboolean sized = plot->height > 0;

    pd_frame_show_all(plot);
    if (sized)
        return;
    plot->height = pd_frame_title_height(plot->title) + BOTTOM - BEHIND;
    for (guint i = 0; i < plot->n_runs; i++)
        plot->height += NAME + mean_px(plot) + BETWEEN +
                        strips_px(&plot->runs[i], most_strips_px(plot)) + BEHIND;
}

static PdSink *
new_collector(const PdPlot *plot, const PdPlotRun *run)
{
    const guint most = plot->terminal == NULL
                           ? pd_utilization_columns(plot)
                           : (MAX(plot->width, 2 * (LEFT + RIGHT)) - LEFT - RIGHT) / WINDOW;

    return &pd_busy_windows_new(plot, run, most)->sink;
}

static void
free_collector(PdSink *collector)
{
    pd_busy_windows_free((PdBusyWindows *)collector);
}

/* --- the picture ------------------------------------------------------------------------------ */

static const PdBusyWindows *
busy_of(const PdPlotRun *run)
{
    return (const PdBusyWindows *)run->collector;
}

/* Divide the height among the runs, by their natural heights. */
static void
lay_out(const PdPlot *plot, Panel *panels)
{
    const guint top = pd_frame_title_height(plot->title);
    const guint fixed = top + BOTTOM - BEHIND + plot->n_runs * (NAME + BETWEEN + BEHIND);
    const guint height = MAX(plot->height, fixed + 4 * plot->n_runs) - fixed;
    guint natural = 0, y = top;

    for (guint i = 0; i < plot->n_runs; i++)
        natural += mean_px(plot) + strips_px(&plot->runs[i], most_strips_px(plot));
    for (guint i = 0; i < plot->n_runs; i++) {
        const PdPlotRun *run = &plot->runs[i];
        const guint strips =
            MAX(strips_px(run, most_strips_px(plot)) * height / natural, LEAST_STRIP);
        Panel *panel = &panels[i];

        panel->mean_top = y + NAME;
        panel->mean_bottom = panel->mean_top + MAX(mean_px(plot) * height / natural, 1);
        panel->rows = pd_busy_rows(run, strips / LEAST_STRIP);
        panel->strips_top = panel->mean_bottom + BETWEEN;
        /* whole px per row, so that no seams show */
        panel->strips_bottom = panel->strips_top + panel->rows.n * (strips / panel->rows.n);
        y = panel->strips_bottom + BEHIND;
    }
}

static double
x_of(const PdPlot *plot, gint64 at_ns)
{
    return (double)at_ns / pd_scale_time(plot->to_ns).per_unit;
}

/* Steps of the mean, joined where it stays. */
static void
put_mean(const PdPlot *plot, GString *script, const PdPlotRun *run)
{
    const PdBusyWindows *busy = busy_of(run);
    const PdBusyRows all = pd_busy_rows(run, 1);
    guint end;

    for (guint window = 0; window < busy->windows.n; window = end) {
        const double share = pd_busy_rows_share(&all, busy, 0, window, window + 1);
        const double start[] = { x_of(plot, pd_windows_start(&busy->windows, window)), share };
        double last[] = { 0, share };

        for (end = window + 1; end < busy->windows.n; end++)
            if (pd_busy_rows_share(&all, busy, 0, end, end + 1) != share)
                break;
        last[0] = x_of(plot, pd_windows_end(&busy->windows, end - 1));
        pd_script_row(script, start, G_N_ELEMENTS(start));
        pd_script_row(script, last, G_N_ELEMENTS(last));
    }
}

static guint
level_of(const PdBusyWindows *busy, const PdBusyRows *rows, guint row, guint window)
{
    return (guint)(LEVELS * pd_busy_rows_share(rows, busy, row, window, window + 1) + 0.5);
}

/* Pieces of strips that have one colour. */
static void
put_level(const PdPlot *plot, GString *script, const PdPlotRun *run, const PdBusyRows *rows,
          const guint8 *levels, guint level)
{
    const PdWindows *windows = &busy_of(run)->windows;

    for (guint row = 0; row < rows->n; row++) {
        const guint8 *of_row = levels + (gsize)row * windows->n;
        guint end;

        for (guint window = 0; window < windows->n; window = end) {
            for (end = window + 1; end < windows->n && of_row[end] == of_row[window];)
                end++;
            const double piece[] = { x_of(plot, pd_windows_start(windows, window)),
                                     x_of(plot, pd_windows_end(windows, end - 1)), row,
                                     (double)level / LEVELS };

            if (of_row[window] == level)
                pd_script_row(script, piece, G_N_ELEMENTS(piece));
        }
    }
}

/* Level by level: in an SVG, pieces of one colour that follow each other are one path. */
static void
put_strips(const PdPlot *plot, GString *script, const PdPlotRun *run, const PdBusyRows *rows)
{
    const PdBusyWindows *busy = busy_of(run);
    const guint n = busy->windows.n;
    g_autofree guint8 *levels = g_new(guint8, (gsize)rows->n * n);

    for (guint row = 0; row < rows->n; row++)
        for (guint window = 0; window < n; window++)
            levels[(gsize)row * n + window] = (guint8)level_of(busy, rows, row, window);
    for (guint level = 0; level <= LEVELS; level++)
        put_level(plot, script, run, rows, levels, level);
}

/* What stands beside a run's name, as far as there is room. */
static char *
note(const PdPlot *plot, const PdPlotRun *run, const PdBusyRows *rows)
{
    const PdBusyWindows *busy = busy_of(run);
    const double share = pd_busy_windows_share(busy, 0, busy->n_devices, 0, busy->windows.n);
    g_autofree char *length = pd_duration_format(busy->windows.length_ns);
    GString *text = g_string_new(NULL);

    if (!isnan(share))
        g_string_append_printf(text, "%.1f %% busy", 100 * share);
    if (!isnan(share) && plot->width >= NARROW)
        g_string_append_printf(text, ", in windows of %s", length);
    if (!isnan(share) && plot->width >= NARROW && rows->devices > 1)
        g_string_append_printf(text, ", %u devices a row", rows->devices);
    return g_string_free(text, FALSE);
}

static void
print_names(const PdPlot *plot, GString *script, const Panel *panels)
{
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < plot->n_runs; i++)
        g_ptr_array_add(notes, note(plot, &plot->runs[i], &panels[i].rows));
    /* the other half is for the notes */
    pd_panels_print_names(plot, "run_names", (plot->width - LEFT - RIGHT) / 2.0, script);
    pd_script_texts(script, "run_notes", (const char *const *)notes->pdata, plot->n_runs);
}

/* Geometry: n_runs numbers each. */
static void
print_panels(const PdPlot *plot, GString *script, const Panel *panels)
{
    const guint n = plot->n_runs;
    g_autofree double *values = g_new(double, 7 * n);

    for (guint i = 0; i < n; i++) {
        values[i] = panels[i].mean_top;
        values[n + i] = panels[i].mean_bottom;
        values[2 * n + i] = panels[i].strips_top;
        values[3 * n + i] = panels[i].strips_bottom;
        values[4 * n + i] = panels[i].rows.n;
        values[5 * n + i] = panels[i].rows.devices;
        values[6 * n + i] = busy_of(&plot->runs[i])->n_devices;
    }
    pd_script_integer(script, "n_runs", n);
    pd_script_reals(script, "mean_top", values, n);
    pd_script_reals(script, "mean_bottom", values + n, n);
    pd_script_reals(script, "strips_top", values + 2 * n, n);
    pd_script_reals(script, "strips_bottom", values + 3 * n, n);
    pd_script_reals(script, "rows", values + 4 * n, n);
    pd_script_reals(script, "devices_per_row", values + 5 * n, n);
    pd_script_reals(script, "devices", values + 6 * n, n);
}

static void
print(const PdPlot *plot, GString *script)
{
    g_autofree Panel *panels = g_new(Panel, plot->n_runs);

    lay_out(plot, panels);
    pd_script_text(script, "unit", pd_scale_time(plot->to_ns).unit);
    pd_script_real(script, "from", x_of(plot, plot->from_ns));
    pd_script_real(script, "to", x_of(plot, plot->to_ns));
    pd_script_integer(script, "left_px", LEFT);
    pd_script_integer(script, "right_px", RIGHT);
    pd_script_integer(script, "levels", LEVELS);
    print_names(plot, script, panels);
    print_panels(plot, script, panels);
    for (guint i = 0; i < plot->n_runs; i++) {
        pd_script_begin_set(script, "means", i, 2);
        put_mean(plot, script, &plot->runs[i]);
    }
    pd_script_end_block(script);
    for (guint i = 0; i < plot->n_runs; i++) {
        pd_script_begin_set(script, "strips", i, 4);
        put_strips(plot, script, &plot->runs[i], &panels[i].rows);
    }
    pd_script_end_block(script);
}

const PdPlotKind pd_plot_utilization = {
    .name = "utilization",
    .summary = "how busy the devices are over time, each and on average",
    .source = PD_PLOT_EVENTS,
    .most_runs = 8,
    .new_collector = new_collector,
    .free_collector = free_collector,
    .settle = settle,
    .print = print,
    .draw = pd_utilization_draw,
};

/* Where the devices' idle time comes from: stacked bars, a share of the makespan each. */
#include <math.h>
#include <string.h>

#include "figures.h"
#include "frame.h"
#include "legend.h"
#include "paint.h"
#include "panels.h"
#include "script.h"
#include "text_bars.h"
#include "units.h"

#define LEFT         62 /* px around the panels: the shares, ... */
#define RIGHT        18
#define HEAD         40 /* ... name and bubble of a run, above each row of panels, ... */
#define BOTTOM       58 /* ... the devices, above the legend */
#define MOST_COLUMNS 4  /* panels beside each other */
#define HEIGHT       300
#define TWO_ROWS     230 /* px that a panel is high where they are in rows */
#define LEAST_BAR    2   /* px */
#define LABELLED_BAR 34  /* px of a bar that has room for a number above it */
#define LEAST_TIC    24  /* px */

static double
share(const PdReport *report, double time_ns)
{
    return report->makespan_ns > 0 ? time_ns / (double)report->makespan_ns : 0;
}

static guint
legend(const PdPlot *plot, PdLegendEntry entries[PD_N_CAUSES])
{
    guint n = 0;

    for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++)
        if (pd_frame_meets_cause(plot, cause))
            entries[n++] = pd_legend_cause(cause, FALSE);
    return n;
}

static PdPanels
panels_of(const PdPlot *plot)
{
    const guint rows = (plot->n_runs + MOST_COLUMNS - 1) / MOST_COLUMNS;
    PdLegendEntry entries[PD_N_CAUSES];

    return (PdPanels){
        .n = plot->n_runs,
        .columns = (plot->n_runs + rows - 1) / rows,
        .left = LEFT,
        .right = RIGHT,
        .top = pd_frame_title_height(plot->title) + HEAD,
        .bottom = BOTTOM + pd_legend_height(entries, legend(plot, entries), plot->width),
        .gap_x = 20,
        .gap_y = BOTTOM + HEAD,
    };
}

static void
settle(PdPlot *plot)
{
    const PdPanels panels = panels_of(plot);

    if (plot->height == 0)
        plot->height =
            pd_panels_picture_height(&panels, pd_panels_rows(&panels) > 1 ? TWO_ROWS : HEIGHT);
}

/* Idle time by one cause of the devices of a column, as the mean of their shares, in percent.
 * cause: PD_N_CAUSES: all of them. */
static double
column_share(const PdReport *report, guint first, guint per, PdCause cause)
{
    const guint end = MIN(first + per, report->n_devices);
    double sum = 0;

    for (guint d = first; d < end; d++)
        sum += share(report,
                     (double)(cause == PD_N_CAUSES ? report->devices[d].bubble_ns
                                                   : report->devices[d].bubble_by_cause_ns[cause]));
    return 100 * sum / (end - first);
}

/* How many devices a column of a run stands for. */
static guint
per_column(const PdPlot *plot, const PdReport *report)
{
    const PdPanels panels = panels_of(plot);

    return pd_panels_group(report->n_devices, pd_panels_width(&panels, plot), LEAST_BAR);
}

/* The bars of one cause, above those of the causes before it. Rows: middle, bottom, top. */
static void
put_cause(const PdPlot *plot, PdCause cause, GString *script)
{
    g_autofree char *name = g_strdup_printf("bubble_%s", pd_cause_name(cause));

    for (guint r = 0; r < plot->n_runs; r++) {
        const PdReport *report = plot->runs[r].report;
        const guint per = per_column(plot, report);

        pd_script_begin_set(script, name, r, 3);
        for (guint d = 0; d < report->n_devices; d += per) {
            double row[3] = { d + (MIN(per, report->n_devices - d) - 1) / 2.0, 0, 0 };

            for (PdCause below = PD_STARTUP; below < cause; below++)
                row[1] += column_share(report, d, per, below);
            row[2] = row[1] + column_share(report, d, per, cause);
            if (row[2] > row[1])
                pd_script_row(script, row, G_N_ELEMENTS(row));
        }
    }
    pd_script_end_block(script);
}

/* Rows: middle, top of all bars. Returns the highest. */
static double
put_totals(const PdPlot *plot, GString *script)
{
    double most = 0;

    for (guint r = 0; r < plot->n_runs; r++) {
        const PdReport *report = plot->runs[r].report;
        const guint per = per_column(plot, report);

        pd_script_begin_set(script, "totals", r, 2);
        for (guint d = 0; d < report->n_devices; d += per) {
            const double row[2] = { d + (MIN(per, report->n_devices - d) - 1) / 2.0,
                                    column_share(report, d, per, PD_N_CAUSES) };

            most = MAX(most, row[1]);
            pd_script_row(script, row, G_N_ELEMENTS(row));
        }
    }
    pd_script_end_block(script);
    return most;
}

/* What stands above each panel, and how its axis of devices looks. */
static void
print_runs(const PdPlot *plot, double width, GString *script)
{
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autofree double *devices = g_new(double, plot->n_runs);
    g_autofree double *bars = g_new(double, plot->n_runs), *tics = g_new(double, plot->n_runs);
    guint most_per = 1;

    for (guint r = 0; r < plot->n_runs; r++) {
        const PdReport *report = plot->runs[r].report;
        const guint n = report->n_devices, per = per_column(plot, report);

        g_ptr_array_add(notes,
                        isnan(report->bubble_fraction)
                            ? g_strdup("")
                            : g_strdup_printf("%.1f %% bubble", 100 * report->bubble_fraction));
        devices[r] = n;
        bars[r] = per * width / n;
        tics[r] = pd_panels_tic(n, width, LEAST_TIC);
        most_per = MAX(most_per, per);
    }
    pd_panels_print_names(plot, "run_names", width, script);
    pd_script_texts(script, "run_notes", (const char *const *)notes->pdata, plot->n_runs);
    pd_script_reals(script, "run_devices", devices, plot->n_runs);
    pd_script_reals(script, "bar_px", bars, plot->n_runs);
    pd_script_reals(script, "device_tics", tics, plot->n_runs);
    pd_script_integer(script, "labelled_bar_px", LABELLED_BAR);
    pd_script_integer(script, "devices_per_bar", most_per);
}

static void
print(const PdPlot *plot, GString *script)
{
    const PdPanels panels = panels_of(plot);
    PdLegendEntry entries[PD_N_CAUSES];

    pd_legend_print(entries, legend(plot, entries), plot->width, script);
    pd_panels_print(&panels, plot, script);
    print_runs(plot, pd_panels_width(&panels, plot), script);
    for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++)
        put_cause(plot, cause, script);
    pd_script_real(script, "most", put_totals(plot, script));
}

/* --- as text ---------------------------------------------------------------------------------- */

#define TEXT_LEFT  5 /* columns: a device's number, ... */
#define TEXT_RIGHT 9 /* ... and its bubble */

static void
draw_device(const PdPlot *plot, const PdReport *report, guint device, double most, GString *text)
{
    const PdDeviceReport *d = &report->devices[device];
    const guint n_cells = plot->columns - TEXT_LEFT - TEXT_RIGHT;
    gint64 sum_ns = 0;
    guint filled = 0;

    g_string_append_printf(text, "%*u ", TEXT_LEFT - 1, device);
    for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++) {
        guint end;

        sum_ns += d->bubble_by_cause_ns[cause];
        end = (guint)(share(report, (double)sum_ns) / most * n_cells + 0.5);
        if (end > filled)
            g_string_append(text, pd_paint_cause(plot->colours, cause));
        for (; filled < end; filled++)
            g_string_append_c(text, pd_paint_cause_letter(cause));
    }
    g_string_append(text, pd_paint_end(plot->colours));
    g_string_append_printf(text, "%*s%*.1f %%\n", (int)(n_cells - filled), "", TEXT_RIGHT - 2,
                           100 * share(report, (double)d->bubble_ns));
}

/* The bubble of a run by cause, in numbers. */
static void
draw_sum(const PdPlot *plot, const PdPlotRun *run, GString *text)
{
    const PdReport *report = run->report;
    g_autofree char *bubble = pd_figure_percent(report->bubble_fraction);

    pd_text_line(text, plot->columns, "%s: %s bubble", run->name, bubble);
    g_string_append_printf(text, "%*s", TEXT_LEFT - 2, "");
    for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++)
        if (pd_frame_meets_cause(plot, cause))
            pd_text_flow(text, plot->columns, "%s%c%s %.1f %%",
                         pd_paint_cause(plot->colours, cause), pd_paint_cause_letter(cause),
                         pd_paint_end(plot->colours),
                         column_share(report, 0, report->n_devices, cause));
    g_string_append_c(text, '\n');
}

static void
draw(const PdPlot *plot, GString *text)
{
    double most = 0;

    for (guint r = 0; r < plot->n_runs; r++)
        for (guint d = 0; d < plot->runs[r].report->n_devices; d++)
            most = MAX(most, share(plot->runs[r].report,
                                   (double)plot->runs[r].report->devices[d].bubble_ns));
    for (guint r = 0; r < plot->n_runs; r++) {
        const PdReport *report = plot->runs[r].report;

        draw_sum(plot, &plot->runs[r], text);
        for (guint d = 0; d < report->n_devices; d++)
            draw_device(plot, report, d, most > 0 ? most : 1, text);
        g_string_append_c(text, '\n');
    }
    pd_frame_draw_causes(plot, "share of the makespan:", text);
}

const PdPlotKind pd_plot_bubble = {
    .name = "bubble",
    .summary = "idle time by cause, per device",
    .source = PD_PLOT_REPORTS,
    .most_runs = 8,
    .settle = settle,
    .print = print,
    .draw = draw,
};

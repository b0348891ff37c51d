/* What was predicted beside what was measured: bubble and peak memory of each device, crossings of
 * each stage below their bound; the makespan above all. */
#include <math.h>

#include "figures.h"
#include "frame.h"
#include "legend.h"
#include "panels.h"
#include "scale.h"
#include "script.h"
#include "text_bars.h"
#include "units.h"

#define LEFT         62 /* px around the panels: numbers, ... */
#define RIGHT        18
#define SENTENCE     26 /* ... what is said of the makespan, ... */
#define HEAD         26 /* ... what a panel shows, ... */
#define BOTTOM       58 /* ... devices or stages, above the legend */
#define GAP          62
#define LEAST_PANEL  180
#define HEIGHT       240
#define LEAST_COLUMN 7  /* px, of a bar of each run */
#define LEAST_TIC    26 /* px */

enum { BUBBLE, MEMORY, CROSSING, N_PANELS };

static const PdLegendEntry entries[] = {
    { "predicted", "predicted_colour" },
    { "measured", "measured_colour" },
    { "bound of crossings", "bound_colour" },
    { "largest crossing (dots)", "foreground" },
};

/* How many devices or stages a panel shows. */
static guint
n_of(const PdReport *report, guint panel)
{
    return panel == CROSSING ? report->n_stages : report->n_devices;
}

/* A device's idle share in percent or its bytes, a stage's mean crossing. */
static double
value_of(const PdReport *report, guint panel, guint i)
{
    if (panel == CROSSING)
        return report->stages[i].crossing.mean;
    if (panel == MEMORY)
        return (double)report->devices[i].peak_memory_bytes;
    return report->makespan_ns > 0
               ? 100 * (double)report->devices[i].bubble_ns / (double)report->makespan_ns
               : 0;
}

/* (predicted − measured) ÷ measured; NAN where nothing was measured. */
static double
makespan_error(const PdPlot *plot)
{
    const double predicted = (double)plot->runs[0].report->makespan_ns;
    const double measured = (double)plot->runs[1].report->makespan_ns;

    return measured > 0 ? (predicted - measured) / measured : (double)NAN;
}

/* (transfer full) */
static char *
sentence(const PdPlot *plot)
{
    const PdReport *predicted = plot->runs[0].report, *measured = plot->runs[1].report;
    g_autofree char *was = pd_duration_format(predicted->makespan_ns);
    g_autofree char *is = pd_duration_format(measured->makespan_ns);
    g_autofree char *bubble_was = pd_figure_percent(predicted->bubble_fraction);
    g_autofree char *bubble_is = pd_figure_percent(measured->bubble_fraction);
    const double error = makespan_error(plot);
    const gboolean same = g_str_equal(predicted->schedule, measured->schedule);
    g_autofree char *by =
        isnan(error) ? g_strdup("") : g_strdup_printf(" (error %+.2f %%)", 100 * error);

    return g_strdup_printf("%s%s%s: makespan %s predicted, %s measured%s; bubble %s, %s",
                           predicted->schedule, same ? "" : " against ",
                           same ? "" : measured->schedule, was, is, by, bubble_was, bubble_is);
}

/* --- layout ----------------------------------------------------------------------------------- */

static PdPanels
panels_of(const PdPlot *plot)
{
    PdPanels panels = {
        .n = N_PANELS,
        .columns = N_PANELS,
        .left = LEFT,
        .right = RIGHT,
        .top = pd_frame_title_height(plot->title) + SENTENCE + HEAD,
        .bottom = BOTTOM + pd_legend_height(entries, G_N_ELEMENTS(entries), plot->width),
        .gap_x = GAP,
        .gap_y = BOTTOM + HEAD,
    };

    if (pd_panels_width(&panels, plot) < LEAST_PANEL)
        panels.columns = 1;
    return panels;
}

static void
settle(PdPlot *plot)
{
    const PdPanels panels = panels_of(plot);

    if (plot->height == 0)
        plot->height = pd_panels_picture_height(&panels, HEIGHT);
}

/* How many devices or stages a column of a panel stands for. */
static guint
per_column(const PdPlot *plot, guint panel)
{
    const PdPanels panels = panels_of(plot);

    return pd_panels_group(n_of(plot->runs[0].report, panel), pd_panels_width(&panels, plot),
                           LEAST_COLUMN);
}

/* --- the picture ------------------------------------------------------------------------------ */

static double
unit_of(const PdPlot *plot, guint panel, const char **unit)
{
    const gint64 most = MAX(plot->runs[0].report->max_peak_memory_bytes,
                            plot->runs[1].report->max_peak_memory_bytes);
    const PdScale scale = pd_scale_size(most);

    *unit = panel == MEMORY ? scale.unit : "";
    return panel == MEMORY ? scale.per_unit : 1;
}

/* A set of rows per panel: the middle of a column, the mean of what it stands for. */
static void
put_bars(const PdPlot *plot, const char *name, const PdReport *report, GString *script)
{
    for (guint panel = 0; panel < N_PANELS; panel++) {
        const guint n = n_of(report, panel), per = per_column(plot, panel);
        const char *unit;
        const double per_unit = unit_of(plot, panel, &unit);

        pd_script_begin_set(script, name, panel, 2);
        for (guint first = 0; first < n; first += per) {
            const guint end = MIN(first + per, n);
            double sum = 0;

            for (guint i = first; i < end; i++)
                sum += value_of(report, panel, i);
            pd_script_row(
                script, (const double[]){ (first + end - 1) / 2.0, sum / (end - first) / per_unit },
                2);
        }
    }
    pd_script_end_block(script);
}

/* The largest crossing of each column's stages. */
static void
put_largest(const PdPlot *plot, const char *name, const PdReport *report, GString *script)
{
    const guint per = per_column(plot, CROSSING);

    pd_script_begin_block(script, name, 2);
    for (guint first = 0; first < report->n_stages; first += per) {
        const guint end = MIN(first + per, report->n_stages);
        gint64 most = 0;

        for (guint s = first; s < end; s++)
            most = MAX(most, report->stages[s].crossing.max);
        pd_script_row(script, (const double[]){ (first + end - 1) / 2.0, (double)most }, 2);
    }
    pd_script_end_block(script);
}

static void
put_bounds(const PdReport *report, GString *script)
{
    pd_script_begin_block(script, "bounds", 2);
    for (guint s = 0; s < report->n_stages; s++) {
        pd_script_row(script, (const double[]){ s - 0.5, (double)report->stages[s].bound }, 2);
        pd_script_row(script, (const double[]){ s + 0.5, (double)report->stages[s].bound }, 2);
    }
    pd_script_end_block(script);
}

static void
print_axes(const PdPlot *plot, GString *script)
{
    const PdPanels panels = panels_of(plot);
    double numbers[N_PANELS], columns[N_PANELS], tics[N_PANELS];
    const char *unit;
    g_autofree char *memory = NULL;

    for (guint panel = 0; panel < N_PANELS; panel++) {
        numbers[panel] = n_of(plot->runs[0].report, panel);
        columns[panel] = per_column(plot, panel);
        tics[panel] = pd_panels_tic(numbers[panel], pd_panels_width(&panels, plot), LEAST_TIC);
    }
    unit_of(plot, MEMORY, &unit);
    memory = g_strdup_printf("peak memory (%s)", unit);
    pd_script_texts(script, "titles",
                    (const char *const[]){ "bubble (%)", memory, "updates crossed, mean" },
                    N_PANELS);
    pd_script_texts(script, "axes", (const char *const[]){ "device", "device", "stage" }, N_PANELS);
    pd_script_reals(script, "numbers", numbers, N_PANELS);
    pd_script_reals(script, "per_column", columns, N_PANELS);
    pd_script_reals(script, "panel_tics", tics, N_PANELS);
}

static void
print(const PdPlot *plot, GString *script)
{
    const PdPanels panels = panels_of(plot);
    g_autofree char *said = sentence(plot);

    pd_legend_print(entries, G_N_ELEMENTS(entries), plot->width, script);
    pd_panels_print(&panels, plot, script);
    pd_script_text(script, "sentence", said);
    pd_script_integer(script, "sentence_px", pd_frame_title_height(plot->title) + SENTENCE / 2 - 4);
    print_axes(plot, script);
    put_bars(plot, "predicted", plot->runs[0].report, script);
    put_bars(plot, "measured", plot->runs[1].report, script);
    put_largest(plot, "largest_predicted", plot->runs[0].report, script);
    put_largest(plot, "largest_measured", plot->runs[1].report, script);
    put_bounds(plot->runs[1].report, script);
}

/* --- as text ---------------------------------------------------------------------------------- */

#define TEXT_LEFT  16 /* columns: which device or stage, and which run, ... */
#define TEXT_RIGHT 22 /* ... and the value */

static void
draw_bar(const PdPlot *plot, const char *name, double share, const char *value, GString *text)
{
    g_string_append_printf(text, "%-*s", TEXT_LEFT, name);
    pd_text_bar(text, share, plot->columns - TEXT_LEFT - TEXT_RIGHT);
    g_string_append_printf(text, " %s\n", value);
}

static char *
text_of(const PdReport *report, guint panel, guint i)
{
    if (panel == MEMORY)
        return pd_size_format(report->devices[i].peak_memory_bytes);
    if (panel == BUBBLE)
        return g_strdup_printf("%.1f %%", value_of(report, panel, i));
    return g_strdup_printf("%.2f max %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT,
                           report->stages[i].crossing.mean, report->stages[i].crossing.max,
                           report->stages[i].bound);
}

/* Two bars per device or stage, the measured one below the predicted. */
static void
draw_panel(const PdPlot *plot, guint panel, GString *text)
{
    static const char *const runs[] = { "predicted", "measured" };
    const guint n = n_of(plot->runs[0].report, panel);
    double most = 0;

    for (guint r = 0; r < 2; r++)
        for (guint i = 0; i < n; i++)
            most = MAX(most, panel == CROSSING ? (double)plot->runs[r].report->stages[i].bound
                                               : value_of(plot->runs[r].report, panel, i));
    for (guint i = 0; i < n; i++) {
        for (guint r = 0; r < 2; r++) {
            const PdReport *report = plot->runs[r].report;
            g_autofree char *value = text_of(report, panel, i);
            g_autofree char *name = r == 0 ? g_strdup_printf("%4u %s", i, runs[r])
                                           : g_strdup_printf("     %s", runs[r]);

            draw_bar(plot, name, most > 0 ? value_of(report, panel, i) / most : 0, value, text);
        }
    }
}

static void
draw(const PdPlot *plot, GString *text)
{
    static const char *const titles[N_PANELS] = { "bubble of each device",
                                                  "peak memory of each device",
                                                  "mean crossing of each stage; full: the bound" };
    g_autofree char *said = sentence(plot);

    pd_text_line(text, plot->columns, "%s", said);
    for (guint panel = 0; panel < N_PANELS; panel++) {
        g_string_append_c(text, '\n');
        pd_text_line(text, plot->columns, "%s", titles[panel]);
        draw_panel(plot, panel, text);
    }
}

const PdPlotKind pd_plot_validate = {
    .name = "validate",
    .summary = "what was predicted beside what was measured, per device and stage",
    .source = PD_PLOT_REPORTS,
    .validates = TRUE,
    .most_runs = 2,
    .settle = settle,
    .print = print,
    .draw = draw,
};

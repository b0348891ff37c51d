/* Several runs by what they are compared by: rate, bubble, memory, crossings. A row per run, the
 * same in all panels. */
#include <math.h>

#include "figures.h"
#include "frame.h"
#include "labels.h"
#include "panels.h"
#include "script.h"
#include "text_bars.h"
#include "units.h"

#define MARGIN      18 /* px around the panels, ... */
#define CHARACTER   8  /* ... of a run's name in front of them, ... */
#define MOST_NAME   24 /* ... of which so many are shown, ... */
#define HEAD        34 /* ... what a panel shows, ... */
#define FOOT        30 /* ... and what the marks mean */
#define ROW         32
#define GAP         14
#define LEAST_PANEL 150
#define VALUE_SHARE 0.42 /* of a panel, right of the longest bar: its value */

enum { THROUGHPUT, BUBBLE, MEMORY, CROSSING, N_FIGURES };

typedef struct {
    const PdFigure *figure;
    const char *title;
} Panel;

/* The reports of all runs. (transfer container) */
static PdReport **
reports_of(const PdPlot *plot)
{
    PdReport **reports = g_new(PdReport *, plot->n_runs);

    for (guint r = 0; r < plot->n_runs; r++)
        reports[r] = plot->runs[r].report;
    return reports;
}

static void
choose(const PdPlot *plot, Panel panels[N_FIGURES])
{
    g_autofree PdReport **reports = reports_of(plot);
    const PdFigure *throughput = pd_figure_throughput(reports, plot->n_runs);

    panels[THROUGHPUT] =
        (Panel){ throughput, throughput == &pd_figure_tokens ? "tokens/s" : "micro-batches/s" };
    panels[BUBBLE] = (Panel){ &pd_figure_bubble, "bubble" };
    panels[MEMORY] = (Panel){ &pd_figure_memory, "peak memory" };
    panels[CROSSING] = (Panel){ &pd_figure_crossing, "largest crossing" };
}

/* The length of a bar; 0 where there is no number. */
static double
length(const PdFigure *figure, const PdReport *report)
{
    const double cost = figure->cost(report);

    return isnan(cost) ? 0 : fabs(cost);
}

/* The smallest capacity of a run's devices; −1: none is given. */
static gint64
capacity(const PdReport *report)
{
    gint64 least = -1;

    for (guint d = 0; d < report->n_devices; d++)
        if (report->devices[d].capacity_bytes >= 0 &&
            (least < 0 || report->devices[d].capacity_bytes < least))
            least = report->devices[d].capacity_bytes;
    return least;
}

/* The smallest and the largest capacity of the runs; −1 where one has none, or all. */
static void
capacities(const PdPlot *plot, gint64 *least, gint64 *most)
{
    *least = G_MAXINT64;
    *most = -1;
    for (guint r = 0; r < plot->n_runs; r++) {
        const gint64 bytes = capacity(plot->runs[r].report);

        *least = MIN(*least, bytes);
        *most = MAX(*most, bytes);
    }
}

/* The end of a panel's bars: the longest, or the largest capacity. */
static double
most_of(const PdPlot *plot, guint panel, const PdFigure *figure)
{
    double most = 0;

    for (guint r = 0; r < plot->n_runs; r++) {
        most = MAX(most, length(figure, plot->runs[r].report));
        if (panel == MEMORY)
            most = MAX(most, (double)capacity(plot->runs[r].report));
    }
    return most > 0 ? most : 1;
}

/* --- layout ----------------------------------------------------------------------------------- */

/* Characters of the longest name, up to so many. */
static guint
longest_name(const PdPlot *plot, guint most)
{
    glong longest = 0;

    for (guint r = 0; r < plot->n_runs; r++)
        longest = MAX(longest, g_utf8_strlen(plot->runs[r].name, -1));
    return (guint)MIN(longest, (glong)most);
}

static PdPanels
panels_of(const PdPlot *plot)
{
    PdPanels panels = {
        .n = N_FIGURES,
        .columns = N_FIGURES,
        .left = MARGIN + CHARACTER * longest_name(plot, MOST_NAME) + 12,
        .right = MARGIN,
        .top = pd_frame_title_height(plot->title) + HEAD,
        .bottom = FOOT,
        .gap_x = GAP,
        .gap_y = HEAD + GAP,
    };

    while (panels.columns > 1 && pd_panels_width(&panels, plot) < LEAST_PANEL)
        panels.columns /= 2;
    return panels;
}

static void
settle(PdPlot *plot)
{
    const PdPanels panels = panels_of(plot);

    if (plot->height == 0)
        plot->height = pd_panels_picture_height(&panels, ROW * plot->n_runs);
}

/* --- the picture ------------------------------------------------------------------------------ */

/* Rows of one panel: the end of a bar, as a share of the axis; the row of the run. */
static void
put_bars(const PdPlot *plot, guint panel, const PdFigure *figure, GString *script)
{
    const double most = most_of(plot, panel, figure);

    pd_script_begin_set(script, "bars", panel, 2);
    for (guint r = 0; r < plot->n_runs; r++)
        pd_script_row(script, (const double[]){ length(figure, plot->runs[r].report) / most, r },
                      2);
}

/* All values, panel by panel, and whether they are the best. */
static void
print_values(const PdPlot *plot, const Panel panels[N_FIGURES], GString *script)
{
    g_autofree PdReport **reports = reports_of(plot);
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
    g_autofree double *ends = g_new(double, N_FIGURES * plot->n_runs);

    for (guint i = 0; i < N_FIGURES; i++) {
        const double most = most_of(plot, i, panels[i].figure);

        for (guint r = 0; r < plot->n_runs; r++) {
            g_autofree char *text = panels[i].figure->text(reports[r]);
            const gboolean best = pd_figure_is_best(panels[i].figure, reports, plot->n_runs, r);

            /* behind the capacity, too, which would cross it */
            ends[values->len] = MAX(length(panels[i].figure, reports[r]),
                                    i == MEMORY ? (double)capacity(reports[r]) : 0) /
                                most;
            g_ptr_array_add(values, g_strdup_printf("%s%s", text, best ? " ★" : ""));
        }
    }
    pd_script_texts(script, "values", (const char *const *)values->pdata, values->len);
    pd_script_reals(script, "value_ends", ends, values->len);
}

/* A line at the capacity of each run that has one: where, the run's row. */
static void
put_capacities(const PdPlot *plot, GString *script)
{
    const double most = most_of(plot, MEMORY, &pd_figure_memory);

    pd_script_begin_block(script, "capacities", 2);
    for (guint r = 0; r < plot->n_runs; r++) {
        const double at = (double)capacity(plot->runs[r].report);

        if (at >= 0)
            pd_script_row(script, (const double[]){ at / most, r }, 2);
    }
    pd_script_end_block(script);
}

/* What the marks mean. */
static void
print_note(const PdPlot *plot, GString *script)
{
    g_autoptr(GString) note = g_string_new("★ best");
    gboolean fit = TRUE;
    gint64 least, most;

    for (guint r = 0; r < plot->n_runs; r++)
        fit = fit && plot->runs[r].report->fits_memory;
    capacities(plot, &least, &most);
    if (!fit)
        g_string_append(note, "     ! does not fit");
    if (most >= 0) {
        g_autofree char *size = pd_size_format(most);

        g_string_append_printf(note, "     line: capacity%s%s", least == most ? " " : "",
                               least == most ? size : "");
    }
    pd_script_text(script, "note", note->str);
}

static void
print(const PdPlot *plot, GString *script)
{
    const PdPanels layout = panels_of(plot);
    Panel panels[N_FIGURES];
    const char *titles[N_FIGURES];

    choose(plot, panels);
    for (guint i = 0; i < N_FIGURES; i++)
        titles[i] = panels[i].title;
    pd_panels_print(&layout, plot, script);
    pd_panels_print_names(plot, "run_names", CHARACTER * MOST_NAME, script);
    pd_script_texts(script, "titles", titles, N_FIGURES);
    pd_script_integer(script, "n_runs", plot->n_runs);
    pd_script_real(script, "value_share", VALUE_SHARE);
    print_values(plot, panels, script);
    print_note(plot, script);
    for (guint i = 0; i < N_FIGURES; i++)
        put_bars(plot, i, panels[i].figure, script);
    pd_script_end_block(script);
    put_capacities(plot, script);
}

/* --- as text ---------------------------------------------------------------------------------- */

#define TEXT_INDENT 2  /* columns */
#define TEXT_VALUE  14 /* right of the bars */
#define NAME_SHARE  3  /* a name takes a third of them at most */

static void
draw_capacity(const PdPlot *plot, GString *text)
{
    gint64 least, most;

    capacities(plot, &least, &most);
    if (most >= 0 && least == most) {
        g_autofree char *size = pd_size_format(most);

        g_string_append_printf(text, " (capacity %s)", size);
    }
}

static void
draw(const PdPlot *plot, GString *text)
{
    g_autofree PdReport **reports = reports_of(plot);
    const guint most_name = MIN(MOST_NAME, plot->columns / NAME_SHARE);
    const guint left = TEXT_INDENT + longest_name(plot, most_name) + 1;
    const guint n_cells = plot->columns - left - TEXT_VALUE;
    Panel panels[N_FIGURES];

    choose(plot, panels);
    for (guint i = 0; i < N_FIGURES; i++) {
        g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "", panels[i].title);
        if (i == MEMORY)
            draw_capacity(plot, text);
        g_string_append_c(text, '\n');
        for (guint r = 0; r < plot->n_runs; r++) {
            g_autofree char *value = panels[i].figure->text(reports[r]);
            g_autofree char *name = pd_label_fit(plot->runs[r].name, most_name);
            const int pad = (int)left - TEXT_INDENT - (int)g_utf8_strlen(name, -1);

            g_string_append_printf(text, "%*s%s%*s", TEXT_INDENT, "", name, pad, "");
            pd_text_bar(text,
                        length(panels[i].figure, reports[r]) / most_of(plot, i, panels[i].figure),
                        n_cells);
            g_string_append_printf(
                text, " %s%s\n", value,
                pd_figure_is_best(panels[i].figure, reports, plot->n_runs, r) ? " *" : "");
        }
    }
    g_string_append(text, "\n* best\n");
}

const PdPlotKind pd_plot_compare = {
    .name = "compare",
    .summary = "throughput, bubble, peak memory and largest crossing of several runs",
    .source = PD_PLOT_REPORTS,
    .all_schedules = TRUE,
    .most_runs = 16,
    .settle = settle,
    .print = print,
    .draw = draw,
};

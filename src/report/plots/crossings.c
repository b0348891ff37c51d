/* Updates between a micro-batch's forward and its backward: how many micro-batches crossed how
 * many, stage by stage, below the bound; and which ones, over the run. */
#include "crossings_cells.h"
#include "crossings_shares.h"
#include "frame.h"
#include "script.h"

#define LEFT          74 /* px around the panels: numbers and stages, ... */
#define RIGHT         18
#define HEAD          26 /* ... the name of a run, above its panels, ... */
#define BOTTOM        58 /* ... an axis, also between two panels, above the legend */
#define MOST_COLUMNS  3  /* runs beside each other */
#define HEIGHT        220
#define SEVERAL_ROWS  170 /* px that a panel is high where runs are in rows */
#define LEAST_PART    2   /* px of micro-batches that are drawn together */
#define LEAST_TIC     26  /* px */
#define WIDE_TIC      60
#define MOST_LABELLED 11  /* updates crossed, where cells have numbers */
#define LABELLED_CELL 26  /* px of a cell with room for a number */
#define ROW_FILLED    0.8 /* of a row of micro-batches, by the most that is crossed */

#define MOST_ENTRIES (PD_CROSSINGS_PARTS + 4)

/* --- layout ----------------------------------------------------------------------------------- */

/* Rows of runs; each has a row of histograms and, where they were kept, one of micro-batches. */
static guint
n_rows(const PdPlot *plot)
{
    return (plot->n_runs + MOST_COLUMNS - 1) / MOST_COLUMNS;
}

/* The panels from left to right. */
static PdPanels
panels_across(const PdPlot *plot)
{
    const guint rows = n_rows(plot), columns = (plot->n_runs + rows - 1) / rows;

    return (PdPanels){
        .n = rows * columns * (pd_crossings_are_kept(plot) ? 2 : 1),
        .columns = columns,
        .left = LEFT,
        .right = RIGHT,
        .gap_x = LEFT,
    };
}

/* Whether the cells of a run's histograms have room for numbers; else its means are drawn. */
static gboolean
has_numbers(const PdPlot *plot, const PdReport *report)
{
    const PdPanels panels = panels_across(plot);

    return pd_panels_width(&panels, plot) >= LABELLED_CELL * report->n_stages &&
           pd_crossings_most(plot) <= MOST_LABELLED;
}

/* How many micro-batches of a run share a column. */
static gint64
per_part(const PdPlot *plot, const PdReport *report)
{
    const PdPanels panels = panels_across(plot);
    const gint64 room = MAX((gint64)(pd_panels_width(&panels, plot) / LEAST_PART), 1);

    return MAX(report->micro_batches - 1, 0) / room + 1;
}

static guint
legend(const PdPlot *plot, PdLegendEntry entries[MOST_ENTRIES])
{
    gboolean means = FALSE, parts = FALSE;
    guint n = 0;

    for (guint r = 0; r < plot->n_runs; r++) {
        means = means || !has_numbers(plot, plot->runs[r].report);
        parts = parts || per_part(plot, plot->runs[r].report) > 1;
    }
    for (; n < PD_CROSSINGS_PARTS; n++)
        entries[n] = pd_crossings_parts[n];
    if (means)
        entries[n++] = (PdLegendEntry){ "mean", "foreground" };
    entries[n++] = (PdLegendEntry){ "bound", "bound_colour" };
    if (pd_crossings_are_kept(plot) && parts) {
        entries[n++] = (PdLegendEntry){ "mean of the micro-batches in a column", "part_4" };
        entries[n++] = (PdLegendEntry){ "their largest", "part_2" };
    }
    return n;
}

static PdPanels
panels_of(const PdPlot *plot)
{
    PdPanels panels = panels_across(plot);
    PdLegendEntry entries[MOST_ENTRIES];

    panels.top = pd_frame_title_height(plot->title) + HEAD;
    panels.bottom = BOTTOM + pd_legend_height(entries, legend(plot, entries), plot->width);
    panels.gap_y = BOTTOM + HEAD;
    return panels;
}

static void
settle(PdPlot *plot)
{
    const PdPanels panels = panels_of(plot);

    if (plot->height == 0)
        plot->height = pd_panels_picture_height(&panels, n_rows(plot) > 1 ? SEVERAL_ROWS : HEIGHT);
}

/* --- micro-batches ---------------------------------------------------------------------------- */

/* Where a number of updates is drawn in the row of a stage; rows count downwards. */
static double
height_of(const PdPlot *plot, guint row, double crossing)
{
    return row + 0.95 - ROW_FILLED * crossing / (double)pd_crossings_most(plot);
}

/* Columns of one run. Rows: middle, bottom, top. */
static void
put_run_parts(const PdPlot *plot, const PdReport *report, gboolean largest, GString *script)
{
    guint stages[PD_TELLING_STAGES];
    const guint n = report->stages[0].crossings == NULL ? 0 : pd_crossings_stages(report, stages);
    const gint64 per = per_part(plot, report);

    for (guint i = 0; i < n; i++) {
        for (gint64 m = 0; m < report->micro_batches; m += per) {
            double mean;
            gint64 most;

            pd_crossings_part(&report->stages[stages[i]], m, MIN(m + per, report->micro_batches),
                              &mean, &most);
            const double row[] = { (double)m + (double)(per - 1) / 2,
                                   height_of(plot, i, largest ? mean : 0),
                                   height_of(plot, i, largest ? (double)most : mean) };
            if (row[2] < row[1])
                pd_script_row(script, row, G_N_ELEMENTS(row));
        }
    }
}

static void
put_parts(const PdPlot *plot, const char *name, gboolean largest, GString *script)
{
    for (guint r = 0; r < plot->n_runs; r++) {
        pd_script_begin_set(script, name, r, 3);
        put_run_parts(plot, plot->runs[r].report, largest, script);
    }
    pd_script_end_block(script);
}

/* Of each telling stage of a run, where it is 0 and where its bound is. */
static void
put_rows(const PdPlot *plot, GString *script)
{
    for (guint r = 0; r < plot->n_runs; r++) {
        const PdReport *report = plot->runs[r].report;
        guint stages[PD_TELLING_STAGES];
        const guint n =
            report->stages[0].crossings == NULL ? 0 : pd_crossings_stages(report, stages);

        pd_script_begin_set(script, "stage_rows", r, 3);
        for (guint i = 0; i < n; i++) {
            const double bound = (double)report->stages[stages[i]].bound;
            const double row[] = { stages[i], height_of(plot, i, 0), height_of(plot, i, bound) };

            pd_script_row(script, row, G_N_ELEMENTS(row));
        }
    }
    pd_script_end_block(script);
}

/* --- the picture ------------------------------------------------------------------------------ */

/* What the script must know of each run. */
static void
print_runs(const PdPlot *plot, GString *script)
{
    const PdPanels panels = panels_of(plot);
    const double width = pd_panels_width(&panels, plot);
    const guint n = plot->n_runs;
    g_autofree double *stages = g_new(double, n), *tics = g_new(double, n),
                      *cells = g_new(double, n);
    g_autofree double *batches = g_new(double, n), *batch_tics = g_new(double, n);
    g_autofree double *kept = g_new(double, n), *parts = g_new(double, n);
    g_autofree double *numbers = g_new(double, n);

    for (guint r = 0; r < n; r++) {
        const PdReport *report = plot->runs[r].report;
        guint n_stages, n_values, telling[PD_TELLING_STAGES];

        pd_crossings_cell_size(plot, &panels, report, &n_stages, &n_values);
        stages[r] = report->n_stages;
        numbers[r] = has_numbers(plot, report) ? 1 : 0;
        tics[r] = pd_panels_tic(report->n_stages, width, LEAST_TIC);
        cells[r] = n_stages;
        batches[r] = (double)report->micro_batches;
        batch_tics[r] = pd_panels_tic((double)report->micro_batches, width, WIDE_TIC);
        parts[r] = (double)per_part(plot, report);
        kept[r] = report->stages[0].crossings == NULL ? 0 : pd_crossings_stages(report, telling);
    }
    pd_panels_print_names(plot, "run_names", width, script);
    pd_script_integer(script, "n_runs", n);
    pd_script_reals(script, "run_stages", stages, n);
    pd_script_reals(script, "stage_tics", tics, n);
    pd_script_reals(script, "stages_per_cell", cells, n);
    pd_script_reals(script, "run_micro_batches", batches, n);
    pd_script_reals(script, "micro_batch_tics", batch_tics, n);
    pd_script_reals(script, "micro_batches_per_part", parts, n);
    pd_script_reals(script, "run_numbers", numbers, n);
    pd_script_reals(script, "run_rows", kept, n);
}

static void
print_values(const PdPlot *plot, GString *script)
{
    const PdPanels panels = panels_of(plot);
    const double most = (double)pd_crossings_most(plot);
    const double height = pd_panels_height(&panels, plot);
    guint n_stages, n_values;

    pd_crossings_cell_size(plot, &panels, plot->runs[0].report, &n_stages, &n_values);
    pd_script_integer(script, "kept", pd_crossings_are_kept(plot));
    pd_script_real(script, "most", most);
    pd_script_integer(script, "values_per_cell", n_values);
    pd_script_real(script, "value_tic", pd_panels_tic(most + 1, height, LEAST_TIC));
}

static void
print(const PdPlot *plot, GString *script)
{
    const PdPanels panels = panels_of(plot);
    PdLegendEntry entries[MOST_ENTRIES];

    pd_legend_print(entries, legend(plot, entries), plot->width, script);
    pd_panels_print(&panels, plot, script);
    print_runs(plot, script);
    print_values(plot, script);
    pd_crossings_print_cells(plot, &panels, script);
    put_parts(plot, "micro_batches", FALSE, script);
    put_parts(plot, "largest", TRUE, script);
    put_rows(plot, script);
}

const PdPlotKind pd_plot_crossings = {
    .name = "crossings",
    .summary = "updates between forward and backward, per stage and micro-batch, and their bound",
    .source = PD_PLOT_REPORTS,
    .per_micro_batch = TRUE,
    .most_runs = 6,
    .settle = settle,
    .print = print,
    .draw = pd_crossings_draw,
};

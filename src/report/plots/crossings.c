/* Updates between a micro-batch's forward and its backward: how many micro-batches crossed how
 * many, stage by stage, below the bound; and which ones, over the run. */
#include <math.h>

#include "crossings_shares.h"
#include "frame.h"
#include "legend.h"
#include "panels.h"
#include "script.h"

#define LEFT          74 /* px around the panels: numbers and stages, ... */
#define RIGHT         18
#define HEAD          26 /* ... the name of a run, above its panels, ... */
#define BOTTOM        58 /* ... an axis, also between two panels, above the legend */
#define MOST_COLUMNS  3  /* runs beside each other */
#define HEIGHT        220
#define SEVERAL_ROWS  170 /* px that a panel is high where runs are in rows */
#define LEAST_CELL    4   /* px */
#define LEAST_PART    2   /* px of micro-batches that are drawn together */
#define LEAST_TIC     26  /* px */
#define WIDE_TIC      60
#define MOST_LABELLED 11  /* updates crossed, where cells have numbers */
#define LABELLED_CELL 26  /* px of a cell with room for a number */
#define ROW_FILLED    0.8 /* of a row of micro-batches, by the most that is crossed */

/* Shares of micro-batches that are drawn alike. */
#define N_PARTS      5
#define MOST_ENTRIES (N_PARTS + 4)
static const double part_limits[N_PARTS - 1] = { 0.01, 0.1, 0.5, 0.9 };
#define FIRST_DARK_PART 3

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
    static const PdLegendEntry shares[N_PARTS] = {
        { "under 1 %", "part_1" },
        { "1 to 10 %", "part_2" },
        { "10 to 50 %", "part_3" },
        { "50 to 90 %", "part_4" },
        { "over 90 % of the micro-batches", "part_5" },
    };
    gboolean means = FALSE, parts = FALSE;
    guint n = 0;

    for (guint r = 0; r < plot->n_runs; r++) {
        means = means || !has_numbers(plot, plot->runs[r].report);
        parts = parts || per_part(plot, plot->runs[r].report) > 1;
    }
    for (; n < N_PARTS; n++)
        entries[n] = shares[n];
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

/* --- histograms ------------------------------------------------------------------------------- */

/* A cell of a run's histograms: a few stages, a few numbers of updates. */
typedef struct {
    guint first_stage, end_stage;
    gint64 first, end;
    double share; /* of these stages' micro-batches, as the mean of the stages' */
} Cell;

typedef void (*PutCell)(const Cell *cell, gpointer data);

/* How many stages and numbers of updates a cell stands for. */
static void
cell_size(const PdPlot *plot, const PdReport *report, guint *n_stages, guint *n_values)
{
    const PdPanels panels = panels_of(plot);

    *n_stages = pd_panels_group(report->n_stages, pd_panels_width(&panels, plot), LEAST_CELL);
    *n_values = pd_panels_group((guint)MIN(pd_crossings_most(plot), G_MAXINT - 1) + 1,
                                pd_panels_height(&panels, plot), LEAST_CELL);
}

/* The most that any of a few stages' micro-batches crossed. */
static gint64
most_of(const PdReport *report, guint first_stage, guint end_stage)
{
    gint64 most = 0;

    for (guint s = first_stage; s < end_stage; s++)
        most = MAX(most, report->stages[s].crossing.max);
    return most;
}

static double
cell_share(const PdReport *report, const Cell *cell)
{
    double sum = 0;

    for (guint s = cell->first_stage; s < cell->end_stage; s++)
        sum += pd_crossings_share(&report->stages[s], cell->first, cell->end - cell->first);
    return sum / (cell->end_stage - cell->first_stage);
}

/* Go along all cells of a run that are not empty. */
static void
for_each_cell(const PdPlot *plot, const PdReport *report, PutCell put, gpointer data)
{
    guint n_stages, n_values;

    cell_size(plot, report, &n_stages, &n_values);
    for (guint s = 0; s < report->n_stages; s += n_stages) {
        const guint end = MIN(s + n_stages, report->n_stages);
        const gint64 most = most_of(report, s, end);

        for (gint64 value = 0; value <= most; value += n_values) {
            Cell cell = { s, end, value, MIN(value + n_values, most + 1), 0 };

            cell.share = cell_share(report, &cell);
            if (cell.share > 0)
                put(&cell, data);
        }
    }
}

static guint
part_of(double share)
{
    guint part = 0;

    while (part < N_PARTS - 1 && share >= part_limits[part])
        part++;
    return part;
}

/* The rows of one part, or of all numbers that are on dark or light cells. */
typedef struct {
    GString *script;
    guint first_part, end_part;
    guint n;
} Rows;

/* Middle, bottom, top, percent. */
static void
put_cell(const Cell *cell, gpointer data)
{
    Rows *rows = data;
    const guint part = part_of(cell->share);
    const double row[] = { (cell->first_stage + cell->end_stage - 1) / 2.0,
                           (double)cell->first - 0.5, (double)cell->end - 0.5, 100 * cell->share };

    if (part >= rows->first_part && part < rows->end_part) {
        pd_script_row(rows->script, row, G_N_ELEMENTS(row));
        rows->n++;
    }
}

/* Print a block with a set per run. counts: receives how many rows each has, or NULL. */
static void
put_cells(const PdPlot *plot, const char *name, guint first_part, guint end_part, double *counts,
          GString *script)
{
    for (guint r = 0; r < plot->n_runs; r++) {
        Rows rows = { script, first_part, end_part, 0 };

        pd_script_begin_set(script, name, r, 4);
        for_each_cell(plot, plot->runs[r].report, put_cell, &rows);
        if (counts != NULL)
            counts[r] = rows.n;
    }
    pd_script_end_block(script);
}

/* The bound as a line along the upper edges of the last cells that it allows. */
static void
put_bounds(const PdPlot *plot, GString *script)
{
    for (guint r = 0; r < plot->n_runs; r++) {
        const PdReport *report = plot->runs[r].report;

        pd_script_begin_set(script, "bounds", r, 2);
        for (guint s = 0, end; s < report->n_stages; s = end) {
            const double y = (double)report->stages[s].bound + 0.5;

            for (end = s + 1; end < report->n_stages; end++)
                if (report->stages[end].bound != report->stages[s].bound)
                    break;
            pd_script_row(script, (const double[]){ s - 0.5, y }, 2);
            pd_script_row(script, (const double[]){ end - 0.5, y }, 2);
        }
    }
    pd_script_end_block(script);
}

static void
put_means(const PdPlot *plot, GString *script)
{
    for (guint r = 0; r < plot->n_runs; r++) {
        const PdReport *report = plot->runs[r].report;

        pd_script_begin_set(script, "means", r, 2);
        for (guint s = 0; s < report->n_stages; s++)
            pd_script_row(script, (const double[]){ s, report->stages[s].crossing.mean }, 2);
    }
    pd_script_end_block(script);
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

        cell_size(plot, report, &n_stages, &n_values);
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

    cell_size(plot, plot->runs[0].report, &n_stages, &n_values);
    pd_script_integer(script, "kept", pd_crossings_are_kept(plot));
    pd_script_real(script, "most", most);
    pd_script_integer(script, "values_per_cell", n_values);
    pd_script_real(script, "value_tic", pd_panels_tic(most + 1, height, LEAST_TIC));
}

static void
print(const PdPlot *plot, GString *script)
{
    const PdPanels panels = panels_of(plot);
    g_autofree double *light = g_new(double, plot->n_runs), *dark = g_new(double, plot->n_runs);
    PdLegendEntry entries[MOST_ENTRIES];

    pd_legend_print(entries, legend(plot, entries), plot->width, script);
    pd_panels_print(&panels, plot, script);
    print_runs(plot, script);
    print_values(plot, script);
    for (guint part = 0; part < N_PARTS; part++) {
        g_autofree char *name = g_strdup_printf("part_%u", part + 1);

        put_cells(plot, name, part, part + 1, NULL, script);
    }
    put_cells(plot, "numbers_on_light", 1, FIRST_DARK_PART, light, script);
    put_cells(plot, "numbers_on_dark", FIRST_DARK_PART, N_PARTS, dark, script);
    pd_script_reals(script, "n_on_light", light, plot->n_runs);
    pd_script_reals(script, "n_on_dark", dark, plot->n_runs);
    put_bounds(plot, script);
    put_means(plot, script);
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

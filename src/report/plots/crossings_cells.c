#include "crossings_cells.h"

#include "crossings_shares.h"
#include "script.h"

#define LEAST_CELL 4 /* px */

/* Below which a share is drawn as a part. */
static const double part_limits[PD_CROSSINGS_PARTS - 1] = { 0.01, 0.1, 0.5, 0.9 };

/* The first part whose colour is dark on a light picture. */
#define FIRST_DARK_PART 3

const PdLegendEntry pd_crossings_parts[PD_CROSSINGS_PARTS] = {
    { "under 1 %", "part_1" },
    { "1 to 10 %", "part_2" },
    { "10 to 50 %", "part_3" },
    { "50 to 90 %", "part_4" },
    { "over 90 % of the micro-batches", "part_5" },
};

void
pd_crossings_cell_size(const PdPlot *plot, const PdPanels *panels, const PdReport *report,
                       guint *n_stages, guint *n_values)
{
    *n_stages = pd_panels_group(report->n_stages, pd_panels_width(panels, plot), LEAST_CELL);
    *n_values = pd_panels_group((guint)MIN(pd_crossings_most(plot), G_MAXINT - 1) + 1,
                                pd_panels_height(panels, plot), LEAST_CELL);
}

/* A cell of a run's histograms: a few stages, a few numbers of updates. */
typedef struct {
    guint first_stage, end_stage;
    gint64 first, end;
    double share; /* of these stages' micro-batches, as the mean of the stages' */
} Cell;

typedef void (*PutCell)(const Cell *cell, gpointer data);

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
for_each_cell(const PdPlot *plot, const PdPanels *panels, const PdReport *report, PutCell put,
              gpointer data)
{
    guint n_stages, n_values;

    pd_crossings_cell_size(plot, panels, report, &n_stages, &n_values);
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

    while (part < PD_CROSSINGS_PARTS - 1 && share >= part_limits[part])
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
put_cells(const PdPlot *plot, const PdPanels *panels, const char *name, guint first_part,
          guint end_part, double *counts, GString *script)
{
    for (guint r = 0; r < plot->n_runs; r++) {
        Rows rows = { script, first_part, end_part, 0 };

        pd_script_begin_set(script, name, r, 4);
        for_each_cell(plot, panels, plot->runs[r].report, put_cell, &rows);
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

void
pd_crossings_print_cells(const PdPlot *plot, const PdPanels *panels, GString *script)
{
    g_autofree double *light = g_new(double, plot->n_runs), *dark = g_new(double, plot->n_runs);

    for (guint part = 0; part < PD_CROSSINGS_PARTS; part++)
        put_cells(plot, panels, pd_crossings_parts[part].colour, part, part + 1, NULL, script);
    /* of less than a percent there is no number to tell */
    put_cells(plot, panels, "numbers_on_light", 1, FIRST_DARK_PART, light, script);
    put_cells(plot, panels, "numbers_on_dark", FIRST_DARK_PART, PD_CROSSINGS_PARTS, dark, script);
    pd_script_reals(script, "n_on_light", light, plot->n_runs);
    pd_script_reals(script, "n_on_dark", dark, plot->n_runs);
    put_bounds(plot, script);
    put_means(plot, script);
}

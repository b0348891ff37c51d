#include "crossings_shares.h"

#include "text_bars.h"

#define LEFT        42 /* columns of numbers in front of a histogram, and its frame */
#define NARROW_LEFT 24 /* without the mean and the share at the bound */
#define WIDE        60 /* a terminal that has room for these */
#define SERIES_LEFT 12 /* of the stage in front of its micro-batches */

/* A cell per number of updates, or per few of them. */
static void
draw_histogram(const PdStageReport *stage, gint64 per, GString *text)
{
    const gint64 last = MAX(stage->crossing.max, stage->bound) / per;

    g_string_append_c(text, '|');
    for (gint64 cell = 0; cell <= last; cell++)
        g_string_append(text, pd_text_level(pd_crossings_share(stage, cell * per, per)));
    g_string_append(text, "|\n");
}

static void
draw_stages(const PdPlot *plot, const PdReport *report, GString *text)
{
    const gint64 most = pd_crossings_most(plot);
    const gboolean wide = plot->columns >= WIDE;
    const gint64 per = most / (plot->columns - (wide ? LEFT : NARROW_LEFT)) + 1;

    g_string_append(text, "stage  bound    max");
    if (wide)
        g_string_append(text, "     mean  at bound");
    if (per == 1)
        pd_text_flow(text, plot->columns, "0 ... %" G_GINT64_FORMAT " updates", most);
    else
        pd_text_flow(text, plot->columns, "0 ... %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " a cell",
                     most, per);
    g_string_append_c(text, '\n');
    for (guint s = 0; s < report->n_stages; s++) {
        const PdStageReport *stage = &report->stages[s];

        g_string_append_printf(text, "%5u %6" G_GINT64_FORMAT " %6" G_GINT64_FORMAT, s,
                               stage->bound, stage->crossing.max);
        if (wide)
            g_string_append_printf(text, " %8.2f %6.1f %%", stage->crossing.mean,
                                   100 * pd_crossings_share(stage, stage->bound, 1));
        g_string_append(text, "   ");
        draw_histogram(stage, per, text);
    }
}

static void
draw_micro_batches(const PdPlot *plot, const PdReport *report, GString *text)
{
    const gint64 n = report->micro_batches, per = (n - 1) / (plot->columns - SERIES_LEFT) + 1;
    guint stages[PD_TELLING_STAGES];
    const guint n_stages = pd_crossings_stages(report, stages);

    if (per == 1)
        pd_text_line(text, plot->columns, "micro-batches 0 ... %" G_GINT64_FORMAT, n - 1);
    else
        pd_text_line(text, plot->columns,
                     "micro-batches 0 ... %" G_GINT64_FORMAT ", the mean of %" G_GINT64_FORMAT
                     " in each cell",
                     n - 1, per);
    for (guint i = 0; i < n_stages; i++) {
        const PdStageReport *stage = &report->stages[stages[i]];

        g_string_append_printf(text, "stage %4u  ", stages[i]);
        for (gint64 m = 0; m < n; m += per) {
            double mean;
            gint64 most;

            pd_crossings_part(stage, m, MIN(m + per, n), &mean, &most);
            g_string_append(text, pd_text_level(mean / (double)pd_crossings_most(plot)));
        }
        g_string_append_c(text, '\n');
    }
}

void
pd_crossings_draw(const PdPlot *plot, GString *text)
{
    for (guint r = 0; r < plot->n_runs; r++) {
        const PdReport *report = plot->runs[r].report;

        if (r > 0)
            g_string_append_c(text, '\n');
        pd_text_line(text, plot->columns,
                     "%s: crossings up to %" G_GINT64_FORMAT ", bound %" G_GINT64_FORMAT,
                     plot->runs[r].name, report->max_crossing, report->crossing_bound);
        draw_stages(plot, report, text);
        if (report->stages[0].crossings != NULL && report->micro_batches > 0)
            draw_micro_batches(plot, report, text);
    }
}

#include "crossings_shares.h"

#include "text_bars.h"

#define LEFT        38 /* columns of numbers in front of a histogram */
#define SERIES_LEFT 12 /* of the stage in front of its micro-batches */
#define LEAST_CELLS 8

/* A cell per number of updates, or per few of them. */
static void
draw_histogram(const PdStageReport *stage, gint64 most, guint room, GString *text)
{
    const gint64 per = (most + room) / room;

    for (gint64 value = 0; value <= MAX(stage->crossing.max, stage->bound); value += per)
        g_string_append(text, pd_text_level(pd_crossings_share(stage, value, value + per)));
}

static void
draw_stages(const PdPlot *plot, const PdReport *report, GString *text)
{
    const gint64 most = pd_crossings_most(plot);
    const guint room = MAX(plot->columns, LEFT + LEAST_CELLS) - LEFT;
    const gint64 per = (most + room) / room;

    g_string_append(text, "stage  bound    max     mean  at bound  ");
    if (per == 1)
        g_string_append_printf(text, "0 ... %" G_GINT64_FORMAT " updates\n", most);
    else
        g_string_append_printf(text, "0 ... %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " a cell\n",
                               most, per);
    for (guint s = 0; s < report->n_stages; s++) {
        const PdStageReport *stage = &report->stages[s];

        g_string_append_printf(text,
                               "%5u %6" G_GINT64_FORMAT " %6" G_GINT64_FORMAT " %8.2f %6.1f %%   |",
                               s, stage->bound, stage->crossing.max, stage->crossing.mean,
                               100 * pd_crossings_share(stage, stage->bound, stage->bound + 1));
        draw_histogram(stage, most, room - 2, text);
        g_string_append(text, "|\n");
    }
}

static void
draw_micro_batches(const PdPlot *plot, const PdReport *report, GString *text)
{
    const gint64 room = MAX(plot->columns, SERIES_LEFT + LEAST_CELLS) - SERIES_LEFT;
    const gint64 n = report->micro_batches, per = MAX((n + room - 1) / room, 1);
    guint stages[PD_TELLING_STAGES];
    const guint n_stages = pd_crossings_stages(report, stages);

    g_string_append_printf(text, "micro-batches 0 ... %" G_GINT64_FORMAT, n - 1);
    if (per > 1)
        g_string_append_printf(text, ", the mean of %" G_GINT64_FORMAT " in each cell", per);
    g_string_append_c(text, '\n');
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
    if (plot->title != NULL)
        g_string_append_printf(text, "%s\n\n", plot->title);
    for (guint r = 0; r < plot->n_runs; r++) {
        const PdReport *report = plot->runs[r].report;

        g_string_append_printf(
            text, "%s%s: crossings up to %" G_GINT64_FORMAT ", bound %" G_GINT64_FORMAT "\n",
            r > 0 ? "\n" : "", plot->runs[r].name, report->max_crossing, report->crossing_bound);
        draw_stages(plot, report, text);
        if (report->stages[0].crossings != NULL && report->micro_batches > 0)
            draw_micro_batches(plot, report, text);
    }
}

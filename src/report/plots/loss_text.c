#include "loss_text.h"

#include <math.h>

#include "labels.h"
#include "loss_curves.h"
#include "paint.h"
#include "text_bars.h"
#include "text_table.h"
#include "units.h"

#define LEFT  8 /* columns of the axis of losses */
#define LINES 16

/* What the table takes beside the names; on a narrow terminal it tells less. */
#define WIDE          60
#define OTHER_COLUMNS 52
#define NARROW_OTHERS 25

#define MANY_NATS 100 /* a loss that high has no decimals */

/* What is drawn at a place of the chart: a curve, from 1; 0: none. */
typedef struct {
    guint n_columns;
    double lowest, highest;
    guint8 *cells; /* n_columns of each line, from the top */
} Chart;

/* --- the chart -------------------------------------------------------------------------------- */

static void
put_curve(Chart *chart, const PdPlot *plot, const PdLossCurves *curves, guint curve)
{
    const PdTrainingCurve *of = curves->runs[curve].curve;

    for (gsize i = 0; i < of->n_points; i++) {
        const gint64 at_ns = pd_loss_time_ns(curves, &of->points[i]);
        const double share =
            (curves->smoothed[curve][i] - chart->lowest) / (chart->highest - chart->lowest);
        const double x = (double)(at_ns - plot->from_ns) / (double)(plot->to_ns - plot->from_ns);
        const guint column = (guint)(CLAMP(x, 0, 1) * (chart->n_columns - 1) + 0.5);

        if (share >= 0 && share <= 1 && at_ns >= plot->from_ns && at_ns <= plot->to_ns)
            chart->cells[(guint)((1 - share) * (LINES - 1) + 0.5) * chart->n_columns + column] =
                (guint8)(curve + 1);
    }
}

static void
draw_line(const Chart *chart, const PdPlot *plot, GString *text, guint line)
{
    const guint8 *cells = chart->cells + line * chart->n_columns;
    guint end = chart->n_columns;

    while (end > 0 && cells[end - 1] == 0)
        end--;
    if (line % 5 == 0)
        g_string_append_printf(text, "%*.*f |", LEFT - 2, chart->highest < MANY_NATS ? 3 : 0,
                               chart->highest -
                                   (chart->highest - chart->lowest) * line / (LINES - 1));
    else
        g_string_append_printf(text, "%*s|", LEFT - 1, "");
    for (guint i = 0; i < end; i++) {
        if (cells[i] == 0)
            g_string_append_c(text, ' ');
        else
            g_string_append_printf(text, "%s%u%s", pd_paint_series(plot->colours, cells[i] - 1u),
                                   cells[i], pd_paint_end(plot->colours));
    }
    g_string_append_c(text, '\n');
}

static void
draw_chart(const PdPlot *plot, const PdLossCurves *curves, GString *text)
{
    Chart chart = { .n_columns = plot->columns - LEFT };
    g_autofree guint8 *cells = g_new0(guint8, chart.n_columns * LINES);

    chart.cells = cells;
    if (!pd_loss_range(curves, &chart.lowest, &chart.highest))
        return;
    for (guint c = 0; c < curves->n; c++)
        put_curve(&chart, plot, curves, c);
    g_string_append_printf(text, "loss over %s time\n", curves->virtual_time ? "virtual" : "real");
    for (guint line = 0; line < LINES; line++)
        draw_line(&chart, plot, text, line);
    pd_text_time_axis(text, plot->from_ns, plot->to_ns, LEFT, chart.n_columns);
    g_string_append_c(text, '\n');
}

/* --- the table -------------------------------------------------------------------------------- */

/* A number with as many digits; "-" where there is none. (transfer full) */
static char *
format(double value, int digits)
{
    return isnan(value) ? g_strdup("-") : g_strdup_printf("%.*f", digits, value);
}

/* A curve's digit and its name. (transfer full) */
static char *
entry_of(const PdPlot *plot, guint curve)
{
    g_autofree char *name =
        pd_label_fit(plot->runs[curve].name,
                     plot->columns - (plot->columns < WIDE ? NARROW_OTHERS : OTHER_COLUMNS));

    return g_strdup_printf("%u %s", curve + 1, name);
}

static void
draw_table(const PdPlot *plot, const PdLossCurves *curves, GString *text)
{
    static const char *const all[] = { "run",        "tokens",     "time", "loss",
                                       "validation", "perplexity", NULL };
    static const char *const few[] = { "run", "loss", "validation", NULL };
    const gboolean wide = plot->columns >= WIDE;
    g_autoptr(PdTextTable) table = pd_text_table_new(wide ? all : few);

    for (guint c = 0; c < curves->n; c++) {
        const PdTrainingCurve *curve = curves->runs[c].curve;
        const PdTrainingPoint *last = &curve->points[curve->n_points - 1];
        const double validation = pd_loss_last_validation(curves, c);

        pd_text_table_add(table, entry_of(plot, c));
        if (wide) {
            pd_text_table_add(table, g_strdup_printf("%" G_GINT64_FORMAT, last->tokens));
            pd_text_table_add(table, pd_duration_format(pd_loss_time_ns(curves, last)));
        }
        pd_text_table_add(table, format(pd_loss_last(curves, c), 3));
        pd_text_table_add(table, format(validation, 3));
        if (wide)
            pd_text_table_add(table, format(exp(validation), 2));
    }
    pd_text_table_print(table, text);
    g_string_append_c(text, '\n');
    pd_text_line(text, plot->columns, "Losses are moving averages over %u steps.", curves->window);
}

static void
draw_speed_ups(const PdPlot *plot, const PdLossCurves *curves, GString *text)
{
    if (isnan(curves->common_loss))
        return;
    pd_text_line(text, plot->columns, "At a loss of %.3f or less to the end:", curves->common_loss);
    for (guint c = 0; c < curves->n; c++) {
        g_autofree char *at = pd_duration_format((gint64)curves->reached_ns[c]);
        g_autofree char *entry = entry_of(plot, c);

        g_autofree char *speed_up = g_strdup_printf(
            ", %.2f× sooner than %u", pd_loss_speed_up(curves, c), curves->slowest + 1);
        const gboolean sooner = pd_loss_speed_up(curves, c) >= PD_LOSS_LEAST_SPEED_UP;

        pd_text_line(text, plot->columns, "  %s, from %s on%s", entry, at, sooner ? speed_up : "");
    }
}

void
pd_loss_draw(const PdPlot *plot, GString *text)
{
    g_auto(PdLossCurves) curves = { 0 };

    pd_loss_curves_init(&curves, plot);
    draw_chart(plot, &curves, text);
    draw_table(plot, &curves, text);
    draw_speed_ups(plot, &curves, text);
}

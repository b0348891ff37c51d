/* A Pareto plot for a terminal: the points as characters, then the front as a table. */
#include <math.h>
#include <string.h>

#include "labels.h"
#include "paint.h"
#include "panels.h"
#include "pareto_points.h"
#include "text_table.h"

#define ROWS       16
#define MOST_ROWS  24 /* of the table */
#define MOST_LABEL 32

/* What a character stands for; a later one covers the ones before. */
typedef enum { NOTHING, LARGE, BEATEN, FRONT } Mark;

typedef struct {
    guint width;
    Mark *marks;   /* [line * width + column] */
    guint *groups; /* of the points that marks stand for */
    double least[2], most[2];
} Chart;

static void
chart_init(Chart *chart, const PdPlot *plot)
{
    *chart = (Chart){ .width = MAX(plot->columns, 32) - 2 };
    chart->marks = g_new0(Mark, ROWS * chart->width);
    chart->groups = g_new0(guint, ROWS * chart->width);
    for (guint i = 0; i < 2; i++)
        if (!pd_sweep_result_span(plot, i, &chart->least[i], &chart->most[i]))
            chart->least[i] = chart->most[i] = 0;
}

static void
chart_clear(Chart *chart)
{
    g_free(chart->marks);
    g_free(chart->groups);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Chart, chart_clear)

/* The place of a value among n. */
static guint
place(const Chart *self, guint result, double value, guint n)
{
    const double span = self->most[result] - self->least[result];

    return span > 0 ? (guint)((value - self->least[result]) / span * (n - 1) + 0.5) : n / 2;
}

static void
put_point(Chart *self, const PdPlot *plot, const PdParetoPoints *points, guint row)
{
    const guint column = place(self, 0, pd_sweep_result(plot, row, 0), self->width);
    const guint line = ROWS - 1 - place(self, 1, pd_sweep_result(plot, row, 1), ROWS);
    const Mark mark = plot->sweep.front[row]                           ? FRONT
                      : pd_sweep_is_too_large(pd_sweep_row(plot, row)) ? LARGE
                                                                       : BEATEN;
    const guint cell = line * self->width + column;

    if (mark > self->marks[cell]) {
        self->marks[cell] = mark;
        self->groups[cell] = pd_pareto_group(points, plot, row);
    }
}

static void
draw_chart(const PdPlot *plot, const PdParetoPoints *points, GString *text)
{
    static const char characters[] = {
        [NOTHING] = ' ', [LARGE] = '!', [BEATEN] = '.', [FRONT] = 'o'
    };
    g_auto(Chart) chart = { 0 };

    chart_init(&chart, plot);
    for (guint row = 0; row < plot->sweep.rows->rows->len; row++)
        if (pd_pareto_is_there(plot, row))
            put_point(&chart, plot, points, row);
    for (guint line = 0; line < ROWS; line++) {
        guint end = chart.width;

        while (end > 0 && chart.marks[line * chart.width + end - 1] == NOTHING)
            end--;
        g_string_append(text, " |");
        for (guint column = 0; column < end; column++) {
            const guint cell = line * chart.width + column;
            const gboolean coloured = plot->colours && chart.marks[cell] != NOTHING;

            g_string_append_printf(text, "%s%c%s", pd_paint_series(coloured, chart.groups[cell]),
                                   characters[chart.marks[cell]], pd_paint_end(coloured));
        }
        g_string_append_c(text, '\n');
    }
    g_string_append(text, " +");
    for (guint i = 0; i < chart.width; i++)
        g_string_append_c(text, '-');
    g_string_append_c(text, '\n');
}

/* "peak memory 8.7 GiB to 40 GiB, smaller is better". */
static void
draw_axis(const PdPlot *plot, guint result, const char *where, GString *text)
{
    g_autofree char *title = pd_sweep_result_title(plot, result, (PdScale){ "", 1 });
    g_autofree char *from = NULL, *to = NULL;
    double least, most;

    if (!pd_sweep_result_span(plot, result, &least, &most))
        return;
    for (guint row = 0; row < plot->sweep.rows->rows->len; row++) {
        const double value = pd_sweep_result(plot, row, result);

        if (from == NULL && value == least)
            from = pd_sweep_result_text(plot, row, result);
        if (to == NULL && value == most)
            to = pd_sweep_result_text(plot, row, result);
    }
    g_string_append_printf(text, "%s: %s, %s to %s; %s is better\n", where, title, from, to,
                           plot->sweep.results[result].smaller ? "smaller" : "larger");
}

static void
draw_table(const PdPlot *plot, const PdParetoPoints *points, GString *text)
{
    const guint n = points->front->len, shown = MIN(n, MOST_ROWS);
    g_autoptr(GPtrArray) headers = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(PdTextTable) table = NULL;

    g_ptr_array_add(headers, g_strdup("on the front"));
    for (guint result = 0; result < plot->sweep.n_results; result++)
        g_ptr_array_add(headers, pd_sweep_result_title(plot, result, (PdScale){ "", 1 }));
    g_ptr_array_add(headers, NULL);
    table = pd_text_table_new((const char *const *)headers->pdata);
    for (guint i = 0; i < shown; i++) {
        /* the first and the last one, and others at equal distances */
        const guint index = shown > 1 ? (guint)((guint64)i * (n - 1) / (shown - 1)) : 0;
        const guint row = g_array_index(points->front, guint, index);
        g_autofree char *label = pd_pareto_label(plot, row);

        pd_text_table_add(table, pd_label_fit(label, MOST_LABEL));
        for (guint result = 0; result < plot->sweep.n_results; result++)
            pd_text_table_add(table, pd_sweep_result_text(plot, row, result));
    }
    pd_text_table_print(table, text);
    if (shown < n)
        g_string_append_printf(text, "%u of the %u points on the front\n", shown, n);
}

void
pd_pareto_draw(const PdPlot *plot, GString *text)
{
    g_auto(PdParetoPoints) points = { 0 };
    g_autofree char *note = pd_sweep_note(plot, "!", "not drawn");

    pd_pareto_points_init(&points, plot);
    draw_chart(plot, &points, text);
    draw_axis(plot, 1, "upwards", text);
    draw_axis(plot, 0, "to the right", text);
    g_string_append(text, "o on the front   . beaten\n\n");
    draw_table(plot, &points, text);
    if (*note != '\0')
        g_string_append_printf(text, "\n%s\n", note);
}

/* A sweep for a terminal: bars over one key; over two keys a table, or, where it is too wide, a
 * block of levels. */
#include <math.h>
#include <string.h>

#include "labels.h"
#include "panels.h"
#include "sweep_grid.h"
#include "text_bars.h"
#include "text_table.h"

#define MOST_LABEL 20 /* characters of a value */
#define VALUE      14 /* columns of a number behind a bar */

/* A value of a key, in its columns. (transfer full) */
static char *
label(const PdSweepAxis *axis, guint value)
{
    return pd_label_fit(axis->values->pdata[value], MOST_LABEL);
}

static guint
widest(const PdSweepAxis *axis)
{
    glong most = 0;

    for (guint i = 0; i < axis->values->len; i++)
        most = MAX(most, g_utf8_strlen(axis->values->pdata[i], -1));
    return (guint)MIN(most, MOST_LABEL);
}

/* What a point came to. (transfer full) */
static char *
cell(const PdPlot *plot, gint row, guint result)
{
    g_autofree char *text = NULL;

    if (row < 0)
        return g_strdup("");
    if (pd_sweep_row(plot, (guint)row)->error != NULL)
        return g_strdup("invalid");
    text = pd_sweep_result_text(plot, (guint)row, result);
    return g_strconcat(pd_sweep_is_too_large(pd_sweep_row(plot, (guint)row)) ? "! " : "", text,
                       NULL);
}

static void
draw_bars(const PdPlot *plot, const PdSweepGrid *grid, guint result, GString *text)
{
    const guint left = widest(&grid->axes[0]);
    const guint n_cells = MAX(plot->columns, left + VALUE + 12) - left - VALUE - 4;
    double least, most = 0;

    pd_sweep_result_span(plot, result, &least, &most);
    for (guint x = 0; x < grid->n_x; x++) {
        const gint row = pd_sweep_grid_row(grid, x, 0);
        g_autofree char *name = label(&grid->axes[0], x), *value = cell(plot, row, result);
        const double share =
            row < 0 || most <= 0 ? 0 : pd_sweep_result(plot, (guint)row, result) / most;

        g_string_append_printf(text, "  %*s%s ", (int)(left - (guint)g_utf8_strlen(name, -1)), "",
                               name);
        pd_text_bar(text, isnan(share) ? 0 : share, n_cells);
        g_string_append_printf(text, " %s\n", value);
    }
}

/* Append the table of a result; FALSE where it is too wide. */
static gboolean
draw_table(const PdPlot *plot, const PdSweepGrid *grid, guint result, GString *text)
{
    g_autoptr(GPtrArray) headers = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(PdTextTable) table = NULL;
    g_autoptr(GString) printed = g_string_new(NULL);

    if (grid->n_y > plot->columns / 3)
        return FALSE;
    g_ptr_array_add(headers, pd_label_fit(strchr(grid->axes[0].name, '.') + 1, MOST_LABEL));
    for (guint y = 0; y < grid->n_y; y++)
        g_ptr_array_add(headers, label(&grid->axes[1], y));
    g_ptr_array_add(headers, NULL);
    table = pd_text_table_new((const char *const *)headers->pdata);
    for (guint x = 0; x < grid->n_x; x++) {
        pd_text_table_add(table, label(&grid->axes[0], x));
        for (guint y = 0; y < grid->n_y; y++)
            pd_text_table_add(table, cell(plot, pd_sweep_grid_row(grid, x, y), result));
    }
    pd_text_table_print(table, printed);
    if (g_utf8_strlen(printed->str, (gssize)strcspn(printed->str, "\n")) > (glong)plot->columns)
        return FALSE;
    g_string_append(text, printed->str);
    return TRUE;
}

/* The points of a block that share a character: the largest that fits the memory. */
static const char *
level(const PdPlot *plot, const PdSweepGrid *grid, guint x, guint first, guint end, guint result,
      const double span[2])
{
    double highest = -INFINITY;
    const char *other = " ";

    for (guint y = first; y < end; y++) {
        const gint row = pd_sweep_grid_row(grid, x, y);
        const gboolean large = row >= 0 && pd_sweep_is_too_large(pd_sweep_row(plot, (guint)row));

        if (row >= 0 && !large)
            highest = fmax(highest, pd_sweep_result(plot, (guint)row, result));
        if (row >= 0)
            other = large ? "!" : "×";
    }
    if (!isfinite(highest))
        return other;
    return pd_text_level(
        span[1] > span[0] ? 0.125 + 0.875 * (highest - span[0]) / (span[1] - span[0]) : 0.5);
}

static void
draw_levels(const PdPlot *plot, const PdSweepGrid *grid, guint result, GString *text)
{
    const guint left = widest(&grid->axes[0]) + 3;
    const guint room = plot->columns > left + 8 ? plot->columns - left : 8;
    const guint per = (grid->n_y + room - 1) / room;
    g_autofree char *first = label(&grid->axes[1], 0);
    g_autofree char *last = label(&grid->axes[1], grid->n_y - 1);
    double span[2] = { 0, 0 };

    pd_sweep_result_span(plot, result, &span[0], &span[1]);
    for (guint x = 0; x < grid->n_x; x++) {
        g_autofree char *name = label(&grid->axes[0], x);

        g_string_append_printf(text, "  %*s%s ", (int)(left - 3 - (guint)g_utf8_strlen(name, -1)),
                               "", name);
        for (guint y = 0; y < grid->n_y; y += per)
            g_string_append(text, level(plot, grid, x, y, MIN(y + per, grid->n_y), result, span));
        g_string_append_c(text, '\n');
    }
    g_string_append_printf(text, "%*s%s ... %s\n", (int)left, "", first, last);
}

/* Where the least and the most are. */
static void
draw_ends(const PdPlot *plot, const PdSweepGrid *grid, guint result, GString *text)
{
    double least, most;

    if (!pd_sweep_result_span(plot, result, &least, &most))
        return;
    for (guint end = 0; end < 2; end++) {
        guint row = 0;
        g_autofree char *value = NULL;

        while (pd_sweep_result(plot, row, result) != (end == 0 ? least : most))
            row++;
        value = pd_sweep_result_text(plot, row, result);
        g_string_append_printf(text, "  %s %s", end == 0 ? "least" : "most ", value);
        for (guint key = 0; key < grid->n_keys; key++) {
            const PdSweepAxis *axis = &grid->axes[key];
            g_autofree char *at = label(axis, axis->of_row[row]);

            g_string_append_printf(text, "%s%s=%s", key == 0 ? " at " : " ",
                                   strchr(axis->name, '.') + 1, at);
        }
        g_string_append_c(text, '\n');
    }
}

static void
draw_result(const PdPlot *plot, const PdSweepGrid *grid, guint result, GString *text)
{
    g_autofree char *title = pd_sweep_result_title(plot, result, (PdScale){ "", 1 });

    g_string_append_printf(text, "%s over %s", title, grid->axes[0].name);
    if (grid->n_keys == 2)
        g_string_append_printf(text, " and %s", grid->axes[1].name);
    g_string_append_c(text, '\n');
    if (grid->n_keys == 1) {
        draw_bars(plot, grid, result, text);
    } else if (!draw_table(plot, grid, result, text)) {
        draw_levels(plot, grid, result, text);
        draw_ends(plot, grid, result, text);
    }
}

void
pd_sweep_draw(const PdPlot *plot, GString *text)
{
    g_auto(PdSweepGrid) grid = { 0 };
    g_autofree char *note = pd_sweep_note(plot, "!", "invalid, - or ×");

    pd_sweep_grid_init(&grid, plot);
    for (guint result = 0; result < plot->sweep.n_results; result++) {
        if (result > 0)
            g_string_append_c(text, '\n');
        draw_result(plot, &grid, result, text);
    }
    if (*note != '\0')
        g_string_append_printf(text, "\n%s\n", note);
}

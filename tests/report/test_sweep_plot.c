/*
 * Plots of sweeps, held to their rows.
 */
#include <math.h>

#include "pareto_points.h"
#include "plot_blocks.h"
#include "rows.h"
#include "support.h"
#include "sweep_grid.h"

extern const PdPlotKind pd_plot_sweep, pd_plot_pareto;

#define RESULTS                                                                                    \
    "throughput_micro_batches_per_s,max_peak_memory_bytes,max_crossing,fits_memory,error\n"

/* --- axes ------------------------------------------------------------------------------------- */

static const struct {
    const char *values; /* of link.latency, in the order of the rows */
    const char *unit;
    double at[4]; /* of the sorted ones */
    gboolean numeric, logarithmic;
} axes[] = {
    { "1ms 50us 2ms", "ms", { 0.05, 1, 2 }, TRUE, FALSE },
    { "1 2 4 8", "", { 0, 0.30103, 0.60206, 0.90309 }, TRUE, TRUE },
    { "1 10 100 500", "", { 0, 1, 2, 2.69897 }, TRUE, TRUE }, /* the last step is shorter */
    { "1 2 3 4", "", { 1, 2, 3, 4 }, TRUE, FALSE },
    { "0 1 2 4", "", { 0, 1, 2, 4 }, TRUE, FALSE },
    { "2GiB 1GiB 1GiB", "GiB", { 1, 2 }, TRUE, FALSE },
    { "8GB/s 800MB/s", "GB/s", { 0.8, 8 }, TRUE, FALSE },
    { "5% 10% 1", "", { 0.05, 0.1, 1 }, TRUE, FALSE },
    { "auto 2 auto*2", "", { 0, 1, 2 }, FALSE, FALSE },
    { "1ms 1GB", "", { 0, 1 }, FALSE, FALSE },
};

START_TEST(values_lie_at_their_places)
{
    g_auto(GStrv) values = g_strsplit(axes[_i].values, " ", -1);
    g_autoptr(GString) text = g_string_new("link.latency,error\n");
    g_auto(PdSweepAxis) axis = { 0 };

    for (char **value = values; *value != NULL; value++)
        g_string_append_printf(text, "%s,\n", *value);
    g_autoptr(PdSweepRows) rows = test_rows(text->str);
    pd_sweep_axis_init(&axis, rows, 0);
    ck_assert_str_eq(axis.unit, axes[_i].unit);
    ck_assert_int_eq(axis.numeric, axes[_i].numeric);
    ck_assert_int_eq(axis.logarithmic, axes[_i].logarithmic);
    for (guint i = 0; i < axis.values->len; i++)
        ck_assert_double_eq_tol(axis.at[i], axes[_i].at[i], 1e-5);
    for (guint row = 0; row < rows->rows->len; row++)
        ck_assert_str_eq(axis.values->pdata[axis.of_row[row]], values[row]);
}
END_TEST

/* --- plots ------------------------------------------------------------------------------------ */

/* A plot of rows, settled; the front by comparing all with all. */
static PdPlot
plot_of(const PdPlotKind *kind, const char *terminal, const char *text)
{
    PdPlot plot = test_plot(kind, terminal);
    PdPlotSweep *sweep = &plot.sweep;

    sweep->rows = test_rows(text);
    sweep->n_results = 3;
    sweep->results[0] = (PdPlotResult){ test_scalar("max_peak_memory_bytes"), TRUE };
    sweep->results[1] = (PdPlotResult){ test_scalar("throughput_micro_batches_per_s"), FALSE };
    sweep->results[2] = (PdPlotResult){ test_scalar("max_crossing"), TRUE };
    sweep->front = g_new0(gboolean, sweep->rows->rows->len);
    for (guint a = 0; a < sweep->rows->rows->len; a++) {
        gboolean beaten =
            !pd_pareto_is_there(&plot, a) || pd_sweep_is_too_large(test_row(sweep->rows, a));

        for (guint b = 0; b < sweep->rows->rows->len && !beaten; b++)
            beaten = !pd_sweep_is_too_large(test_row(sweep->rows, b)) &&
                     pd_sweep_result(&plot, b, 0) <= pd_sweep_result(&plot, a, 0) &&
                     pd_sweep_result(&plot, b, 1) >= pd_sweep_result(&plot, a, 1) &&
                     (pd_sweep_result(&plot, b, 0) < pd_sweep_result(&plot, a, 0) ||
                      pd_sweep_result(&plot, b, 1) > pd_sweep_result(&plot, a, 1));
        sweep->front[a] = !beaten;
    }
    plot.title = g_strdup("A title");
    pd_plot_settle(&plot);
    return plot;
}

/* Rows of n times m points, a few of them invalid or too large. (transfer full) */
static char *
table(guint n, const char *const *second, guint m)
{
    GString *text = g_string_new("pipeline.micro-batches,pipeline.in-flight," RESULTS);
    guint64 seed = 7;

    for (guint x = 0; x < n; x++) {
        for (guint y = 0; y < m; y++) {
            g_string_append_printf(text, "%u,%s,", 8 * (x + 1), second[y]);
            if ((x + 3 * y) % 11 == 10)
                g_string_append(text, ",,,,it is not\n");
            else
                g_string_append_printf(text, "%u.5,%u,%u,%s,\n", (guint)test_random(&seed, 90) + 10,
                                       1000 + (guint)test_random(&seed, 4000), (x + y) % 4,
                                       (x + y) % 7 == 6 ? "false" : "true");
        }
    }
    return g_string_free(text, FALSE);
}

static const char *const credits[] = { "auto", "auto+2", "auto*2", "9" };

/* Assert that a set holds the points of a line: all that have a result, those that are too large,
 * or those without one. */
static void
check_line(const PdPlot *plot, const PdSweepGrid *grid, const char *script, guint result,
           guint line)
{
    static const char *const names[] = { "points", "large", "missing" };
    double least, most;
    GArray *sets[3];
    guint at[3] = { 0 };

    pd_sweep_result_span(plot, result, &least, &most);
    for (guint i = 0; i < 3; i++)
        sets[i] = test_plot_block(script, names[i], result * grid->n_y + line, 3);
    for (guint x = 0; x < grid->n_x; x++) {
        const guint row = (guint)pd_sweep_grid_row(grid, x, line);
        const double value =
            pd_sweep_result(plot, row, result) / pd_sweep_result_scale(plot, result, most).per_unit;
        const gboolean is[] = { TRUE, pd_sweep_is_too_large(pd_sweep_row(plot, row)),
                                isnan(value) };

        for (guint i = 0; i < 3; i++) {
            const double *drawn = &g_array_index(sets[i], double, 3 * at[i]);

            if (!is[i])
                continue;
            ck_assert_uint_lt(3 * at[i], sets[i]->len);
            ck_assert_double_eq(drawn[0], 8 * (x + 1));
            ck_assert_double_eq(drawn[2], line + 1);
            if (i == 2 || isnan(value))
                ck_assert(i == 2 ? drawn[1] < least : isnan(drawn[1]));
            else
                ck_assert_double_eq_tol(drawn[1], value, 1e-6 * (1 + value));
            at[i]++;
        }
    }
    for (guint i = 0; i < 3; i++) {
        ck_assert_uint_eq(sets[i]->len, 3 * at[i]);
        g_array_unref(sets[i]);
    }
}

START_TEST(lines_are_the_rows_and_what_has_no_result_is_marked_below)
{
    g_autofree char *text = table(12, credits, 4);
    g_auto(PdPlot) plot = plot_of(&pd_plot_sweep, "svg", text);
    g_autofree char *script = test_plot_print(&plot);
    g_auto(PdSweepGrid) grid = { 0 };

    pd_sweep_grid_init(&grid, &plot);
    ck_assert(!grid.map);
    ck_assert_double_eq(test_plot_real(script, "n_lines"), 4);
    for (guint result = 0; result < 3; result++)
        for (guint line = 0; line < 4; line++)
            check_line(&plot, &grid, script, result, line);
}
END_TEST

START_TEST(many_values_of_the_second_key_or_words_of_the_first_make_a_map)
{
    const char *const many[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9" };
    g_autofree char *eight = table(2, many, 8), *nine = table(2, many, 9);
    g_auto(PdPlot) lines = plot_of(&pd_plot_sweep, "svg", eight);
    g_auto(PdPlot) map = plot_of(&pd_plot_sweep, "svg", nine);
    g_auto(PdPlot) words =
        plot_of(&pd_plot_sweep, "svg",
                "pipeline.schedule,pipeline.micro-batches," RESULTS
                "paci,4,1,2,3,,\n1f1b,4,2,2,3,,\npaci,8,3,2,3,,\n1f1b,8,4,2,3,,\n");
    const PdPlot *const plots[] = { &lines, &map, &words };

    for (guint i = 0; i < G_N_ELEMENTS(plots); i++) {
        g_autofree char *script = test_plot_print(plots[i]);

        ck_assert_double_eq(test_plot_real(script, "map"), i > 0);
    }
}
END_TEST

START_TEST(cells_are_darker_the_larger_and_every_point_has_one)
{
    const char *const many[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9" };
    g_autofree char *text = table(6, many, 9);
    g_auto(PdPlot) plot = plot_of(&pd_plot_sweep, "svg", text);
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) cells = test_plot_block(script, "cells_2", 0, 4);
    g_autoptr(GArray) missing = test_plot_block(script, "missing_2", 0, 2);
    g_auto(PdSweepGrid) grid = { 0 };
    double last_value = -1, last_share = -1;

    pd_sweep_grid_init(&grid, &plot);
    ck_assert_uint_eq(cells->len / 4 + missing->len / 2, 6 * 9);
    ck_assert_uint_gt(missing->len, 0);
    for (guint i = 0; i < cells->len; i += 4) {
        const double *cell = &g_array_index(cells, double, i);
        const gint row = pd_sweep_grid_row(&grid, (guint)cell[0], (guint)cell[2]);
        const double value = pd_sweep_result(&plot, (guint)row, 1);

        ck_assert(cell[3] > 0 && cell[3] <= 1);
        ck_assert(value >= last_value ? cell[3] >= last_share : cell[3] <= last_share);
        last_value = value;
        last_share = cell[3];
    }
}
END_TEST

/* --- pareto ----------------------------------------------------------------------------------- */

START_TEST(all_points_are_drawn_once_and_the_front_bounds_those_that_fit)
{
    g_autofree char *text = table(20, credits, 4);
    g_auto(PdPlot) plot = plot_of(&pd_plot_pareto, "svg", text);
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) steps = test_plot_block(script, "steps", 0, 2);
    const guint n_groups = (guint)test_plot_real(script, "n_groups");
    guint n_drawn = 0, n_there = 0, n_front = 0, n_expected = 0;

    ck_assert_uint_eq(n_groups, 4);
    for (guint group = 0; group < n_groups; group++) {
        g_autoptr(GArray) beaten = test_plot_block(script, "beaten", group, 2);
        g_autoptr(GArray) front = test_plot_block(script, "front", group, 2);
        g_autoptr(GArray) large = test_plot_block(script, "large", group, 2);

        n_drawn += (beaten->len + front->len + large->len) / 2;
        n_front += front->len / 2;
    }
    for (guint row = 0; row < plot.sweep.rows->rows->len; row++) {
        n_there += pd_pareto_is_there(&plot, row) ? 1 : 0;
        n_expected += plot.sweep.front[row] ? 1 : 0;
    }
    ck_assert_uint_eq(n_front, n_expected);
    ck_assert_uint_eq(n_drawn, n_there);
    /* smaller memory to the left, more throughput upwards: the steps rise, and never fall */
    ck_assert_uint_eq(steps->len / 2, 2 * n_front + 1);
    for (guint i = 2; i < steps->len; i++)
        ck_assert(g_array_index(steps, double, i) >= g_array_index(steps, double, i - 2));
    ck_assert_double_ge(test_plot_real(script, "n_labels"), 1);
}
END_TEST

START_TEST(more_values_of_the_third_result_than_colours_are_ranges)
{
    g_autoptr(GString) text = g_string_new("link.latency," RESULTS);

    for (guint i = 1; i <= 20; i++)
        g_string_append_printf(text, "%uus,%u,%u,%u,,\n", i, i, 1000 * i, i);
    g_auto(PdPlot) plot = plot_of(&pd_plot_pareto, "svg", text->str);
    g_auto(PdParetoPoints) points = { 0 };

    pd_pareto_points_init(&points, &plot);
    ck_assert_uint_eq(points.n_groups, 4);
    ck_assert_str_eq(points.names[0], "largest crossing 1 to 5");
    for (guint row = 0; row < 20; row++)
        ck_assert_uint_eq(pd_pareto_group(&points, &plot, row), row / 5);
}
END_TEST

/* --- all of them ------------------------------------------------------------------------------ */

static const struct {
    const PdPlotKind *kind;
    guint n, m, width, height;
} sizes[] = {
    { &pd_plot_sweep, 1, 1, 0, 0 },       { &pd_plot_sweep, 12, 4, 0, 0 },
    { &pd_plot_sweep, 120, 1, 300, 200 }, { &pd_plot_sweep, 30, 9, 0, 0 },
    { &pd_plot_sweep, 30, 9, 300, 200 },  { &pd_plot_pareto, 1, 1, 0, 0 },
    { &pd_plot_pareto, 60, 9, 0, 0 },     { &pd_plot_pareto, 60, 9, 300, 200 },
};

static char *
table_of(guint size)
{
    const char *const many[] = { "1", "2", "3", "4", "5", "6", "7", "8", "9" };

    return table(sizes[size].n, many, sizes[size].m);
}

START_TEST(every_size_is_drawn_by_gnuplot)
{
    g_autofree char *text = table_of((guint)_i);
    g_auto(PdPlot) plot = plot_of(sizes[_i].kind, "svg", text);

    if (sizes[_i].width > 0) {
        plot.width = sizes[_i].width;
        plot.height = sizes[_i].height;
    }
    test_plot_check_svg(&plot);
}
END_TEST

START_TEST(every_size_fits_a_terminal_of_eighty_columns)
{
    g_autofree char *table_text = table_of((guint)_i);
    g_auto(PdPlot) plot = plot_of(sizes[_i].kind, NULL, table_text);
    g_autofree char *text = test_plot_draw(&plot);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    ck_assert_uint_gt(g_strv_length(lines), 3);
    for (char **line = lines; *line != NULL; line++)
        ck_assert_msg(g_utf8_strlen(*line, -1) <= 80, "too wide: %s", *line);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("sweep_plot");
    TCase *tests = tcase_create("sweep_plot");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, values_lie_at_their_places, 0, G_N_ELEMENTS(axes));
    tcase_add_test(tests, lines_are_the_rows_and_what_has_no_result_is_marked_below);
    tcase_add_test(tests, many_values_of_the_second_key_or_words_of_the_first_make_a_map);
    tcase_add_test(tests, cells_are_darker_the_larger_and_every_point_has_one);
    tcase_add_test(tests, all_points_are_drawn_once_and_the_front_bounds_those_that_fit);
    tcase_add_test(tests, more_values_of_the_third_result_than_colours_are_ranges);
    tcase_add_loop_test(tests, every_size_is_drawn_by_gnuplot, 0, G_N_ELEMENTS(sizes));
    tcase_add_loop_test(tests, every_size_fits_a_terminal_of_eighty_columns, 0,
                        G_N_ELEMENTS(sizes));
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

/*
 * The loss plot: what is printed are points of the logs, and whatever they hold is drawn.
 */
#include <math.h>
#include <string.h>

#include "logs.h"
#include "loss_curves.h"
#include "support.h"

extern const PdPlotKind pd_plot_loss;

/* --- what is printed -------------------------------------------------------------------------- */

/* Hold a block to the curves: each row is one of the points of its run, by its place on the axis.
 * Returns the number of rows. */
static guint
check_rows(const PdPlot *plot, const GArray *block, double step_of_x,
           double (*value)(const PdPlot *plot, guint run, guint point))
{
    const double *values = (const double *)(const void *)block->data;

    for (guint i = 0; i < block->len; i += 3) {
        const guint run = (guint)values[i] - 1, point = (guint)lround(values[i + 1] / step_of_x);

        ck_assert_uint_lt(run, plot->n_runs);
        ck_assert(point >= 1 && point <= plot->runs[run].curve->n_points);
        ck_assert_double_eq_tol(values[i + 2], value(plot, run, point - 1), 1e-6);
    }
    return block->len / 3;
}

static double
loss_at(const PdPlot *plot, guint run, guint point)
{
    return plot->runs[run].curve->points[point].loss;
}

static double
smoothed_at(const PdPlot *plot, guint run, guint point)
{
    g_auto(PdLossCurves) curves = { 0 };

    pd_loss_curves_init(&curves, plot);
    return curves.smoothed[run][point];
}

static double
validation_at(const PdPlot *plot, guint run, guint point)
{
    return plot->runs[run].curve->points[point].validation_loss;
}

START_TEST(what_is_drawn_are_points_of_the_logs)
{
    static const TestLog log = { 120, 1000000, 5, 0.02, FALSE, 40 };
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");

    test_log_add(&plot, "first", &log);
    test_log_add(&plot, "second", &log);
    pd_plot_settle(&plot);
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) raw = test_plot_block(script, "raw_over_tokens", 0, 3);
    g_autoptr(GArray) smoothed = test_plot_block(script, "smoothed_over_time", 0, 3);
    g_autoptr(GArray) validations = test_plot_block(script, "validation_over_tokens", 0, 3);

    /* tokens are in thousands, times in ms: a step is 1 of both; few enough are all drawn */
    ck_assert_uint_eq(check_rows(&plot, raw, 1, loss_at), 240);
    ck_assert_uint_eq(check_rows(&plot, smoothed, 1, smoothed_at), 240);
    ck_assert_uint_eq(check_rows(&plot, validations, 1, validation_at), 6);
}
END_TEST

START_TEST(a_long_log_is_drawn_by_its_extremes_and_no_more_than_a_point_per_px)
{
    g_autoptr(GString) text = g_string_new(PD_TRAINING_LOG_HEAD "\n");
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    double lowest = 9, highest = 0;
    guint64 seed = 1;

    for (guint step = 1; step <= 20000; step++)
        g_string_append_printf(text, "%u,%u,%u,%u,%.9g,,,\n", step, step, step, step,
                               3 + (double)test_random(&seed, 1000000) / 1e6);
    test_log_add_text(&plot, "run", text->str);
    pd_plot_settle(&plot);
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) raw = test_plot_block(script, "raw_over_time", 0, 3);
    g_autoptr(GArray) smoothed = test_plot_block(script, "smoothed_over_time", 0, 3);
    const double *values = (const double *)(const void *)raw->data;

    ck_assert_uint_le(raw->len / 3, plot.width / 2);
    ck_assert_uint_le(smoothed->len / 3, plot.width / 2);
    for (guint i = 0; i < 20000; i++) {
        lowest = fmin(lowest, plot.runs[0].curve->points[i].loss);
        highest = fmax(highest, plot.runs[0].curve->points[i].loss);
    }
    for (guint i = 0; i < raw->len; i += 3) {
        if (i > 0)
            ck_assert_double_gt(values[i + 1], values[i - 2]);
        lowest = values[i + 2] == lowest ? -1 : lowest;
        highest = values[i + 2] == highest ? -1 : highest;
    }
    ck_assert_double_eq(lowest, -1);
    ck_assert_double_eq(highest, -1);
}
END_TEST

START_TEST(perplexities_lie_on_the_axis_of_losses)
{
    static const double slopes[] = { 0.0001, 0.001, 0.01, 0.05, 0 };
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    double last = 0;

    test_log_add(&plot, "run", &(TestLog){ 100, 1000, 5.5, slopes[_i], FALSE, 10 });
    pd_plot_settle(&plot);
    g_autofree char *script = test_plot_print(&plot);
    const guint n = (guint)test_plot_real(script, "n_perplexities");

    ck_assert(n >= 1 && n <= 20);
    for (guint i = 1; i <= n; i++) {
        g_autofree char *name = g_strdup_printf("perplexities[%u]", i);
        const double perplexity = test_plot_real(script, name);

        ck_assert_double_gt(perplexity, last);
        ck_assert_double_ge(log(perplexity), test_plot_real(script, "lowest"));
        ck_assert_double_le(log(perplexity), test_plot_real(script, "highest"));
        last = perplexity;
    }
}
END_TEST

/* --- pictures --------------------------------------------------------------------------------- */

static const char *const names[] = {
    "1f1b",
    "a \"quoted\" $(name) `date` \\101 @x",
    "über \346\227\245\346\234\254\nof two lines",
    "a name that is much longer than any legend has room for, and that goes on and on and on and "
    "on",
    "",
    "paci",
    "async",
    "{/Symbol x}_1^2",
};

START_TEST(a_picture_is_drawn_however_large_it_is_and_whatever_the_logs_are_called)
{
    static const struct {
        guint n_runs, width, height;
        gboolean dark;
    } cases[] = { { 1, 0, 0, FALSE },    { 2, 0, 0, TRUE },      { 8, 0, 0, FALSE },
                  { 8, 200, 150, TRUE }, { 3, 480, 240, FALSE }, { 8, 3000, 2000, FALSE } };
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");

    plot.width = cases[_i].width;
    plot.height = cases[_i].height;
    plot.dark = cases[_i].dark;
    plot.title = g_strdup("`date`\n\"two\" lines");
    for (guint run = 0; run < cases[_i].n_runs; run++)
        test_log_add(&plot, names[run],
                     &(TestLog){ 100 + run, 1000 + 100 * run, 5, 0.01, FALSE, 20 });
    pd_plot_settle(&plot);
    test_plot_check_svg(&plot);
}
END_TEST

/* Logs of which there is little to see. */
static const char *const bare[] = {
    PD_TRAINING_LOG_HEAD "\n1,1,1,1,5.5,,,\n",
    PD_TRAINING_LOG_HEAD "\n1,1,0,0,5.5,5.5,,\n",
    PD_TRAINING_LOG_HEAD "\n1,1,1,,,,,\n2,2,2,,,,,\n",
    PD_TRAINING_LOG_HEAD "\n1,1,1,,,3,,\n",
    PD_TRAINING_LOG_HEAD "\n1,1,1,1,0,0,0,0\n2,2,2,2,0,0,0,0\n",
    PD_TRAINING_LOG_HEAD "\n1,9223372036854775806,9223372036854775806,,1e300,,,\n",
};

START_TEST(a_bare_log_is_drawn_alone_and_beside_another_one)
{
    for (guint beside = 0; beside < 2; beside++) {
        g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");

        test_log_add_text(&plot, "bare", bare[_i]);
        if (beside == 1)
            test_log_add(&plot, "other", &(TestLog){ 100, 1000, 5, 0.01, FALSE, 20 });
        pd_plot_settle(&plot);
        test_plot_check_svg(&plot);
        g_autofree char *text = test_plot_draw(&plot);
        ck_assert_ptr_nonnull(strstr(text, "1 bare"));
    }
}
END_TEST

START_TEST(a_part_of_the_time_is_drawn_also_where_nothing_is)
{
    static const gint64 parts_ns[][2] = { { 20000, 50000 }, { 10000000, 20000000 }, { -1, 3 } };
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");

    plot.from_ns = parts_ns[_i][0];
    plot.to_ns = parts_ns[_i][1];
    test_log_add(&plot, "run", &(TestLog){ 100, 1000, 5, 0.01, FALSE, 20 });
    test_log_add(&plot, "other", &(TestLog){ 100, 2000, 5, 0.01, FALSE, 20 });
    pd_plot_settle(&plot);
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) raw = test_plot_block(script, "raw_over_time", 0, 3);
    const double *values = (const double *)(const void *)raw->data;

    for (guint i = 0; i < raw->len; i += 3) {
        ck_assert_double_ge(values[i + 1], test_plot_real(script, "time_from"));
        ck_assert_double_le(values[i + 1], test_plot_real(script, "time_to"));
    }
    ck_assert_int_eq(raw->len > 0, _i == 0);
    test_plot_check_svg(&plot);
    g_free(test_plot_draw(&plot));
}
END_TEST

/* --- the terminal ----------------------------------------------------------------------------- */

START_TEST(the_text_drawing_tells_the_numbers_and_keeps_to_the_width)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, NULL);

    for (guint run = 0; run < G_N_ELEMENTS(names); run++)
        test_log_add(&plot, names[run], &(TestLog){ 100, 1000000 << run, 5, 0.01, FALSE, 20 });
    pd_plot_settle(&plot);
    g_autofree char *text = test_plot_draw(&plot);
    test_plot_check_width(text, 80);
    ck_assert_ptr_nonnull(strstr(text, "1 1f1b"));
    ck_assert_ptr_nonnull(strstr(text, ", 128.00× sooner than 8"));
    /* the last validation: 4.01 + 0.25 */
    ck_assert_ptr_nonnull(strstr(text, "4.260"));
    ck_assert_ptr_nonnull(strstr(text, "70.81"));
    ck_assert_ptr_null(strchr(text, '\033'));
}
END_TEST

/* Losses are as high as those of a training that failed. */
START_TEST(a_narrow_terminal_is_told_less)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, NULL);

    plot.columns = 40;
    for (guint run = 0; run < G_N_ELEMENTS(names); run++)
        test_log_add(&plot, names[run], &(TestLog){ 100, 1000000 << run, 12345, 0.01, FALSE, 20 });
    pd_plot_settle(&plot);
    g_autofree char *text = test_plot_draw(&plot);
    test_plot_check_width(text, 40);
    ck_assert_ptr_null(strstr(text, "tokens"));
}
END_TEST

START_TEST(every_curve_is_in_the_chart)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, NULL);

    plot.columns = 40;
    plot.colours = TRUE;
    for (guint run = 0; run < 4; run++)
        test_log_add(&plot, "x", &(TestLog){ 100, 1000000, 5 - 0.3 * run, 0.001, FALSE, 0 });
    pd_plot_settle(&plot);
    g_autofree char *text = test_plot_draw(&plot);
    for (guint run = 1; run <= 4; run++) {
        g_autofree char *cell = g_strdup_printf("m%u\033[0m", run);

        ck_assert_ptr_nonnull(strstr(text, cell));
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("loss");
    TCase *tests = tcase_create("loss");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, what_is_drawn_are_points_of_the_logs);
    tcase_add_test(tests, a_long_log_is_drawn_by_its_extremes_and_no_more_than_a_point_per_px);
    tcase_add_loop_test(tests, perplexities_lie_on_the_axis_of_losses, 0, 5);
    tcase_add_loop_test(
        tests, a_picture_is_drawn_however_large_it_is_and_whatever_the_logs_are_called, 0, 6);
    tcase_add_loop_test(tests, a_bare_log_is_drawn_alone_and_beside_another_one, 0,
                        (int)G_N_ELEMENTS(bare));
    tcase_add_loop_test(tests, a_part_of_the_time_is_drawn_also_where_nothing_is, 0, 3);
    tcase_add_test(tests, the_text_drawing_tells_the_numbers_and_keeps_to_the_width);
    tcase_add_test(tests, a_narrow_terminal_is_told_less);
    tcase_add_test(tests, every_curve_is_in_the_chart);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

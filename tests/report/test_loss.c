/*
 * The loss plot against curves whose smoothed losses and speed-ups are known.
 */
#include <math.h>
#include <string.h>

#include "loss_curves.h"
#include "plot_blocks.h"
#include "support.h"

extern const PdPlotKind pd_plot_loss;

/* A log that a test makes: losses fall by equal steps or stay. */
typedef struct {
    guint n_steps;
    gint64 step_ns;       /* virtual ones; real ones are 7 times as long */
    double first, slope;  /* loss of step 1, and how much less each further one has */
    gboolean real_only;   /* no virtual time */
    guint validate_every; /* 0: never */
} Log;

static char *
text_of(const Log *log)
{
    GString *text = g_string_new(PD_TRAINING_LOG_HEAD "\n");

    for (guint step = 1; step <= log->n_steps; step++) {
        const double loss = log->first - log->slope * (step - 1);

        g_string_append_printf(text, "%u,%u,%" G_GINT64_FORMAT ",", step, 1000 * step,
                               7 * log->step_ns * step);
        if (!log->real_only)
            g_string_append_printf(text, "%" G_GINT64_FORMAT, log->step_ns * step);
        g_string_append_printf(text, ",%.9g,", loss);
        if (log->validate_every > 0 && step % log->validate_every == 0)
            g_string_append_printf(text, "%.9g", loss + 0.25);
        g_string_append(text, ",0.001,0\n");
    }
    return g_string_free(text, FALSE);
}

static void
add_text(PdPlot *plot, const char *name, const char *text)
{
    g_autoptr(GError) error = NULL;
    PdTrainingCurve *curve = pd_training_curve_parse("a.csv", text, strlen(text), &error);

    ck_assert_msg(curve != NULL, "%s", error == NULL ? "?" : error->message);
    plot->runs = g_renew(PdPlotRun, plot->runs, plot->n_runs + 1);
    plot->runs[plot->n_runs++] = (PdPlotRun){ .name = g_strdup(name), .curve = curve };
}

static void
add(PdPlot *plot, const char *name, const Log *log)
{
    g_autofree char *text = text_of(log);

    add_text(plot, name, text);
}

/* --- curves ----------------------------------------------------------------------------------- */

START_TEST(a_loss_that_stays_is_smoothed_to_itself)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    g_auto(PdLossCurves) curves = { 0 };

    add(&plot, "run", &(Log){ .n_steps = 30, .step_ns = 5, .first = 2.5 });
    pd_loss_curves_init(&curves, &plot);
    for (guint i = 0; i < 30; i++)
        ck_assert_double_eq_tol(curves.smoothed[0][i], 2.5, 1e-12);
    ck_assert_double_eq_tol(pd_loss_last(&curves, 0), 2.5, 1e-12);
}
END_TEST

/* The average of a line lags behind it: at last by window − 1 steps. */
START_TEST(the_window_is_a_hundredth_of_the_longest_log_and_ten_at_least)
{
    static const struct {
        guint n_steps, window;
    } cases[] = { { 1, 10 }, { 500, 10 }, { 1000, 10 }, { 3000, 30 } };
    const Log log = { .n_steps = cases[_i].n_steps, .step_ns = 5, .first = 5, .slope = 0.001 };
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    g_auto(PdLossCurves) curves = { 0 };

    add(&plot, "run", &log);
    add(&plot, "short", &(Log){ .n_steps = 1, .step_ns = 5, .first = 5 });
    pd_loss_curves_init(&curves, &plot);
    ck_assert_uint_eq(curves.window, cases[_i].window);
    if (log.n_steps > 100 * 5)
        ck_assert_double_eq_tol(pd_loss_last(&curves, 0),
                                log.first - log.slope * (log.n_steps - curves.window), 1e-9);
}
END_TEST

START_TEST(a_loss_that_is_not_there_leaves_the_average_as_it_is)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    g_auto(PdLossCurves) curves = { 0 };

    add_text(&plot, "run",
             PD_TRAINING_LOG_HEAD "\n1,1,1,1,,,,\n2,2,2,2,3,,,\n3,3,3,3,,1.5,,\n4,4,4,4,3,,,\n");
    pd_loss_curves_init(&curves, &plot);
    ck_assert(isnan(curves.smoothed[0][0]));
    for (guint i = 1; i < 4; i++)
        ck_assert_double_eq_tol(curves.smoothed[0][i], 3, 1e-12);
    ck_assert_double_eq(pd_loss_last_validation(&curves, 0), 1.5);
}
END_TEST

/* --- speed-ups -------------------------------------------------------------------------------- */

/* Logs of equal losses per step, whose times differ: they reach a loss at the same step. */
static const struct {
    const char *what;
    Log logs[3];
    guint n_logs, slowest;
    double speed_ups[3];
} comparisons[] = {
    { "twice as fast per step",
      { { 200, 2000, 5, 0.01, FALSE, 0 }, { 200, 1000, 5, 0.01, FALSE, 0 } },
      2,
      0,
      { 1, 2 } },
    { "the one that ends higher is compared at its end",
      { { 60, 1000, 5, 0.01, FALSE, 0 }, { 200, 3000, 5, 0.01, FALSE, 0 } },
      2,
      1,
      { 3, 1 } },
    { "three of them",
      { { 100, 100, 5, 0.01, FALSE, 0 },
        { 100, 150, 5, 0.01, FALSE, 0 },
        { 90, 120, 5, 0.01, FALSE, 0 } },
      3,
      1,
      { 1.5, 1, 1.25 } },
    { "the same",
      { { 50, 10, 5, 0.01, FALSE, 0 }, { 50, 10, 5, 0.01, FALSE, 0 } },
      2,
      0,
      { 1, 1 } },
    /* real times are 7 times as long in the one that has virtual ones too, which are not compared
     * with real ones */
    { "real time where one log has no other",
      { { 200, 2000, 5, 0.01, TRUE, 0 }, { 200, 1000, 5, 0.01, FALSE, 0 } },
      2,
      0,
      { 1, 2 } },
};

START_TEST(the_speed_up_is_that_of_the_times_at_equal_loss)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    g_auto(PdLossCurves) curves = { 0 };

    for (guint i = 0; i < comparisons[_i].n_logs; i++)
        add(&plot, "run", &comparisons[_i].logs[i]);
    pd_loss_curves_init(&curves, &plot);
    ck_assert_uint_eq(curves.slowest, comparisons[_i].slowest);
    for (guint i = 0; i < comparisons[_i].n_logs; i++)
        ck_assert_double_eq_tol(pd_loss_speed_up(&curves, i), comparisons[_i].speed_ups[i], 1e-9);
}
END_TEST

/* Steps of these losses, of so many ns each. (transfer full) */
static char *
steps(gint64 step_ns, const double *losses, guint n)
{
    GString *text = g_string_new(PD_TRAINING_LOG_HEAD "\n");

    for (guint i = 0; i < n; i++)
        g_string_append_printf(text, "%u,%u,%" G_GINT64_FORMAT ",,%g,,,\n", i + 1, i + 1,
                               step_ns * (i + 1), losses[i]);
    return g_string_free(text, FALSE);
}

/* Losses that are all of one value for the window's length and more come to that value. */
START_TEST(neither_a_dip_nor_a_rise_at_the_end_is_the_common_loss)
{
    enum { N = 800, PART = N / 4 };
    static const double levels[][4] = {
        { 5, 2, 4, 2 }, /* dips to 2 early, and stays at 2 in the last quarter */
        { 5, 1, 1, 3 }, /* rises again, to 3 */
    };
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    g_auto(PdLossCurves) curves = { 0 };

    for (guint run = 0; run < 2; run++) {
        double losses[N];

        for (guint i = 0; i < N; i++)
            losses[i] = levels[run][i / PART];
        g_autofree char *text = steps(1000, losses, N);
        add_text(&plot, "run", text);
    }
    pd_loss_curves_init(&curves, &plot);
    ck_assert_double_eq_tol(curves.common_loss, 3, 1e-6);
    ck_assert(curves.reached_ns[0] > 1000 * 3 * PART && curves.reached_ns[0] < 1000 * 3.1 * PART);
    ck_assert(curves.reached_ns[1] > 1000 * PART && curves.reached_ns[1] < 1000 * 1.1 * PART);
    ck_assert_uint_eq(curves.slowest, 0);
}
END_TEST

START_TEST(curves_that_reach_no_common_loss_are_not_compared)
{
    static const Log cases[][2] = {
        { { 100, 10, 5, 0.01, FALSE, 0 }, { 100, 10, 3.9, 0.01, FALSE, 0 } },
        { { 100, 10, 5, 0, FALSE, 0 }, { 100, 10, 5, 0, FALSE, 0 } },
        { { 1, 10, 5, 0, FALSE, 0 }, { 100, 10, 6, 0.01, FALSE, 0 } },
    };
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    g_auto(PdLossCurves) curves = { 0 };

    for (guint i = 0; i < 2; i++)
        add(&plot, "run", &cases[_i][i]);
    pd_loss_curves_init(&curves, &plot);
    ck_assert(isnan(curves.common_loss));
    ck_assert_double_eq(pd_loss_speed_up(&curves, 0), 1);
    pd_plot_settle(&plot);
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) arrows = test_plot_block(script, "arrows", 0, 4);
    ck_assert_uint_eq(arrows->len, 0);
}
END_TEST

START_TEST(one_curve_alone_is_not_compared)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    g_auto(PdLossCurves) curves = { 0 };

    add(&plot, "run", &comparisons[0].logs[0]);
    pd_loss_curves_init(&curves, &plot);
    ck_assert(isnan(curves.common_loss));
}
END_TEST

/* --- what is printed -------------------------------------------------------------------------- */

START_TEST(an_arrow_goes_from_the_slowest_time_to_the_sooner_one)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    const double *row;

    for (guint i = 0; i < 2; i++)
        add(&plot, "run", &comparisons[0].logs[i]);
    pd_plot_settle(&plot);
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) arrows = test_plot_block(script, "arrows", 0, 4);
    ck_assert_uint_eq(arrows->len, 4);
    row = (const double *)(const void *)arrows->data;
    ck_assert_double_eq(row[0], 2);
    ck_assert_double_eq_tol(row[1] / row[2], 2, 1e-6);
    ck_assert_double_eq_tol(row[1], test_plot_real(script, "time_to"), 1e-6 * row[1]);
    ck_assert_ptr_nonnull(strstr(script, "2.00× sooner"));
}
END_TEST

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
    static const Log log = { 120, 1000000, 5, 0.02, FALSE, 40 };
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");

    add(&plot, "first", &log);
    add(&plot, "second", &log);
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
    add_text(&plot, "run", text->str);
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

    add(&plot, "run", &(Log){ 100, 1000, 5.5, slopes[_i], FALSE, 10 });
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
        add(&plot, names[run], &(Log){ 100 + run, 1000 + 100 * run, 5, 0.01, FALSE, 20 });
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

        add_text(&plot, "bare", bare[_i]);
        if (beside == 1)
            add(&plot, "other", &(Log){ 100, 1000, 5, 0.01, FALSE, 20 });
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
    add(&plot, "run", &(Log){ 100, 1000, 5, 0.01, FALSE, 20 });
    add(&plot, "other", &(Log){ 100, 2000, 5, 0.01, FALSE, 20 });
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
        add(&plot, names[run], &(Log){ 100, 1000000 << run, 5, 0.01, FALSE, 20 });
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
        add(&plot, names[run], &(Log){ 100, 1000000 << run, 12345, 0.01, FALSE, 20 });
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
        add(&plot, "x", &(Log){ 100, 1000000, 5 - 0.3 * run, 0.001, FALSE, 0 });
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
    tcase_add_test(tests, a_loss_that_stays_is_smoothed_to_itself);
    tcase_add_loop_test(tests, the_window_is_a_hundredth_of_the_longest_log_and_ten_at_least, 0, 4);
    tcase_add_test(tests, a_loss_that_is_not_there_leaves_the_average_as_it_is);
    tcase_add_loop_test(tests, the_speed_up_is_that_of_the_times_at_equal_loss, 0,
                        (int)G_N_ELEMENTS(comparisons));
    tcase_add_test(tests, neither_a_dip_nor_a_rise_at_the_end_is_the_common_loss);
    tcase_add_loop_test(tests, curves_that_reach_no_common_loss_are_not_compared, 0, 3);
    tcase_add_test(tests, one_curve_alone_is_not_compared);
    tcase_add_test(tests, an_arrow_goes_from_the_slowest_time_to_the_sooner_one);
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

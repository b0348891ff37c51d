/*
 * Curves of losses whose smoothed losses and speed-ups are known.
 */
#include <math.h>
#include <string.h>

#include "logs.h"
#include "loss_curves.h"
#include "support.h"

extern const PdPlotKind pd_plot_loss;

/* --- smoothing -------------------------------------------------------------------------------- */

START_TEST(a_loss_that_stays_is_smoothed_to_itself)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    g_auto(PdLossCurves) curves = { 0 };

    test_log_add(&plot, "run", &(TestLog){ .n_steps = 30, .step_ns = 5, .first = 2.5 });
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
    const TestLog log = { .n_steps = cases[_i].n_steps, .step_ns = 5, .first = 5, .slope = 0.001 };
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    g_auto(PdLossCurves) curves = { 0 };

    test_log_add(&plot, "run", &log);
    test_log_add(&plot, "short", &(TestLog){ .n_steps = 1, .step_ns = 5, .first = 5 });
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

    test_log_add_text(&plot, "run",
                      PD_TRAINING_LOG_HEAD
                      "\n1,1,1,1,,,,\n2,2,2,2,3,,,\n3,3,3,3,,1.5,,\n4,4,4,4,3,,,\n");
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
    TestLog logs[3];
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
        test_log_add(&plot, "run", &comparisons[_i].logs[i]);
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
        test_log_add_text(&plot, "run", text);
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
    static const TestLog cases[][2] = {
        { { 100, 10, 5, 0.01, FALSE, 0 }, { 100, 10, 3.9, 0.01, FALSE, 0 } },
        { { 100, 10, 5, 0, FALSE, 0 }, { 100, 10, 5, 0, FALSE, 0 } },
        { { 1, 10, 5, 0, FALSE, 0 }, { 100, 10, 6, 0.01, FALSE, 0 } },
    };
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    g_auto(PdLossCurves) curves = { 0 };

    for (guint i = 0; i < 2; i++)
        test_log_add(&plot, "run", &cases[_i][i]);
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

    test_log_add(&plot, "run", &comparisons[0].logs[0]);
    pd_loss_curves_init(&curves, &plot);
    ck_assert(isnan(curves.common_loss));
}
END_TEST

START_TEST(an_arrow_goes_from_the_slowest_time_to_the_sooner_one)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_loss, "svg");
    const double *row;

    for (guint i = 0; i < 2; i++)
        test_log_add(&plot, "run", &comparisons[0].logs[i]);
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

int
main(void)
{
    Suite *suite = suite_create("loss curves");
    TCase *tests = tcase_create("loss curves");

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
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

/*
 * The utilization plot against the report: what is busy in the windows is busy in the run.
 */
#include <math.h>
#include <string.h>

#include "busy_windows.h"
#include "plot_blocks.h"
#include "random_scenario.h"
#include "schedules.h"
#include "support.h"
#include "utilization.h"

#define N_RANDOM 100

extern const PdPlotKind pd_plot_utilization;

#define COSTS "[compute]\nforward = 10 ns\nbackward = 20 ns\n"

static const PdBusyWindows *
busy_of(const PdPlot *plot, guint run)
{
    return (const PdBusyWindows *)plot->runs[run].collector;
}

START_TEST(the_windows_of_a_device_sum_to_its_busy_time)
{
    g_autofree char *text = test_random_scenario((guint64)_i, NULL);
    g_auto(PdPlot) plot = test_plot(&pd_plot_utilization, "svg");

    test_plot_add(&plot, "run", test_scenario("%s", text));
    test_plot_collect(&plot);
    for (guint device = 0; device < busy_of(&plot, 0)->n_devices; device++) {
        const guint n = busy_of(&plot, 0)->windows.n;
        gint64 busy_ns = 0;

        for (guint window = 0; window < n; window++)
            busy_ns += busy_of(&plot, 0)->busy_ns[device * n + window];
        ck_assert_int_eq(busy_ns, plot.runs[0].report->devices[device].busy_ns);
    }
}
END_TEST

/* By hand: device 0: F0 0-10, B0 40-60, F1 60-70; device 1: F0 10-20, B0 20-40, F1 70-80. */
START_TEST(an_operation_is_split_over_the_windows_that_it_covers)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_utilization, "svg");

    plot.from_ns = 35;
    plot.to_ns = 65;
    test_plot_add(&plot, "run",
                  test_scenario("[pipeline]\nschedule = gpipe\ndevices = 2\nmicro-batches = 1\n"
                                "mini-batches = 2\n" COSTS));
    test_plot_collect(&plot);
    ck_assert_double_eq_tol(
        pd_busy_windows_share(busy_of(&plot, 0), 0, 1, 0, busy_of(&plot, 0)->windows.n), 25.0 / 30,
        1e-12);
    ck_assert_double_eq_tol(
        pd_busy_windows_share(busy_of(&plot, 0), 1, 1, 0, busy_of(&plot, 0)->windows.n), 5.0 / 30,
        1e-12);
}
END_TEST

/* The area below the printed mean, in units of the axis times share. */
static double
area(const GArray *mean)
{
    const double *values = (const double *)(const void *)mean->data;
    double sum = 0;

    for (guint i = 0; i + 3 < mean->len; i += 4) {
        ck_assert_double_eq(values[i + 1], values[i + 3]);
        sum += (values[i + 2] - values[i]) * values[i + 1];
    }
    return sum;
}

START_TEST(the_printed_mean_integrates_to_the_busy_time_of_the_report)
{
    g_autofree char *text = test_random_scenario(1000 + (guint64)_i, NULL);
    g_auto(PdPlot) plot = test_plot(&pd_plot_utilization, "svg");
    const PdReport *report;
    double busy_ns = 0;

    test_plot_add(&plot, "run", test_scenario("%s", text));
    report = plot.runs[0].report;
    test_plot_collect(&plot);
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) mean = test_plot_block(script, "means", 0, 2);
    const double per_unit = (double)plot.to_ns / test_plot_real(script, "to");

    for (guint device = 0; device < report->n_devices; device++)
        busy_ns += (double)report->devices[device].busy_ns;
    ck_assert_double_eq_tol(area(mean) * per_unit * report->n_devices, busy_ns,
                            1e-6 * (busy_ns + 1));
}
END_TEST

/* The share that the strips show at the middle of a window, to half a colour. */
START_TEST(the_strips_show_the_share_of_each_device)
{
    const PdSchedule *schedule = pd_schedules[_i];
    g_auto(PdPlot) plot = test_plot(&pd_plot_utilization, "svg");

    test_plot_add(&plot, "first",
                  test_scenario("[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 8\n"
                                "mini-batches = 5\n" COSTS "[link]\nlatency = 3 ns\n",
                                schedule->name));
    test_plot_add(&plot, "second",
                  test_scenario("[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 8\n"
                                "mini-batches = 25\n" COSTS "jitter = 0.4\n",
                                schedule->name));
    test_plot_collect(&plot);
    g_autofree char *script = test_plot_print(&plot);
    const double per_unit = (double)plot.to_ns / test_plot_real(script, "to");

    for (guint run = 0; run < 2; run++) {
        const PdBusyWindows *busy = busy_of(&plot, run);
        g_autoptr(GArray) strips = test_plot_block(script, "strips", run, 4);
        const double *values = (const double *)(const void *)strips->data;
        guint n_shown = 0;

        for (guint i = 0; i < strips->len; i += 4) {
            const guint last =
                pd_windows_at(&busy->windows, (gint64)(values[i + 1] * per_unit - 0.5));

            for (guint window = pd_windows_at(&busy->windows, (gint64)(values[i] * per_unit + 0.5));
                 window <= last; window++, n_shown++)
                ck_assert_double_eq_tol(
                    pd_busy_windows_share(busy, (guint)values[i + 2], 1, window, window + 1),
                    values[i + 3], 0.5 / 20 + 1e-9);
        }
        ck_assert_uint_eq(n_shown, 4 * busy->windows.n);
    }
}
END_TEST

/* Equal stages without latency: every window but the first and the last ones is full under paci,
 * and under a flush every cycle is like any other: busy M / (M + p - 1) of the time. */
START_TEST(a_steady_run_has_steady_windows)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_utilization, "svg");

    test_plot_add(&plot, "paci",
                  test_scenario("[pipeline]\nschedule = paci\ndevices = 4\nmicro-batches = 8\n"
                                "mini-batches = 400\n" COSTS));
    test_plot_add(&plot, "1f1b",
                  test_scenario("[pipeline]\nschedule = 1f1b\ndevices = 4\nmicro-batches = 8\n"
                                "mini-batches = 400\n" COSTS));
    test_plot_collect(&plot);
    for (guint device = 0; device < 4; device++) {
        for (guint window = 1; window + 2 < busy_of(&plot, 0)->windows.n; window++)
            ck_assert_double_eq(
                pd_busy_windows_share(busy_of(&plot, 0), device, 1, window, window + 1), 1);
        for (guint window = 0; window < busy_of(&plot, 1)->windows.n; window++)
            ck_assert_double_eq_tol(
                pd_busy_windows_share(busy_of(&plot, 1), device, 1, window, window + 1), 8.0 / 11,
                1e-12);
    }
}
END_TEST

/* Four flushes of 40 micro-batches are few; paci repeats itself after every 4. */
START_TEST(runs_side_by_side_have_windows_of_like_length)
{
    static const char *const schedules[] = { "1f1b", "paci" };
    g_auto(PdPlot) plot = test_plot(&pd_plot_utilization, "svg");

    for (guint run = 0; run < 2; run++)
        test_plot_add(&plot, schedules[run],
                      test_scenario("[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 40\n"
                                    "mini-batches = 4\n" COSTS,
                                    schedules[run]));
    test_plot_collect(&plot);
    /* a micro-batch each */
    for (guint run = 0; run < 2; run++)
        ck_assert_int_eq(busy_of(&plot, run)->windows.length_ns, 30);
}
END_TEST

START_TEST(a_picture_is_drawn_however_large_it_is_and_however_many_devices_there_are)
{
    static const struct {
        guint devices, n_runs, width, height;
    } cases[] = { { 1, 1, 0, 0 },   { 2, 8, 0, 0 },     { 128, 2, 0, 0 },
                  { 300, 8, 0, 0 }, { 8, 8, 200, 150 }, { 40, 1, 3000, 2000 } };
    g_auto(PdPlot) plot = test_plot(&pd_plot_utilization, "svg");

    plot.width = cases[_i].width;
    plot.height = cases[_i].height;
    plot.title = g_strdup("`date`\n\"two\" lines");
    for (guint run = 0; run < cases[_i].n_runs; run++)
        test_plot_add(&plot, "a \"run\" 100 %%",
                      test_scenario("[pipeline]\nschedule = 1f1b\ndevices = %u\n"
                                    "micro-batches = 3\n" COSTS,
                                    cases[_i].devices));
    test_plot_collect(&plot);
    test_plot_check_svg(&plot);
}
END_TEST

START_TEST(a_run_or_a_window_without_time_is_drawn_empty)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_utilization, "svg");

    plot.from_ns = _i == 0 ? -1 : 1000000;
    test_plot_add(&plot, "run",
                  test_scenario("[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 3\n"
                                "[compute]\nforward = %d ns\nbackward = 0 ns\n",
                                _i));
    test_plot_collect(&plot);
    test_plot_check_svg(&plot);
    g_autofree char *text = test_plot_draw(&plot);
    ck_assert_ptr_nonnull(strstr(text, "  mean "));
}
END_TEST

START_TEST(the_text_drawing_names_every_device_or_group_and_keeps_to_the_width)
{
    static const guint devices[] = { 3, 32, 33, 1024 };
    static const guint rows[] = { 3, 32, 17, 32 };
    g_auto(PdPlot) plot = test_plot(&pd_plot_utilization, NULL);
    guint n = 0;

    test_plot_add(
        &plot, "run",
        test_scenario("[pipeline]\nschedule = 1f1b\ndevices = %u\nmicro-batches = 4\n" COSTS,
                      devices[_i]));
    test_plot_collect(&plot);
    g_autofree char *text = test_plot_draw(&plot);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    test_plot_check_width(text, 80);
    for (char **line = lines; *line != NULL; line++)
        n += g_str_has_suffix(*line, " %") ? 1 : 0;
    ck_assert_uint_eq(n, rows[_i] + 1);
    ck_assert_double_eq_tol(
        1 - plot.runs[0].report->bubble_fraction,
        pd_busy_windows_share(busy_of(&plot, 0), 0, devices[_i], 0, busy_of(&plot, 0)->windows.n),
        1e-12);
}
END_TEST

int
main(void)
{
    int n_schedules = 0;
    Suite *suite = suite_create("utilization");
    TCase *tests = tcase_create("utilization");

    while (pd_schedules[n_schedules] != NULL)
        n_schedules++;
    tcase_add_loop_test(tests, the_windows_of_a_device_sum_to_its_busy_time, 0, N_RANDOM);
    tcase_add_test(tests, an_operation_is_split_over_the_windows_that_it_covers);
    tcase_add_loop_test(tests, the_printed_mean_integrates_to_the_busy_time_of_the_report, 0,
                        N_RANDOM);
    tcase_add_loop_test(tests, the_strips_show_the_share_of_each_device, 0, n_schedules);
    tcase_add_test(tests, a_steady_run_has_steady_windows);
    tcase_add_test(tests, runs_side_by_side_have_windows_of_like_length);
    tcase_add_loop_test(
        tests, a_picture_is_drawn_however_large_it_is_and_however_many_devices_there_are, 0, 6);
    tcase_add_loop_test(tests, a_run_or_a_window_without_time_is_drawn_empty, 0, 2);
    tcase_add_loop_test(tests, the_text_drawing_names_every_device_or_group_and_keeps_to_the_width,
                        0, 4);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

/*
 * The memory plot against the report: the highest that is drawn of a device is its peak.
 */
#include <string.h>

#include "memory.h"
#include "plot_blocks.h"
#include "random_scenario.h"
#include "scale.h"
#include "schedules.h"
#include "support.h"

#define N_RANDOM 100

extern const PdPlotKind pd_plot_memory;

#define COSTS "[compute]\nforward = 10 ns\nbackward = 20 ns\n"

START_TEST(the_highest_window_is_the_peak_of_the_report_whatever_its_length)
{
    static const guint widths[] = { 200, 960, 5000 };
    g_autofree char *text = test_random_scenario((guint64)_i, NULL);
    g_auto(PdPlot) plot = test_plot(&pd_plot_memory, "svg");
    guint devices[PD_MEMORY_MOST];

    plot.width = widths[_i % 3];
    test_plot_add(&plot, "run", test_scenario("%s", text));
    test_plot_collect(&plot);
    const PdHeldWindows *held = pd_memory_held(&plot.runs[0]);
    const guint n = pd_memory_devices(&plot, &plot.runs[0], devices);

    for (guint i = 0; i < n && held->windows.n > 0; i++) {
        const PdDeviceReport *report = &plot.runs[0].report->devices[devices[i]];
        const PdHeld *of_device = pd_held_windows_of(held, devices[i]);
        const PdHeld *peak = &of_device[pd_windows_at(&held->windows, report->peak_memory_at_ns)];

        for (guint window = 0; window < held->windows.n; window++)
            test_require(of_device[window].bytes <= report->peak_memory_bytes);
        ck_assert_int_eq(peak->bytes, report->peak_memory_bytes);
        ck_assert_mem_eq(peak->parts_bytes, report->peak_memory_parts_bytes,
                         sizeof peak->parts_bytes);
    }
}
END_TEST

START_TEST(every_window_is_the_sum_of_its_parts)
{
    g_autofree char *text = test_random_scenario(5000 + (guint64)_i, NULL);
    g_auto(PdPlot) plot = test_plot(&pd_plot_memory, "svg");

    test_plot_add(&plot, "run", test_scenario("%s", text));
    test_plot_collect(&plot);
    const PdHeldWindows *held = pd_memory_held(&plot.runs[0]);

    for (gsize i = 0; i < (gsize)held->n_devices * held->windows.n; i++) {
        gint64 bytes = 0;

        for (PdMemoryPart part = 0; part < PD_N_PARTS; part++)
            bytes += held->held[i].parts_bytes[part];
        test_require(bytes == held->held[i].bytes);
    }
}
END_TEST

/* Held by device 0 over time, worked out by hand: so many bytes from each instant on. */
typedef struct {
    const char *text;
    struct {
        gint64 at_ns, bytes;
    } steps[10]; /* ended by an instant at which the run is over, with −1 */
} Course;

static const Course courses[] = {
    /* F0 F1 B0 B1 */
    { "[pipeline]\nschedule = gpipe\ndevices = 1\nmicro-batches = 2\n" COSTS
      "[memory]\nweights = 7 B\nactivations = 100 B\n",
      { { 0, 107 }, { 10, 207 }, { 40, 107 }, { 60, -1 } } },
    /* the same; a backward takes 30 and holds the activations beside all inputs */
    { "[pipeline]\nschedule = gpipe\ndevices = 1\nmicro-batches = 2\nrecompute = full\n" COSTS
      "[memory]\nactivations = 100 B\ninputs = 8 B\n",
      { { 0, 8 }, { 10, 16 }, { 20, 116 }, { 50, 108 }, { 80, -1 } } },
    /* F0 F1 . B0 U . B1 U: the update's old version is held for F1's backward */
    { "[pipeline]\nschedule = pipedream\ndevices = 2\nmicro-batches = 2\n" COSTS
      "update = 4 ns\n[memory]\nweights = 1000 B\nactivations = 1 B\n",
      { { 0, 1001 }, { 10, 1002 }, { 60, 1001 }, { 64, 2001 }, { 94, 1000 }, { 98, -1 } } },
};

START_TEST(what_is_held_follows_the_operations)
{
    const Course *course = &courses[_i];
    g_auto(PdPlot) plot = test_plot(&pd_plot_memory, "svg");

    test_plot_add(&plot, "run", test_scenario("%s", course->text));
    test_plot_collect(&plot);
    const PdHeldWindows *held = pd_memory_held(&plot.runs[0]);

    ck_assert_int_eq(held->windows.length_ns, 1);
    for (guint i = 0; course->steps[i].bytes >= 0; i++)
        for (gint64 at_ns = course->steps[i].at_ns; at_ns < course->steps[i + 1].at_ns; at_ns++)
            ck_assert_msg(pd_held_windows_of(held, 0)[at_ns].bytes == course->steps[i].bytes,
                          "at %d: %d", (int)at_ns, (int)pd_held_windows_of(held, 0)[at_ns].bytes);
    ck_assert_int_eq(plot.runs[0].report->makespan_ns, held->windows.n);
}
END_TEST

/* The last part ends at the top of all; nine digits are printed, to half
 * of 10^-7 GiB. */
START_TEST(the_printed_areas_reach_up_to_the_peaks)
{
    const PdSchedule *schedule = pd_schedules[_i];
    g_auto(PdPlot) plot = test_plot(&pd_plot_memory, "svg");
    guint devices[PD_MEMORY_MOST];

    test_plot_add(&plot, "run",
                  test_scenario("[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 8\n"
                                "mini-batches = 20\n" COSTS "[memory]\nweights = 3 GB\n"
                                "gradients = 3 GB\noptimizer = 1 GB\nactivations = 0.7 GB\n",
                                schedule->name));
    test_plot_collect(&plot);
    g_autofree char *script = test_plot_print(&plot);

    ck_assert_uint_eq(pd_memory_devices(&plot, &plot.runs[0], devices), 4);
    for (guint i = 0; i < 4; i++) {
        g_autoptr(GArray) top = test_plot_block(script, "stashed_weights", i, 2);
        g_autoptr(GArray) weights = test_plot_block(script, "weights", i, 2);
        const double scale = 1024.0 * 1024 * 1024;
        double highest = 0;

        for (guint j = 1; j < top->len; j += 2)
            highest = MAX(highest, g_array_index(top, double, j));
        ck_assert_double_eq_tol(highest * scale,
                                (double)plot.runs[0].report->devices[i].peak_memory_bytes, 64);
        ck_assert_uint_eq(weights->len, 4);
        ck_assert_double_eq_tol(g_array_index(weights, double, 3) * scale, 3e9, 10);
    }
}
END_TEST

START_TEST(of_many_devices_those_that_tell_most_are_shown)
{
    static const struct {
        guint devices, n_runs, n, shown[8];
        const char *activations;
    } cases[] = {
        { 8, 1, 8, { 0, 1, 2, 3, 4, 5, 6, 7 }, "1 B" },
        { 9, 1, 4, { 0, 2, 4, 8 }, "1 B; 1 B; 90 B; 1 B; 1 B; 1 B; 1 B; 1 B; 1 B" },
        { 9, 1, 3, { 0, 4, 8 }, "1 B" },
        { 9, 2, 1, { 2 }, "1 B; 1 B; 90 B; 1 B; 1 B; 1 B; 1 B; 1 B; 1 B" },
    };
    g_auto(PdPlot) plot = test_plot(&pd_plot_memory, "svg");
    guint devices[PD_MEMORY_MOST];

    for (guint run = 0; run < cases[_i].n_runs; run++)
        test_plot_add(&plot, "run",
                      test_scenario("[pipeline]\nschedule = 1f1b\ndevices = %u\n"
                                    "micro-batches = 30\n" COSTS "[memory]\nactivations = %s\n",
                                    cases[_i].devices, cases[_i].activations));
    ck_assert_uint_eq(pd_memory_devices(&plot, &plot.runs[0], devices), cases[_i].n);
    ck_assert_mem_eq(devices, cases[_i].shown, cases[_i].n * sizeof devices[0]);
}
END_TEST

START_TEST(a_picture_is_drawn_however_large_it_is_and_however_many_devices_there_are)
{
    static const struct {
        guint devices, n_runs, width, height;
        const char *memory;
    } cases[] = {
        { 1, 1, 0, 0, "" },
        { 2, 1, 0, 0, "capacity = 1 TB\n" },
        { 8, 1, 200, 150, "capacity = 3 kB\n" },
        { 5, 3, 0, 0, "capacity = 3 kB\n" },
        { 300, 1, 0, 0, "capacity = 200 kB\n" },
        { 300, 8, 3000, 2000, "" },
    };
    g_auto(PdPlot) plot = test_plot(&pd_plot_memory, "svg");

    plot.width = cases[_i].width;
    plot.height = cases[_i].height;
    plot.title = g_strdup("`date`\n\"two\" lines");
    for (guint run = 0; run < cases[_i].n_runs; run++)
        test_plot_add(&plot, "a \"run\" 100 %%",
                      test_scenario("[pipeline]\nschedule = 1f1b\ndevices = %u\n"
                                    "micro-batches = 3\n" COSTS "[memory]\n%s%s",
                                    cases[_i].devices, cases[_i].memory,
                                    _i == 0 ? "" : "activations = 1 kB\n"));
    test_plot_collect(&plot);
    test_plot_check_svg(&plot);
}
END_TEST

START_TEST(a_run_or_a_window_without_time_is_drawn_empty)
{
    g_auto(PdPlot) plot = test_plot(&pd_plot_memory, "svg");

    plot.from_ns = _i == 0 ? -1 : 1000000;
    test_plot_add(&plot, "run",
                  test_scenario("[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 3\n"
                                "[compute]\nforward = %d ns\nbackward = 0 ns\n"
                                "[memory]\nactivations = 5 B\n",
                                _i));
    test_plot_collect(&plot);
    test_plot_check_svg(&plot);
    g_autofree char *text = test_plot_draw(&plot);
    ck_assert_ptr_nonnull(strstr(text, "10 B"));
}
END_TEST

START_TEST(tics_lie_a_round_step_apart)
{
    static const struct {
        double span, most, step;
    } cases[] = {
        { 10, 5, 2 },   { 10, 4, 5 },      { 84.3, 2, 50 },
        { 1, 10, 0.1 }, { 0.03, 3, 0.01 }, { 7, 1, 10 },
    };

    ck_assert_double_eq_tol(pd_scale_step(cases[_i].span, cases[_i].most), cases[_i].step,
                            1e-12 * cases[_i].step);
}
END_TEST

/* gpipe holds all four micro-batches: 4 x 7 + 2 bytes. */
START_TEST(the_text_drawing_tells_the_peaks_and_keeps_to_the_width)
{
    static const guint devices[] = { 2, 32, 1024 };
    static const guint rows[] = { 2, 32, 3 };
    g_auto(PdPlot) plot = test_plot(&pd_plot_memory, NULL);
    guint n = 0;

    test_plot_add(
        &plot, "run",
        test_scenario("[pipeline]\nschedule = gpipe\ndevices = %u\nmicro-batches = 4\n" COSTS
                      "[memory]\nweights = 2 B\nactivations = 7 B\n"
                      "capacity = 29 B\n",
                      devices[_i]));
    test_plot_collect(&plot);
    g_autofree char *text = test_plot_draw(&plot);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    test_plot_check_width(text, 80);
    for (char **line = lines; *line != NULL; line++)
        n += strstr(*line, "! 30 B") != NULL ? 1 : 0;
    ck_assert_uint_eq(n, rows[_i]);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("memory plot");
    TCase *tests = tcase_create("memory plot");
    int n_schedules = 0;

    while (pd_schedules[n_schedules] != NULL)
        n_schedules++;
    tcase_add_loop_test(tests, the_highest_window_is_the_peak_of_the_report_whatever_its_length, 0,
                        N_RANDOM);
    tcase_add_loop_test(tests, every_window_is_the_sum_of_its_parts, 0, N_RANDOM);
    tcase_add_loop_test(tests, what_is_held_follows_the_operations, 0, G_N_ELEMENTS(courses));
    tcase_add_loop_test(tests, the_printed_areas_reach_up_to_the_peaks, 0, n_schedules);
    tcase_add_loop_test(tests, of_many_devices_those_that_tell_most_are_shown, 0, 4);
    tcase_add_loop_test(
        tests, a_picture_is_drawn_however_large_it_is_and_however_many_devices_there_are, 0, 6);
    tcase_add_loop_test(tests, a_run_or_a_window_without_time_is_drawn_empty, 0, 2);
    tcase_add_loop_test(tests, the_text_drawing_tells_the_peaks_and_keeps_to_the_width, 0, 3);
    tcase_add_loop_test(tests, tics_lie_a_round_step_apart, 0, 6);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

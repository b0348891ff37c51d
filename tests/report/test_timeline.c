/*
 * What a timeline draws, held to the report of the same run: its boxes are the operations, its gaps
 * the idle times, its strips the weight versions.
 */
#include <math.h>
#include <string.h>

#include "plot_blocks.h"
#include "schedules.h"
#include "support.h"

extern const PdPlotKind pd_plot_timeline;

static PdScenario *
scenario_of(const PdSchedule *schedule, int mini_batches)
{
    return test_scenario("[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 8\n"
                         "mini-batches = %d\n[compute]\nforward = 1001 us\nbackward = 2003 us\n"
                         "update = 700 us\n[link]\nlatency = 110 us\n",
                         schedule->name, mini_batches);
}

static const PdSchedule *
schedule_named(const char *name)
{
    return pd_schedule_find(pd_schedules, name);
}

/* A plot of one run, ready to be printed, so wide that no wait is narrower than a pixel. */
static PdPlot
plot_of(PdScenario *scenario, gint64 from_ns, gint64 to_ns)
{
    PdPlot plot = test_plot(&pd_plot_timeline, "svg");

    plot.width = 10000;
    plot.from_ns = from_ns;
    plot.to_ns = to_ns;
    test_plot_add(&plot, scenario->schedule->name, scenario);
    test_plot_collect(&plot);
    return plot;
}

/* The summed length, in ms, of a device's boxes in a block of a picture of one run. */
static double
length_of(const char *script, const char *block, guint device)
{
    g_autoptr(GArray) values = test_plot_block(script, block, 0, 4);
    double sum = 0;

    for (guint i = 0; i < values->len; i += 4) {
        const double *box = &g_array_index(values, double, i);

        ck_assert(box[0] <= box[1] && box[2] < box[3]);
        if ((guint)floor((box[2] + box[3]) / 2) == device)
            sum += box[1] - box[0];
    }
    return sum;
}

START_TEST(boxes_sum_to_busy_and_idle_times_of_each_device)
{
    PdScenario *scenario = scenario_of(pd_schedules[_i], 3);
    g_auto(PdPlot) plot = plot_of(scenario, 0, 200000000);
    g_autofree char *script = test_plot_print(&plot);
    const PdReport *report = plot.runs[0].report;

    for (guint d = 0; d < report->n_devices; d++) {
        const double busy = length_of(script, "forwards", d) + length_of(script, "backwards", d) +
                            length_of(script, "weight_gradients", d) +
                            length_of(script, "updates", d);

        ck_assert_double_eq_tol(busy, (double)report->devices[d].busy_ns / 1e6, 1e-5);
        for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++) {
            g_autofree char *block = g_strconcat("idle_", pd_cause_name(cause), NULL);

            ck_assert_double_eq_tol(length_of(script, block, d),
                                    (double)report->devices[d].bubble_by_cause_ns[cause] / 1e6,
                                    1e-5);
        }
        ck_assert_double_eq_tol(length_of(script, "rows", d), (double)report->makespan_ns / 1e6,
                                1e-5);
    }
}
END_TEST

START_TEST(strips_of_versions_tile_the_run_and_change_at_each_update)
{
    PdScenario *scenario = scenario_of(pd_schedules[_i], 3);
    g_auto(PdPlot) plot = plot_of(scenario, 0, 200000000);
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) even = test_plot_block(script, "even_versions", 0, 4);
    g_autoptr(GArray) odd = test_plot_block(script, "odd_versions", 0, 4);
    const PdReport *report = plot.runs[0].report;
    gint64 n = 0;

    for (guint d = 0; d < report->n_devices; d++) {
        ck_assert_double_eq_tol(length_of(script, "even_versions", d) +
                                    length_of(script, "odd_versions", d),
                                (double)report->makespan_ns / 1e6, 1e-5);
        n += report->stages[d].updates + 1;
    }
    ck_assert_int_eq((even->len + odd->len) / 4, n);
}
END_TEST

START_TEST(a_window_clips_what_reaches_beyond_it)
{
    const gint64 from_ns = 20500000, to_ns = 31700000;
    PdScenario *scenario = scenario_of(schedule_named("paci"), 3);
    g_auto(PdPlot) plot = plot_of(scenario, from_ns, to_ns);
    g_autofree char *script = test_plot_print(&plot);
    static const char *const blocks[] = { "forwards", "backwards",     "updates",
                                          "rows",     "even_versions", "odd_versions" };

    for (gsize b = 0; b < G_N_ELEMENTS(blocks); b++) {
        g_autoptr(GArray) values = test_plot_block(script, blocks[b], 0, 4);

        for (guint i = 0; i < values->len; i += 4) {
            ck_assert_double_ge(g_array_index(values, double, i), 20.5 - 1e-6);
            ck_assert_double_le(g_array_index(values, double, i + 1), 31.7 + 1e-6);
        }
    }
    ck_assert_double_eq_tol(length_of(script, "rows", 0), 11.2, 1e-6);
}
END_TEST

/* A long run of a flush or of none, and where the window has to lie: S = 3.004 ms, the first flush
 * after (M + p - 1) S. */
static const struct {
    const char *schedule;
    int micro_batches, mini_batches;
    double must_show_ms; /* an instant inside the window */
    double most_ms;      /* of its length */
    gboolean from_start;
} windows[] = {
    { "paci", 8, 2, 0, 1e9, TRUE },                 /* short: the whole run */
    { "1f1b", 8, 100, 11 * 3.004, 91, TRUE },       /* with the first flush */
    { "1f1b", 200, 100, 203 * 3.004, 91, FALSE },   /* around the first flush */
    { "gpipe", 1000, 10, 1003 * 3.004, 91, FALSE }, /* the same */
    { "paci", 200, 100, 0, 91, TRUE },              /* nothing happens later */
};

START_TEST(a_long_run_is_drawn_where_it_tells_most)
{
    PdScenario *scenario = test_scenario(
        "[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = %d\nmini-batches = %d\n"
        "[compute]\nforward = 1001 us\nbackward = 2003 us\n",
        windows[_i].schedule, windows[_i].micro_batches, windows[_i].mini_batches);
    g_auto(PdPlot) plot = plot_of(scenario, -1, -1);
    const double from_ms = (double)plot.from_ns / 1e6, to_ms = (double)plot.to_ns / 1e6;

    ck_assert_int_eq(plot.from_ns == 0, windows[_i].from_start);
    ck_assert_double_le(from_ms, windows[_i].must_show_ms);
    ck_assert_double_ge(to_ms, windows[_i].must_show_ms);
    ck_assert_double_le(to_ms - from_ms, windows[_i].most_ms);
    ck_assert_int_le(plot.to_ns, plot.runs[0].report->makespan_ns);
}
END_TEST

START_TEST(a_picture_of_a_long_run_has_no_more_boxes_than_pixels)
{
    PdScenario *scenario = scenario_of(schedule_named("1f1b"), 5000);
    g_auto(PdPlot) plot = plot_of(scenario, 0, G_GINT64_CONSTANT(200000000000));
    const GArray *forwards, *backwards;
    g_autofree char *script = test_plot_print(&plot);

    ck_assert_int_gt(plot.runs[0].report->devices[0].operations, 50000);
    forwards = test_plot_block(script, "forwards", 0, 4);
    backwards = test_plot_block(script, "backwards", 0, 4);
    ck_assert_uint_le((forwards->len + backwards->len) / 4, 4 * plot.width);
    ck_assert_uint_gt(forwards->len / 4, plot.width / 2);
    g_array_unref((GArray *)forwards);
    g_array_unref((GArray *)backwards);
}
END_TEST

START_TEST(messages_leave_at_the_end_and_arrive_after_hold_and_latency)
{
    PdScenario *scenario =
        test_scenario("[pipeline]\nschedule = gpipe\ndevices = 2\nmicro-batches = 2\n[compute]\n"
                      "forward = 1 ms\nbackward = 2 ms\n[link]\nlatency = 100 us\n"
                      "message = 3 kB\nbandwidth = 1 MB/s\n");
    PdPlot prepared = test_plot(&pd_plot_timeline, "svg");
    /* F0 ends at 1, F1 at 2; the link is held for 3 ms by each, wherever the picture begins */
    static const double expected[] = { 1, 0, 4.1, 1, 2, 0, 7.1, 1 };
    static const gint64 begins_ns[] = { -1, 1500000, 3500000 };

    prepared.links = TRUE;
    prepared.from_ns = begins_ns[_i];
    test_plot_add(&prepared, "gpipe", scenario);
    test_plot_collect(&prepared);
    g_auto(PdPlot) plot = prepared;
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) values = test_plot_block(script, "activations", 0, 4);
    ck_assert_uint_eq(values->len, G_N_ELEMENTS(expected));
    for (guint i = 0; i < values->len; i++)
        ck_assert_double_eq_tol(i % 2 == 0 ? g_array_index(values, double, i)
                                           : floor(g_array_index(values, double, i)),
                                expected[i], 1e-6);
}
END_TEST

static const struct {
    guint devices, width, height;
    gboolean dark, idle, links;
} sizes[] = {
    { 1, 0, 0, FALSE, FALSE, FALSE },     { 2, 400, 200, TRUE, TRUE, TRUE },
    { 32, 0, 0, TRUE, FALSE, TRUE },      { 128, 0, 0, FALSE, TRUE, FALSE },
    { 128, 300, 150, FALSE, TRUE, TRUE },
};

START_TEST(a_picture_is_drawn_whatever_its_size_and_number_of_devices)
{
    PdPlot plot = test_plot(&pd_plot_timeline, "svg");

    plot.width = sizes[_i].width;
    plot.height = sizes[_i].height;
    plot.dark = sizes[_i].dark;
    plot.idle = sizes[_i].idle;
    plot.links = sizes[_i].links;
    plot.title = g_strdup("A title that is long enough to need a second line in the smallest of "
                          "pictures, and a third one too");
    for (guint i = 0; i < 2; i++)
        test_plot_add(&plot, i == 0 ? "1f1b" : "paci",
                      test_scenario("[pipeline]\nschedule = %s\ndevices = %u\nmicro-batches = 4\n"
                                    "mini-batches = 2\n[compute]\nforward = 1 ms\nbackward = 2 ms\n"
                                    "[link]\nlatency = 100 us\n",
                                    i == 0 ? "1f1b" : "paci", sizes[_i].devices));
    test_plot_collect(&plot);
    test_plot_check_svg(&plot);
    pd_plot_clear(&plot);
}
END_TEST

START_TEST(a_run_that_takes_no_time_is_drawn_empty)
{
    g_auto(PdPlot) plot =
        plot_of(test_scenario("[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 4\n"
                              "[compute]\nforward = 0 ns\nbackward = 0 ns\n"),
                -1, -1);
    g_autofree char *text = test_plot_draw(&plot);

    test_plot_check_svg(&plot);
    ck_assert_ptr_nonnull(strstr(text, "paci"));
}
END_TEST

START_TEST(a_drawing_has_a_line_per_device_as_wide_as_the_terminal)
{
    PdPlot plot = test_plot(&pd_plot_timeline, NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    plot.columns = (guint)_i;
    plot.idle = TRUE;
    plot.from_ns = 0;
    plot.to_ns = 30000000;
    test_plot_add(&plot, "1f1b", scenario_of(schedule_named("1f1b"), 3));
    test_plot_collect(&plot);
    text = test_plot_draw(&plot);
    lines = g_strsplit(text, "\n", -1);
    ck_assert_str_eq(lines[0], "1f1b");
    for (guint d = 0; d < 4; d++) {
        g_autofree char *number = g_strdup_printf("   %u ", d);

        ck_assert(g_str_has_prefix(lines[d + 1], number));
        ck_assert_uint_eq(strlen(lines[d + 1]), plot.columns);
        /* before its first operation a device starts up */
        ck_assert_int_eq(lines[d + 1][5] == 's', d > 0);
    }
    pd_plot_clear(&plot);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("timeline");
    TCase *tests = tcase_create("timeline");
    int n_schedules = 0;

    while (pd_schedules[n_schedules] != NULL)
        n_schedules++;
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, boxes_sum_to_busy_and_idle_times_of_each_device, 0, n_schedules);
    tcase_add_loop_test(tests, strips_of_versions_tile_the_run_and_change_at_each_update, 0,
                        n_schedules);
    tcase_add_test(tests, a_window_clips_what_reaches_beyond_it);
    tcase_add_loop_test(tests, a_long_run_is_drawn_where_it_tells_most, 0, G_N_ELEMENTS(windows));
    tcase_add_test(tests, a_picture_of_a_long_run_has_no_more_boxes_than_pixels);
    tcase_add_loop_test(tests, messages_leave_at_the_end_and_arrive_after_hold_and_latency, 0, 3);
    tcase_add_loop_test(tests, a_picture_is_drawn_whatever_its_size_and_number_of_devices, 0,
                        G_N_ELEMENTS(sizes));
    tcase_add_test(tests, a_run_that_takes_no_time_is_drawn_empty);
    tcase_add_loop_test(tests, a_drawing_has_a_line_per_device_as_wide_as_the_terminal, 60, 63);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

/*
 * Pictures of reports: what they show is what the reports say.
 */
#include <math.h>
#include <string.h>

#include "plot_blocks.h"
#include "schedules.h"
#include "support.h"

static const char *const kinds[] = { "bubble", "crossings", "compare", "validate" };

static const PdPlotKind *
kind_of(const char *name)
{
    for (const PdPlotKind *const *kind = pd_plot_kinds; *kind != NULL; kind++)
        if (g_str_equal((*kind)->name, name))
            return *kind;
    ck_abort_msg("no plot %s", name);
}

static PdScenario *
scenario_of(const char *schedule, guint devices, guint micro_batches)
{
    return test_scenario("[pipeline]\nschedule = %s\ndevices = %u\nmicro-batches = %u\n"
                         "mini-batches = 3\naccumulation = 3\n[compute]\nforward = 1001 us\n"
                         "backward = 2003 us\nupdate = 70 us\njitter = 0.2\n[link]\n"
                         "latency = 100 us\n[memory]\nweights = 1 GB\nactivations = 1 GB\n"
                         "capacity = 6 GB\n",
                         schedule, devices, micro_batches);
}

/* A plot of two runs, settled. */
static PdPlot
two_runs(const char *kind, const char *first, const char *second, guint devices,
         guint micro_batches)
{
    PdPlot plot = test_plot(kind_of(kind), "svg");

    test_plot_add(&plot, first, scenario_of(first, devices, micro_batches));
    test_plot_add(&plot, second, scenario_of(second, devices, micro_batches));
    test_plot_collect(&plot);
    return plot;
}

static double
at(const GArray *rows, guint i)
{
    ck_assert_uint_lt(i, rows->len);
    return g_array_index(rows, double, i);
}

static void
check_near(double a, double b)
{
    ck_assert_msg(fabs(a - b) <= 1e-6 * (1 + fabs(b)), "%g is not %g", a, b);
}

/* --- bubble ----------------------------------------------------------------------------------- */

START_TEST(bars_of_causes_stack_up_to_each_devices_bubble)
{
    g_auto(PdPlot) plot = two_runs("bubble", pd_schedules[_i]->name, "paci", 4, 8);
    g_autofree char *script = test_plot_print(&plot);

    for (guint r = 0; r < 2; r++) {
        const PdReport *report = plot.runs[r].report;
        g_autoptr(GArray) totals = test_plot_block(script, "totals", r, 2);
        double tops[4] = { 0 };

        for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++) {
            g_autofree char *name = g_strdup_printf("bubble_%s", pd_cause_name(cause));
            g_autoptr(GArray) rows = test_plot_block(script, name, r, 3);

            for (guint i = 0; i < rows->len; i += 3) {
                const guint device = (guint)at(rows, i);

                check_near(at(rows, i + 1), tops[device]);
                tops[device] = at(rows, i + 2);
                check_near(at(rows, i + 2) - at(rows, i + 1),
                           100 * (double)report->devices[device].bubble_by_cause_ns[cause] /
                               (double)report->makespan_ns);
            }
        }
        for (guint d = 0; d < 4; d++) {
            check_near(at(totals, 2 * d + 1), tops[d]);
            check_near(tops[d],
                       100 * (double)report->devices[d].bubble_ns / (double)report->makespan_ns);
        }
    }
}
END_TEST

START_TEST(a_bar_of_many_devices_is_their_mean)
{
    g_auto(PdPlot) plot = two_runs("bubble", "1f1b", "paci", 1024, 2);
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) totals = test_plot_block(script, "totals", 1, 2);
    double sum = 0;

    ck_assert_uint_lt(totals->len / 2, 1024);
    for (guint i = 0; i < totals->len; i += 2)
        sum += at(totals, i + 1);
    check_near(sum / (totals->len / 2), 100 * plot.runs[1].report->bubble_fraction);
}
END_TEST

/* --- crossings -------------------------------------------------------------------------------- */

START_TEST(cells_are_the_histograms_and_lie_below_the_bound)
{
    g_auto(PdPlot) plot = two_runs("crossings", "1f1b", pd_schedules[_i]->name, 4, 8);
    const PdReport *report = plot.runs[1].report;
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) bounds = test_plot_block(script, "bounds", 1, 2);
    g_autofree double *seen = g_new0(double, report->n_stages);

    for (guint part = 1; part <= 5; part++) {
        g_autofree char *name = g_strdup_printf("part_%u", part);
        g_autoptr(GArray) rows = test_plot_block(script, name, 1, 4);

        for (guint i = 0; i < rows->len; i += 4) {
            const guint stage = (guint)at(rows, i), value = (guint)(at(rows, i + 1) + 0.5);

            check_near(at(rows, i + 3),
                       100 * (double)report->stages[stage].crossing.histogram[value] /
                           (double)report->micro_batches);
            ck_assert_double_le(at(rows, i + 2), (double)report->stages[stage].bound + 0.5);
            seen[stage] += at(rows, i + 3);
        }
    }
    for (guint s = 0; s < report->n_stages; s++)
        check_near(seen[s], 100);
    for (guint i = 0; i < bounds->len; i += 2) {
        const guint stage = (guint)(at(bounds, i) + (i % 4 == 0 ? 0.5 : -0.5));

        check_near(at(bounds, i + 1), (double)report->stages[stage].bound + 0.5);
    }
}
END_TEST

/* Heights of the columns of a run's first stage, back in updates. */
static GArray *
first_row(const PdPlot *plot, const char *script, const char *block, guint run, guint edge)
{
    g_autoptr(GArray) rows = test_plot_block(script, block, run, 3);
    GArray *heights = g_array_new(FALSE, FALSE, sizeof(double));

    ck_assert_ptr_nonnull(plot->runs[run].report->stages[0].crossings);
    for (guint i = 0; i < rows->len; i += 3) {
        const double height = (0.95 - at(rows, i + edge)) / 0.8 * test_plot_real(script, "most");

        if (at(rows, i + edge) < 1)
            g_array_append_val(heights, height);
    }
    return heights;
}

START_TEST(columns_of_micro_batches_are_their_crossings)
{
    g_auto(PdPlot) plot = two_runs("crossings", "paci", "async", 4, 8);
    g_autofree char *script = test_plot_print(&plot);

    for (guint r = 0; r < 2; r++) {
        const PdStageReport *stage = &plot.runs[r].report->stages[0];
        g_autoptr(GArray) heights = first_row(&plot, script, "micro_batches", r, 2);
        guint next = 0;

        /* those without a crossing have no column */
        for (gint64 m = 0; m < plot.runs[r].report->micro_batches; m++)
            if (stage->crossings[m] > 0)
                check_near(at(heights, next++), stage->crossings[m]);
        ck_assert_uint_eq(next, heights->len);
    }
}
END_TEST

START_TEST(a_long_run_is_drawn_in_means_below_the_largest)
{
    g_auto(PdPlot) plot = two_runs("crossings", "paci", "async", 4, 500);
    const PdReport *report = plot.runs[0].report;
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) means = first_row(&plot, script, "micro_batches", 0, 2);
    g_autoptr(GArray) largest = first_row(&plot, script, "largest", 0, 2);
    double most = 0;

    ck_assert_uint_lt(means->len, 500);
    for (guint i = 0; i < largest->len; i++)
        most = MAX(most, at(largest, i));
    for (guint i = 0; i < means->len; i++)
        ck_assert_double_le(at(means, i), (double)report->stages[0].crossing.max + 1e-6);
    check_near(most, (double)report->stages[0].crossing.max);
}
END_TEST

/* --- compare ---------------------------------------------------------------------------------- */

START_TEST(bars_are_as_long_as_figures_are_large)
{
    g_auto(PdPlot) plot = two_runs("compare", "gpipe", "paci", 4, 8);
    const PdReport *a = plot.runs[0].report, *b = plot.runs[1].report;
    const double expected[][2] = {
        { a->throughput_micro_batches_per_s, b->throughput_micro_batches_per_s },
        { a->bubble_fraction, b->bubble_fraction },
        { (double)a->max_peak_memory_bytes, (double)b->max_peak_memory_bytes },
        { (double)a->max_crossing, (double)b->max_crossing },
    };
    g_autofree char *script = test_plot_print(&plot);
    g_autoptr(GArray) capacities = test_plot_block(script, "capacities", 0, 2);
    g_autoptr(GArray) memory = test_plot_block(script, "bars", 2, 2);

    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autoptr(GArray) bars = test_plot_block(script, "bars", i, 2);

        ck_assert_uint_eq(bars->len, 4);
        check_near(at(bars, 0) * expected[i][1], at(bars, 2) * expected[i][0]);
        ck_assert(at(bars, 0) <= 1 && at(bars, 2) <= 1);
    }
    check_near(at(capacities, 0) * expected[2][0], at(memory, 0) * 6e9);
}
END_TEST

START_TEST(the_best_is_marked_and_what_does_not_fit)
{
    g_auto(PdPlot) plot = two_runs("compare", "gpipe", "paci", 4, 8);
    g_autofree char *text = NULL;

    plot.terminal = NULL;
    text = test_plot_draw(&plot);
    /* gpipe holds all eight micro-batches, paci four */
    ck_assert_ptr_nonnull(strstr(text, "! 8.38 GiB\n"));
    ck_assert_ptr_nonnull(strstr(text, "4.66 GiB *\n"));
    ck_assert_ptr_nonnull(strstr(text, "0 *\n"));
    ck_assert_ptr_nonnull(strstr(text, "(capacity 5.59 GiB)"));
}
END_TEST

/* --- validate --------------------------------------------------------------------------------- */

START_TEST(predicted_and_measured_are_the_two_reports)
{
    g_auto(PdPlot) plot = two_runs("validate", "async", "paci", 4, 8);
    g_autofree char *script = test_plot_print(&plot);
    static const char *const names[] = { "predicted", "measured" };

    for (guint r = 0; r < 2; r++) {
        const PdReport *report = plot.runs[r].report;
        g_autofree char *name = g_strconcat("largest_", names[r], NULL);
        g_autoptr(GArray) bubble = test_plot_block(script, names[r], 0, 2);
        g_autoptr(GArray) memory = test_plot_block(script, names[r], 1, 2);
        g_autoptr(GArray) crossing = test_plot_block(script, names[r], 2, 2);
        g_autoptr(GArray) largest = test_plot_block(script, name, 0, 2);

        for (guint i = 0; i < 4; i++) {
            check_near(at(bubble, 2 * i + 1),
                       100 * (double)report->devices[i].bubble_ns / (double)report->makespan_ns);
            check_near(at(memory, 2 * i + 1),
                       (double)report->devices[i].peak_memory_bytes / (1024.0 * 1024 * 1024));
            check_near(at(crossing, 2 * i + 1), report->stages[i].crossing.mean);
            check_near(at(largest, 2 * i + 1), (double)report->stages[i].crossing.max);
        }
    }
}
END_TEST

/* --- all of them ------------------------------------------------------------------------------ */

static const struct {
    guint devices, micro_batches, width, height;
} sizes[] = {
    { 1, 2, 0, 0 },
    { 4, 8, 0, 0 },
    { 4, 8, 300, 200 },
    { 70, 70, 0, 0 },
};

START_TEST(every_size_is_drawn_by_gnuplot)
{
    const gsize size = (gsize)_i / G_N_ELEMENTS(kinds);
    PdPlot plot = test_plot(kind_of(kinds[_i % (int)G_N_ELEMENTS(kinds)]), "svg");

    plot.width = sizes[size].width;
    plot.height = sizes[size].height;
    plot.title = g_strdup("A title");
    test_plot_add(&plot, "1f1b",
                  scenario_of("1f1b", sizes[size].devices, sizes[size].micro_batches));
    test_plot_add(&plot, "paci",
                  scenario_of("paci", sizes[size].devices, sizes[size].micro_batches));
    test_plot_collect(&plot);
    test_plot_check_svg(&plot);
    pd_plot_clear(&plot);
}
END_TEST

static const char *const all_kinds[] = { "bubble",   "crossings",   "compare", "validate",
                                         "timeline", "utilization", "memory" };
static const guint columns[] = { 40, 41, 59, 60, 80, 200 };

START_TEST(every_kind_and_size_keeps_to_the_width_of_the_terminal)
{
    const gsize size = (gsize)_i / G_N_ELEMENTS(all_kinds) % G_N_ELEMENTS(sizes);
    PdPlot plot = test_plot(kind_of(all_kinds[(gsize)_i % G_N_ELEMENTS(all_kinds)]), NULL);
    g_autofree char *text = NULL;

    plot.columns = columns[(gsize)_i / G_N_ELEMENTS(all_kinds) / G_N_ELEMENTS(sizes)];
    plot.idle = _i % 2 == 1;
    plot.title = g_strdup("A title that is wider than a narrow terminal has columns");
    test_plot_add(&plot, "pipedream, a-file-with-a-long-name.json",
                  scenario_of("pipedream", sizes[size].devices, sizes[size].micro_batches));
    test_plot_add(&plot, "paci",
                  scenario_of("paci", sizes[size].devices, sizes[size].micro_batches));
    test_plot_collect(&plot);
    text = test_plot_draw(&plot);
    test_plot_check_width(text, plot.columns);
    pd_plot_clear(&plot);
}
END_TEST

START_TEST(a_terminal_obeys_nothing_that_a_name_or_a_title_holds)
{
    PdPlot plot = test_plot(kind_of(kinds[_i]), NULL);
    g_autofree char *text = NULL;

    plot.title = g_strdup("red \033[31m, \302\233 31m");
    for (guint i = 0; i < 2; i++)
        test_plot_add(&plot, "bell \a", scenario_of("paci", 2, 4));
    test_plot_collect(&plot);
    text = test_plot_draw(&plot);
    ck_assert_ptr_null(strpbrk(text, "\033\a"));
    ck_assert_ptr_null(strstr(text, "\302\233"));
    ck_assert_ptr_nonnull(strstr(text, "red \\x1b[31m, \\x9b 31m"));
    pd_plot_clear(&plot);
}
END_TEST

/* Every stage's bound, and the number of micro-batches, are as large as a file may claim. */
START_TEST(numbers_as_large_as_a_file_may_claim_are_drawn)
{
    PdPlot plot = test_plot(kind_of(kinds[_i / 2]), _i % 2 == 0 ? "svg" : NULL);

    for (guint r = 0; r < 2; r++) {
        test_plot_add(&plot, "paci", scenario_of("paci", 2, 4));
        plot.runs[r].report->micro_batches = G_MAXINT64;
        plot.runs[r].report->crossing_bound = G_MAXINT64;
        for (guint s = 0; s < 2; s++) {
            plot.runs[r].report->stages[s].bound = G_MAXINT64;
            g_clear_pointer(&plot.runs[r].report->stages[s].crossings, g_free);
        }
    }
    test_plot_collect(&plot);
    if (plot.terminal != NULL)
        test_plot_check_svg(&plot);
    else
        g_free(test_plot_draw(&plot));
    pd_plot_clear(&plot);
}
END_TEST

/* A run without time has shares of nothing. */
START_TEST(a_run_of_no_time_is_drawn_without_a_number_that_is_none)
{
    PdPlot plot = test_plot(kind_of(kinds[_i]), NULL);
    g_autofree char *text = NULL;

    for (guint r = 0; r < 2; r++)
        test_plot_add(&plot, "gpipe",
                      test_scenario("[pipeline]\nschedule = gpipe\ndevices = 1\n"
                                    "micro-batches = 1\n[compute]\nforward = 0 s\n"
                                    "backward = 0 s\n"));
    test_plot_collect(&plot);
    text = test_plot_draw(&plot);
    ck_assert_msg(strstr(text, "nan") == NULL, "%s", text);
    plot.terminal = "svg";
    plot.width = plot.height = 0;
    pd_plot_settle(&plot);
    test_plot_check_svg(&plot);
    pd_plot_clear(&plot);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("plots_reports");
    TCase *tests = tcase_create("plots_reports");
    const int n_cases = G_N_ELEMENTS(kinds) * G_N_ELEMENTS(sizes);
    const int n_drawings = G_N_ELEMENTS(all_kinds) * G_N_ELEMENTS(sizes) * G_N_ELEMENTS(columns);
    int n_schedules = 0;

    while (pd_schedules[n_schedules] != NULL)
        n_schedules++;
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, bars_of_causes_stack_up_to_each_devices_bubble, 0, n_schedules);
    tcase_add_test(tests, a_bar_of_many_devices_is_their_mean);
    tcase_add_loop_test(tests, cells_are_the_histograms_and_lie_below_the_bound, 0, n_schedules);
    tcase_add_test(tests, columns_of_micro_batches_are_their_crossings);
    tcase_add_test(tests, a_long_run_is_drawn_in_means_below_the_largest);
    tcase_add_test(tests, bars_are_as_long_as_figures_are_large);
    tcase_add_test(tests, the_best_is_marked_and_what_does_not_fit);
    tcase_add_test(tests, predicted_and_measured_are_the_two_reports);
    tcase_add_loop_test(tests, every_size_is_drawn_by_gnuplot, 0, n_cases);
    tcase_add_loop_test(tests, every_kind_and_size_keeps_to_the_width_of_the_terminal, 0,
                        n_drawings);
    tcase_add_loop_test(tests, a_terminal_obeys_nothing_that_a_name_or_a_title_holds, 0,
                        G_N_ELEMENTS(kinds));
    tcase_add_loop_test(tests, numbers_as_large_as_a_file_may_claim_are_drawn, 0,
                        2 * G_N_ELEMENTS(kinds));
    tcase_add_loop_test(tests, a_run_of_no_time_is_drawn_without_a_number_that_is_none, 0,
                        G_N_ELEMENTS(kinds));
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

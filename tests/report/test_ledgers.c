/*
 * Memory and steady state, worked out by hand.
 */
#include <math.h>

#include "support.h"

#define COSTS "[compute]\nforward = 10 ns\nbackward = 20 ns\n"

typedef struct {
    const char *what;
    const char *text;
    guint device;
    gint64 peak_bytes, at_ns;
    gint64 parts_bytes[PD_N_PARTS];
} Peak;

static const Peak peaks[] = {
    { "activations are held from the start of the forward",
      "[pipeline]\nschedule = gpipe\ndevices = 2\nmicro-batches = 3\n" COSTS
      "[memory]\nweights = 5 B\ngradients = 6 B\noptimizer = 7 B\nactivations = 100 B\n",
      0,
      318,
      20,
      { 5, 6, 7, 300, 0 } },
    { "to the end of the backward",
      "[pipeline]\nschedule = 1f1b\ndevices = 1\nmicro-batches = 3\n" COSTS
      "[memory]\nactivations = 100 B\n",
      0,
      100,
      0,
      { 0, 0, 0, 100, 0 } },
    { "under recomputation the inputs that long, the activations in the backward",
      "[pipeline]\nschedule = gpipe\ndevices = 1\nmicro-batches = 3\nrecompute = full\n" COSTS
      "[memory]\nactivations = 100 B\ninputs = 8 B\n",
      0,
      124,
      30,
      { 0, 0, 0, 124, 0 } },
    { "and both until the backward ends",
      "[pipeline]\nschedule = 1f1b\ndevices = 1\nmicro-batches = 9\nrecompute = full\n" COSTS
      "[memory]\nactivations = 100 B\ninputs = 8 B\n",
      0,
      108,
      10,
      { 0, 0, 0, 108, 0 } },
    /* B0 of device 0 ends at 40 + 20; its update supersedes the version that F1 needs until B1 ends
     */
    { "a stashed version from the update that supersedes it",
      "[pipeline]\nschedule = pipedream\ndevices = 2\nmicro-batches = 3\n" COSTS
      "update = 4 ns\n[memory]\nweights = 1000 B\nactivations = 1 B\n",
      0,
      2002,
      64,
      { 1000, 0, 0, 2, 1000 } },
    { "no stash, no version",
      "[pipeline]\nschedule = pipedream\nstash = no\ndevices = 2\nmicro-batches = 3\n" COSTS
      "[memory]\nweights = 1000 B\nactivations = 1 B\n",
      0,
      1002,
      10,
      { 1000, 0, 0, 2, 0 } },
    { "the parts of a device are summed over its stages",
      "[pipeline]\nschedule = interleaved\ndevices = 1\nvirtual-stages = 2\nmicro-batches = "
      "1\n" COSTS "[memory]\nweights = 1 B; 2 B\nactivations = 10 B; 20 B\n",
      0,
      33,
      5,
      { 3, 0, 0, 30, 0 } },
};

START_TEST(the_memory_peak_is_what_is_held_at_the_first_time_that_most_is)
{
    const Peak *peak = &peaks[_i];
    g_autoptr(PdReport) report = test_report("%s", peak->text);
    const PdDeviceReport *device = &report->devices[peak->device];

    ck_assert_msg(device->peak_memory_bytes == peak->peak_bytes, "%s: %d bytes", peak->what,
                  (int)device->peak_memory_bytes);
    ck_assert_msg(device->peak_memory_at_ns == peak->at_ns, "%s: at %d", peak->what,
                  (int)device->peak_memory_at_ns);
    for (PdMemoryPart part = 0; part < PD_N_PARTS; part++)
        ck_assert_int_eq(device->peak_memory_parts_bytes[part], peak->parts_bytes[part]);
}
END_TEST

START_TEST(what_fits_is_told_per_device_where_a_capacity_is_given)
{
    g_autoptr(PdReport) report =
        test_report("[pipeline]\nschedule = 1f1b\ndevices = 2\nmicro-batches = 4\n" COSTS
                    "[memory]\nactivations = 10 B\ncapacity = 20 B; 9 B\n");
    g_autoptr(PdReport) none =
        test_report("[pipeline]\nschedule = 1f1b\ndevices = 2\nmicro-batches = 4\n" COSTS);

    ck_assert(report->has_capacity && !report->fits_memory);
    ck_assert(report->devices[0].fits && !report->devices[1].fits);
    ck_assert(!none->has_capacity);
}
END_TEST

/*
 * Device 0 under 1f1b, p = 2, M = 2: F0 F1 idle B0 idle B1 = 10 10 20 20 10 20, the period 90 of a
 * mini-batch; device 1 works 60 of it. Four mini-batches have two whole ones in the window.
 */
START_TEST(the_steady_window_of_a_flush_counts_whole_cycles)
{
    g_autoptr(PdReport) report =
        test_report("[pipeline]\nschedule = 1f1b\ndevices = 2\nmicro-batches = 2\n"
                    "mini-batches = 4\n" COSTS);

    ck_assert_int_eq(report->makespan_ns, 360);
    ck_assert_double_eq_tol(report->steady_bubble_fraction, 1.0 / 3, 1e-15);
    ck_assert_double_eq_tol(report->bubble_fraction, 1.0 / 3, 1e-15);
    ck_assert_double_eq_tol(report->bubble_overhead, 0.5, 1e-15);
}
END_TEST

/*
 * paci, p = 2, latency 15, a large: device 0 has B0 at 10+15+10+20+15 = 70. By hand to F2, the last
 * forward: device 0: F0 0-10 F1 10-20 B0 70-90 F2 90-100; the window is 70-100, in which device 0
 * works 30. Device 1: F0 25-35 B0 35-55 F1 55-65 B1 65-85, idle until F2 arrives at 115.
 */
START_TEST(the_steady_window_of_an_asynchronous_run_is_from_its_first_backward_to_its_last_forward)
{
    g_autoptr(PdReport) report =
        test_report("[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 3\n" COSTS
                    "[link]\nlatency = 15 ns\n");

    ck_assert_double_eq_tol(report->steady_bubble_fraction, 15.0 / 60, 1e-15);
}
END_TEST

START_TEST(a_run_that_takes_no_time_has_no_rates)
{
    g_autoptr(PdReport) report =
        test_report("[pipeline]\nschedule = paci\ndevices = 3\nmicro-batches = 4\n"
                    "[compute]\nforward = 0 ns\nbackward = 0 ns\n");

    ck_assert_int_eq(report->makespan_ns, 0);
    ck_assert(isnan(report->throughput_micro_batches_per_s));
    ck_assert(isnan(report->bubble_fraction) && isnan(report->bubble_overhead));
    ck_assert_int_eq(report->devices[0].operations, 9);
}
END_TEST

START_TEST(leftover_gradients_are_counted_and_have_no_delay)
{
    g_autoptr(PdReport) report =
        test_report("[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 7\n"
                    "accumulation = 3\n" COSTS);

    for (guint s = 0; s < 2; s++) {
        gint64 delayed = 0;

        for (guint i = 0; i < report->stages[s].delay.n; i++)
            delayed += report->stages[s].delay.histogram[i];
        ck_assert_int_eq(report->stages[s].updates, 2);
        ck_assert_int_eq(report->stages[s].unapplied_gradients, 1);
        ck_assert_int_eq(delayed, 6);
    }
    ck_assert_int_eq(report->updates, 4);
}
END_TEST

/* recompute: the stage's own mismatch is 0, the crossing is counted all the same. */
START_TEST(recomputation_has_no_mismatch_but_crossings)
{
    g_autoptr(PdReport) report =
        test_report("[pipeline]\nschedule = async\ndevices = 4\nmicro-batches = 20\n"
                    "recompute = full\n" COSTS);

    ck_assert_int_eq(report->max_crossing, 3);
    ck_assert_int_eq(report->max_mismatch, 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("ledgers");
    TCase *tests = tcase_create("ledgers");

    tcase_add_loop_test(tests, the_memory_peak_is_what_is_held_at_the_first_time_that_most_is, 0,
                        G_N_ELEMENTS(peaks));
    tcase_add_test(tests, what_fits_is_told_per_device_where_a_capacity_is_given);
    tcase_add_test(tests, the_steady_window_of_a_flush_counts_whole_cycles);
    tcase_add_test(
        tests,
        the_steady_window_of_an_asynchronous_run_is_from_its_first_backward_to_its_last_forward);
    tcase_add_test(tests, a_run_that_takes_no_time_has_no_rates);
    tcase_add_test(tests, leftover_gradients_are_counted_and_have_no_delay);
    tcase_add_test(tests, recomputation_has_no_mismatch_but_crossings);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

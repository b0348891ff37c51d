/*
 * Closed forms for pipelines whose links take time, and the published 1F1B bubble rates.
 */
#include <math.h>

#include "support.h"

static PdReport *
report_of(const char *schedule, guint p, guint M, guint k, guint forward, guint backward,
          guint latency)
{
    return test_report("[pipeline]\nschedule = %s\ndevices = %u\nmicro-batches = %u\n"
                       "mini-batches = %u\n[compute]\nforward = %u ns\nbackward = %u ns\n"
                       "[link]\nlatency = %u ns\n",
                       schedule, p, M, k, forward, backward, latency);
}

/* (p−1)S + 2c(p−2+m−ceil((m−1)/p)), of device 0, whose last backward ends the run. */
START_TEST(a_flush_of_1f1b_has_the_bubble_that_its_latency_costs)
{
    const guint p = (guint)_i, F = 1000, B = 2000;

    for (guint m = 1; m <= 40; m++) {
        for (guint c = 0; c <= 400; c += 100) {
            g_autoptr(PdReport) report = report_of("1f1b", p, m, 1, F, B, c);
            const gint64 links = (gint64)p - 2 + m - (m - 1 + p - 1) / p;

            ck_assert_int_eq(report->devices[0].bubble_ns,
                             (gint64)(p - 1) * (F + B) + 2 * c * links);
            ck_assert_int_eq(report->devices[0].last_end_ns, report->makespan_ns);
        }
    }
}
END_TEST

/* N micro-batches more take N S + 2(N−1)c more. */
START_TEST(the_steady_period_of_paci_is_S_plus_2_N_minus_1_c_over_N)
{
    static const guint latencies[] = { 0, 1, 10, 333, 1000, 2500 };
    const guint N = (guint)_i, F = 1000, B = 2000;

    for (gsize i = 0; i < G_N_ELEMENTS(latencies); i++) {
        const gint64 c = latencies[i];
        g_autoptr(PdReport) shorter = report_of("paci", N, N, 20, F, B, latencies[i]);
        g_autoptr(PdReport) longer = report_of("paci", N, N, 30, F, B, latencies[i]);

        ck_assert_int_eq(longer->makespan_ns - shorter->makespan_ns,
                         10 * ((gint64)N * (F + B) + 2 * (gint64)(N - 1) * c));
    }
}
END_TEST

static PdReport *
doubled(guint N, guint k, guint latency)
{
    return test_report("[pipeline]\nschedule = paci\nin-flight = auto*2\ndevices = %u\n"
                       "micro-batches = %u\nmini-batches = %u\n[compute]\nforward = 1000 ns\n"
                       "backward = 2000 ns\n[link]\nlatency = %u ns\n",
                       N, N, k, latency);
}

/*
 * A round trip over one link takes 2c; while it fits into one period S, a device meets each
 * gradient one period later than without links, and twice the limit covers that for all N−1 links:
 * 2c <= S.
 */
START_TEST(twice_the_in_flight_limit_hides_the_latency)
{
    const guint N = (guint)_i, c = 3000 / 2;
    g_autoptr(PdReport) shorter = doubled(N, 40, c);
    g_autoptr(PdReport) longer = doubled(N, 60, c);

    ck_assert_int_eq(longer->makespan_ns - shorter->makespan_ns, 20 * (gint64)N * 3000);
}
END_TEST

/*
 * Qi et al. 2024, arXiv 2401.10241, tables 4 and 6: profiled times in us and the bubble rate of
 * 1F1B, (cost − m(T_F+T_B+T_W)) ÷ cost, cost being the longest time of a stage from its first
 * operation's start to its last one's end.
 */
static const struct {
    guint stages, micro_batches;
    guint forward_us, input_us, weight_us, link_us;
    double rate;
} published[] = {
    { 8, 24, 18522, 18086, 9337, 601, .2431 },  { 8, 32, 18513, 18086, 9331, 626, .1985 },
    { 8, 64, 18546, 18097, 9321, 762, .1240 },  { 16, 48, 11347, 11248, 8132, 377, .2552 },
    { 16, 64, 11307, 11254, 8101, 379, .2082 }, { 16, 128, 11325, 11308, 8109, 378, .1251 },
};

START_TEST(the_published_1f1b_bubble_rates_come_out_to_four_decimals)
{
    const guint m = published[_i].micro_batches;
    const guint work_us =
        published[_i].forward_us + published[_i].input_us + published[_i].weight_us;
    g_autoptr(PdReport) report =
        test_report("[pipeline]\nschedule = 1f1b\ndevices = %u\nmicro-batches = %u\n[compute]\n"
                    "forward = %u us\nbackward-input = %u us\nbackward-weight = %u us\n[link]\n"
                    "latency = %u us\n",
                    published[_i].stages, m, published[_i].forward_us, published[_i].input_us,
                    published[_i].weight_us, published[_i].link_us);
    gint64 cost = 0;

    for (guint d = 0; d < report->n_devices; d++)
        cost = MAX(cost, report->devices[d].last_end_ns - report->devices[d].first_start_ns);
    const double rate = ((double)cost - 1000.0 * m * work_us) / (double)cost;
    ck_assert_msg(fabs(rate - published[_i].rate) < 0.00005, "%.6f is not %.4f", rate,
                  published[_i].rate);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("links_theory");
    TCase *tests = tcase_create("links_theory");

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_flush_of_1f1b_has_the_bubble_that_its_latency_costs, 1, 13);
    tcase_add_loop_test(tests, the_steady_period_of_paci_is_S_plus_2_N_minus_1_c_over_N, 1, 17);
    tcase_add_loop_test(tests, twice_the_in_flight_limit_hides_the_latency, 1, 17);
    tcase_add_loop_test(tests, the_published_1f1b_bubble_rates_come_out_to_four_decimals, 0,
                        G_N_ELEMENTS(published));
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

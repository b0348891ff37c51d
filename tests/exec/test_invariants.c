/*
 * What must be true of every run, over thousands of random scenarios. A failing one is named by its
 * seed. tests/fuzz/random_runs.c does the same with fresh seeds.
 */
#include "random_scenario.h"
#include "run_checks.h"
#include "support.h"
#include "witness.h"

#define ROUNDS    40 /* per test function call, so that Check can run and count them apart */
#define N_BATCHES 100

START_TEST(every_run_keeps_the_invariants)
{
    for (guint64 round = 0; round < ROUNDS; round++) {
        const guint64 seed = (guint64)_i * ROUNDS + round;

        /* what stands on standard error is shown with a failure */
        g_printerr("seed %" G_GUINT64_FORMAT "\n", seed);
        g_autofree char *text = test_random_scenario(seed, NULL);
        g_autoptr(PdScenario) scenario = test_scenario("%s", text);

        test_holds(test_check_invariants(scenario));
    }
}
END_TEST

/* The same operation takes the same time under every schedule, whatever else changes. */
START_TEST(jitter_depends_on_seed_stage_micro_batch_and_kind_alone)
{
    static const char *const others[] = { "gpipe", "1f1b", "pipedream", "async" };
    static const char *const text =
        "[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = %d\nmini-batches = %d\n"
        "processors = %d\n[compute]\nforward = 1 ms\nbackward = 2 ms\njitter = 0.3\n"
        "[link]\nlatency = %d us\n";
    g_autofree char *reference_text = g_strdup_printf(text, "paci", 8, 3, 4, 0);
    g_autofree char *other_text = g_strdup_printf(text, others[_i % 4], 6, 4, 1 + _i % 4, 10 * _i);
    g_autoptr(PdScenario) reference_scenario = test_scenario("%s", reference_text);
    g_autoptr(PdScenario) other_scenario = test_scenario("%s", other_text);
    g_auto(Witness) reference = { 0 }, other = { 0 };

    witness_init(&reference, reference_scenario);
    witness_init(&other, other_scenario);
    G_GNUC_UNUSED g_autoptr(PdReport) reference_report =
        test_run(reference_scenario, &reference.sink);
    G_GNUC_UNUSED g_autoptr(PdReport) other_report = test_run(other_scenario, &other.sink);
    for (guint s = 0; s < 4; s++) {
        for (gint64 m = 0; m < 24; m++) {
            for (PdKind kind = PD_FORWARD; kind <= PD_BACKWARD; kind++) {
                const PdEvent *a = witness_find(&reference, kind, m, s);
                const PdEvent *b = witness_find(&other, kind, m, s);

                test_require(a->end_ns - a->start_ns == b->end_ns - b->start_ns);
            }
        }
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("invariants");
    TCase *tests = tcase_create("invariants");

    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, every_run_keeps_the_invariants, 0, N_BATCHES);
    tcase_add_loop_test(tests, jitter_depends_on_seed_stage_micro_batch_and_kind_alone, 0, 8);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

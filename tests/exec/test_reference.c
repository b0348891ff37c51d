#include "random_scenario.h"
#include "reference.h"
#include "support.h"
#include "witness.h"

#define ROUNDS 50

/* Per device the same operations at the same times with the same versions. */
static void
check_seed(guint64 seed)
{
    g_autofree char *text = test_random_scenario(seed, NULL);
    g_autoptr(PdScenario) scenario = test_scenario("%s", text);
    g_autoptr(GArray) expected = reference_simulate(scenario);
    g_autofree guint *next = g_new0(guint, scenario->n_devices);
    g_auto(Witness) witness = { 0 };
    guint n = 0;

    witness_init(&witness, scenario);
    G_GNUC_UNUSED g_autoptr(PdReport) report = test_run(scenario, &witness.sink);
    for (guint i = 0; i < witness.events->len; i++) {
        const PdEvent *event = &g_array_index(witness.events, PdEvent, i);
        const PdEvent *other = NULL;
        guint *at = &next[event->device];

        if (pd_event_is_wait(event))
            continue;
        do {
            test_require(*at < expected->len);
            other = &g_array_index(expected, PdEvent, (*at)++);
        } while (other->device != event->device);
        test_require(event->operation.kind == other->operation.kind);
        test_require(event->operation.stage == other->operation.stage);
        test_require(event->operation.micro_batch == other->operation.micro_batch);
        test_require(event->start_ns == other->start_ns);
        test_require(event->end_ns == other->end_ns);
        test_require(event->version == other->version);
        test_require(event->forward_version == other->forward_version);
        n++;
    }
    test_require(n == expected->len);
}

START_TEST(the_simulator_does_what_the_slow_reference_does)
{
    for (guint64 round = 0; round < ROUNDS; round++) {
        const guint64 seed = 1000000 + (guint64)_i * ROUNDS + round;

        g_printerr("seed %" G_GUINT64_FORMAT "\n", seed);
        check_seed(seed);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("reference");
    TCase *tests = tcase_create("reference");

    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, the_simulator_does_what_the_slow_reference_does, 0, 60);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

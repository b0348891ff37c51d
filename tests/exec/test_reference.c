#include "random_scenario.h"
#include "run_checks.h"
#include "support.h"

#define ROUNDS 50

START_TEST(the_simulator_does_what_the_slow_reference_does)
{
    for (guint64 round = 0; round < ROUNDS; round++) {
        const guint64 seed = 1000000 + (guint64)_i * ROUNDS + round;

        g_printerr("seed %" G_GUINT64_FORMAT "\n", seed);
        g_autofree char *text = test_random_scenario(seed, NULL);
        g_autoptr(PdScenario) scenario = test_scenario("%s", text);

        test_holds(test_check_reference(scenario));
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

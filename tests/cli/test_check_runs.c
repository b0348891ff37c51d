/*
 * What `check` holds to limits: runs of several seeds, of threads, of yesterday.
 */
#include <string.h>

#include "limited.h"
#include "support.h"

/* --- seeds ------------------------------------------------------------------------------------ */

START_TEST(the_worst_seed_counts)
{
    g_auto(TestLimited) place = { 0 };
    double worst = G_MAXDOUBLE;
    gint64 worst_seed = -1;

    test_limited_init(&place);
    for (int seed = 4; seed < 9; seed++) {
        g_autofree char *set = g_strdup_printf("scenario.seed=%d", seed);
        g_auto(TestProgram) program =
            test_program("check", place.inside, "--format", "json", "--set", "compute.jitter=0.3",
                         "--set", set, NULL);
        g_autoptr(JsonNode) root = test_json(program.output);
        JsonObject *verdict = test_verdict(test_checked_runs(root, 0, 0), "min-throughput");
        const double measured = json_object_get_double_member(verdict, "measured");

        if (measured < worst) {
            worst = measured;
            worst_seed = seed;
        }
    }
    g_auto(TestProgram) program =
        test_program("check", place.inside, "--format", "json", "--set", "compute.jitter=0.3",
                     "--set", "scenario.seed=4", "--seeds", "5", NULL);
    g_autoptr(JsonNode) root = test_json(program.output);
    JsonObject *runs = test_checked_runs(root, 0, 0),
               *verdict = test_verdict(runs, "min-throughput");

    ck_assert_int_eq(json_object_get_int_member(runs, "first_seed"), 4);
    ck_assert_int_eq(json_object_get_int_member(runs, "seeds_count"), 5);
    ck_assert_double_eq(json_object_get_double_member(verdict, "measured"), worst);
    ck_assert_int_eq(json_object_get_int_member(verdict, "seed"), worst_seed);
    g_auto(TestProgram) table = test_program("check", place.inside, "--set", "compute.jitter=0.3",
                                             "--set", "scenario.seed=4", "--seeds", "5", NULL);
    g_autofree char *row = g_strdup_printf("seed %d\n", (int)worst_seed);
    ck_assert_ptr_nonnull(strstr(table.output, "seeds 4 to 8, the worst counts"));
    ck_assert_ptr_nonnull(strstr(strstr(table.output, "min-throughput"), row));
}
END_TEST

START_TEST(one_run_is_enough_without_jitter)
{
    g_auto(TestLimited) place = { 0 };

    test_limited_init(&place);
    g_auto(TestProgram) program =
        test_program("check", place.inside, "--seeds", "1000000000000", NULL);
    test_check_done(&program);
    ck_assert_ptr_nonnull(
        strstr(program.output, "Without jitter one run stands for all 1000000000000 seeds."));
    g_auto(TestProgram) largest =
        test_program("check", place.inside, "--set", "scenario.seed=9223372036854775807", NULL);
    test_check_done(&largest);
}
END_TEST

/* --- training --------------------------------------------------------------------------------- */

START_TEST(a_training_is_held_to_the_limits_of_drift_and_memory)
{
    g_auto(TestLimited) place = { 0 };

    test_limited_init(&place);
    g_autofree char *path = test_file(place.folder, "trained.ini", TEST_TRAINED TEST_LIMITS);
    g_auto(TestProgram) program =
        test_program("check", path, "--trained", "--format", "json", "--set",
                     "check.max-crossing=2", "--set", "check.max-mismatch=3", NULL);
    g_autoptr(JsonNode) root = test_json(program.output);
    JsonObject *runs = test_checked_runs(root, 0, 1);
    JsonObject *crossing = test_verdict(runs, "max-crossing");

    ck_assert_int_eq(program.status, 1);
    ck_assert_str_eq(json_object_get_string_member(runs, "executor"), "threads");
    ck_assert_int_eq(json_object_get_int_member(runs, "micro_batches"), 80);
    ck_assert_uint_eq(test_length(runs, "limits"), 4);
    ck_assert(!json_object_get_boolean_member(crossing, "holds"));
    ck_assert_int_eq(json_object_get_int_member(crossing, "measured"), 3);
    ck_assert(json_object_get_boolean_member(test_verdict(runs, "crossing-bound"), "holds"));
    ck_assert(json_object_get_boolean_member(test_verdict(runs, "max-mismatch"), "holds"));
    ck_assert_int_gt(json_object_get_int_member(test_verdict(runs, "max-peak-memory"), "measured"),
                     0);
}
END_TEST

START_TEST(trained_rows_are_marked)
{
    static const char *const marks[][2] = {
        { "table", "trained: async, 4 devices, 12 micro-batches" },
        { "tap", "trained.ini: max-peak-memory (trained): " },
        { "junit", "name=\"max-peak-memory (trained)\"" },
    };
    g_auto(TestLimited) place = { 0 };

    test_limited_init(&place);
    g_autofree char *path = test_file(place.folder, "trained.ini",
                                      TEST_TRAINED "[check]\nmax-peak-memory = 1 B\n"
                                                   "max-bubble-fraction = 99 %\n");
    g_auto(TestProgram) program = test_program("check", path, "--trained", "--mini-batches", "3",
                                               "--format", marks[_i][0], NULL);
    ck_assert_int_eq(program.status, 1);
    ck_assert_ptr_nonnull(strstr(program.output, marks[_i][1]));
    ck_assert_ptr_nonnull(strstr(program.output, "Limits on bubbles"));
}
END_TEST

START_TEST(a_paced_training_is_held_to_all_limits)
{
    g_auto(TestLimited) place = { 0 };

    test_limited_init(&place);
    g_autofree char *path = test_file(place.folder, "trained.ini", TEST_TRAINED TEST_LIMITS);
    g_auto(TestProgram) program = test_program("check", path, "--trained", "--pace",
                                               "--mini-batches", "3", "--format", "json", NULL);
    g_autoptr(JsonNode) root = test_json(program.output);
    JsonObject *runs = test_checked_runs(root, 0, 1);
    JsonObject *throughput = test_verdict(runs, "min-throughput");

    ck_assert_uint_eq(test_length(runs, "limits"), 7);
    /* 12 micro-batches take 15 periods of 3 ms at least */
    ck_assert_double_le(json_object_get_double_member(throughput, "measured"), 12 / 0.045);
    ck_assert_uint_eq(
        test_length(test_element(json_node_get_object(root), "scenarios", 0), "notes"), 0);
}
END_TEST

/* --- a recorded run --------------------------------------------------------------------------- */

START_TEST(a_recorded_run_is_judged_as_it_was_when_it_ran)
{
    g_auto(TestLimited) place = { 0 };

    test_limited_init(&place);
    g_autofree char *events = g_build_filename(place.folder, "run.events", NULL);
    g_auto(TestProgram) run = test_program("simulate", place.inside, "--events", events, "--set",
                                           "pipeline.stash=no", NULL);
    g_auto(TestProgram) simulated =
        test_program("check", place.inside, "--set", "pipeline.stash=no", "--format", "json", NULL);
    g_auto(TestProgram) recorded =
        test_program("check", place.inside, "--events", events, "--format", "json", NULL);
    g_auto(TestProgram) table = test_program("check", place.inside, "--events", events, NULL);

    test_check_done(&run);
    ck_assert_int_eq(recorded.status, 1);
    ck_assert_str_eq(recorded.output, simulated.output);
    ck_assert_ptr_nonnull(strstr(table.output, "recorded: paci, 4 devices, 80 micro-batches"));
    ck_assert_ptr_nonnull(strstr(table.output, "FAIL max-mismatch"));
}
END_TEST

START_TEST(a_recorded_training_is_held_to_limits_on_time_where_it_was_paced)
{
    g_auto(TestLimited) place = { 0 };

    test_limited_init(&place);
    g_autofree char *path = test_file(place.folder, "trained.ini", TEST_TRAINED TEST_LIMITS);
    g_autofree char *events = g_build_filename(place.folder, "run.events", NULL);
    g_auto(TestProgram) run = test_program("train", path, "--events", events, "--quiet", "--set",
                                           "pipeline.mini-batches=5", NULL);
    g_auto(TestProgram) real =
        test_program("check", path, "--events", events, "--format", "json", NULL);
    g_auto(TestProgram) paced =
        test_program("check", path, "--events", events, "--pace", "--format", "json", NULL);
    g_autoptr(JsonNode) of_real = test_json(real.output), of_paced = test_json(paced.output);

    test_check_done(&run);
    ck_assert_uint_eq(test_length(test_checked_runs(of_real, 0, 0), "limits"), 4);
    ck_assert_uint_eq(test_length(test_checked_runs(of_paced, 0, 0), "limits"), 7);
    ck_assert_int_eq(json_object_get_int_member(test_checked_runs(of_real, 0, 0), "micro_batches"),
                     20);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("check_runs");
    TCase *tests = tcase_create("check_runs");

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, the_worst_seed_counts);
    tcase_add_test(tests, one_run_is_enough_without_jitter);
    tcase_add_test(tests, a_training_is_held_to_the_limits_of_drift_and_memory);
    tcase_add_loop_test(tests, trained_rows_are_marked, 0, 3);
    tcase_add_test(tests, a_paced_training_is_held_to_all_limits);
    tcase_add_test(tests, a_recorded_run_is_judged_as_it_was_when_it_ran);
    tcase_add_test(tests, a_recorded_training_is_held_to_limits_on_time_where_it_was_paced);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

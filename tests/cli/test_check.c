/*
 * What `check` finds: which limits hold, of which scenarios, and what it refuses.
 */
#include <string.h>

#include "limited.h"
#include "support.h"

/* --- limits ----------------------------------------------------------------------------------- */

static const struct {
    const char *set, *limit;
} pushes[] = {
    /* by a change of the pipeline */
    { "pipeline.accumulation=1", "max-crossing" },
    { "pipeline.stash=no", "max-mismatch" },
    { "pipeline.mini-batches=2", "max-bubble-fraction" },
    { "link.latency=200us", "max-steady-bubble-fraction" },
    { "memory.activations=200 MB", "max-peak-memory" },
    { "compute.backward=5 ms", "min-throughput" },
    /* by a change of the limit */
    { "check.max-crossing=0", "max-crossing" },
    { "check.max-bubble-fraction=3 %", "max-bubble-fraction" },
    { "check.max-peak-memory=599 MB", "max-peak-memory" },
    { "check.min-throughput=322", "min-throughput" },
};

START_TEST(a_scenario_inside_its_limits_passes)
{
    g_auto(TestLimited) place = { 0 };

    test_limited_init(&place);
    g_auto(TestProgram) program = test_program("check", place.inside, NULL);
    test_check_done(&program);
    ck_assert_str_eq(program.errors, "");
    ck_assert_ptr_nonnull(strstr(program.output, "All hold."));
    ck_assert_ptr_null(strstr(program.output, "FAIL"));
}
END_TEST

START_TEST(a_scenario_that_is_pushed_out_of_a_limit_fails_and_names_it)
{
    const char *set = pushes[_i].set, *limit = pushes[_i].limit;
    g_autofree char *line = g_strdup_printf("FAIL %s ", limit);
    g_auto(TestLimited) place = { 0 };

    test_limited_init(&place);
    g_auto(TestProgram) table = test_program("check", place.inside, "--set", set, NULL);
    g_auto(TestProgram) json =
        test_program("check", place.inside, "--set", set, "--format", "json", NULL);
    g_autoptr(JsonNode) root = test_json(json.output);
    JsonObject *runs = test_checked_runs(root, 0, 0);

    ck_assert_int_eq(table.status, 1);
    ck_assert_str_eq(table.errors, "");
    ck_assert_ptr_nonnull(strstr(table.output, line));
    ck_assert_ptr_null(strstr(table.output, "All hold."));
    ck_assert_int_eq(json.status, 1);
    ck_assert(!json_object_get_boolean_member(json_node_get_object(root), "holds"));
    /* the bound and six limits, of which this one alone does not hold */
    ck_assert_uint_eq(test_length(runs, "limits"), 7);
    for (guint i = 0; i < 7; i++) {
        JsonObject *verdict = test_element(runs, "limits", i);

        ck_assert(json_object_get_boolean_member(verdict, "holds") !=
                  g_str_equal(json_object_get_string_member(verdict, "limit"), limit));
    }
}
END_TEST

START_TEST(numbers_and_places_are_those_of_the_run)
{
    g_auto(TestLimited) place = { 0 };

    test_limited_init(&place);
    g_auto(TestProgram) program = test_program("check", place.inside, "--format", "json", "--set",
                                               "pipeline.accumulation=1", NULL);
    g_autoptr(JsonNode) root = test_json(program.output);
    JsonObject *crossing = test_verdict(test_checked_runs(root, 0, 0), "max-crossing");
    JsonObject *memory = test_verdict(test_checked_runs(root, 0, 0), "max-peak-memory");
    JsonObject *throughput = test_verdict(test_checked_runs(root, 0, 0), "min-throughput");

    ck_assert_str_eq(json_object_get_string_member(json_node_get_object(root), "schema"),
                     "pipedrift.check/1");
    ck_assert_str_eq(json_object_get_string_member(crossing, "unit"), "updates");
    ck_assert_int_eq(json_object_get_int_member(crossing, "most"), 1);
    ck_assert_int_eq(json_object_get_int_member(crossing, "measured"), 3);
    ck_assert_int_eq(json_object_get_int_member(crossing, "margin"), -2);
    ck_assert(json_object_get_null_member(crossing, "margin_share"));
    ck_assert_int_eq(json_object_get_int_member(crossing, "stage"), 0);
    ck_assert_int_eq(json_object_get_int_member(crossing, "micro_batch"), 3);
    ck_assert(json_object_get_null_member(crossing, "device"));
    /* four activations, the weights, and those that the three behind the first need */
    ck_assert_int_eq(json_object_get_int_member(memory, "measured"), 800 * 1000 * 1000);
    ck_assert_int_eq(json_object_get_int_member(memory, "device"), 0);
    ck_assert_double_eq(json_object_get_double_member(throughput, "least"), 200);
    ck_assert_double_eq_tol(json_object_get_double_member(throughput, "measured"), 80 / 0.249,
                            1e-9);
    ck_assert_double_eq_tol(json_object_get_double_member(throughput, "margin_share"),
                            80 / 0.249 / 200 - 1, 1e-12);
}
END_TEST

START_TEST(a_scenario_without_limits_is_held_to_its_bound_and_told_so)
{
    static const char *const formats[] = { "table", "json", "tap", "junit" };
    g_auto(TestLimited) place = { 0 };

    test_limited_init(&place);
    g_auto(TestProgram) program = test_program("check", place.bare, "--format", formats[_i], NULL);
    test_check_done(&program);
    ck_assert_ptr_nonnull(strstr(program.output, "crossing-bound"));
    ck_assert_ptr_nonnull(strstr(program.output, "[check] has no limit on a run"));
}
END_TEST

/* --- several scenarios ------------------------------------------------------------------------ */

START_TEST(all_scenarios_are_checked_whichever_fails)
{
    g_auto(TestLimited) place = { 0 };

    test_limited_init(&place);
    g_autofree char *outside =
        test_file(place.folder, "outside.ini", TEST_PIPELINE "[check]\nmax-crossing = 0\n");
    g_auto(TestProgram) program =
        test_program("check", outside, place.inside, outside, place.bare, NULL);
    ck_assert_int_eq(program.status, 1);
    ck_assert_ptr_nonnull(strstr(program.output, "bare.ini\n"));
    ck_assert_ptr_nonnull(
        strstr(program.output, "\n4 scenarios, 12 limits: 2, of 2 scenarios, do NOT hold.\n"));
    g_auto(TestProgram) good = test_program("check", place.bare, place.inside, NULL);
    test_check_done(&good);
    ck_assert_ptr_nonnull(strstr(good.output, "\n2 scenarios, 8 limits: all hold.\n"));
}
END_TEST

START_TEST(every_scenario_of_the_repository_passes_in_eighty_columns)
{
    g_auto(TestProgram) program =
        test_shell("cd \"$PIPEDRIFT_SOURCE\" && $PIPEDRIFT check scenarios/*.ini");
    g_auto(GStrv) lines = g_strsplit(program.output, "\n", -1);

    test_check_done(&program);
    for (char **line = lines; *line != NULL; line++)
        ck_assert_msg(g_utf8_strlen(*line, -1) <= 80, "%s", *line);
}
END_TEST

/* --- refusals --------------------------------------------------------------------------------- */

static const struct {
    const char *arguments, *message;
    int status;
} refusals[] = {
    { "", "an argument is missing; the usage is: pipedrift check SCENARIO...", 2 },
    { "inside.ini none.ini", "none.ini: cannot be read", 2 },
    { "inside.ini bad.ini bare.ini", "bad.ini: [pipeline] schedule: ", 2 },
    { "inside.ini --seeds 0", "--seeds: must be positive; write a number such as 10", 2 },
    { "inside.ini --seeds -3", "--seeds: must be positive", 2 },
    { "inside.ini --seeds many", "--seeds", 2 },
    { "inside.ini --seeds 9 --set scenario.seed=9223372036854775800",
      "[scenario] seed: is too large for --seeds 9", 2 },
    { "inside.ini --pace", "--pace: has no use without --trained or --events", 2 },
    { "inside.ini bare.ini --events run.events", "--events: is a run of one scenario", 2 },
    { "inside.ini --events run.events --seeds 2", "--seeds: has no use with --events", 2 },
    { "inside.ini --events run.events --trained", "--trained: has no use with --events", 2 },
    { "inside.ini --events none.events", "none.events: ", 2 },
    { "inside.ini --events bare.ini", "bare.ini: ", 2 },
    { "inside.ini --events run.events --set pipeline.devices=5",
      "--set: [pipeline] devices: is 5, but in the run of --events it was 4", 2 },
    { "inside.ini --events run.events --set pipeline.schedule=async",
      "--set: [pipeline] schedule: is async, but the run of --events was one of paci", 2 },
    { "inside.ini --events run.events --set pipeline.accumulation=2",
      "[pipeline] accumulation: is 2, but in the run of --events it was 4", 2 },
    { "inside.ini --mini-batches 3", "--mini-batches: has no use without --trained", 2 },
    { "trained.ini --trained --mini-batches 0", "--mini-batches: must be positive", 2 },
    { "trained.ini inside.ini --trained", "inside.ini: [model] layers: this key is missing", 2 },
    { "inside.ini --format csv",
      "--format: 'csv' is unknown to check; write one of table, json, tap, junit", 2 },
    { "inside.ini --set check.max-crossing=-1", "--set: [check] max-crossing: ", 2 },
    { "inside.ini --set check.max-drift=1", "--set: [check] 'max-drift': ", 2 },
    { "inside.ini --set link.latency=9000000000s", "inside.ini: the 64-bit clock", 2 },
    { "inside.ini --output no/where.xml", "no/where.xml: cannot be written", 3 },
};

START_TEST(bad_input_gets_one_line_before_anything_runs)
{
    g_auto(TestLimited) place = { 0 };

    test_limited_init(&place);
    test_put(place.folder, "bad.ini",
             "[pipeline]\ndevices = 2\nschedule = naive\nmicro-batches = 4\n");
    test_put(place.folder, "trained.ini", TEST_TRAINED);
    g_autofree char *events = g_build_filename(place.folder, "run.events", NULL);
    g_auto(TestProgram) run = test_program("simulate", place.bare, "--events", events, NULL);
    test_check_done(&run);
    g_autofree char *line =
        g_strdup_printf("cd %s && $PIPEDRIFT check %s", place.folder, refusals[_i].arguments);
    g_auto(TestProgram) program = test_shell(line);
    test_check_failed(&program, refusals[_i].status, refusals[_i].message);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("check");
    TCase *tests = tcase_create("check");

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_scenario_inside_its_limits_passes);
    tcase_add_loop_test(tests, a_scenario_that_is_pushed_out_of_a_limit_fails_and_names_it, 0,
                        (int)G_N_ELEMENTS(pushes));
    tcase_add_test(tests, numbers_and_places_are_those_of_the_run);
    tcase_add_loop_test(tests, a_scenario_without_limits_is_held_to_its_bound_and_told_so, 0, 4);
    tcase_add_test(tests, all_scenarios_are_checked_whichever_fails);
    tcase_add_test(tests, every_scenario_of_the_repository_passes_in_eighty_columns);
    tcase_add_loop_test(tests, bad_input_gets_one_line_before_anything_runs, 0,
                        (int)G_N_ELEMENTS(refusals));
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

/*
 * What `check` finds: which limits hold, of which runs, and what it refuses.
 */
#include <string.h>

#include "files.h"
#include "program.h"
#include "support.h"

/*
 * 80 micro-batches through 4 stages in 83 periods of 3 ms: bubble 3/83, 0 in steady state, 321
 * micro-batches/s. Crossings are ceil(3 / 4) = 1, mismatches 0; device 0 holds 4 activations and,
 * at times, an older version of its weights: 600 MB.
 */
#define PIPELINE                                                                                   \
    "[scenario]\ntitle = In time\n[pipeline]\ndevices = 4\nschedule = paci\nmicro-batches = 4\n"   \
    "mini-batches = 20\nstash = yes\n[compute]\nforward = 1 ms\nbackward = 2 ms\n"                 \
    "[memory]\nactivations = 100 MB\nweights = 100 MB\n"
#define LIMITS                                                                                     \
    "[check]\nmax-crossing = 1\nmax-mismatch = 0\nmax-bubble-fraction = 20 %\n"                    \
    "max-steady-bubble-fraction = 5 %\nmax-peak-memory = 900 MB\nmin-throughput = 200\n"

#define TRAINED                                                                                    \
    "[pipeline]\nschedule = async\ndevices = 4\nmicro-batches = 4\nmini-batches = 50\n"            \
    "[model]\nlayers = 4\nheads = 2\nhidden = 16\ncontext = 16\nvocabulary = 256\n"                \
    "[compute]\nforward = 1 ms\nbackward = 2 ms\n[train]\nvalidate-every = 10\n"                   \
    "validation-windows = 8\n"

/* A folder with scenarios in it. */
typedef struct {
    TestFolder *folder;
    char *inside, *bare;
} Place;

static void
place_init(Place *place)
{
    place->folder = test_folder_new();
    place->inside = test_file(place->folder, "inside.ini", PIPELINE LIMITS);
    place->bare = test_file(place->folder, "bare.ini", PIPELINE);
}

static void
place_clear(Place *place)
{
    test_folder_free(place->folder);
    g_free(place->inside);
    g_free(place->bare);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

/* --- JSON ------------------------------------------------------------------------------------- */

static JsonObject *
member_at(JsonObject *object, const char *array, guint i)
{
    return json_array_get_object_element(json_object_get_array_member(object, array), i);
}

static guint
length_of(JsonObject *object, const char *array)
{
    return json_array_get_length(json_object_get_array_member(object, array));
}

/* The runs of the i-th scenario. */
static JsonObject *
runs_of(JsonNode *root, guint scenario, guint i)
{
    return member_at(member_at(json_node_get_object(root), "scenarios", scenario), "runs", i);
}

/* The verdict on a limit. NULL: there is none. */
static JsonObject *
verdict_of(JsonObject *runs, const char *limit)
{
    for (guint i = 0; i < length_of(runs, "limits"); i++) {
        JsonObject *verdict = member_at(runs, "limits", i);

        if (g_str_equal(json_object_get_string_member(verdict, "limit"), limit))
            return verdict;
    }
    return NULL;
}

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
    g_auto(Place) place = { 0 };

    place_init(&place);
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
    g_auto(Place) place = { 0 };

    place_init(&place);
    g_auto(TestProgram) table = test_program("check", place.inside, "--set", set, NULL);
    g_auto(TestProgram) json =
        test_program("check", place.inside, "--set", set, "--format", "json", NULL);
    g_autoptr(JsonNode) root = test_json(json.output);
    JsonObject *runs = runs_of(root, 0, 0);

    ck_assert_int_eq(table.status, 1);
    ck_assert_str_eq(table.errors, "");
    ck_assert_ptr_nonnull(strstr(table.output, line));
    ck_assert_ptr_null(strstr(table.output, "All hold."));
    ck_assert_int_eq(json.status, 1);
    ck_assert(!json_object_get_boolean_member(json_node_get_object(root), "holds"));
    /* the bound and six limits, of which this one alone does not hold */
    ck_assert_uint_eq(length_of(runs, "limits"), 7);
    for (guint i = 0; i < 7; i++) {
        JsonObject *verdict = member_at(runs, "limits", i);

        ck_assert(json_object_get_boolean_member(verdict, "holds") !=
                  g_str_equal(json_object_get_string_member(verdict, "limit"), limit));
    }
}
END_TEST

START_TEST(numbers_and_places_are_those_of_the_run)
{
    g_auto(Place) place = { 0 };

    place_init(&place);
    g_auto(TestProgram) program = test_program("check", place.inside, "--format", "json", "--set",
                                               "pipeline.accumulation=1", NULL);
    g_autoptr(JsonNode) root = test_json(program.output);
    JsonObject *crossing = verdict_of(runs_of(root, 0, 0), "max-crossing");
    JsonObject *memory = verdict_of(runs_of(root, 0, 0), "max-peak-memory");
    JsonObject *throughput = verdict_of(runs_of(root, 0, 0), "min-throughput");

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
    g_auto(Place) place = { 0 };

    place_init(&place);
    g_auto(TestProgram) program = test_program("check", place.bare, "--format", formats[_i], NULL);
    test_check_done(&program);
    ck_assert_ptr_nonnull(strstr(program.output, "crossing-bound"));
    ck_assert_ptr_nonnull(strstr(program.output, "[check] has no limit on a run"));
}
END_TEST

/* --- several scenarios ------------------------------------------------------------------------ */

START_TEST(all_scenarios_are_checked_whichever_fails)
{
    g_auto(Place) place = { 0 };

    place_init(&place);
    g_autofree char *outside =
        test_file(place.folder, "outside.ini", PIPELINE "[check]\nmax-crossing = 0\n");
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

/* --- seeds ------------------------------------------------------------------------------------ */

START_TEST(the_worst_seed_counts)
{
    g_auto(Place) place = { 0 };
    double worst = G_MAXDOUBLE;
    gint64 worst_seed = -1;

    place_init(&place);
    for (int seed = 4; seed < 9; seed++) {
        g_autofree char *set = g_strdup_printf("scenario.seed=%d", seed);
        g_auto(TestProgram) program =
            test_program("check", place.inside, "--format", "json", "--set", "compute.jitter=0.3",
                         "--set", set, NULL);
        g_autoptr(JsonNode) root = test_json(program.output);
        JsonObject *verdict = verdict_of(runs_of(root, 0, 0), "min-throughput");
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
    JsonObject *runs = runs_of(root, 0, 0), *verdict = verdict_of(runs, "min-throughput");

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
    g_auto(Place) place = { 0 };

    place_init(&place);
    g_auto(TestProgram) program =
        test_program("check", place.inside, "--seeds", "1000000000000", NULL);
    test_check_done(&program);
    ck_assert_ptr_nonnull(
        strstr(program.output, "Without jitter one run stands for all 1000000000000 seeds."));
}
END_TEST

/* --- training --------------------------------------------------------------------------------- */

START_TEST(a_training_is_held_to_the_limits_of_drift_and_memory)
{
    g_auto(Place) place = { 0 };

    place_init(&place);
    g_autofree char *path = test_file(place.folder, "trained.ini", TRAINED LIMITS);
    g_auto(TestProgram) program =
        test_program("check", path, "--trained", "--format", "json", "--set",
                     "check.max-crossing=2", "--set", "check.max-mismatch=3", NULL);
    g_autoptr(JsonNode) root = test_json(program.output);
    JsonObject *runs = runs_of(root, 0, 1);
    JsonObject *crossing = verdict_of(runs, "max-crossing");

    ck_assert_int_eq(program.status, 1);
    ck_assert_str_eq(json_object_get_string_member(runs, "executor"), "threads");
    ck_assert_int_eq(json_object_get_int_member(runs, "micro_batches"), 80);
    ck_assert_uint_eq(length_of(runs, "limits"), 4);
    ck_assert(!json_object_get_boolean_member(crossing, "holds"));
    ck_assert_int_eq(json_object_get_int_member(crossing, "measured"), 3);
    ck_assert(json_object_get_boolean_member(verdict_of(runs, "crossing-bound"), "holds"));
    ck_assert(json_object_get_boolean_member(verdict_of(runs, "max-mismatch"), "holds"));
    ck_assert_int_gt(json_object_get_int_member(verdict_of(runs, "max-peak-memory"), "measured"),
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
    g_auto(Place) place = { 0 };

    place_init(&place);
    g_autofree char *path = test_file(place.folder, "trained.ini",
                                      TRAINED "[check]\nmax-peak-memory = 1 B\n"
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
    g_auto(Place) place = { 0 };

    place_init(&place);
    g_autofree char *path = test_file(place.folder, "trained.ini", TRAINED LIMITS);
    g_auto(TestProgram) program = test_program("check", path, "--trained", "--pace",
                                               "--mini-batches", "3", "--format", "json", NULL);
    g_autoptr(JsonNode) root = test_json(program.output);
    JsonObject *runs = runs_of(root, 0, 1);
    JsonObject *throughput = verdict_of(runs, "min-throughput");

    ck_assert_uint_eq(length_of(runs, "limits"), 7);
    /* 12 micro-batches take 15 periods of 3 ms at least */
    ck_assert_double_le(json_object_get_double_member(throughput, "measured"), 12 / 0.045);
    ck_assert_uint_eq(length_of(member_at(json_node_get_object(root), "scenarios", 0), "notes"), 0);
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
    { "inside.ini --pace", "--pace: has no use without --trained", 2 },
    { "inside.ini --mini-batches 3", "--mini-batches: has no use without --trained", 2 },
    { "trained.ini --trained --mini-batches 0", "--mini-batches: must be positive", 2 },
    { "trained.ini inside.ini --trained", "inside.ini: [model] layers: this key is missing", 2 },
    { "inside.ini --format csv",
      "--format: 'csv' is unknown to check; write one of table, json, tap, junit", 2 },
    { "inside.ini --set check.max-crossing=-1", "--set: [check] max-crossing: ", 2 },
    { "inside.ini --set check.max-drift=1", "--set: [check] 'max-drift': ", 2 },
    { "inside.ini --output no/where.xml", "no/where.xml: cannot be written", 3 },
};

START_TEST(bad_input_gets_one_line_before_anything_runs)
{
    g_auto(Place) place = { 0 };

    place_init(&place);
    test_put(place.folder, "bad.ini",
             "[pipeline]\ndevices = 2\nschedule = naive\nmicro-batches = 4\n");
    test_put(place.folder, "trained.ini", TRAINED);
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
    tcase_add_test(tests, the_worst_seed_counts);
    tcase_add_test(tests, one_run_is_enough_without_jitter);
    tcase_add_test(tests, a_training_is_held_to_the_limits_of_drift_and_memory);
    tcase_add_loop_test(tests, trained_rows_are_marked, 0, 3);
    tcase_add_test(tests, a_paced_training_is_held_to_all_limits);
    tcase_add_loop_test(tests, bad_input_gets_one_line_before_anything_runs, 0,
                        (int)G_N_ELEMENTS(refusals));
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

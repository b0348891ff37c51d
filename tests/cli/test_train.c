/*
 * Training as a user meets it: checkpoints, interrupts, logs, refusals.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "files.h"
#include "program.h"
#include "schedules.h"
#include "support.h"
#include "training_curve.h"

static const char *const text =
    "[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 4\nmini-batches = %d\n"
    "accumulation = 3\n"
    "[model]\nlayers = 8\nheads = 2\nhidden = 16\ncontext = 16\nvocabulary = 256\n"
    "micro-batch-size = 2\n"
    "[compute]\nforward = 1 us\nbackward = 2 us\n"
    "[train]\nlearning-rate = 0.01\nwarm-up = 500\ndecay = 5000\nvalidate-every = 7\n"
    "validation-windows = 8\n";

static void
put_scenario(const TestFolder *folder, const char *schedule, int mini_batches)
{
    g_autofree char *scenario = g_strdup_printf(text, schedule, mini_batches);

    test_put(folder, "s.ini", scenario);
}

static GBytes *
content(const TestFolder *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *data;
    gsize length;

    if (!g_file_get_contents(path, &data, &length, NULL))
        ck_abort_msg("%s is missing", path);
    return g_bytes_new_take(data, length);
}

static gboolean
exists(const TestFolder *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* --- checkpoints ------------------------------------------------------------------------------ */

static const struct {
    const char *schedule, *executor;
} repeatable[] = {
    { "gpipe", "threads" },      { "1f1b", "threads" },     { "interleaved", "threads" },
    { "pipedream", "threads" },  { "gpipe", "replay" },     { "1f1b", "replay" },
    { "interleaved", "replay" }, { "pipedream", "replay" }, { "async", "replay" },
    { "paci", "replay" },
};

START_TEST(a_run_that_was_killed_ends_with_the_same_bytes)
{
    const char *schedule = repeatable[_i].schedule, *executor = repeatable[_i].executor;
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autoptr(GBytes) whole = NULL, resumed = NULL;
    guint64 seed = (guint64)_i;
    int n_kills = 0, n_tries = 0;

    put_scenario(folder, schedule, 60);
    g_auto(TestProgram) first = test_shell_in(
        folder, "$PIPEDRIFT train s.ini --executor %s --checkpoint a --every 5", executor);
    test_check_done(&first);
    for (gboolean done = FALSE; !done;) {
        const gboolean goes_on = exists(folder, "b/step-0000000005.checkpoint") || n_kills > 0;
        /* a little longer each time, so that a machine that is busy comes to an end, too */
        const int limit_ms =
            n_kills < 8 ? 20 + (int)test_random(&seed, 120) + 20 * n_tries++ : 60000;
        g_auto(TestProgram) next = test_shell_in(
            folder, "timeout -s KILL %d.%03d $PIPEDRIFT train s.ini --executor %s %s b --every 5",
            limit_ms / 1000, limit_ms % 1000, executor, goes_on ? "--resume" : "--checkpoint");

        /* it may be killed behind the last checkpoint, too */
        done = next.status == 0 || exists(folder, "b/step-0000000060.checkpoint");
        /* killed before the first checkpoint: there is nothing yet to go on from */
        if (next.status == 2)
            n_kills = 0;
        else
            n_kills++;
        ck_assert_msg(n_kills < 100, "%s", next.errors);
    }
    whole = content(folder, "a/step-0000000060.checkpoint");
    resumed = content(folder, "b/step-0000000060.checkpoint");
    ck_assert(g_bytes_equal(whole, resumed));
}
END_TEST

START_TEST(the_last_two_checkpoints_are_kept)
{
    g_autoptr(TestFolder) folder = test_folder_new();

    put_scenario(folder, "1f1b", 12);
    g_auto(TestProgram) program =
        test_shell_in(folder, "$PIPEDRIFT train s.ini --checkpoint c --every 5 && ls c");
    test_check_done(&program);
    ck_assert_ptr_nonnull(
        strstr(program.output, "step-0000000010.checkpoint\nstep-0000000012.checkpoint\n"));
    ck_assert(!exists(folder, "c/step-0000000005.checkpoint"));
}
END_TEST

static const struct {
    const char *damage, *options, *message;
} damages[] = {
    { "rm -r c && mkdir c", "", "c: holds no checkpoint" },
    { "rm -r c", "", "c: holds no checkpoint" },
    { "truncate -s -1 $F", "", "is damaged or truncated" },
    { "truncate -s 10 $F", "", "is damaged or truncated" },
    { ": > $F", "", "is damaged or truncated" },
    { "printf x >> $F", "", "is damaged or truncated" },
    { "printf x | dd of=$F bs=1 seek=5000 conv=notrunc 2>/dev/null", "", "is damaged" },
    { "true", "--set pipeline.schedule=gpipe", "[pipeline] schedule was 1f1b there and is gpipe" },
    { "true", "--set model.hidden=32 --set model.partition='2;2;3;1'",
      "[model] hidden was 16 there and is 32 here" },
    { "true", "--set model.partition='3;1;2;2'",
      "the layers per stage was 2;2;3;1 there and is 3;1;2;2 here" },
    { "true", "--set train.learning-rate=0.02", "[train] learning-rate was" },
    { "true", "--set train.seed=2", "[train] seed was 1 there and is 2 here" },
    { "true", "--every 3", "the interval of checkpoints (--every) was 5 there and is 3 here" },
    { "true", "--set train.corpus=s.ini", "the corpus (its SHA-256) was" },
    { "true", "--set pipeline.mini-batches=8", "behind the end of this run" },
};

START_TEST(a_checkpoint_that_does_not_fit_is_refused)
{
    g_autoptr(TestFolder) folder = test_folder_new();

    put_scenario(folder, "1f1b", 12);
    g_auto(TestProgram) first =
        test_shell_in(folder, "$PIPEDRIFT train s.ini --checkpoint c --every 5");
    test_check_done(&first);
    g_auto(TestProgram) second =
        test_shell_in(folder,
                      "F=c/step-0000000012.checkpoint && (%s) && $PIPEDRIFT train s.ini --quiet "
                      "--resume c --every 5 %s",
                      damages[_i].damage, damages[_i].options);
    test_check_failed(&second, 2, damages[_i].message);
}
END_TEST

START_TEST(a_checkpoint_that_cannot_be_written_fails_the_run)
{
    g_autoptr(TestFolder) folder = test_folder_new();

    put_scenario(folder, "1f1b", 12);
    g_auto(TestProgram) program =
        test_shell_in(folder, "touch c && $PIPEDRIFT train s.ini --quiet --checkpoint c --every 5");
    test_check_failed(&program, 3, "c: cannot be written");
}
END_TEST

/* --- interrupts ------------------------------------------------------------------------------- */

/* Under each schedule, by threads (0) and by replay (1). */
START_TEST(an_interrupt_finishes_the_step_and_leaves_a_checkpoint)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    const char *executor = _i % 2 == 0 ? "threads" : "replay";
    g_auto(GStrv) lines = NULL;

    put_scenario(folder, pd_schedules[_i / 2]->name, 1000000);
    g_auto(TestProgram) program = test_shell_in(
        folder,
        /* the change of folder before it is not to go on in the background, too */
        ":; $PIPEDRIFT train s.ini --executor %s --checkpoint c --quiet --log l.csv > out & "
        "pid=$!\n"
        /* not before it trains, however busy the machine is */
        "i=0; until test $i -gt 1000 || grep -q ^3, l.csv 2> /dev/null; do sleep 0.05; "
        "i=$((i + 1)); done\n"
        "kill -INT $pid; wait $pid && grep -q 'perplexity' out && ls c && tail -n 1 l.csv",
        executor);
    test_check_done(&program);
    lines = g_strsplit(program.output, "\n", 3);
    /* the last row of the log is the step that the checkpoint's name has */
    ck_assert_int_eq(g_ascii_strtoll(lines[0] + strlen("step-"), NULL, 10),
                     g_ascii_strtoll(lines[1], NULL, 10));
}
END_TEST

/* --- logs ------------------------------------------------------------------------------------- */

START_TEST(the_log_has_a_row_per_step_also_after_a_resumption)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_auto(GStrv) lines = NULL;

    put_scenario(folder, "paci", 10);
    g_auto(TestProgram) program = test_shell_in(
        folder, "$PIPEDRIFT train s.ini --checkpoint c --every 4 --log l.csv --quiet && "
                "rm c/*10.checkpoint && "
                "$PIPEDRIFT train s.ini --resume c --every 4 --log l.csv --quiet && "
                "cat l.csv > all");
    test_check_done(&program);
    g_autoptr(GBytes) all = content(folder, "all");
    lines = g_strsplit(g_bytes_get_data(all, NULL), "\n", -1);
    ck_assert_str_eq(lines[0], "step,tokens,real_ns,virtual_ns,loss,validation_loss,"
                               "learning_rate,max_crossing");
    for (guint step = 1; step <= 10; step++) {
        g_auto(GStrv) cells = g_strsplit(lines[step], ",", -1);

        ck_assert_uint_eq(g_strv_length(cells), 8);
        ck_assert_int_eq(g_ascii_strtoll(cells[0], NULL, 10), step);
        ck_assert_int_eq(g_ascii_strtoll(cells[1], NULL, 10), step * 4 * 2 * 16);
        ck_assert_double_gt(g_ascii_strtod(cells[4], NULL), 0);
        ck_assert_int_eq(*cells[5] != '\0', step == 7 || step == 10);
    }
}
END_TEST

START_TEST(a_log_is_written_through_links_and_to_standard_output)
{
    g_autoptr(TestFolder) folder = test_folder_new();

    put_scenario(folder, "1f1b", 3);
    g_auto(TestProgram) program = test_shell_in(
        folder, "ln -s real link && ln -s /proc/self/fd/1 out && touch real && "
                "$PIPEDRIFT train s.ini --log link --quiet > report && test -L link && "
                "test $(wc -l < real) = 4 && "
                "$PIPEDRIFT train s.ini --log out --quiet > all && test -L out && "
                "test $(wc -l < all) = $(cat real report | wc -l) && head -n 1 all | "
                "grep -q ^step, && grep -q ^makespan all");

    test_check_done(&program);
}
END_TEST

START_TEST(the_log_of_a_training_that_was_resumed_is_read_again)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "l.csv", NULL);
    g_autoptr(PdTrainingCurve) curve = NULL;
    g_autoptr(GError) error = NULL;

    put_scenario(folder, "paci", 10);
    g_auto(TestProgram) program = test_shell_in(
        folder, "for options in '--checkpoint c' '--resume c'; do $PIPEDRIFT train s.ini "
                "--executor replay $options --every 4 --log l.csv --quiet && "
                "rm -f c/*10.checkpoint; done");
    test_check_done(&program);
    curve = pd_training_curve_load(path, &error);
    ck_assert_msg(curve != NULL, "%s", error == NULL ? "?" : error->message);
    ck_assert_uint_eq(curve->n_points, 10);
    ck_assert(curve->virtual_time);
    for (guint i = 0; i < 10; i++) {
        ck_assert_int_eq(curve->points[i].step, i + 1);
        ck_assert_double_gt(curve->points[i].loss, 0);
        if (i > 0)
            ck_assert_int_gt(curve->points[i].virtual_ns, curve->points[i - 1].virtual_ns);
    }
}
END_TEST

START_TEST(a_loss_that_is_not_finite_ends_the_run)
{
    g_autoptr(TestFolder) folder = test_folder_new();

    put_scenario(folder, "paci", 200);
    g_auto(TestProgram) program =
        test_shell_in(folder, "$PIPEDRIFT train s.ini --quiet --set train.learning-rate=1e30 --set "
                              "train.warm-up=0 --set train.decay=0");
    test_check_failed(&program, 2, "the loss is not finite at stage 3, micro-batch ");
}
END_TEST

/* --- validation ------------------------------------------------------------------------------- */

START_TEST(validate_tells_prediction_and_measurement)
{
    g_autoptr(TestFolder) folder = test_folder_new();

    put_scenario(folder, pd_schedules[_i]->name, 30);
    g_auto(TestProgram) program =
        test_shell_in(folder, "$PIPEDRIFT validate s.ini --format json --quiet");
    test_check_done(&program);
    g_autoptr(JsonNode) root = test_json(program.output);
    JsonObject *object = json_node_get_object(root);

    ck_assert_str_eq(json_object_get_string_member(object, "schema"), "pipedrift.validation/1");
    ck_assert(json_object_get_boolean_member(object, "holds"));
    ck_assert_int_eq(json_object_get_int_member(object, "bound_violations"), 0);
    ck_assert_str_eq(json_object_get_string_member(
                         json_object_get_object_member(object, "measured"), "executor"),
                     "threads");
    ck_assert_str_eq(json_object_get_string_member(
                         json_object_get_object_member(object, "predicted"), "executor"),
                     "simulator");
}
END_TEST

START_TEST(a_tolerance_that_is_missed_exits_with_1)
{
    g_autoptr(TestFolder) folder = test_folder_new();

    put_scenario(folder, "1f1b", 30);
    g_auto(TestProgram) program =
        test_shell_in(folder, "$PIPEDRIFT validate s.ini --quiet --set check.max-makespan-error=0; "
                              "test $? = 1");
    test_check_done(&program);
    ck_assert_ptr_nonnull(strstr(program.output, "MISSED"));
}
END_TEST

/* --- refusals --------------------------------------------------------------------------------- */

static const struct {
    const char *arguments, *message;
} refusals[] = {
    { "train s.ini --executor mpi", "--executor: 'mpi' is unknown; write threads or replay" },
    { "train s.ini --every 3", "--every: has no use without --checkpoint" },
    { "train s.ini --every -1 --checkpoint c", "--every: is negative" },
    { "train s.ini --log a --events a", "--events: names the file of --log; write another one" },
    { "train s.ini --log no/where.csv", "no/where.csv: cannot be written" },
    { "train s.ini --set train.corpus=none.txt", "[train] corpus: " },
    { "train s.ini --set model.vocabulary=1000",
      "[model] vocabulary: the tokens of a model that is trained are" },
    { "train s.ini --set model.dropout=yes", "[model] dropout: " },
    { "train s.ini --set model.heads=3", "[model] heads: " },
    { "train s.ini --set train.betas=0.9", "[train] betas: has 1 values" },
    { "train none.ini", "none.ini: cannot be read" },
    { "validate s.ini --mini-batches 1", "--mini-batches: one is not enough" },
    { "validate s.ini --mini-batches -5", "--mini-batches: must be positive" },
    { "validate s.ini --mini-batches 0", "--mini-batches: must be positive" },
    { "train s.ini --executor replay --pace", "--pace: has no use under replay" },
    { "train s.ini --set model.precision=mixed", "[model] precision: a model is trained in" },
    { "train s.ini --set model.attention=fused", "[model] attention: a model is trained" },
    { "train s.ini --output no/where", "no/where: cannot be written" },
    { "validate s.ini --format csv",
      "--format: 'csv' is unknown to validate; write one of table, json" },
};

START_TEST(bad_input_gets_one_line)
{
    g_autoptr(TestFolder) folder = test_folder_new();

    put_scenario(folder, "paci", 10);
    g_auto(TestProgram) program =
        test_shell_in(folder, "$PIPEDRIFT %s --quiet", refusals[_i].arguments);
    test_check_failed(&program, strstr(refusals[_i].message, "written") != NULL ? 3 : 2,
                      refusals[_i].message);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("train");
    TCase *tests = tcase_create("train");
    int n_schedules = 0;

    while (pd_schedules[n_schedules] != NULL)
        n_schedules++;
    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, a_run_that_was_killed_ends_with_the_same_bytes, 0,
                        (int)G_N_ELEMENTS(repeatable));
    tcase_add_test(tests, the_last_two_checkpoints_are_kept);
    tcase_add_loop_test(tests, a_checkpoint_that_does_not_fit_is_refused, 0,
                        (int)G_N_ELEMENTS(damages));
    tcase_add_test(tests, a_checkpoint_that_cannot_be_written_fails_the_run);
    tcase_add_loop_test(tests, an_interrupt_finishes_the_step_and_leaves_a_checkpoint, 0,
                        2 * n_schedules);
    tcase_add_test(tests, the_log_has_a_row_per_step_also_after_a_resumption);
    tcase_add_test(tests, a_log_is_written_through_links_and_to_standard_output);
    tcase_add_test(tests, the_log_of_a_training_that_was_resumed_is_read_again);
    tcase_add_test(tests, a_loss_that_is_not_finite_ends_the_run);
    tcase_add_loop_test(tests, validate_tells_prediction_and_measurement, 0, n_schedules);
    tcase_add_test(tests, a_tolerance_that_is_missed_exits_with_1);
    tcase_add_loop_test(tests, bad_input_gets_one_line, 0, (int)G_N_ELEMENTS(refusals));
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

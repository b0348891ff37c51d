/*
 * The files of a sweep: they grow and are gone on with, whatever has stopped it, and what is no
 * file of the sweep is left alone.
 */
#include <string.h>

#include "support.h"
#include "swept.h"

/* --- resumption ------------------------------------------------------------------------------- */

static const char *const filters[] = { "", "--where 'max_crossing == 1'", "--sample 25 --seed 2" };

START_TEST(a_file_cut_anywhere_is_gone_on_with_to_the_same_bytes)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    const char *filter = filters[_i % 3];
    guint64 seed = (guint64)_i;
    g_auto(TestProgram) first = test_shell_in(
        folder, "$PIPEDRIFT sweep s.ini " TEST_VARIED " %s --format csv --output a.csv", filter);
    g_autofree char *whole = NULL;

    test_check_done(&first);
    ck_assert_str_eq(first.output, "");
    whole = test_content_in(folder, "a.csv", NULL);
    for (int round = 0; round < 12; round++) {
        /* near the start, where the header is, as often as anywhere */
        const guint64 length =
            test_random(&seed, round % 2 == 0 ? 600 : (guint64)strlen(whole) + 1);
        g_auto(TestProgram) next = test_shell_in(
            folder,
            "truncate -s %" G_GUINT64_FORMAT " a.csv && $PIPEDRIFT sweep s.ini " TEST_VARIED
            " %s --format csv --output a.csv --resume --jobs %d",
            length, filter, 1 + round % 3);
        g_autofree char *resumed = test_content_in(folder, "a.csv", NULL);

        test_check_done(&next);
        ck_assert_msg(g_str_equal(resumed, whole), "cut to %" G_GUINT64_FORMAT " bytes", length);
    }
}
END_TEST

/* About a second of work, to be killed in. */
#define LONG "--vary scenario.seed=1..300 --vary pipeline.mini-batches=100,101 --format csv"

START_TEST(a_sweep_that_was_killed_ends_with_the_same_bytes)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    guint64 seed = (guint64)_i;
    g_autofree char *whole = NULL, *resumed = NULL;
    gboolean done = FALSE;
    g_auto(TestProgram) first =
        test_shell_in(folder, "$PIPEDRIFT sweep s.ini " LONG " --output a.csv --jobs 2");

    test_check_done(&first);
    for (int n_kills = 0; !done; n_kills++) {
        g_auto(TestProgram) next =
            test_shell_in(folder,
                          "timeout -s KILL 0.%03d $PIPEDRIFT sweep s.ini " LONG
                          " --output b.csv --resume --jobs %d",
                          n_kills < 20 ? 3 + (int)test_random(&seed, 200) : 999, 1 + n_kills % 2);

        ck_assert_msg(next.status == 0 || next.status == 137 || next.status == -1, "%d: %s",
                      next.status, next.errors);
        ck_assert_int_lt(n_kills, 100);
        done = next.status == 0;
    }
    whole = test_content_in(folder, "a.csv", NULL);
    resumed = test_content_in(folder, "b.csv", NULL);
    ck_assert_str_eq(resumed, whole);
}
END_TEST

START_TEST(without_resume_a_file_is_replaced_and_with_it_may_be_new)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) program = test_shell_in(
        folder, "echo old > a.csv && "
                "$PIPEDRIFT sweep s.ini --vary pipeline.devices=2,4 --format csv --output a.csv "
                "&& $PIPEDRIFT sweep s.ini --vary pipeline.devices=2,4 --format csv --output "
                "b.csv --resume && cmp a.csv b.csv && cmp a.csv.sweep b.csv.sweep && "
                "$PIPEDRIFT sweep s.ini --vary pipeline.devices=2,4 --format csv --output "
                "b.csv --resume && cmp a.csv b.csv && : > a.csv && rm a.csv.sweep && "
                "$PIPEDRIFT sweep s.ini --vary pipeline.devices=2,4 --format csv --output "
                "a.csv --resume && cmp a.csv b.csv");

    test_check_done(&program);
    ck_assert_str_eq(program.errors, "pipedrift: going on behind point 2 of 2\n");
}
END_TEST

/* --- interrupts ------------------------------------------------------------------------------- */

/* Interrupt a sweep that lasts: at once, or later where it had not yet begun to listen. */
#define INTERRUPTED(arguments)                                                                     \
    "for t in 0.3 1 3 9; do timeout -s INT $t timeout -s KILL 60 $PIPEDRIFT sweep "                \
    "s.ini " arguments                                                                             \
    " > out 2> err; grep -q interrupted err && break; done; cat out; cat err >&2"

START_TEST(an_interrupt_leaves_whole_rows_and_says_how_to_go_on)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_autofree char *part = NULL;
    g_auto(TestProgram) first = test_shell_in(
        folder, INTERRUPTED(LONG " --vary pipeline.micro-batches=8..200 --output a.csv --jobs %d"),
        _i);

    test_check_done(&first);
    ck_assert_msg(g_str_has_prefix(first.errors, "pipedrift: interrupted behind point "), "%s",
                  first.errors);
    ck_assert_msg(g_str_has_suffix(first.errors, " of 115800; --resume goes on\n"), "%s",
                  first.errors);
    part = test_content_in(folder, "a.csv", NULL);
    ck_assert(g_str_has_suffix(part, "\n"));
}
END_TEST

START_TEST(one_point_that_takes_long_is_interrupted_too)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) program =
        test_shell_in(folder, INTERRUPTED("--vary pipeline.mini-batches=100000000 --format csv"));

    test_check_done(&program);
    ck_assert_str_eq(program.errors, "pipedrift: interrupted behind point 0 of 1\n");
}
END_TEST

START_TEST(what_an_interrupt_has_left_is_printed)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) program = test_shell_in(
        folder, INTERRUPTED("--set scenario.title=t --set pipeline.mini-batches=100 --vary "
                            "scenario.seed=1..50000 --format csv --sort -makespan_ns --top 1"));

    test_check_done(&program);
    g_auto(GStrv) lines = g_strsplit(program.output, "\n", -1);
    ck_assert_uint_eq(g_strv_length(lines), 3);
    ck_assert_ptr_nonnull(strstr(program.errors, "interrupted behind point "));
    ck_assert_ptr_null(strstr(program.errors, "--resume"));
}
END_TEST

/* --- files ------------------------------------------------------------------------------------ */

START_TEST(a_pipe_gets_rows_and_no_companion)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) program = test_shell_in(
        folder,
        "mkfifo pipe && { timeout 60 cat pipe > copy & } && $PIPEDRIFT sweep s.ini " TEST_VARIED
        " --quiet --format csv --output pipe && wait && test ! -e pipe.sweep && "
        "$PIPEDRIFT sweep s.ini " TEST_VARIED " --quiet --format csv | cmp - copy");

    test_check_done(&program);
}
END_TEST

START_TEST(a_file_beside_which_no_companion_can_stand_is_left_alone)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) program =
        test_shell_in(folder, "echo old > a.csv && mkdir a.csv.sweep && { $PIPEDRIFT sweep s.ini "
                              "--vary pipeline.devices=2 --format csv --output a.csv; test $? = 3; "
                              "} && test $(cat a.csv) = old");

    test_check_done(&program);
    ck_assert_str_eq(program.errors, "pipedrift: a.csv.sweep: cannot be written: Is a directory\n");
}
END_TEST

/* A companion of a path that is another name of standard output would stand beside that name. */
START_TEST(what_standard_output_goes_to_gets_rows_and_no_companion)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) program = test_shell_in(
        folder, "ln -s /proc/self/fd/1 out && { echo before; $PIPEDRIFT sweep s.ini " TEST_VARIED
                " --quiet --format csv --output out; echo behind; } > rows && test ! -e out.sweep "
                "&& test ! -e rows.sweep && { echo before; $PIPEDRIFT sweep s.ini " TEST_VARIED
                " --quiet --format csv; echo behind; } | cmp - rows");

    test_check_done(&program);
}
END_TEST

START_TEST(a_mistake_leaves_the_file_as_it_is)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) program = test_shell_in(
        folder, "echo old > a.csv; $PIPEDRIFT sweep s.ini --vary pipeline.devices=0 --format "
                "csv --output a.csv; test $? = 2 && grep -q old a.csv && test ! -e a.csv.sweep");

    test_check_done(&program);
}
END_TEST

/* --- other sweeps ----------------------------------------------------------------------------- */

/* What is done to a sweep's file or asked otherwise, and what the same sweep says then. */
static const struct {
    const char *damage, *options, *message;
} others[] = {
    { "rm a.csv.sweep", "",
      "--resume: a.csv.sweep, which says of which sweep the rows are, is missing" },
    { "echo x > a.csv.sweep", "",
      "a.csv.sweep, which says of which sweep the rows are, is of no sweep" },
    { "sed -i 's/jitter = 0.1/jitter = 0.2/' s.ini", "",
      "a.csv.sweep: is of another run: [compute] jitter was 0.1 there and is 0.2 here" },
    { "true", "--set pipeline.micro-batches=9",
      "[pipeline] micro-batches was 8 there and is 9 here" },
    { "true", "--set link.latency=1us", "[link] latency was absent there and is 1us here" },
    { "true", "--vary pipeline.stash=yes,no",
      "--vary was pipeline.devices=2,4,8 there and is pipeline.devices=2,4,8 "
      "pipeline.stash=yes,no here" },
    { "true", "--sample 2", "--sample was absent there and is 2 here" },
    { "true", "--where 'max_crossing < 2'",
      "--where was absent there and is max_crossing < 2 here" },
    { "true", "--zip", "--zip was absent there and is given here" },
    { "sed -i '1s/devices/device/' a.csv", "", "--resume: a.csv: has other columns" },
    { "sed -i 's/^4,/5,/' a.csv", "", "--resume: a.csv: row 2 is not what this sweep has there" },
    { "sed -i '$p' a.csv", "", "--resume: a.csv: row 4 is not what this sweep has there" },
};

START_TEST(the_file_of_another_sweep_is_left_alone)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) first =
        test_shell_in(folder,
                      "$PIPEDRIFT sweep s.ini --set scenario.title=t --vary pipeline.devices=2,4,8 "
                      "--format csv --output a.csv && %s && cp a.csv before",
                      others[_i].damage);
    g_auto(TestProgram) second =
        test_shell_in(folder,
                      "$PIPEDRIFT sweep s.ini --set scenario.title=t --vary pipeline.devices=2,4,8 "
                      "--format csv --output a.csv --resume %s",
                      others[_i].options);
    g_auto(TestProgram) same = test_shell_in(folder, "cmp a.csv before");

    test_check_done(&first);
    test_check_failed(&second, 2, others[_i].message);
    test_check_done(&same);
}
END_TEST

START_TEST(a_model_file_that_has_changed_makes_another_sweep)
{
    g_autoptr(TestFolder) folder = test_swept_folder();

    test_put(folder, "m.ini",
             "[model]\nlayers = 4\nheads = 2\nhidden = 16\ncontext = 16\n"
             "vocabulary = 256\n");
    g_auto(TestProgram) program = test_shell_in(
        folder, "$PIPEDRIFT sweep s.ini --vary model.file=m.ini --format csv --output a.csv && "
                "sed -i s/16/32/ m.ini");
    g_auto(TestProgram) second = test_shell_in(
        folder, "$PIPEDRIFT sweep s.ini --vary model.file=m.ini --format csv --output a.csv "
                "--resume");

    test_check_done(&program);
    test_check_failed(&second, 2, "the file m.ini (its SHA-256) was ");
}
END_TEST

START_TEST(a_file_among_the_data_that_has_changed_makes_another_sweep)
{
    g_autoptr(TestFolder) folder = test_swept_folder();

    test_put(folder, "data/models/m.ini",
             "[model]\nlayers = 4\nheads = 2\nhidden = 16\ncontext = 16\n"
             "vocabulary = 256\n");
    g_auto(TestProgram) program = test_shell_in(
        folder, "export PIPEDRIFT_DATA=data && $PIPEDRIFT sweep s.ini --vary model.file=m.ini "
                "--format csv --output a.csv && sed -i s/16/32/ data/models/m.ini && "
                "$PIPEDRIFT sweep s.ini --vary model.file=m.ini --format csv --output a.csv "
                "--resume");

    test_check_failed(&program, 2, "--resume: a.csv.sweep: is of another run: the file m.ini ");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("sweep files");
    TCase *tests = tcase_create("sweep files");

    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, a_file_cut_anywhere_is_gone_on_with_to_the_same_bytes, 0, 6);
    tcase_add_loop_test(tests, a_sweep_that_was_killed_ends_with_the_same_bytes, 0, 3);
    tcase_add_loop_test(tests, an_interrupt_leaves_whole_rows_and_says_how_to_go_on, 1, 3);
    tcase_add_test(tests, one_point_that_takes_long_is_interrupted_too);
    tcase_add_test(tests, what_an_interrupt_has_left_is_printed);
    tcase_add_test(tests, without_resume_a_file_is_replaced_and_with_it_may_be_new);
    tcase_add_test(tests, a_pipe_gets_rows_and_no_companion);
    tcase_add_test(tests, what_standard_output_goes_to_gets_rows_and_no_companion);
    tcase_add_test(tests, a_file_beside_which_no_companion_can_stand_is_left_alone);
    tcase_add_loop_test(tests, the_file_of_another_sweep_is_left_alone, 0,
                        (int)G_N_ELEMENTS(others));
    tcase_add_test(tests, a_model_file_that_has_changed_makes_another_sweep);
    tcase_add_test(tests, a_file_among_the_data_that_has_changed_makes_another_sweep);
    tcase_add_test(tests, a_mistake_leaves_the_file_as_it_is);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

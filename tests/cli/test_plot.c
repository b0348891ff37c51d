/*
 * The command plot, as a user runs it: pictures of every extension, drawings in the terminal,
 * titles that try to be more than a title, a gnuplot that is missing or fails.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "drawn.h"
#include "plot_blocks.h"
#include "support.h"

/* --- pictures --------------------------------------------------------------------------------- */

START_TEST(the_extension_chooses_the_format)
{
    static const struct {
        const char *name, *magic;
    } cases[] = { { "a.svg", "<?xml" }, { "a.pdf", "%PDF-" }, { "a.png", "\211PNG" } };
    g_autoptr(TestFolder) folder = test_drawn_folder();

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *rest = g_strdup_printf("timeline a.ini --output %s", cases[i].name);
        g_auto(TestProgram) program = test_drawn(folder, "", rest);
        gsize length;

        test_check_done(&program);
        ck_assert_str_eq(program.output, "");
        g_autofree char *picture = test_content_in(folder, cases[i].name, &length);
        ck_assert(length > 1000 && g_str_has_prefix(picture, cases[i].magic));
        ck_assert_uint_eq(test_count_files(folder), 2 + i);
    }
}
END_TEST

START_TEST(the_same_scenario_gives_the_same_picture)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();
    g_auto(TestProgram) first = test_drawn(folder, "", "timeline a.ini --dark --output a.svg");
    g_auto(TestProgram) second = test_drawn(folder, "", "timeline a.ini --dark --output b.svg");
    g_autofree char *a = test_content_in(folder, "a.svg", NULL),
                    *b = test_content_in(folder, "b.svg", NULL);

    ck_assert_str_eq(a, b);
}
END_TEST

START_TEST(runs_are_named_by_their_schedules_and_devices_numbered)
{
    static const char *const expected[] = { "A run",    "1f1b",      "paci",    "device 0",
                                            "device 3", "time (ms)", "forward", "v1" };
    g_autoptr(TestFolder) folder = test_drawn_folder();
    g_auto(TestProgram) program =
        test_drawn(folder, "", "timeline a.ini --schedules 1f1b,paci --output a.svg");
    g_autofree char *texts = NULL;

    test_check_done(&program);
    texts = test_drawn_texts(folder, "a.svg");
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        ck_assert_msg(strstr(texts, expected[i]) != NULL, "%s is not in the picture", expected[i]);
}
END_TEST

START_TEST(compare_draws_all_schedules_and_leaves_out_who_refuses)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();
    g_auto(TestProgram) all = test_drawn(folder, "", "compare a.ini");
    g_auto(TestProgram) less =
        test_drawn(folder, "", "compare a.ini --set pipeline.micro-batches=5");

    ck_assert_ptr_nonnull(strstr(all.output, "  interleaved "));
    ck_assert_str_eq(all.errors, "");
    ck_assert_ptr_null(strstr(less.output, "interleaved"));
    ck_assert_ptr_nonnull(strstr(less.errors, "note: interleaved is left out"));
}
END_TEST

/* --- titles ----------------------------------------------------------------------------------- */

static const char *const titles[] = {
    "quotes \" ' and `backquotes`",
    "$(touch pwned) `touch pwned` \\`touch pwned\\`",
    "\"; system(\"touch pwned\"); \"",
    "'; system('touch pwned') #",
    "@pwned $data << EOD !touch pwned",
    "a_b^c {/Symbol d} ~e f{.5-} &{g} \\n \\101 %s %d",
    "-2 \303\244\303\266\303\274 \342\202\254 \346\227\245\346\234\254 0123456789",
    "<tag> &amp; ]]> -->",
};

START_TEST(a_title_is_drawn_to_the_letter_whatever_it_says)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();
    g_autofree char *quoted = g_shell_quote(titles[_i]);
    g_autofree char *rest = g_strdup_printf("timeline a.ini --title %s --output a.svg", quoted);
    g_auto(TestProgram) program = test_drawn(folder, "LC_ALL=C.UTF-8", rest);
    g_autofree char *texts = NULL;

    test_check_done(&program);
    texts = test_drawn_texts(folder, "a.svg");
    ck_assert_msg(strstr(texts, titles[_i]) != NULL, "'%s' is not in: %.300s", titles[_i], texts);
    /* the scenario and the picture: nothing was executed */
    ck_assert_uint_eq(test_count_files(folder), 2);
}
END_TEST

START_TEST(a_title_of_several_lines_and_control_characters_is_still_a_picture)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();
    g_auto(TestProgram) program =
        test_drawn(folder, "",
                   "timeline a.ini --title \"$(printf 'one\\ntwo \\001\\033[31m')\" "
                   "--output a.svg --data a.gp");
    g_autofree char *texts = NULL;

    test_check_done(&program);
    texts = test_drawn_texts(folder, "a.svg");
    ck_assert_ptr_nonnull(strstr(texts, "one"));
    ck_assert_ptr_nonnull(strstr(texts, "two \\x01\\x1b[31m"));
}
END_TEST

START_TEST(what_is_no_character_of_xml_is_shown_as_an_escape)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();
    g_auto(TestProgram) program = test_drawn(
        folder, "",
        "timeline a.ini --title \"$(printf '\\357\\277\\276 \\357\\277\\277 \\302\\233')\" "
        "--output a.svg");
    g_autofree char *texts = NULL;

    test_check_done(&program);
    texts = test_drawn_texts(folder, "a.svg");
    ck_assert_ptr_nonnull(strstr(texts, "\\xfffe \\xffff \\x9b"));
}
END_TEST

START_TEST(kept_data_draw_the_same_picture_again)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();
    g_auto(TestProgram) program =
        test_drawn(folder, "", "timeline a.ini --output a.svg --data a.gp --title 'x; y'");
    g_autofree char *line = g_strdup_printf("cd %s && gnuplot a.gp > again.svg", folder);
    g_auto(TestProgram) again = test_shell(line);
    g_autofree char *first = test_content_in(folder, "a.svg", NULL);
    g_autofree char *second = test_content_in(folder, "again.svg", NULL);
    g_autofree char *data = test_content_in(folder, "a.gp", NULL);

    test_check_done(&program);
    test_check_done(&again);
    ck_assert_str_eq(first, second);
    ck_assert(g_str_has_prefix(
        data, "# pipedrift plot timeline a.ini --output a.svg --data a.gp --title 'x; y'\n"));
}
END_TEST

/* --- the terminal ----------------------------------------------------------------------------- */

START_TEST(a_drawing_in_the_terminal_needs_no_gnuplot_and_fits_eighty_columns)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();
    g_auto(TestProgram) program =
        test_drawn(folder, "PATH=/nowhere", "timeline a.ini --schedules gpipe,paci --output -");
    g_auto(TestProgram) by_default =
        test_drawn(folder, "PATH=/nowhere", "timeline a.ini --schedules gpipe,paci");

    test_check_done(&program);
    ck_assert_str_eq(program.output, by_default.output);
    test_plot_check_width(program.output, 80);
    ck_assert_ptr_nonnull(strstr(program.output, "\ngpipe\n   0 0>>2>3>"));
    /* no colours where there is no terminal */
    ck_assert_ptr_null(strchr(program.output, '\033'));
}
END_TEST

/* --- what goes wrong -------------------------------------------------------------------------- */

static const struct {
    const char *rest, *message;
    int status;
} failures[] = {
    { "timelin a.ini", "plot 'timelin' is unknown; did you mean timeline? there are timeline", 2 },
    { "timeline", "an argument is missing", 2 },
    { "timeline none.ini", "none.ini: cannot be read", 2 },
    { "timeline a.ini --output a.jpg", "--output: a.jpg ends in none of .svg, .pdf, .png", 2 },
    { "timeline a.ini --output no/a.svg", "no/a.svg: cannot be written", 3 },
    { "timeline a.ini --size 10x10 --output a.svg", "--size: '10x10' is no size", 2 },
    { "timeline a.ini --size 960 --output a.svg", "--size: '960' is no size", 2 },
    { "timeline a.ini --from 5 --output a.svg", "--from: '5' has no unit", 2 },
    { "timeline a.ini --from 5ms --to 5ms --output a.svg", "--from: is not before --to", 2 },
    { "timeline a.ini --to 0ns --output a.svg", "--to: is where runs begin", 2 },
    { "timeline a.ini --from 9223372036854775807ns", "--from: is not before --to", 2 },
    { "memory a.ini --from 1000s --output a.svg", "--from: is not before the end, which is at", 2 },
    { "bubble a.ini --from 1ms --output a.svg", "--from: has no use with plot bubble", 2 },
    { "compare a.ini --to 1ms", "--to: has no use with plot compare", 2 },
    { "timeline a.ini --schedules paci,pacy --output a.svg", "schedule 'pacy' is unknown", 2 },
    { "bubble a.ini --idle --output a.svg", "--idle: has no use with plot bubble", 2 },
    { "compare a.ini --links", "--links: has no use with plot compare", 2 },
    { "timeline a.ini --data a.gp", "--data: is what gnuplot draws", 2 },
    { "timeline a.ini --set pipeline.devices=0 --output a.svg", "[pipeline] devices", 2 },
    { "timeline a.ini --schedules 1f1b,1f1b,1f1b,1f1b,1f1b,1f1b,1f1b,1f1b,1f1b --output a.svg",
      "draws up to 8 runs", 2 },
};

START_TEST(what_is_wrong_is_told_in_one_line_and_leaves_no_file)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();
    g_auto(TestProgram) program = test_drawn(folder, "", failures[_i].rest);

    test_check_failed(&program, failures[_i].status, failures[_i].message);
    ck_assert_uint_eq(test_count_files(folder), 1);
}
END_TEST

/* A gnuplot of the test's own, which is found before the real one. */
static void
put_gnuplot(const TestFolder *folder, const char *script)
{
    g_autofree char *text = g_strdup_printf("#!/bin/sh\n%s\n", script);
    g_autofree char *path = test_file(folder, "bin/gnuplot", text);

    ck_assert_int_eq(g_chmod(path, 0755), 0);
}

START_TEST(a_missing_gnuplot_is_a_failure_of_the_system)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();
    g_auto(TestProgram) program =
        test_drawn(folder, "PATH=/nowhere", "timeline a.ini --output a.svg");

    test_check_failed(&program, 3, "gnuplot: is not installed; install it");
    ck_assert_uint_eq(test_count_files(folder), 1);
}
END_TEST

static const struct {
    const char *script, *message;
} broken_gnuplots[] = {
    { "cat >/dev/null; echo; echo 'line 3: undefined variable' >&2; echo >&2; exit 1",
      "gnuplot: line 3: undefined variable" },
    { "cat >/dev/null; exit 1", "gnuplot: it failed without a word" },
    { "cat >/dev/null; exit 0", "gnuplot: it failed without a word" },
    { "exit 0", "gnuplot: " },
    { "cat >/dev/null; kill -SEGV $$", "gnuplot: Segmentation fault" },
};

START_TEST(a_gnuplot_that_fails_is_told_in_one_line_and_leaves_no_file)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();

    put_gnuplot(folder, broken_gnuplots[_i].script);
    g_auto(TestProgram) program =
        test_drawn(folder, "PATH=\"$PWD/bin:$PATH\"", "timeline a.ini --output a.svg");
    test_check_failed(&program, 3, broken_gnuplots[_i].message);
    ck_assert_uint_eq(test_count_files(folder), 2);
}
END_TEST

START_TEST(a_signal_leaves_no_file_behind)
{
    static const char *const signals[] = { "INT", "TERM", "HUP", "KILL" };
    g_autoptr(TestFolder) folder = test_drawn_folder();
    g_autofree char *line = g_strdup_printf(
        "cd %s && mkdir tmp && PATH=\"$PWD/bin:$PATH\" TMPDIR=\"$PWD/tmp\" && export PATH TMPDIR\n"
        "\"$PIPEDRIFT\" plot timeline a.ini --output a.svg &\n"
        "while ! test -e began; do sleep 0.01; done\n"
        "kill -%s $!; wait $!; rm began; ls tmp",
        folder, signals[_i]);

    put_gnuplot(folder, "touch began; exec sleep 2 >/dev/null 2>&1 </dev/null");
    g_auto(TestProgram) program = test_shell(line);
    ck_assert_str_eq(program.output, "");
    /* a.ini, bin, tmp */
    ck_assert_uint_eq(test_count_files(folder), 3);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("plot");
    TCase *tests = tcase_create("plot");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, the_extension_chooses_the_format);
    tcase_add_test(tests, the_same_scenario_gives_the_same_picture);
    tcase_add_test(tests, runs_are_named_by_their_schedules_and_devices_numbered);
    tcase_add_loop_test(tests, a_title_is_drawn_to_the_letter_whatever_it_says, 0,
                        G_N_ELEMENTS(titles));
    tcase_add_test(tests, a_title_of_several_lines_and_control_characters_is_still_a_picture);
    tcase_add_test(tests, what_is_no_character_of_xml_is_shown_as_an_escape);
    tcase_add_test(tests, kept_data_draw_the_same_picture_again);
    tcase_add_test(tests, a_drawing_in_the_terminal_needs_no_gnuplot_and_fits_eighty_columns);
    tcase_add_test(tests, compare_draws_all_schedules_and_leaves_out_who_refuses);
    tcase_add_loop_test(tests, what_is_wrong_is_told_in_one_line_and_leaves_no_file, 0,
                        G_N_ELEMENTS(failures));
    tcase_add_test(tests, a_missing_gnuplot_is_a_failure_of_the_system);
    tcase_add_loop_test(tests, a_gnuplot_that_fails_is_told_in_one_line_and_leaves_no_file, 0,
                        G_N_ELEMENTS(broken_gnuplots));
    tcase_add_loop_test(tests, a_signal_leaves_no_file_behind, 0, 4);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

/*
 * Where a result goes: to standard output, or to the file of --output, whole or not at all.
 */
#include <unistd.h>

#include "files.h"
#include "program.h"
#include "support.h"

#define TEXT                                                                                       \
    "[pipeline]\ndevices = 3\nschedule = paci\nmicro-batches = 4\n[compute]\nforward = 1 ms\n"     \
    "backward = 2 ms\n"

START_TEST(a_file_gets_what_standard_output_would)
{
    static const char *const formats[] = { "table", "json", "csv" };
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TEXT);
    g_autofree char *path = g_build_filename(folder, "out", NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_auto(TestProgram) printed =
            test_program("simulate", scenario, "--format", formats[i], NULL);
        g_auto(TestProgram) written =
            test_program("simulate", scenario, "--format", formats[i], "--output", path, NULL);

        test_check_done(&printed);
        test_check_done(&written);
        ck_assert_str_eq(written.output, "");
        ck_assert_str_eq(written.errors, "");
        g_autofree char *text = test_content(path);
        ck_assert_str_eq(text, printed.output);
        ck_assert_uint_eq(test_count_files(folder), 2);
    }
}
END_TEST

START_TEST(a_file_that_is_there_stays_as_it_is_when_the_command_fails)
{
    static const char *const wrong[][4] = {
        { "simulate", "--set", "pipeline.devices=0" },
        { "simulate", "--format", "xml" },
        { "simulate", "--per-micro-batch" },
        { "compare", "--schedules", "paci,naive" },
        { "simulate", "--set", "link.latency=9223372036854775807 ns" },
    };
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TEXT);
    g_autofree char *path = test_file(folder, "out", "what was there\n");

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_auto(TestProgram) program =
            test_program(wrong[i][0], scenario, "--output", path, wrong[i][1], wrong[i][2], NULL);

        test_check_failed(&program, 2, "");
        g_autofree char *text = test_content(path);
        ck_assert_str_eq(text, "what was there\n");
        ck_assert_uint_eq(test_count_files(folder), 2);
    }
}
END_TEST

START_TEST(a_link_to_a_file_is_followed)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TEXT);
    g_autofree char *path = test_file(folder, "real", "");
    g_autofree char *other = g_build_filename(folder, "link", NULL);

    ck_assert_int_eq(symlink("real", other), 0);
    g_auto(TestProgram) program = test_program("simulate", scenario, "--output", other, NULL);
    test_check_done(&program);
    g_autofree char *text = test_content(path);
    ck_assert_str_ne(text, "");
    ck_assert(g_file_test(other, G_FILE_TEST_IS_SYMLINK));
}
END_TEST

START_TEST(what_cannot_be_written_is_status_3)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TEXT);
    g_autofree char *inside_a_file = g_build_filename(scenario, "out", NULL);
    g_autofree char *nowhere = g_build_filename(folder, "no", "where", NULL);
    g_autofree char *strange = g_build_filename(folder, "no", "new\nline", NULL);
    const char *const paths[] = { folder, inside_a_file, nowhere, strange, "/dev/full" };

    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        if (g_str_equal(paths[i], "/dev/full") && access("/dev/full", W_OK) != 0)
            continue;
        g_auto(TestProgram) program =
            test_program("simulate", scenario, "--output", paths[i], NULL);
        test_check_failed(&program, 3, ": cannot be written: ");
        ck_assert_uint_eq(test_count_files(folder), 1);
    }
}
END_TEST

START_TEST(a_full_or_closed_standard_output_is_status_3)
{
    static const char *const ends[] = { "> /dev/full", ">&-" };
    static const char *const commands[] = { "simulate", "compare" };
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TEXT);

    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(commands); j++) {
            g_autofree char *line =
                g_strdup_printf("\"$PIPEDRIFT\" %s %s --quiet %s", commands[j], scenario, ends[i]);

            if (i == 0 && access("/dev/full", W_OK) != 0)
                continue;
            g_auto(TestProgram) program = test_shell(line);
            test_check_failed(&program, 3, "standard output: cannot be written: ");
        }
    }
}
END_TEST

START_TEST(a_device_or_a_pipe_is_written_to_and_not_replaced)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TEXT);
    g_autofree char *line =
        g_strdup_printf("cd %s && mkfifo pipe && { cat pipe > copy & } && \"$PIPEDRIFT\" simulate "
                        "a.ini --output pipe && wait && test -p pipe && cat copy",
                        folder);
    g_auto(TestProgram) null = test_program("simulate", scenario, "--output", "/dev/null", NULL);
    g_auto(TestProgram) piped = test_shell(line);
    g_auto(TestProgram) printed = test_program("simulate", scenario, NULL);

    test_check_done(&null);
    ck_assert_str_eq(null.output, "");
    ck_assert(!g_file_test("/dev/null", G_FILE_TEST_IS_REGULAR));
    test_check_done(&piped);
    ck_assert_str_eq(piped.output, printed.output);
}
END_TEST

START_TEST(a_scenario_can_come_through_a_pipe)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TEXT);
    g_autofree char *line =
        g_strdup_printf("cat %s | \"$PIPEDRIFT\" simulate /dev/stdin", scenario);
    g_auto(TestProgram) piped = test_shell(line);
    g_auto(TestProgram) read = test_program("simulate", scenario, NULL);

    test_check_done(&piped);
    ck_assert_str_eq(piped.output, read.output);
}
END_TEST

START_TEST(a_message_is_one_line_in_any_locale)
{
    static const char *const locales[] = { "C", "POSIX", "C.UTF-8", "no_SUCH" };
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "\303\266.ini", "[pipeline]\ndevices = \303\266");

    for (gsize i = 0; i < G_N_ELEMENTS(locales); i++) {
        g_autofree char *line =
            g_strdup_printf("LC_ALL=%s \"$PIPEDRIFT\" simulate %s", locales[i], scenario);
        g_auto(TestProgram) program = test_shell(line);

        test_check_failed(&program, 2, ".ini: [pipeline] devices: ");
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("output");
    TCase *tests = tcase_create("output");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_file_gets_what_standard_output_would);
    tcase_add_test(tests, a_file_that_is_there_stays_as_it_is_when_the_command_fails);
    tcase_add_test(tests, a_link_to_a_file_is_followed);
    tcase_add_test(tests, what_cannot_be_written_is_status_3);
    tcase_add_test(tests, a_full_or_closed_standard_output_is_status_3);
    tcase_add_test(tests, a_device_or_a_pipe_is_written_to_and_not_replaced);
    tcase_add_test(tests, a_scenario_can_come_through_a_pipe);
    tcase_add_test(tests, a_message_is_one_line_in_any_locale);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

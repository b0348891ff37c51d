/*
 * What the command line promises: exit statuses, where words go, formats, files that are written
 * whole or not at all.
 */
#include "files.h"
#include "program.h"
#include "schedules.h"
#include "support.h"

#define TEXT                                                                                       \
    "[scenario]\ntitle = a, b\n[pipeline]\ndevices = 3\nschedule = paci\nmicro-batches = 4\n"      \
    "mini-batches = 2\n[compute]\nforward = 1 ms\nbackward = 2 ms\n"

/* A folder with a scenario in it. */
typedef struct {
    TestFolder *folder;
    char *scenario;
} Place;

static void
place_init(Place *place)
{
    place->folder = test_folder_new();
    place->scenario = test_file(place->folder, "a.ini", TEXT);
}

static void
place_clear(Place *place)
{
    test_folder_free(place->folder);
    g_free(place->scenario);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

/* --- usage ------------------------------------------------------------------------------------ */

START_TEST(bad_usage_is_one_line_and_status_2)
{
    g_autofree char *endless = g_strnfill(3000, 'x');
    g_autofree char *option = g_strconcat("--", endless, NULL);
    const char *const rows[][5] = {
        /* command, arguments; S is the scenario */
        { "a command is missing" },
        { "'simulte' is unknown; did you mean simulate?", "simulte" },
        { "'conquer' is unknown", "conquer" },
        { "is unknown", endless },
        { "'new\\nline' is unknown", "new\nline" },
        { "an argument is missing", "simulate" },
        { "--output: names the input itself", "simulate", "S", "--output", "S" },
        { "--trace: names the file of the input", "simulate", "S", "--trace", "S" },
        { "an argument is missing", "compare", "--quiet" },
        { "'b.ini' is one argument too many", "simulate", "S", "b.ini" },
        { "one argument too many", "schedules", "S" },
        { "Unknown option --bogus", "simulate", "S", "--bogus" },
        { "Unknown option ", "simulate", "S", option },
        { "Missing argument for --set", "simulate", "S", "--set" },
        { "Missing argument for --format", "compare", "S", "--format" },
        { "--format: 'xml' is unknown to simulate; write one of table, json, csv", "simulate", "S",
          "--format", "xml" },
        { "--output: is empty; write the path of a file", "simulate", "S", "--output", "" },
        { "--format: '' is unknown", "simulate", "S", "--format", "" },
        { "--format: 'Json' is unknown", "schedules", "--format", "Json" },
        { "--set: 'devices=4' is not of the form", "simulate", "S", "--set", "devices=4" },
        { "--set: [pipeline] 'device': ", "simulate", "S", "--set", "pipeline.device=4" },
        { "--set: [pipeline] devices: ", "simulate", "S", "--set", "pipeline.devices=0" },
        { "--per-micro-batch: ", "simulate", "S", "--per-micro-batch" },
        { "--per-micro-batch: ", "compare", "S", "--per-micro-batch" },
        { "schedule 'naive' is unknown", "compare", "S", "--schedules", "paci,naive" },
        { "schedule '' is unknown", "compare", "S", "--schedules", "paci,,gpipe" },
        { "schedule '' is unknown", "compare", "S", "--schedules", "," },
        { "--schedules: ", "compare", "S", "--schedules", "" },
        { "not divisible", "compare", "S", "--schedules", "interleaved" },
        { "nowhere.ini: cannot be read: ", "simulate", "nowhere.ini" },
        { "nowhere.ini: cannot be read: ", "compare", "nowhere.ini" },
        { "cannot be read", "simulate", "new\nline.ini" },
        { "cannot be read", "simulate", "" },
    };
    g_auto(Place) place;
    const char *arguments[4];

    place_init(&place);
    for (int i = 0; i < 4; i++)
        arguments[i] = g_strcmp0(rows[_i][i + 1], "S") == 0 ? place.scenario : rows[_i][i + 1];
    g_auto(TestProgram) program =
        test_program(arguments[0], arguments[1], arguments[2], arguments[3], NULL);
    test_check_failed(&program, 2, rows[_i][0]);
}
END_TEST

enum { N_USAGES = 30 };

START_TEST(help_and_version_go_to_standard_output)
{
    static const char *const rows[][3] = {
        { "Usage: pipedrift COMMAND", "--help" },
        { "Usage: pipedrift COMMAND", "-h" },
        { "pipedrift ", "--version" },
        { "--per-micro-batch", "simulate", "--help" },
        { "--schedules=SCHEDULES", "compare", "-h" },
        { "--format=table|json|csv", "schedules", "--help" },
        { "--format=table|json ", "validate", "--help" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(TestProgram) program = test_program(rows[i][1], rows[i][2], NULL);

        test_check_done(&program);
        ck_assert_str_eq(program.errors, "");
        ck_assert_ptr_nonnull(strstr(program.output, rows[i][0]));
    }
}
END_TEST

START_TEST(the_help_names_every_command)
{
    static const char *const commands[] = { "simulate", "compare", "check", "schedules" };
    g_auto(TestProgram) program = test_program("--help", NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
        ck_assert_ptr_nonnull(strstr(program.output, commands[i]));
}
END_TEST

/* --- what goes where -------------------------------------------------------------------------- */

START_TEST(keys_without_use_are_mentioned_on_standard_error_unless_quiet)
{
    g_auto(Place) place;

    place_init(&place);
    g_auto(TestProgram) loud =
        test_program("simulate", place.scenario, "--set", "pipeline.schedule=gpipe", "--set",
                     "pipeline.in-flight=3", NULL);
    g_auto(TestProgram) quiet =
        test_program("simulate", place.scenario, "--set", "pipeline.schedule=gpipe", "--set",
                     "pipeline.in-flight=3", "--quiet", NULL);
    test_check_done(&loud);
    test_check_done(&quiet);
    ck_assert_ptr_nonnull(strstr(loud.errors, "[pipeline] in-flight has no use under gpipe"));
    ck_assert_str_eq(quiet.errors, "");
    ck_assert_str_eq(loud.output, quiet.output);
}
END_TEST

START_TEST(all_schedules_that_can_be_had_are_compared_unless_told_otherwise)
{
    g_auto(Place) place;

    place_init(&place);
    /* 3 devices do not divide 4 micro-batches */
    g_auto(TestProgram) all = test_program("compare", place.scenario, "--format", "csv", NULL);
    g_auto(TestProgram) quiet =
        test_program("compare", place.scenario, "--format", "csv", "--quiet", NULL);
    test_check_done(&all);
    test_check_done(&quiet);
    ck_assert_ptr_nonnull(strstr(all.errors, "interleaved is left out"));
    ck_assert_str_eq(quiet.errors, "");
    ck_assert_str_eq(all.output, quiet.output);
    for (gsize i = 0; pd_schedules[i] != NULL; i++) {
        g_autofree char *cell = g_strdup_printf(",%s,", pd_schedules[i]->name);

        ck_assert((strstr(all.output, cell) != NULL) ==
                  !g_str_equal(pd_schedules[i]->name, "interleaved"));
    }
}
END_TEST

START_TEST(an_override_is_what_the_file_would_say_and_the_last_one_wins)
{
    g_auto(Place) place;

    place_init(&place);
    g_autofree char *other = test_file(
        place.folder, "b.ini",
        "[scenario]\ntitle = a, b\n[pipeline]\ndevices = 5\nschedule = 1f1b\nmicro-batches = 4\n"
        "mini-batches = 2\n[compute]\nforward = 1 ms\nbackward = 2 ms\n");
    g_auto(TestProgram) stated = test_program("simulate", other, NULL);
    g_auto(TestProgram) set =
        test_program("simulate", "--set", "pipeline.devices=9", place.scenario, "--set",
                     "pipeline.devices=5", "--set=pipeline.schedule=1f1b", NULL);
    test_check_done(&set);
    ck_assert_str_eq(set.output, stated.output);
}
END_TEST

START_TEST(the_same_input_gives_the_same_bytes)
{
    static const char *const formats[] = { "table", "json", "csv" };
    const char *format = formats[_i];
    g_auto(Place) place;

    place_init(&place);
    g_auto(TestProgram) once = test_program("compare", place.scenario, "--format", format, "--set",
                                            "compute.jitter=0.2", NULL);
    g_auto(TestProgram) again = test_program("compare", place.scenario, "--format", format, "--set",
                                             "compute.jitter=0.2", NULL);
    test_check_done(&once);
    ck_assert_str_eq(once.output, again.output);
}
END_TEST

START_TEST(a_table_is_eighty_columns_wide)
{
    g_auto(Place) place;

    place_init(&place);
    g_auto(TestProgram) report = test_program("simulate", place.scenario, NULL);
    g_auto(TestProgram) comparison = test_program("compare", place.scenario, "--quiet", NULL);
    g_autofree char *both = g_strconcat(report.output, comparison.output, NULL);
    g_auto(GStrv) lines = g_strsplit(both, "\n", -1);

    for (char **line = lines; *line != NULL; line++)
        ck_assert_msg(g_utf8_strlen(*line, -1) <= 80, "%s", *line);
}
END_TEST

START_TEST(a_scenario_that_comes_with_the_program_is_found_by_its_name)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = test_source("scenarios/equal-stages.ini");
    g_autofree char *line =
        g_strdup_printf("cd %s && \"$PIPEDRIFT\" simulate equal-stages.ini", folder);
    g_auto(TestProgram) by_name = test_shell(line);
    g_auto(TestProgram) by_path = test_program("simulate", path, NULL);

    test_check_done(&by_name);
    ck_assert_str_eq(by_name.output, by_path.output);
    /* one of the same name that is there goes first */
    test_put(folder, "equal-stages.ini", "[pipeline]\n");
    g_auto(TestProgram) here = test_shell(line);
    test_check_failed(&here, 2, "equal-stages.ini: [pipeline] schedule: this key is missing");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cli");
    TCase *tests = tcase_create("cli");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, bad_usage_is_one_line_and_status_2, 0, N_USAGES);
    tcase_add_test(tests, help_and_version_go_to_standard_output);
    tcase_add_test(tests, the_help_names_every_command);
    tcase_add_test(tests, keys_without_use_are_mentioned_on_standard_error_unless_quiet);
    tcase_add_test(tests, all_schedules_that_can_be_had_are_compared_unless_told_otherwise);
    tcase_add_test(tests, an_override_is_what_the_file_would_say_and_the_last_one_wins);
    tcase_add_loop_test(tests, the_same_input_gives_the_same_bytes, 0, 3);
    tcase_add_test(tests, a_table_is_eighty_columns_wide);
    tcase_add_test(tests, a_scenario_that_comes_with_the_program_is_found_by_its_name);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

/*
 * A sweep as a user meets it: rows, whatever the number of jobs; how they are chosen; refusals.
 */
#include <string.h>

#include "support.h"
#include "swept.h"

/* --- rows ------------------------------------------------------------------------------------- */

static const char *const outputs[] = {
    "--format csv",
    "--format json",
    "--format table",
    "--format csv --where 'max_crossing == 1 || !fits_memory'",
    "--format csv --pareto throughput_micro_batches_per_s,-max_peak_memory_bytes,-max_crossing",
    "--format csv --sort -makespan_ns --top 7",
    "--format csv --sample 20 --seed 3",
};

START_TEST(any_number_of_jobs_gives_the_same_bytes)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) one =
        test_shell_in(folder, "$PIPEDRIFT sweep s.ini " TEST_VARIED " %s --jobs 1", outputs[_i]);

    test_check_done(&one);
    ck_assert_str_ne(one.output, "");
    for (int jobs = 2; jobs <= 9; jobs += 7) {
        g_auto(TestProgram) more = test_shell_in(
            folder, "$PIPEDRIFT sweep s.ini " TEST_VARIED " %s --jobs %d", outputs[_i], jobs);

        test_check_done(&more);
        ck_assert_str_eq(more.output, one.output);
        ck_assert_str_eq(more.errors, one.errors);
    }
}
END_TEST

START_TEST(a_row_says_what_simulate_says)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) sweep =
        test_shell_in(folder, "$PIPEDRIFT sweep s.ini --set scenario.title=t --format csv "
                              "--vary pipeline.micro-batches=4,8 --vary link.latency=0us,1ms");

    test_check_done(&sweep);
    g_auto(GStrv) rows = g_strsplit(sweep.output, "\n", -1);
    ck_assert_uint_eq(g_strv_length(rows), 6);
    ck_assert_msg(g_str_has_prefix(rows[0], "pipeline.micro-batches,link.latency,schema,version,"),
                  "%s", rows[0]);
    ck_assert(g_str_has_suffix(rows[0], ",fits_memory,error"));
    for (int i = 0; i < 4; i++) {
        const char *micro_batches = i < 2 ? "4" : "8", *latency = i % 2 == 0 ? "0us" : "1ms";
        g_auto(TestProgram) simulate = test_shell_in(
            folder,
            "$PIPEDRIFT simulate s.ini --set scenario.title=t --format csv --set "
            "pipeline.micro-batches=%s --set link.latency=%s | tail -n 1 | tr -d '\\n'",
            micro_batches, latency);
        g_autofree char *row =
            g_strdup_printf("%s,%s,%s,", micro_batches, latency, simulate.output);

        ck_assert_str_eq(rows[i + 1], row);
    }
}
END_TEST

START_TEST(an_invalid_point_is_a_row_that_says_so)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) program =
        test_shell_in(folder, "$PIPEDRIFT sweep s.ini --set scenario.title=t --format csv "
                              "--vary pipeline.schedule=interleaved,paci,naive "
                              "--vary pipeline.micro-batches=6,8");

    test_check_done(&program);
    g_auto(GStrv) rows = g_strsplit(program.output, "\n", -1);
    ck_assert_uint_eq(g_strv_length(rows), 8);
    ck_assert_msg(strstr(rows[1], "interleaved,6,,,,") != NULL, "%s", rows[1]);
    ck_assert_msg(strstr(rows[1], "6 is not divisible by the 4 devices") != NULL, "%s", rows[1]);
    ck_assert_msg(g_str_has_suffix(rows[2], "false,"), "%s", rows[2]);
    ck_assert_msg(g_str_has_suffix(rows[3], "true,"), "%s", rows[3]);
    ck_assert_msg(strstr(rows[5], "schedule 'naive' is unknown") != NULL, "%s", rows[5]);
    ck_assert_msg(g_str_has_prefix(program.errors, "pipedrift: note: 3 of 6 points are invalid; "),
                  "%s", program.errors);
}
END_TEST

START_TEST(json_has_the_same_rows)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) program = test_shell_in(
        folder, "$PIPEDRIFT sweep s.ini --format json --quiet "
                "--vary pipeline.schedule=interleaved,paci --vary pipeline.micro-batches=6");
    test_check_done(&program);
    g_autoptr(JsonNode) root = test_json(program.output);
    JsonObject *object = json_node_get_object(root);
    JsonArray *rows = json_object_get_array_member(object, "rows");
    JsonObject *invalid, *valid;

    ck_assert_str_eq(json_object_get_string_member(object, "schema"), "pipedrift.sweep/1");
    ck_assert_uint_eq(json_array_get_length(rows), 2);
    invalid = json_array_get_object_element(rows, 0);
    valid = json_array_get_object_element(rows, 1);
    ck_assert_str_eq(json_object_get_string_member(invalid, "pipeline.schedule"), "interleaved");
    ck_assert_ptr_nonnull(strstr(json_object_get_string_member(invalid, "error"), "divisible"));
    ck_assert(json_object_get_null_member(invalid, "makespan_ns"));
    ck_assert(json_object_get_null_member(valid, "error"));
    ck_assert_int_eq(json_object_get_int_member(valid, "micro_batches"), 18);
    ck_assert_int_eq(json_object_get_size(valid), json_object_get_size(invalid));
}
END_TEST

START_TEST(a_table_fits_a_terminal)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) program =
        test_shell_in(folder, "$PIPEDRIFT sweep s.ini --set scenario.title=t --quiet " TEST_VARIED);

    test_check_done(&program);
    g_auto(GStrv) lines = g_strsplit(program.output, "\n", -1);
    ck_assert_str_eq(lines[0], "t");
    ck_assert_str_eq(lines[1], "60 of 60 points");
    ck_assert_msg(g_str_has_prefix(lines[3], "schedule     micro-batches  latency"), "%s",
                  lines[3]);
    for (char **line = lines; *line != NULL; line++)
        ck_assert_int_le(g_utf8_strlen(*line, -1), 80);
    ck_assert_uint_eq(g_strv_length(lines), 4 + TEST_N_VARIED + 2);
}
END_TEST

START_TEST(a_varied_file_is_read_by_each_point)
{
    g_autoptr(TestFolder) folder = test_swept_folder();

    test_put(folder, "m/a.ini",
             "[model]\nlayers = 4\nheads = 2\nhidden = 16\ncontext = 16\n"
             "vocabulary = 256\n");
    test_put(folder, "m/b.ini",
             "[model]\nlayers = 3\nheads = 2\nhidden = 16\ncontext = 32\n"
             "vocabulary = 256\n");
    g_auto(TestProgram) program =
        test_shell_in(folder, "$PIPEDRIFT sweep s.ini --format csv --set scenario.title=t --set "
                              "pipeline.devices=3 --vary model.file=m/a.ini,m/b.ini,m/c.ini | "
                              "cut -d, -f 1,12,13");
    test_check_done(&program);
    g_auto(GStrv) rows = g_strsplit(program.output, "\n", -1);
    for (int i = 1; i <= 2; i++) {
        g_auto(GStrv) cells = g_strsplit(rows[i], ",", -1);

        /* tokens are those of the file's context */
        ck_assert_double_eq_tol(g_ascii_strtod(cells[2], NULL) / g_ascii_strtod(cells[1], NULL),
                                (i == 1 ? 16 : 32), 1e-9);
    }
    ck_assert_str_eq(rows[3], "m/c.ini,,");
}
END_TEST

/* The cells of a column, without the header, joined by spaces. */
static char *
column(const char *csv, const char *name)
{
    g_auto(GStrv) lines = g_strsplit(csv, "\n", -1), names = g_strsplit(lines[0], ",", -1);
    GString *cells = g_string_new(NULL);
    guint number = 0;

    while (names[number] != NULL && !g_str_equal(names[number], name))
        number++;
    ck_assert_ptr_nonnull(names[number]);
    for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++) {
        g_auto(GStrv) row = g_strsplit(lines[i], ",", -1);

        g_string_append_printf(cells, "%s%s", i == 1 ? "" : " ", row[number]);
    }
    return g_string_free(cells, FALSE);
}

/* Without jitter: a forward of 1 ms, a backward of 2 ms, p = 4; a flush takes (M + 3) 3 ms. */
static const struct {
    const char *options, *micro_batches;
} choices[] = {
    { "", "4 6 8 10 12" },
    { "--where 'makespan_ns <= 33 ms'", "4 6 8" },
    { "--where 'makespan_ns > 27ms and not makespan_ns == 33ms'", "10 12" },
    { "--where 'bubble_fraction < 25%'", "10 12" },
    { "--where 'bubble_fraction > 100%'", "" },
    { "--where 'pipeline.micro-batches >= 8 and pipeline.micro-batches != 10'", "8 12" },
    { "--sort -pipeline.micro-batches --top 3", "12 10 8" },
    { "--sort makespan_ns", "4 6 8 10 12" },
    { "--sort -makespan_ns", "12 10 8 6 4" },
    { "--sort -makespan_ns --top 2", "12 10" },
    { "--sort schedule --top 3", "4 6 8" },
    { "--sort micro_batches --top 100", "4 6 8 10 12" },
    { "--pareto -makespan_ns", "4" },
    { "--pareto throughput_micro_batches_per_s", "12" },
    { "--pareto throughput_micro_batches_per_s,-makespan_ns", "4 6 8 10 12" },
    { "--pareto -bubble_fraction,-bubble_overhead", "12" },
    { "--pareto max_crossing", "4 6 8 10 12" },
    { "--pareto -makespan_ns,micro_batches --where 'makespan_ns < 40ms' --sort -makespan_ns --top "
      "2",
      "10 8" },
};

START_TEST(rows_are_chosen_by_their_figures)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) program = test_shell_in(
        folder,
        "$PIPEDRIFT sweep s.ini --format csv --set scenario.title=t --set compute.jitter=0 "
        "--set pipeline.schedule=1f1b --set pipeline.mini-batches=1 "
        "--vary pipeline.micro-batches=4..12:2 %s",
        choices[_i].options);
    g_autofree char *micro_batches = NULL;

    test_check_done(&program);
    micro_batches = column(program.output, "pipeline.micro-batches");
    ck_assert_str_eq(micro_batches, choices[_i].micro_batches);
}
END_TEST

START_TEST(invalid_points_are_last_when_sorted_and_never_on_a_front)
{
    static const struct {
        const char *options, *micro_batches;
    } rows[] = {
        { "--sort makespan_ns", "4 8 6 10" },     { "--sort -makespan_ns", "8 4 6 10" },
        { "--pareto max_crossing", "4 8" },       { "--where 'max_crossing >= 0'", "4 8" },
        { "--where '!(max_crossing >= 0)'", "" },
    };
    g_autoptr(TestFolder) folder = test_swept_folder();

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_auto(TestProgram) program = test_shell_in(
            folder,
            "$PIPEDRIFT sweep s.ini --quiet --format csv --set scenario.title=t --set "
            "pipeline.schedule=interleaved --vary pipeline.micro-batches=4..10:2 %s",
            rows[i].options);
        g_autofree char *micro_batches = NULL;

        test_check_done(&program);
        micro_batches = column(program.output, "pipeline.micro-batches");
        ck_assert_str_eq(micro_batches, rows[i].micro_batches);
    }
}
END_TEST

START_TEST(zip_pairs_and_a_sample_is_part_of_the_product)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) zip = test_shell_in(
        folder, "$PIPEDRIFT sweep s.ini --zip --format csv --vary pipeline.devices=2,4 --vary "
                "pipeline.micro-batches=8,16 --set scenario.title=t | cut -d, -f 1,2");
    g_auto(TestProgram) all = test_shell_in(folder, "$PIPEDRIFT sweep s.ini " TEST_VARIED
                                                    " --format csv --quiet --set scenario.title=t");
    g_auto(TestProgram) drawn =
        test_shell_in(folder, "$PIPEDRIFT sweep s.ini " TEST_VARIED
                              " --format csv --quiet --set scenario.title=t "
                              "--sample 10 --seed 5");
    g_auto(GStrv) rows = g_strsplit(drawn.output, "\n", -1);
    const char *at = all.output;

    test_check_done(&zip);
    ck_assert_str_eq(zip.output, "pipeline.devices,pipeline.micro-batches\n2,8\n4,16\n");
    ck_assert_uint_eq(g_strv_length(rows), 12);
    for (guint i = 0; i < 11; i++) {
        at = strstr(at, rows[i]);
        ck_assert_msg(at != NULL, "%s", rows[i]);
    }
}
END_TEST

/* --- refusals --------------------------------------------------------------------------------- */

static const struct {
    const char *arguments, *message;
} refusals[] = {
    { "", "an argument is missing; the usage is: pipedrift sweep SCENARIO" },
    { "s.ini", "--vary: is missing; write one such as --vary pipeline.micro-batches=8,16,32" },
    { "none.ini --vary pipeline.devices=2", "none.ini: cannot be read" },
    { "s.ini --vary pipeline.device=2",
      "--vary: [pipeline] 'device': this key is unknown; did you" },
    { "s.ini --vary pipeline.devices=2,x", "--vary: [pipeline] devices: 'x' is not a number" },
    { "s.ini --vary pipeline.devices=1..1e12", "has more than 1000000 points" },
    { "s.ini --vary pipeline.devices=2 --vary pipeline.devices=4",
      "pipeline.devices is given twice" },
    { "s.ini --vary pipeline.devices=2,4 --vary pipeline.micro-batches=1,2,3 --zip",
      "--zip: pipeline.devices has 2 values and pipeline.micro-batches has 3" },
    { "s.ini --vary pipeline.devices=2 --set pipeline.device=2", "--set: [pipeline] 'device'" },
    { "s.ini --vary pipeline.devices=2 --set model.file=none.ini",
      "--set: [model] file: none.ini: cannot be read" },
    { "s.ini --vary pipeline.devices=2 --sample 0", "--sample: 0 is out of range" },
    { "s.ini --vary pipeline.devices=2 --sample 100000000", "--sample: 100000000 is out of range" },
    { "s.ini --vary pipeline.devices=2 --seed 1", "--seed: has no use without --sample" },
    { "s.ini --vary pipeline.devices=2 --sample 1 --seed -1", "--seed: is negative" },
    { "s.ini --vary pipeline.devices=2 --jobs 0",
      "--jobs: 0 is out of range; write a number from 1" },
    { "s.ini --vary pipeline.devices=2 --jobs -2", "--jobs: -2 is out of range" },
    { "s.ini --vary pipeline.devices=2 --jobs two", "Cannot parse integer value" },
    { "s.ini --vary pipeline.devices=2 --top 0 --sort schedule", "--top: 0 is out of range" },
    { "s.ini --vary pipeline.devices=2 --top 0", "--top: " },
    { "s.ini --vary pipeline.devices=2 --where 'max_crosing < 2'",
      "--where: 'max_crosing < 2': column 1: the name 'max_crosing' is unknown; did you mean "
      "max_crossing?" },
    { "s.ini --vary pipeline.devices=2 --where ''", "--where: '': column 1: a value is missing" },
    { "s.ini --vary pipeline.devices=2 --sort speed", "--sort: the name 'speed' is unknown" },
    { "s.ini --vary pipeline.devices=2 --sort updates,schedule", "--sort: takes one name, not 2" },
    { "s.ini --vary pipeline.devices=2 --pareto schedule", "--pareto: schedule is no number" },
    { "s.ini --vary pipeline.devices=2 --pareto updates,-updates",
      "--pareto: updates stands twice" },
    { "s.ini --vary pipeline.devices=2 --resume", "--resume: goes on with a file; add --output" },
    { "s.ini --vary pipeline.devices=2 --resume --output a",
      "--resume: only rows of a csv can be" },
    { "s.ini --vary pipeline.devices=2 --resume --output a --format csv --sort updates",
      "--resume: does not go with --sort, --pareto and --top, which need all rows" },
    { "s.ini --vary pipeline.devices=2 --resume --output a --format csv --pareto updates",
      "--resume: does not go with --sort, --pareto and --top, which need all rows" },
    { "s.ini --vary pipeline.devices=2 --resume --output /dev/null --format csv",
      "--resume: goes on with a regular file" },
    { "s.ini --vary pipeline.devices=2 --output no/where --format csv",
      "no/where: cannot be written" },
    { "s.ini --vary pipeline.devices=2 --output no/where", "no/where: cannot be written" },
    { "s.ini --vary pipeline.devices=2 --output /dev/full --format csv",
      "/dev/full: cannot be written" },
};

START_TEST(bad_input_gets_one_line)
{
    g_autoptr(TestFolder) folder = test_swept_folder();
    g_auto(TestProgram) program =
        test_shell_in(folder, "$PIPEDRIFT sweep %s", refusals[_i].arguments);

    test_check_failed(&program, strstr(refusals[_i].message, "written") != NULL ? 3 : 2,
                      refusals[_i].message);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("sweep");
    TCase *tests = tcase_create("sweep");

    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, any_number_of_jobs_gives_the_same_bytes, 0,
                        (int)G_N_ELEMENTS(outputs));
    tcase_add_test(tests, a_row_says_what_simulate_says);
    tcase_add_test(tests, an_invalid_point_is_a_row_that_says_so);
    tcase_add_test(tests, json_has_the_same_rows);
    tcase_add_test(tests, a_table_fits_a_terminal);
    tcase_add_test(tests, a_varied_file_is_read_by_each_point);
    tcase_add_loop_test(tests, rows_are_chosen_by_their_figures, 0, (int)G_N_ELEMENTS(choices));
    tcase_add_test(tests, invalid_points_are_last_when_sorted_and_never_on_a_front);
    tcase_add_test(tests, zip_pairs_and_a_sample_is_part_of_the_product);
    tcase_add_loop_test(tests, bad_input_gets_one_line, 0, (int)G_N_ELEMENTS(refusals));
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

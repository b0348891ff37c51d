/*
 * What the command plot draws beside scenarios: logs of trainings, saved reports, sweeps.
 */
#include <string.h>

#include "drawn.h"
#include "support.h"
#include "training_curve.h"

static void
run_in(const TestFolder *folder, const char *rest)
{
    g_autofree char *line = g_strdup_printf("cd %s && \"$PIPEDRIFT\" %s", folder, rest);
    g_auto(TestProgram) program = test_shell(line);

    test_check_done(&program);
}

/* --- training logs ---------------------------------------------------------------------------- */

#define LOG(step_ns)                                                                               \
    PD_TRAINING_LOG_HEAD "\n1,8,9," step_ns "000,5.5,,0.1,0\n2,16,18," step_ns                     \
                         "500,4.5,4.25,0.1,0\n"

START_TEST(logs_are_called_what_their_files_are)
{
    static const char *const expected[] = { "Two runs", "$(touch pwned) \"x\" `y`", "e/paci.csv",
                                            "d/paci.csv", "virtual time (µs)" };
    g_autoptr(TestFolder) folder = test_folder_new();

    test_put(folder, "$(touch pwned) \"x\" `y`.csv", LOG("1"));
    test_put(folder, "d/paci.csv", LOG("1"));
    test_put(folder, "e/paci.csv", LOG("2"));
    g_auto(TestProgram) program =
        test_drawn(folder, "LC_ALL=C.UTF-8",
                   "loss *.csv d/paci.csv e/paci.csv --title 'Two runs' --output a.svg");
    g_autofree char *texts = NULL;

    test_check_done(&program);
    texts = test_drawn_texts(folder, "a.svg");
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        ck_assert_msg(strstr(texts, expected[i]) != NULL, "%s is not in: %s", expected[i], texts);
    /* the log, two folders, the picture */
    ck_assert_uint_eq(test_count_files(folder), 4);
}
END_TEST

static const struct {
    const char *rest, *message;
} log_failures[] = {
    { "loss a.ini", "a.ini: line 1: is not the head of a training log" },
    { "loss none.csv", "none.csv: cannot be read" },
    { "loss l.csv bad.csv", "bad.csv: line 2: loss: 'high' is not a number" },
    { "loss bad.csv --output a.svg", "bad.csv: line 2: loss: 'high' is not a number" },
    { "loss l.csv --schedules paci", "--schedules: has no use with l.csv, the log of a training" },
    { "loss l.csv --set train.seed=2", "--set: has no use with l.csv" },
    { "loss l.csv --from 1s", "--from: is not before the end, which is at 1.50" },
    { "loss l.csv l.csv l.csv l.csv l.csv l.csv l.csv l.csv l.csv", "draws up to 8 runs" },
    { "timeline l.csv", "l.csv: is a training log, which plot loss draws; plot timeline needs" },
    { "timeline a.ini l.csv --output a.svg", "l.csv: is a training log" },
};

START_TEST(logs_and_scenarios_are_not_taken_for_each_other)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();

    test_put(folder, "l.csv", LOG("1"));
    test_put(folder, "bad.csv", PD_TRAINING_LOG_HEAD "\n1,8,9,1,high,,0.1,0\n");
    g_auto(TestProgram) program = test_drawn(folder, "", log_failures[_i].rest);
    test_check_failed(&program, 2, log_failures[_i].message);
    ck_assert_uint_eq(test_count_files(folder), 3);
}
END_TEST

START_TEST(a_log_comes_through_a_pipe_and_while_it_is_written)
{
    g_autoptr(TestFolder) folder = test_folder_new();

    test_put(folder, "l.csv", LOG("1") "3,24,2");
    g_auto(TestProgram) program = test_drawn(folder, "cat l.csv |", "loss /dev/stdin");
    test_check_done(&program);
    ck_assert_ptr_nonnull(strstr(program.output, "1 stdin"));
    ck_assert_ptr_nonnull(strstr(program.output, " 16 "));
}
END_TEST

/* --- saved reports ---------------------------------------------------------------------------- */

/* A scenario's arguments, what saves its reports, and what draws them. */
static const struct {
    const char *save, *of_scenario, *of_file;
} saved[] = {
    { "simulate a.ini", "bubble a.ini", "bubble a.json" },
    { "simulate a.ini --per-micro-batch", "crossings a.ini", "crossings a.json" },
    { "compare a.ini", "compare a.ini", "compare a.json" },
};

START_TEST(a_saved_report_is_drawn_as_the_scenario_that_it_is_of)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();
    g_autofree char *save = g_strconcat(saved[_i].save, " --format json --output a.json", NULL);

    run_in(folder, save);
    g_auto(TestProgram) scenario = test_drawn(folder, "", saved[_i].of_scenario);
    g_auto(TestProgram) file = test_drawn(folder, "", saved[_i].of_file);
    test_check_done(&scenario);
    test_check_done(&file);
    ck_assert_str_eq(file.output, scenario.output);
}
END_TEST

START_TEST(two_runs_are_a_prediction_and_a_measurement)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();

    run_in(folder, "simulate a.ini --format json --output a.json");
    run_in(folder, "simulate a.ini --set compute.forward=2ms --format json --output b.json");
    g_auto(TestProgram) program = test_drawn(folder, "", "validate a.json b.json");
    test_check_done(&program);
    ck_assert_ptr_nonnull(strstr(program.output, " predicted, "));
    ck_assert_ptr_nonnull(strstr(program.output, "error -"));
}
END_TEST

START_TEST(runs_of_one_schedule_are_told_apart_by_their_files)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();

    run_in(folder, "simulate a.ini --format json --output a.json");
    g_auto(TestProgram) program = test_drawn(folder, "", "bubble a.json a.ini");
    test_check_done(&program);
    ck_assert_ptr_nonnull(strstr(program.output, "paci, a.json: "));
    ck_assert_ptr_nonnull(strstr(program.output, "paci, a.ini: "));
}
END_TEST

static const struct {
    const char *rest, *message;
} refused[] = {
    { "timeline a.json",
      "a.json: is a saved report, which does not tell what plot timeline draws" },
    { "validate a.json", "plot validate: draws a prediction and a measurement, and this is one" },
    { "validate a.json two.json", "the runs have 4 and 2 devices, 4 and 2 stages" },
    { "validate a.ini --schedules 1f1b,paci", "--schedules: plot validate trains under the" },
    { "validate a.json a.json a.json", "draws up to 2 runs" },
    { "bubble broken.json", "broken.json: is no report: member schema: is missing" },
};

START_TEST(a_saved_report_that_is_of_no_use_is_refused)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();

    test_put(folder, "broken.json", " \n{}");
    run_in(folder, "simulate a.ini --format json --output a.json");
    run_in(folder, "simulate a.ini --set pipeline.devices=2 --format json --output two.json");
    g_auto(TestProgram) program = test_drawn(folder, "", refused[_i].rest);
    test_check_failed(&program, 2, refused[_i].message);
}
END_TEST

/* --- sweeps ----------------------------------------------------------------------------------- */

#define VARY "--vary pipeline.micro-batches=2..8*2 --vary pipeline.in-flight=auto,auto*2 "

static const char *const sweep_formats[] = { "csv", "json" };

START_TEST(a_saved_sweep_is_drawn_as_the_scenario_that_it_is_of)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();
    const char *const kinds[] = { "sweep", "pareto" };
    g_autofree char *save =
        g_strdup_printf("sweep a.ini " VARY "--format %s --output saved", sweep_formats[_i]);

    run_in(folder, save);
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *of_scenario = g_strdup_printf("%s a.ini " VARY, kinds[i]);
        g_autofree char *of_file = g_strdup_printf("%s saved", kinds[i]);
        g_autofree char *picture = g_strdup_printf("%s saved --output saved.svg", kinds[i]);
        g_auto(TestProgram) scenario = test_drawn(folder, "", of_scenario);
        g_auto(TestProgram) file = test_drawn(folder, "", of_file);
        g_auto(TestProgram) drawn = test_drawn(folder, "", picture);
        g_autofree char *texts = NULL;

        test_check_done(&scenario);
        test_check_done(&drawn);
        ck_assert_str_eq(file.output, scenario.output);
        texts = test_drawn_texts(folder, "saved.svg");
        ck_assert_ptr_nonnull(strstr(texts, "A run"));
    }
}
END_TEST

/* The front that is drawn is the one that --pareto keeps. */
START_TEST(the_front_is_that_of_sweep)
{
    static const char *const results[] = { "-max_peak_memory_bytes,throughput_micro_batches_per_s",
                                           "makespan_ns,-bubble_fraction" };
    g_autoptr(TestFolder) folder = test_drawn_folder();

    for (guint i = 0; i < G_N_ELEMENTS(results); i++) {
        g_autofree char *front = g_strdup_printf(
            "sweep a.ini " VARY "--pareto %s --format csv --output front", results[i]);
        g_autofree char *all = g_strdup_printf("pareto a.ini " VARY "--result %s", results[i]);
        g_autofree char *text = NULL;
        g_auto(GStrv) rows = NULL;

        run_in(folder, front);
        text = test_content_in(folder, "front", NULL);
        rows = g_strsplit(text, "\n", -1);
        g_auto(TestProgram) drawn = test_drawn(folder, "", all);
        test_check_done(&drawn);
        ck_assert_uint_gt(g_strv_length(rows), 2);
        for (char **row = rows + 1; **row != '\0'; row++) {
            g_auto(GStrv) fields = g_strsplit(*row, ",", -1);
            g_autofree char *label = g_strdup_printf("\n%s, %s ", fields[0], fields[1]);

            ck_assert_msg(strstr(drawn.output, label) != NULL, "no %s in %s", label, drawn.output);
        }
        /* the table of the front ends the drawing */
        g_auto(GStrv) table = g_strsplit(strstr(drawn.output, "\non the front"), "\n", -1);
        ck_assert_uint_eq(g_strv_length(table) - 3, g_strv_length(rows) - 2);
    }
}
END_TEST

START_TEST(points_that_are_invalid_or_too_large_are_told)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();
    g_auto(TestProgram) drawn = test_drawn(
        folder, "",
        "sweep a.ini --vary pipeline.micro-batches=4,5 --vary pipeline.schedule=interleaved,"
        "paci --set memory.capacity=3GB --result max_crossing");

    test_check_done(&drawn);
    ck_assert_ptr_nonnull(strstr(drawn.errors, "note: 1 of 4 points is invalid; the first: "));
    ck_assert_ptr_nonnull(strstr(drawn.output, "invalid   ! 1\n"));
    ck_assert_ptr_nonnull(strstr(drawn.output, "no result (1 of 4 points)"));
}
END_TEST

static const struct {
    const char *rest, *message;
} sweep_failures[] = {
    { "sweep a.ini", "a.ini: line 1: is not the head of a saved sweep" },
    { "sweep none.csv", "none.csv: cannot be read" },
    { "sweep s.csv a.ini", "plot sweep: draws one sweep" },
    { "sweep s.csv --vary link.latency=1ms",
      "--vary: has no use with s.csv, a sweep that is over" },
    { "sweep s.csv --set link.latency=1ms", "--set: has no use with s.csv, a sweep that is over" },
    { "sweep a.ini --vary link.latency=1", "--vary: [link] latency: '1' has no unit" },
    { "sweep a.ini --vary link.latency=1ms --schedules paci",
      "--schedules: plot sweep draws a sweep; write --vary pipeline.schedule=paci" },
    { "timeline s.csv", "s.csv: is a saved sweep, which plot sweep and plot pareto draw" },
    { "bubble s.json --output a.svg", "s.json: is a saved sweep" },
    { "timeline a.ini --vary link.latency=1ms", "--vary: plot timeline draws no sweep" },
    { "timeline a.ini --where max_crossing==1", "--where: plot timeline draws no sweep" },
    { "compare a.ini --result max_crossing", "--result: plot compare draws no sweep" },
    { "sweep three.csv --output a.svg",
      "draws one or two varied keys, and these are 3 (link.latency, pipeline.devices, "
      "pipeline.schedule); set the others with --set, "
      "or keep one value of them with --where" },
    { "sweep a.ini --vary scenario.seed=1..201 --vary pipeline.micro-batches=1..9 --output a.svg",
      "plot sweep: a map has up to 200 values of a key, and scenario.seed has 201" },
    { "sweep s.csv --result max_crossings", "--result: the name 'max_crossings' is unknown" },
    { "sweep s.csv --result schedule", "--result: " },
    { "sweep s.csv --result -max_crossing", "--result: a minus has no use with plot sweep" },
    { "sweep s.csv --result throughput_tokens_per_s", "--result: no point has a throughput_tok" },
    { "pareto s.csv --result max_crossing", "--result: plot pareto draws 2 to 3 results, and" },
    { "sweep s.csv --where 'max_crossing > 9'", "--where: holds of no point" },
    { "sweep s.csv --where 'max_crossing >'", "--where: " },
};

START_TEST(what_no_sweep_can_be_drawn_of_is_refused)
{
    g_autoptr(TestFolder) folder = test_drawn_folder();

    test_put(folder, "s.csv", "link.latency,max_crossing,error\n1ms,1,\n2ms,2,\n");
    test_put(folder, "s.json", "{\"schema\": \"pipedrift.sweep/1\", \"rows\": []}");
    test_put(folder, "three.csv",
             "link.latency,pipeline.devices,pipeline.schedule,max_crossing,error\n"
             "1ms,2,paci,1,\n2ms,4,1f1b,2,\n");
    g_auto(TestProgram) program = test_drawn(folder, "", sweep_failures[_i].rest);
    test_check_failed(&program, 2, sweep_failures[_i].message);
    ck_assert_uint_eq(test_count_files(folder), 4);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("plot inputs");
    TCase *tests = tcase_create("plot inputs");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, logs_are_called_what_their_files_are);
    tcase_add_loop_test(tests, logs_and_scenarios_are_not_taken_for_each_other, 0,
                        G_N_ELEMENTS(log_failures));
    tcase_add_test(tests, a_log_comes_through_a_pipe_and_while_it_is_written);
    tcase_add_loop_test(tests, a_saved_report_is_drawn_as_the_scenario_that_it_is_of, 0,
                        G_N_ELEMENTS(saved));
    tcase_add_test(tests, two_runs_are_a_prediction_and_a_measurement);
    tcase_add_test(tests, runs_of_one_schedule_are_told_apart_by_their_files);
    tcase_add_loop_test(tests, a_saved_sweep_is_drawn_as_the_scenario_that_it_is_of, 0,
                        G_N_ELEMENTS(sweep_formats));
    tcase_add_test(tests, the_front_is_that_of_sweep);
    tcase_add_test(tests, points_that_are_invalid_or_too_large_are_told);
    tcase_add_loop_test(tests, what_no_sweep_can_be_drawn_of_is_refused, 0,
                        G_N_ELEMENTS(sweep_failures));
    tcase_add_loop_test(tests, a_saved_report_that_is_of_no_use_is_refused, 0,
                        G_N_ELEMENTS(refused));
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

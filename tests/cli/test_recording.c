/*
 * What a run leaves beside its report: a file of its events that is read again as the run, a trace.
 */
#include <sys/resource.h>

#include "files.h"
#include "program.h"
#include "schedules.h"
#include "support.h"

#define TEXT                                                                                       \
    "[scenario]\ntitle = a \"title\" # of \\\\ any kind\n"                                         \
    "[pipeline]\ndevices = 4\nschedule = paci\nmicro-batches = 8\nmini-batches = 5\n"              \
    "accumulation = 3\n[compute]\nforward = 1 ms\nbackward = 2 ms\njitter = 0.3\n"                 \
    "[link]\nlatency = 100 us\n[memory]\nweights = 1 MB\nactivations = 1 kB\ncapacity = 1 MB\n"    \
    "[model]\nlayers = 8\nheads = 2\nhidden = 8\ncontext = 8\nvocabulary = 10\n"

#define TRAINING                                                                                   \
    "[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 4\nmini-batches = 10\n"             \
    "accumulation = 2\n"                                                                           \
    "[model]\nlayers = 2\nheads = 1\nhidden = 8\ncontext = 8\nvocabulary = 256\n"                  \
    "micro-batch-size = 1\n[compute]\nforward = 1 us\nbackward = 2 us\n"                           \
    "[train]\nlearning-rate = 0.01\nwarm-up = 10\ndecay = 1000\nvalidate-every = 4\n"

#define MIB (1024 * 1024)

static void
check_same_output(const TestProgram *a, const TestProgram *b)
{
    test_check_done(a);
    test_check_done(b);
    ck_assert_str_eq(a->output, b->output);
}

static void
check_same_content(const char *a, const char *b)
{
    g_autofree char *text_a = test_content(a), *text_b = test_content(b);

    ck_assert_str_eq(text_a, text_b);
}

START_TEST(an_event_file_gives_the_report_of_its_run)
{
    static const char *const formats[][3] = {
        { "table", NULL, NULL },
        { "json", NULL, NULL },
        { "csv", NULL, NULL },
        { "json", "--per-micro-batch", NULL },
        { "csv", "--per-micro-batch", NULL },
    };
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TEXT);
    g_autofree char *events = g_build_filename(folder, "run.events", NULL);
    g_autofree char *schedule =
        g_strdup_printf("--set=pipeline.schedule=%s", pd_schedules[_i]->name);

    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_auto(TestProgram) run =
            test_program("simulate", scenario, schedule, "--events", events, "--quiet", "--format",
                         formats[i][0], formats[i][1], NULL);
        g_auto(TestProgram) again =
            test_program("simulate", events, "--format", formats[i][0], formats[i][1], NULL);

        check_same_output(&run, &again);
        ck_assert_str_eq(again.errors, "");
        ck_assert_uint_eq(test_count_files(folder), 2);
    }
}
END_TEST

START_TEST(an_event_file_gives_the_trace_of_its_run_and_itself)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TEXT);
    g_autofree char *events = g_build_filename(folder, "run.events", NULL);
    g_autofree char *trace = g_build_filename(folder, "trace.json", NULL);
    g_autofree char *events_again = g_build_filename(folder, "again.events", NULL);
    g_autofree char *trace_again = g_build_filename(folder, "again.json", NULL);
    g_auto(TestProgram) run = test_program("simulate", scenario, "--events", events, "--trace",
                                           trace, "--trace-idle", NULL);
    g_auto(TestProgram) again = test_program("simulate", events, "--events", events_again,
                                             "--trace", trace_again, "--trace-idle", NULL);

    check_same_output(&run, &again);
    check_same_content(trace, trace_again);
    g_autofree char *line = g_strdup_printf("cmp %s %s", events, events_again);
    g_auto(TestProgram) compared = test_shell(line);
    test_check_done(&compared);
}
END_TEST

START_TEST(an_event_file_gives_the_report_of_its_training)
{
    static const char *const executors[] = { "threads", "replay" };
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TRAINING);
    g_autofree char *events = g_build_filename(folder, "run.events", NULL);

    for (gsize i = 0; i < 2 * G_N_ELEMENTS(executors); i++) {
        const char *format = i % 2 == 0 ? "json" : "table";
        g_auto(TestProgram) run = test_program("train", scenario, "--executor", executors[i / 2],
                                               "--events", events, "--format", format, NULL);
        g_auto(TestProgram) again = test_program("simulate", events, "--format", format, NULL);

        check_same_output(&run, &again);
    }
}
END_TEST

/* What was done before is not in the run that goes on, nor in its file. */
START_TEST(an_event_file_gives_the_report_of_a_training_that_went_on)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TRAINING);
    g_autofree char *events = g_build_filename(folder, "run.events", NULL);
    g_autofree char *checkpoints = g_build_filename(folder, "checkpoints", NULL);
    g_auto(TestProgram) before = test_program("train", scenario, "--set", "pipeline.mini-batches=6",
                                              "--checkpoint", checkpoints, "--every", "2", NULL);
    g_auto(TestProgram) run = test_program("train", scenario, "--resume", checkpoints, "--every",
                                           "2", "--events", events, "--format", "json", NULL);
    g_auto(TestProgram) again = test_program("simulate", events, "--format", "json", NULL);

    test_check_done(&before);
    check_same_output(&run, &again);
    g_autoptr(JsonNode) report = test_json(again.output);
    ck_assert_int_eq(json_object_get_int_member(json_node_get_object(report), "micro_batches"), 16);
}
END_TEST

START_TEST(what_goes_to_standard_output_stands_before_the_report)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TEXT);
    g_autofree char *trace = g_build_filename(folder, "trace.json", NULL);
    g_autofree char *line = g_strdup_printf(
        "cd %s && \"$PIPEDRIFT\" simulate a.ini --trace /dev/stdout > both && cat both", folder);
    g_auto(TestProgram) apart = test_program("simulate", scenario, "--trace", trace, NULL);
    g_auto(TestProgram) both = test_shell(line);
    g_autofree char *traced = test_content(trace);
    g_autofree char *expected = g_strconcat(traced, apart.output, NULL);

    test_check_done(&both);
    ck_assert_str_eq(both.output, expected);
}
END_TEST

START_TEST(a_run_that_is_over_cannot_be_set)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TEXT);
    g_autofree char *events = g_build_filename(folder, "run.events", NULL);
    g_auto(TestProgram) run = test_program("simulate", scenario, "--events", events, NULL);
    g_auto(TestProgram) set = test_program("simulate", events, "--set", "pipeline.devices=4", NULL);

    test_check_done(&run);
    test_check_failed(&set, 2, "--set: has no use with an event file");
}
END_TEST

START_TEST(options_that_make_no_sense_are_refused)
{
    static const struct {
        const char *options[4];
        const char *message;
    } wrong[] = {
        { { "--trace", "" }, "--trace: is empty" },
        { { "--events", "" }, "--events: is empty" },
        { { "--trace-idle" }, "--trace-idle: has no use without --trace" },
        { { "--events", "a", "--trace", "a" }, "--events: names the file of --trace" },
        { { "--events", "a", "--output", "a" }, "--events: names the file of --output" },
        { { "--output", "a", "--trace", "a" }, "--trace: names the file of --output" },
    };
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TRAINING);

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        for (guint j = 0; j < 2; j++) {
            const char *const *options = wrong[i].options;
            g_auto(TestProgram) program =
                test_program(j == 0 ? "simulate" : "train", scenario, options[0], options[1],
                             options[1] == NULL ? NULL : options[2], options[3], NULL);

            test_check_failed(&program, 2, wrong[i].message);
        }
    }
    ck_assert_uint_eq(test_count_files(folder), 1);
}
END_TEST

START_TEST(a_damaged_event_file_is_status_2)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TEXT);
    g_autofree char *line = g_strdup_printf(
        "cd %s && \"$PIPEDRIFT\" simulate a.ini --events whole > report && "
        "head -c 1000 whole > part && \"$PIPEDRIFT\" simulate part --trace trace.json",
        folder);
    g_auto(TestProgram) program = test_shell(line);

    test_check_failed(&program, 2, "part: is not whole: ");
    ck_assert_uint_eq(test_count_files(folder), 4);
}
END_TEST

START_TEST(a_recording_that_cannot_be_written_is_status_3)
{
    static const char *const options[] = { "--events", "--trace" };
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TRAINING);
    g_autofree char *nowhere = g_build_filename(folder, "no", "where", NULL);
    const char *const paths[] = { "/dev/full", nowhere, folder };

    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(options); j++) {
            g_auto(TestProgram) simulated =
                test_program("simulate", scenario, options[j], paths[i], NULL);
            g_auto(TestProgram) trained =
                test_program("train", scenario, "--quiet", options[j], paths[i], NULL);

            test_check_failed(&simulated, 3, ": cannot be written: ");
            test_check_failed(&trained, 3, ": cannot be written: ");
            ck_assert_uint_eq(test_count_files(folder), 1);
        }
    }
}
END_TEST

/* The largest that any run of the program has been so far, in bytes. */
static gint64
peak_bytes(void)
{
    struct rusage usage;

    ck_assert_int_eq(getrusage(RUSAGE_CHILDREN, &usage), 0);
    return usage.ru_maxrss * 1024;
}

/* 50 thousand slices and four times as many, with the tracks of idle times. */
START_TEST(a_recording_needs_no_memory_that_grows_with_the_run)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *scenario = test_file(folder, "a.ini", TEXT);
    g_autofree char *trace = g_build_filename(folder, "trace.json", NULL);
    g_autofree char *events = g_build_filename(folder, "run.events", NULL);
    const char *const lengths[] = { "pipeline.mini-batches=500", "pipeline.mini-batches=2000" };
    gint64 peaks[G_N_ELEMENTS(lengths)];

    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_auto(TestProgram) run = test_program("simulate", scenario, "--set", lengths[i], "--trace",
                                               trace, "--trace-idle", "--events", events, NULL);
        g_auto(TestProgram) again = test_program("simulate", events, "--trace", trace, NULL);

        check_same_output(&run, &again);
        peaks[i] = peak_bytes();
    }
    ck_assert_int_le(peaks[1], peaks[0] + MIB);
#ifndef __SANITIZE_ADDRESS__
    ck_assert_int_lt(peaks[1], 64 * MIB);
#endif
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("recording");
    TCase *tests = tcase_create("recording");
    int n_schedules = 0;

    while (pd_schedules[n_schedules] != NULL)
        n_schedules++;
    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, an_event_file_gives_the_report_of_its_run, 0, n_schedules);
    tcase_add_test(tests, an_event_file_gives_the_trace_of_its_run_and_itself);
    tcase_add_test(tests, an_event_file_gives_the_report_of_its_training);
    tcase_add_test(tests, an_event_file_gives_the_report_of_a_training_that_went_on);
    tcase_add_test(tests, what_goes_to_standard_output_stands_before_the_report);
    tcase_add_test(tests, a_run_that_is_over_cannot_be_set);
    tcase_add_test(tests, options_that_make_no_sense_are_refused);
    tcase_add_test(tests, a_damaged_event_file_is_status_2);
    tcase_add_test(tests, a_recording_that_cannot_be_written_is_status_3);
    tcase_add_test(tests, a_recording_needs_no_memory_that_grows_with_the_run);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

#include "errors.h"
#include "files.h"
#include "schedules.h"
#include "support.h"

#define COMPUTE "[compute]\nforward = 1 ms\nbackward = 2 ms\n"

/* The [pipeline] of a scenario, and the key that a test is about. */
#define PIPELINE COMPUTE "[pipeline]\ndevices = 4\nmicro-batches = 8\nschedule = %s\n%s\n"

/* Assert that a scenario is refused in one short line with these parts. */
static void
check_refused(const char *text, const char *place, const char *part)
{
    g_autofree char *message = test_refusal("%s", text);

    ck_assert_msg(strstr(message, place) != NULL, "%s\n%s", text, message);
    ck_assert_msg(strstr(message, part) != NULL, "%s\n%s", text, message);
    ck_assert_msg(strstr(message, "(null)") == NULL, "%s\n%s", text, message);
    test_check_message(message);
}

static gboolean
flushes(const char *schedule)
{
    return g_str_equal(schedule, "gpipe") || g_str_equal(schedule, "1f1b") ||
           g_str_equal(schedule, "interleaved");
}

/* --- defaults --------------------------------------------------------------------------------- */

START_TEST(what_a_scenario_does_not_say_has_its_default)
{
    const char *schedule = pd_schedules[_i]->name;
    const gboolean cut = g_str_equal(schedule, "interleaved");
    g_autoptr(PdScenario) scenario = test_scenario(PIPELINE, schedule, "");

    ck_assert_str_eq(scenario->schedule->name, schedule);
    ck_assert_ptr_null(scenario->title);
    ck_assert_uint_eq(scenario->seed, 1);
    ck_assert_uint_eq(scenario->n_devices, 4);
    ck_assert_uint_eq(scenario->n_virtual, cut ? 2 : 1);
    ck_assert_uint_eq(scenario->n_stages, cut ? 8 : 4);
    ck_assert_uint_eq(scenario->n_links, cut ? 4 : 3);
    ck_assert_uint_eq(scenario->n_processors, 4);
    ck_assert_int_eq(scenario->mini_batch, 8);
    ck_assert_int_eq(scenario->n_mini_batches, 1);
    ck_assert_int_eq(scenario->n_micro_batches, 8);
    ck_assert_int_eq(scenario->stash, g_str_equal(schedule, "pipedream"));
    ck_assert(!scenario->recompute && !scenario->has_barrier);
    ck_assert(scenario->jitter == 0);
    ck_assert_int_eq(scenario->tokens, 0);
}
END_TEST

START_TEST(what_a_scenario_says_is_kept)
{
    g_autoptr(PdScenario) scenario = test_scenario(
        "[scenario]\ntitle = a # b\nseed = 7\n" COMPUTE "jitter = 5 %%\n[link]\nbarrier = 3 us\n"
        "[pipeline]\ndevices = 3\nschedule = interleaved\nmicro-batches = 6\nmini-batches = 5\n"
        "virtual-stages = 4\nprocessors = 2\nrecompute = full\n");

    ck_assert_str_eq(scenario->title, "a # b");
    ck_assert_uint_eq(scenario->seed, 7);
    ck_assert_uint_eq(scenario->n_stages, 12);
    ck_assert_uint_eq(scenario->n_links, 3);
    ck_assert_uint_eq(scenario->n_processors, 2);
    ck_assert_int_eq(scenario->n_micro_batches, 30);
    ck_assert(scenario->recompute && scenario->has_barrier);
    ck_assert_int_eq(scenario->barrier_ns, 3000);
    ck_assert(scenario->jitter == 0.05);
    for (guint s = 0; s < 12; s++)
        ck_assert_uint_eq(pd_scenario_device(scenario, s), s % 3);
}
END_TEST

START_TEST(processors_beyond_the_devices_are_of_no_use)
{
    g_autoptr(PdScenario) scenario = test_scenario(PIPELINE, "paci", "processors = 9");

    ck_assert_uint_eq(scenario->n_processors, 4);
}
END_TEST

/* --- in-flight -------------------------------------------------------------------------------- */

static const struct {
    const char *line;
    gint64 limits[4];
} limits[] = {
    { "", { 4, 3, 2, 1 } },
    { "in-flight = auto", { 4, 3, 2, 1 } },
    { "in-flight = auto+0", { 4, 3, 2, 1 } },
    { "in-flight = auto+2", { 6, 5, 4, 3 } },
    { "in-flight = auto*1", { 4, 3, 2, 1 } },
    { "in-flight = auto*2", { 8, 6, 4, 2 } },
    { "in-flight = 3", { 3, 3, 3, 3 } },
    { "in-flight = 1e2", { 100, 100, 100, 100 } },
    { "in-flight = 5;6;7;8", { 5, 6, 7, 8 } },
    { "in-flight = 5 ; 6 ; 7 ; 8 ;", { 5, 6, 7, 8 } },
};

START_TEST(in_flight_is_the_distance_to_the_end_unless_told_otherwise)
{
    g_autoptr(PdScenario) scenario = test_scenario(PIPELINE, "paci", limits[_i].line);

    for (guint s = 0; s < 4; s++)
        ck_assert_int_eq(scenario->in_flight[s], limits[_i].limits[s]);
}
END_TEST

START_TEST(an_in_flight_limit_beyond_all_counting_is_as_good_as_none)
{
    static const char *const lines[] = { "in-flight = auto+9e18", "in-flight = auto*9e18",
                                         "in-flight = 9e18" };

    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(PdReport) report = test_report(PIPELINE, "paci", lines[i]);

        for (guint s = 0; s < 4; s++)
            ck_assert_int_le(report->stages[s].peak_in_flight, 8);
        ck_assert_int_eq(report->stages[0].peak_in_flight, 8);
    }
}
END_TEST

static const struct {
    const char *value;
    const char *part;
} wrong_limits[] = {
    { "0", "'0'" },         { "auto*0", "'auto*0'" },  { "1;1;0;1", "stage 2" },
    { "auto-1", "auto+2" }, { "automatic", "auto+2" }, { "auto;auto", "auto+2" },
    { "auto+", "empty" },   { "auto*", "empty" },      { "auto+x", "not a number" },
    { "auto+-1", "" },      { "-1", "negative" },      { "1.5", "whole number" },
    { "many", "number" },   { "", "empty" },           { "1;2;3", "1 or 4" },
    { "1;2", "1 or 4" },    { "1;2;3;4;5", "1 or 4" }, { "auto+1;2", "" },
    { "2 ms", "number" },
};

START_TEST(a_wrong_in_flight_limit_is_refused)
{
    g_autofree char *line = g_strdup_printf("in-flight = %s", wrong_limits[_i].value);
    g_autofree char *text = g_strdup_printf(PIPELINE, "paci", line);

    check_refused(text, "test.ini: [pipeline] in-flight: ", wrong_limits[_i].part);
}
END_TEST

/* --- stash, accumulation, barrier ------------------------------------------------------------- */

START_TEST(only_pipedream_stashes_by_itself_and_no_flush_ever_does)
{
    static const char *const lines[] = { "", "stash = auto", "stash = yes", "stash = no" };
    const char *schedule = pd_schedules[_i]->name;
    const gboolean expected[] = {
        g_str_equal(schedule, "pipedream"),
        g_str_equal(schedule, "pipedream"),
        !flushes(schedule),
        FALSE,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(PdScenario) scenario = test_scenario(PIPELINE, schedule, lines[i]);

        ck_assert_msg(scenario->stash == expected[i], "%s: %s", schedule, lines[i]);
    }
}
END_TEST

START_TEST(accumulation_is_for_paci_alone)
{
    static const struct {
        const char *schedule;
        gint64 by_default;
        gint64 of_three;
        gint64 of_a_hundred;
    } rows[] = {
        { "gpipe", 8, 8, 8 },     { "1f1b", 8, 8, 8 },  { "interleaved", 8, 8, 8 },
        { "pipedream", 1, 1, 1 }, { "async", 1, 1, 1 }, { "paci", 8, 3, 100 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *schedule = rows[i].schedule;
        g_autoptr(PdScenario) none = test_scenario(PIPELINE, schedule, "");
        g_autoptr(PdScenario) three = test_scenario(PIPELINE, schedule, "accumulation = 3");
        g_autoptr(PdScenario) hundred = test_scenario(PIPELINE, schedule, "accumulation = 100");

        ck_assert_int_eq(none->accumulation, rows[i].by_default);
        ck_assert_int_eq(three->accumulation, rows[i].of_three);
        ck_assert_int_eq(hundred->accumulation, rows[i].of_a_hundred);
    }
}
END_TEST

START_TEST(a_barrier_of_no_length_is_a_barrier_and_for_flushes_alone)
{
    const char *schedule = pd_schedules[_i]->name;
    g_autoptr(PdScenario) without = test_scenario(PIPELINE, schedule, "");
    g_autoptr(PdScenario) with = test_scenario(PIPELINE, schedule, "[link]\nbarrier = 0 ns");

    ck_assert(!without->has_barrier);
    ck_assert_int_eq(with->has_barrier, flushes(schedule));
    ck_assert_int_eq(with->barrier_ns, 0);
}
END_TEST

/* --- keys that a schedule has no use for ------------------------------------------------------ */

static const struct {
    const char *key;
    const char *lines;
    const char *used_by[4]; /* NULL-ended */
} optional[] = {
    { "accumulation", "accumulation = 2", { "paci" } },
    { "virtual-stages", "virtual-stages = 2", { "interleaved" } },
    { "in-flight", "in-flight = 3", { "paci", "async" } },
    { "stash", "stash = auto", { "pipedream", "async", "paci" } },
    { "barrier", "[link]\nbarrier = 1 ms", { "gpipe", "1f1b", "interleaved" } },
};

static char **
unused(const char *text)
{
    g_autoptr(PdConfig) config = pd_config_parse("test.ini", text, strlen(text), NULL);
    g_autoptr(PdScenario) scenario = test_scenario("%s", text);

    return pd_scenario_unused_keys(scenario, config);
}

START_TEST(a_key_that_the_schedule_has_no_use_for_is_mentioned)
{
    const char *schedule = pd_schedules[_i]->name;

    for (gsize i = 0; i < G_N_ELEMENTS(optional); i++) {
        g_autofree char *text = g_strdup_printf(PIPELINE, schedule, optional[i].lines);
        const gboolean used = g_strv_contains(optional[i].used_by, schedule);
        g_auto(GStrv) sentences = unused(text);

        ck_assert_msg(g_strv_length(sentences) == (used ? 0 : 1), "%s under %s", optional[i].key,
                      schedule);
        for (char **sentence = sentences; *sentence != NULL; sentence++) {
            ck_assert_ptr_nonnull(strstr(*sentence, optional[i].key));
            ck_assert_ptr_nonnull(strstr(*sentence, schedule));
            test_check_message(*sentence);
        }
    }
}
END_TEST

START_TEST(without_such_keys_nothing_is_mentioned)
{
    g_autofree char *text = g_strdup_printf(PIPELINE, pd_schedules[_i]->name,
                                            "mini-batches = 2\nprocessors = 2\nrecompute = full");
    g_auto(GStrv) sentences = unused(text);

    ck_assert_uint_eq(g_strv_length(sentences), 0);
}
END_TEST

/* --- refusals --------------------------------------------------------------------------------- */

#define DEVICES   "devices = 4\n"
#define SCHEDULE  "schedule = 1f1b\n"
#define MICRO     "micro-batches = 8\n"
#define MISSING   "this key is missing"
#define MUCH      "this machine has "
#define IN_MEMORY " of memory"

static const struct {
    const char *pipeline;
    const char *place;
    const char *part;
} refused[] = {
    { SCHEDULE MICRO, "test.ini: [pipeline] devices: ", MISSING },
    { DEVICES MICRO, "test.ini: [pipeline] schedule: ", MISSING },
    { DEVICES SCHEDULE, "test.ini: [pipeline] micro-batches: ", MISSING },
    { "", "test.ini: [pipeline] ", MISSING },
    { DEVICES MICRO "schedule = pcai\n", "[pipeline] schedule: ", "did you mean paci?" },
    { DEVICES MICRO "schedule = gpip\n", "[pipeline] schedule: ", "did you mean gpipe?" },
    { DEVICES MICRO "schedule = interleave\n", "schedule: ", "did you mean interleaved?" },
    { DEVICES MICRO "schedule = zb-h1\n",
      "schedule: ", "gpipe, 1f1b, interleaved, pipedream, async, paci" },
    { DEVICES MICRO "schedule =\n", "schedule: ", "gpipe, 1f1b" },
    { DEVICES "schedule = interleaved\nmicro-batches = 6\n", "micro-batches: ", "8 is right" },
    { DEVICES "schedule = interleaved\nmicro-batches = 2\n", "micro-batches: ", "4 is right" },
    /* what the machine cannot hold, with a figure */
    { "devices = 1e12\n" SCHEDULE MICRO, "devices: ", MUCH },
    { "devices = 1e12\n" SCHEDULE MICRO, "devices: ", IN_MEMORY },
    { "devices = 9e18\n" SCHEDULE MICRO, "devices: ", MUCH },
    { DEVICES "schedule = interleaved\nvirtual-stages = 1e12\nmicro-batches = 4\n",
      "virtual-stages: ", MUCH },
    { DEVICES "schedule = gpipe\nmicro-batches = 1e15\n", "micro-batches: ", MUCH },
    { DEVICES "schedule = paci\nin-flight = 1e15\nmicro-batches = 1e15\n", "[pipeline] ", MUCH },
    { DEVICES "schedule = async\nin-flight = auto*1e14\nmicro-batches = 1e15\n", "[pipeline] ",
      MUCH },
    /* what 64 bits cannot count */
    { DEVICES SCHEDULE "micro-batches = 9e18\n", "micro-batches: ", "too large" },
    { DEVICES SCHEDULE "micro-batches = 1e10\nmini-batches = 1e10\n",
      "mini-batches: ", "too many" },
};

START_TEST(a_wrong_pipeline_is_refused_with_its_place_and_what_would_be_right)
{
    g_autofree char *text = g_strdup_printf(COMPUTE "[pipeline]\n%s", refused[_i].pipeline);

    check_refused(text, refused[_i].place, refused[_i].part);
}
END_TEST

/* A global batch, M, and the nearest number that divides it; 0: M does. */
static const struct {
    gint64 global, M, nearest;
} batches[] = {
    { 256, 1, 0 },
    { 256, 8, 0 },
    { 256, 256, 0 },
    { 256, 12, 8 },
    { 256, 13, 16 },
    { 256, 7, 8 },
    { 256, 257, 256 },
    { 256, 1000000, 256 },
    { 250, 7, 5 },
    { 250, 9, 10 },
    { 7, 3, 1 },
    { 7, 4, 1 },
    { 7, 5, 7 },
    { 1, 8, 1 },
    { 999999937, 16, 1 },
    { 1000000000, 1000, 0 },
    { 1000000000, 300, 320 },
};

START_TEST(a_global_batch_is_divided_among_the_micro_batches_or_refused_with_a_number_that_divides)
{
    g_autofree char *text = g_strdup_printf(
        COMPUTE
        "[pipeline]\ndevices = 1\nschedule = 1f1b\nmicro-batches = %d\n[model]\nlayers = 1\n"
        "heads = 1\nhidden = 1\ncontext = 1\nvocabulary = 1\nglobal-batch = %d\n",
        (int)batches[_i].M, (int)batches[_i].global);
    g_autofree char *part = g_strdup_printf("divides them is %d", (int)batches[_i].nearest);

    if (batches[_i].nearest > 0) {
        check_refused(text, "test.ini: [model] global-batch: ", part);
        ck_assert_int_eq(batches[_i].global % batches[_i].nearest, 0);
    } else {
        g_autoptr(PdScenario) scenario = test_scenario("%s", text);

        ck_assert_int_eq(scenario->micro_batch_size * batches[_i].M, batches[_i].global);
    }
}
END_TEST

START_TEST(without_a_global_batch_the_size_is_stated_or_one)
{
    static const char *const lines[] = { "", "micro-batch-size = 1\n", "micro-batch-size = 5\n" };
    static const gint64 sizes[] = { 1, 1, 5 };

    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autoptr(PdScenario) scenario =
            test_scenario(PIPELINE "[model]\nlayers = 4\nheads = 1\nhidden = 1\ncontext = 1\n"
                                   "vocabulary = 1\n%s",
                          "paci", "", lines[i]);

        ck_assert_int_eq(scenario->micro_batch_size, sizes[i]);
    }
}
END_TEST

START_TEST(a_global_batch_that_contradicts_or_is_beyond_counting_is_refused)
{
    static const char *const place = "test.ini: [model] global-batch: ";

    check_refused(COMPUTE "[pipeline]\n" DEVICES SCHEDULE MICRO
                          "[model]\nglobal-batch = 16\nmicro-batch-size = 2\n",
                  place, "stands beside micro-batch-size");
    check_refused(COMPUTE "[pipeline]\n" DEVICES SCHEDULE MICRO "[model]\nglobal-batch = 9e18\n",
                  place, "1000000000");
    check_refused(COMPUTE "[pipeline]\n" DEVICES SCHEDULE MICRO "[model]\nglobal-batch = 0\n",
                  place, "zero");
}
END_TEST

START_TEST(stages_that_the_default_cuts_and_the_machine_cannot_hold_are_refused)
{
    /* so many devices fit with one stage each, and with the default of two they do not */
    const gint64 devices = pd_machine_memory_bytes() / 2048 / 3 * 2;
    g_autofree char *text =
        g_strdup_printf(COMPUTE "[pipeline]\ndevices = %" G_GINT64_FORMAT
                                "\nschedule = interleaved\nmicro-batches = %" G_GINT64_FORMAT "\n",
                        devices, devices);

    check_refused(text, "test.ini: [pipeline] ", MUCH);
}
END_TEST

START_TEST(a_refusal_is_one_short_line_however_long_the_number)
{
    static const char *const rows[][2] = {
        { "devices", "9e18" },       { "micro-batches", "9e18" }, { "mini-batches", "9e18" },
        { "virtual-stages", "1e9" }, { "in-flight", "0" },        { "in-flight", "auto" },
    };
    g_autofree char *zeros = g_strnfill(20000, '0');

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf(
            COMPUTE "[pipeline]\nschedule = interleaved\n%s%s%s = %s%s\n",
            g_str_equal(rows[i][0], "devices") ? "" : DEVICES,
            g_str_equal(rows[i][0], "micro-batches") ? "" : MICRO, rows[i][0], zeros, rows[i][1]);

        check_refused(text, "[pipeline] ", "");
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("scenario");
    TCase *tests = tcase_create("scenario");
    int n_schedules = 0;

    while (pd_schedules[n_schedules] != NULL)
        n_schedules++;
    tcase_add_loop_test(tests, what_a_scenario_does_not_say_has_its_default, 0, n_schedules);
    tcase_add_test(tests, what_a_scenario_says_is_kept);
    tcase_add_test(tests, processors_beyond_the_devices_are_of_no_use);
    tcase_add_loop_test(tests, in_flight_is_the_distance_to_the_end_unless_told_otherwise, 0,
                        G_N_ELEMENTS(limits));
    tcase_add_test(tests, an_in_flight_limit_beyond_all_counting_is_as_good_as_none);
    tcase_add_loop_test(tests, a_wrong_in_flight_limit_is_refused, 0, G_N_ELEMENTS(wrong_limits));
    tcase_add_loop_test(tests, only_pipedream_stashes_by_itself_and_no_flush_ever_does, 0,
                        n_schedules);
    tcase_add_test(tests, accumulation_is_for_paci_alone);
    tcase_add_loop_test(tests, a_barrier_of_no_length_is_a_barrier_and_for_flushes_alone, 0,
                        n_schedules);
    tcase_add_loop_test(tests, a_key_that_the_schedule_has_no_use_for_is_mentioned, 0, n_schedules);
    tcase_add_loop_test(tests, without_such_keys_nothing_is_mentioned, 0, n_schedules);
    tcase_add_loop_test(tests, a_wrong_pipeline_is_refused_with_its_place_and_what_would_be_right,
                        0, G_N_ELEMENTS(refused));
    tcase_add_loop_test(
        tests,
        a_global_batch_is_divided_among_the_micro_batches_or_refused_with_a_number_that_divides, 0,
        G_N_ELEMENTS(batches));
    tcase_add_test(tests, without_a_global_batch_the_size_is_stated_or_one);
    tcase_add_test(tests, a_global_batch_that_contradicts_or_is_beyond_counting_is_refused);
    tcase_add_test(tests, stages_that_the_default_cuts_and_the_machine_cannot_hold_are_refused);
    tcase_add_test(tests, a_refusal_is_one_short_line_however_long_the_number);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

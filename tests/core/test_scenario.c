/*
 * What a scenario says, and what holds where it says nothing.
 */
#include "files.h"
#include "schedules.h"
#include "support.h"

#define COMPUTE "[compute]\nforward = 1 ms\nbackward = 2 ms\n"

/* The [pipeline] of a scenario, and the key that a test is about. */
#define PIPELINE COMPUTE "[pipeline]\ndevices = 4\nmicro-batches = 8\nschedule = %s\n%s\n"

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
    tcase_add_loop_test(tests, only_pipedream_stashes_by_itself_and_no_flush_ever_does, 0,
                        n_schedules);
    tcase_add_test(tests, accumulation_is_for_paci_alone);
    tcase_add_loop_test(tests, a_barrier_of_no_length_is_a_barrier_and_for_flushes_alone, 0,
                        n_schedules);
    tcase_add_loop_test(tests, a_key_that_the_schedule_has_no_use_for_is_mentioned, 0, n_schedules);
    tcase_add_loop_test(tests, without_such_keys_nothing_is_mentioned, 0, n_schedules);
    tcase_add_test(tests, without_a_global_batch_the_size_is_stated_or_one);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

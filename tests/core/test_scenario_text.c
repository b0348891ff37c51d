/*
 * A scenario written as text and read again is the same scenario.
 */
#include "cost_rows.h"
#include "experiment.h"
#include "program.h"
#include "random_scenario.h"
#include "scenario_text.h"
#include "schedules.h"
#include "support.h"

#define ROUNDS    100 /* per test function call */
#define N_BATCHES 30

static gboolean
same_values(const gint64 *a, const gint64 *b, gsize n)
{
    return (a == NULL) == (b == NULL) && (a == NULL || memcmp(a, b, n * sizeof *a) == 0);
}

/* What no bandwidth makes take time is not stated. */
static void
check_costs(const PdScenario *a, const PdScenario *b)
{
    for (PdCost cost = 0; cost < PD_N_COSTS; cost++)
        if (cost != PD_COST_MESSAGE || a->costs.values[PD_COST_BANDWIDTH] != NULL)
            test_require(same_values(a->costs.values[cost], b->costs.values[cost],
                                     pd_cost_n_entries(a, cost)));
    test_require(same_values(a->hold_ns, b->hold_ns, a->n_links));
    test_require(same_values(a->duration_ns, b->duration_ns, (gsize)a->n_stages * PD_N_KINDS));
}

static void
check_same(const PdScenario *a, const PdScenario *b)
{
    test_require(g_strcmp0(a->title, b->title) == 0);
    test_require(a->seed == b->seed);
    test_require(a->schedule == b->schedule);
    test_require(a->n_devices == b->n_devices);
    test_require(a->n_virtual == b->n_virtual);
    test_require(a->n_stages == b->n_stages);
    test_require(a->n_links == b->n_links);
    test_require(a->n_processors == b->n_processors);
    test_require(a->mini_batch == b->mini_batch);
    test_require(a->n_mini_batches == b->n_mini_batches);
    test_require(a->n_micro_batches == b->n_micro_batches);
    test_require(a->checkpoint_interval == b->checkpoint_interval);
    test_require(a->validation_interval == b->validation_interval);
    test_require(a->accumulation == b->accumulation);
    test_require(same_values(a->in_flight, b->in_flight, a->n_stages));
    test_require(a->stash == b->stash);
    test_require(a->recompute == b->recompute);
    test_require(a->has_barrier == b->has_barrier);
    test_require(a->barrier_ns == b->barrier_ns);
    test_require(memcmp(&a->jitter, &b->jitter, sizeof a->jitter) == 0);
    check_costs(a, b);
}

/* Read a text as it stands: nothing is derived. */
static PdScenario *
read_back(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = pd_config_parse("text", text, strlen(text), &error);
    g_autoptr(PdScenario) scenario =
        config == NULL ? NULL : pd_scenario_new(config, pd_schedules, &error);
    const PdCosts none = { { NULL } };

    if (scenario == NULL || !pd_scenario_complete(scenario, config, &none, &error))
        ck_abort_msg("%s\n%s", error->message, text);
    return g_steal_pointer(&scenario);
}

static void
check_text_of(const PdScenario *scenario)
{
    g_autofree char *text = pd_scenario_text(scenario);
    g_autoptr(PdScenario) again = read_back(text);
    g_autofree char *text_again = pd_scenario_text(again);

    check_same(scenario, again);
    ck_assert_str_eq(text, text_again);
}

START_TEST(random_scenarios_are_read_as_they_were_written)
{
    for (guint64 round = 0; round < ROUNDS; round++) {
        const guint64 seed = (guint64)_i * ROUNDS + round;
        g_autofree char *text = test_random_scenario(seed, NULL);
        g_autoptr(PdScenario) scenario = test_scenario("%s", text);

        g_printerr("seed %" G_GUINT64_FORMAT "\n", seed);
        check_text_of(scenario);
    }
}
END_TEST

/* Under every schedule that accepts them. Returns how many scenarios there were. */
static guint
check_folder(const char *name)
{
    g_autofree char *folder = test_source(name);
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    const char *entry;
    guint n = 0;

    ck_assert_ptr_nonnull(entries);
    while ((entry = g_dir_read_name(entries)) != NULL) {
        g_autofree char *path = g_build_filename(folder, entry, NULL);

        for (const PdSchedule *const *schedule = pd_schedules; *schedule != NULL; schedule++) {
            g_autofree char *override = g_strdup_printf("pipeline.schedule=%s", (*schedule)->name);
            const PdOptions options = { .overrides = (char *[]){ override, NULL } };
            g_autoptr(PdConfig) config = pd_experiment_load(&options, path, NULL);
            g_autoptr(PdScenario) scenario =
                config == NULL ? NULL : pd_experiment_scenario(config, NULL);

            g_printerr("%s under %s\n", path, (*schedule)->name);
            if (scenario != NULL)
                check_text_of(scenario);
            n += scenario != NULL;
        }
    }
    return n;
}

START_TEST(files_are_read_as_they_were_written)
{
    ck_assert_uint_gt(check_folder("scenarios"), 60);
    ck_assert_uint_gt(check_folder("tests/data/good"), 150);
}
END_TEST

START_TEST(titles_of_any_characters_are_read_as_they_were_written)
{
    static const char *const titles[] = {
        "",           "a",     "a # b",           "\"a\", 'b'; c", "a\\\\b",  "a\\nb", "a\\tb\\rc",
        "[a]",        "a = b", "\303\266",        "\\\\n",         "a \\s b", "a;b",   "$(a)",
        "`system()`", "#",     "a\\n[b]\\nc = d",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(titles); i++) {
        g_autoptr(PdScenario) scenario =
            test_scenario("[scenario]\ntitle = %s\n[pipeline]\nschedule = paci\ndevices = 2\n"
                          "micro-batches = 1\n[compute]\nforward = 1 ns\nbackward = 2 ns\n",
                          titles[i]);

        ck_assert_ptr_nonnull(scenario->title);
        check_text_of(scenario);
    }
}
END_TEST

START_TEST(in_flight_limits_are_read_as_they_were_written)
{
    static const char *const limits[] = {
        "auto",    "auto+1",  "auto*3",  "auto+9223372036854775807",
        "1",       "4",       "7",       "auto*9223372036854775807",
        "4;3;2;1", "5;4;3;2", "8;6;4;2", "1;2;1;2"
    };

    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        for (guint n_virtual = 1; n_virtual <= 3; n_virtual++) {
            g_autoptr(PdScenario) scenario =
                test_scenario("[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 4\n"
                              "virtual-stages = %u\nin-flight = %s\n"
                              "[compute]\nforward = 1 ns\nbackward = 2 ns\n",
                              n_virtual == 1 ? "paci" : "interleaved", n_virtual, limits[i]);

            check_text_of(scenario);
        }
    }
}
END_TEST

START_TEST(drains_are_read_as_they_were_written)
{
    for (guint every = 0; every < 5; every++) {
        g_autoptr(PdScenario) scenario =
            test_scenario("[pipeline]\nschedule = 1f1b\ndevices = 2\nmicro-batches = 3\n"
                          "mini-batches = 4\n[compute]\nforward = 1 ns\nbackward = 2 ns\n"
                          "[train]\ncheckpoint-every = %u\nvalidate-every = %u\n",
                          every, 4 - every);

        check_text_of(scenario);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("scenario text");
    TCase *tests = tcase_create("scenario text");

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, random_scenarios_are_read_as_they_were_written, 0, N_BATCHES);
    tcase_add_test(tests, files_are_read_as_they_were_written);
    tcase_add_test(tests, titles_of_any_characters_are_read_as_they_were_written);
    tcase_add_test(tests, in_flight_limits_are_read_as_they_were_written);
    tcase_add_test(tests, drains_are_read_as_they_were_written);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

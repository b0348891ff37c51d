/*
 * Every scenario of the repository, as it is and under every schedule that accepts it: it runs, its
 * figures add up, and no micro-batch crosses more updates than the schedule promises.
 */
#include "config.h"
#include "experiment.h"
#include "schedules.h"
#include "support.h"

static GPtrArray *
scenario_files(void)
{
    const char *root = g_getenv("PIPEDRIFT_SOURCE");
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    ck_assert_ptr_nonnull(root);
    g_autofree char *folder = g_build_filename(root, "scenarios", NULL);
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    ck_assert_ptr_nonnull(entries);
    while ((name = g_dir_read_name(entries)) != NULL)
        if (g_str_has_suffix(name, ".ini"))
            g_ptr_array_add(files, g_build_filename(folder, name, NULL));
    return files;
}

static void
check_report(const char *file, const PdReport *report)
{
    for (guint s = 0; s < report->n_stages; s++)
        ck_assert_msg(report->stages[s].crossing.max <= report->stages[s].bound,
                      "%s: stage %u under %s crosses %d updates, more than its bound %d", file, s,
                      report->schedule, (int)report->stages[s].crossing.max,
                      (int)report->stages[s].bound);
    for (guint d = 0; d < report->n_devices; d++)
        ck_assert_int_eq(report->devices[d].busy_ns + report->devices[d].bubble_ns,
                         report->makespan_ns);
    ck_assert_int_gt(report->makespan_ns, 0);
}

START_TEST(there_are_ten_scenarios_at_least)
{
    g_autoptr(GPtrArray) files = scenario_files();

    ck_assert_uint_ge(files->len, 10);
}
END_TEST

START_TEST(every_scenario_runs_as_it_is_and_keeps_its_bound)
{
    g_autoptr(GPtrArray) files = scenario_files();
    const PdOptions options = { .quiet = TRUE };

    for (guint i = 0; i < files->len; i++) {
        const char *file = files->pdata[i];
        g_autoptr(GError) error = NULL;
        g_autoptr(PdConfig) config = pd_experiment_load(&options, file, &error);
        g_autoptr(PdScenario) scenario =
            config == NULL ? NULL : pd_experiment_scenario(config, &error);

        ck_assert_msg(scenario != NULL, "%s", error == NULL ? "?" : error->message);
        ck_assert_msg(scenario->title != NULL, "%s has no title", file);
        g_autoptr(PdReport) report = test_run(scenario, NULL);
        check_report(file, report);
    }
}
END_TEST

START_TEST(every_scenario_keeps_the_bound_under_every_schedule_that_accepts_it)
{
    g_autoptr(GPtrArray) files = scenario_files();
    const PdOptions options = { .quiet = TRUE };
    g_autofree char *set = g_strdup_printf("pipeline.schedule=%s", pd_schedules[_i]->name);
    guint n = 0;

    for (guint i = 0; i < files->len; i++) {
        const char *file = files->pdata[i];
        g_autoptr(PdConfig) config = pd_experiment_load(&options, file, NULL);
        g_autoptr(PdScenario) scenario = NULL;

        ck_assert(pd_config_override(config, "--set", set, NULL));
        scenario = pd_experiment_scenario(config, NULL);
        if (scenario == NULL)
            continue;
        n++;
        g_autoptr(PdReport) report = test_run(scenario, NULL);
        check_report(file, report);
    }
    ck_assert_uint_gt(n, 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("scenarios");
    TCase *tests = tcase_create("scenarios");
    int n = 0;

    while (pd_schedules[n] != NULL)
        n++;
    tcase_set_timeout(tests, 240);
    tcase_add_test(tests, there_are_ten_scenarios_at_least);
    tcase_add_test(tests, every_scenario_runs_as_it_is_and_keeps_its_bound);
    tcase_add_loop_test(tests, every_scenario_keeps_the_bound_under_every_schedule_that_accepts_it,
                        0, n);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

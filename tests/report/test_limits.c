/*
 * Limits against runs whose figures theory gives: what is allowed, measured, how far inside, where.
 */
#include <math.h>

#include "check_limits.h"
#include "random_scenario.h"
#include "schedules.h"
#include "support.h"

#define COSTS "[compute]\nforward = 10 ns\nbackward = 20 ns\n"

/* N = 4: stage 0 has four in flight, and the fourth micro-batch is the first that meets the updates
 * of three others. */
#define PIPELINE "[pipeline]\ndevices = 4\nmicro-batches = 8\nmini-batches = 4\nschedule = "
#define ASYNC    PIPELINE "async\n" COSTS
#define STASHED  PIPELINE "async\nstash = yes\n" COSTS

/* One update in 8 backwards: the micro-batches in flight when the first comes are 8, 9, 10. */
#define PACI PIPELINE "paci\n" COSTS

/* (M + p − 1)(F + B) = 330 ns, of which (p − 1)(F + B) are bubble; four in flight from 30 ns on. */
#define FLUSH                                                                                      \
    "[pipeline]\nschedule = 1f1b\ndevices = 4\nmicro-batches = 8\n" COSTS                          \
    "[memory]\nweights = 7 B\nactivations = 100 B\n"

/* See test_ledgers.c. */
#define CYCLES                                                                                     \
    "[pipeline]\nschedule = 1f1b\ndevices = 2\nmicro-batches = 2\nmini-batches = 4\n" COSTS

static const struct {
    const char *text, *limit;
    const char *name;
    double value, margin, margin_share;
    gboolean holds;
    gint64 stage, micro_batch, device, at_ns;
} rows[] = {
    { ASYNC, "", "crossing-bound", 3, 0, NAN, TRUE, 0, 3, -1, -1 },
    { ASYNC, "max-crossing = 4", "max-crossing", 3, 1, NAN, TRUE, 0, 3, -1, -1 },
    { ASYNC, "max-crossing = 3", "max-crossing", 3, 0, NAN, TRUE, 0, 3, -1, -1 },
    { ASYNC, "max-crossing = 1", "max-crossing", 3, -2, NAN, FALSE, 0, 3, -1, -1 },
    { ASYNC, "max-mismatch = 3", "max-mismatch", 3, 0, NAN, TRUE, 0, 3, -1, -1 },
    { ASYNC, "max-mismatch = 2", "max-mismatch", 3, -1, NAN, FALSE, 0, 3, -1, -1 },
    { STASHED, "max-mismatch = 0", "max-mismatch", 0, 0, NAN, TRUE, 0, 0, -1, -1 },
    { STASHED, "max-crossing = 2", "max-crossing", 3, -1, NAN, FALSE, 0, 3, -1, -1 },
    { PACI, "", "crossing-bound", 1, 0, NAN, TRUE, 0, 8, -1, -1 },
    { PACI, "max-crossing = 0", "max-crossing", 1, -1, NAN, FALSE, 0, 8, -1, -1 },
    { FLUSH, "", "crossing-bound", 0, 0, NAN, TRUE, 0, 0, -1, -1 },
    { FLUSH, "max-crossing = 0", "max-crossing", 0, 0, NAN, TRUE, 0, 0, -1, -1 },
    { FLUSH, "max-bubble-fraction = 0.3", "max-bubble-fraction", 3.0 / 11, 0.3 - 3.0 / 11,
      1 - 10.0 / 11, TRUE, -1, -1, 0, -1 },
    { FLUSH, "max-bubble-fraction = 25 %", "max-bubble-fraction", 3.0 / 11, 0.25 - 3.0 / 11,
      1 - 12.0 / 11, FALSE, -1, -1, 0, -1 },
    { FLUSH, "max-bubble-fraction = 0", "max-bubble-fraction", 3.0 / 11, -3.0 / 11, NAN, FALSE, -1,
      -1, 0, -1 },
    { CYCLES, "max-steady-bubble-fraction = 0.5", "max-steady-bubble-fraction", 1.0 / 3,
      0.5 - 1.0 / 3, 1.0 / 3, TRUE, -1, -1, 0, -1 },
    { CYCLES, "max-steady-bubble-fraction = 0.25", "max-steady-bubble-fraction", 1.0 / 3,
      0.25 - 1.0 / 3, -1.0 / 3, FALSE, -1, -1, 0, -1 },
    { FLUSH, "max-peak-memory = 814 B", "max-peak-memory", 407, 407, 0.5, TRUE, -1, -1, 0, 30 },
    { FLUSH, "max-peak-memory = 407 B", "max-peak-memory", 407, 0, 0, TRUE, -1, -1, 0, 30 },
    { FLUSH, "max-peak-memory = 406 B", "max-peak-memory", 407, -1, -1.0 / 406, FALSE, -1, -1, 0,
      30 },
    { FLUSH, "min-throughput = 2e7", "min-throughput", 8 / 330e-9, 8 / 330e-9 - 2e7,
      8 / 330e-9 / 2e7 - 1, TRUE, -1, -1, -1, -1 },
    { FLUSH, "min-throughput = 3e7", "min-throughput", 8 / 330e-9, 8 / 330e-9 - 3e7,
      8 / 330e-9 / 3e7 - 1, FALSE, -1, -1, -1, -1 },
};

static PdConfig *
config_of(const char *limits)
{
    g_autofree char *text = g_strdup_printf("[check]\n%s\n", limits);
    g_autoptr(GError) error = NULL;
    PdConfig *config = pd_config_parse("test.ini", text, strlen(text), &error);

    ck_assert_msg(config != NULL, "%s", error == NULL ? "?" : error->message);
    return config;
}

/* The verdict of this name. Fails the test unless there is exactly one. */
static PdVerdict
verdict_of(const GArray *verdicts, const char *name)
{
    PdVerdict found = { 0 };
    guint n = 0;

    for (guint i = 0; i < verdicts->len; i++)
        if (g_str_equal(g_array_index(verdicts, PdVerdict, i).name, name)) {
            found = g_array_index(verdicts, PdVerdict, i);
            n++;
        }
    ck_assert_uint_eq(n, 1);
    return found;
}

static void
check_number(double number, double expected)
{
    ck_assert_msg(isnan(number) == isnan(expected), "%g in place of %g", number, expected);
    if (!isnan(expected))
        ck_assert_double_eq_tol(number, expected, 1e-12 * MAX(fabs(expected), 1));
}

START_TEST(a_verdict_says_what_is_allowed_measured_and_where)
{
    g_autoptr(PdConfig) config = config_of(rows[_i].limit);
    g_autoptr(PdReport) report = test_report("%s", rows[_i].text);
    g_autoptr(GArray) verdicts = pd_limits_check(config, report, TRUE, 5);
    const PdVerdict verdict = verdict_of(verdicts, rows[_i].name);

    check_number(verdict.value, rows[_i].value);
    check_number(verdict.margin, rows[_i].margin);
    check_number(verdict.margin_share, rows[_i].margin_share);
    ck_assert_int_eq(verdict.holds, rows[_i].holds);
    ck_assert_int_eq(verdict.stage, rows[_i].stage);
    ck_assert_int_eq(verdict.micro_batch, rows[_i].micro_batch);
    ck_assert_int_eq(verdict.device, rows[_i].device);
    ck_assert_int_eq(verdict.at_ns, rows[_i].at_ns);
    ck_assert_uint_eq(verdict.seed, 5);
    ck_assert_uint_eq(pd_verdicts_failed(verdicts), rows[_i].holds ? 0 : 1);
}
END_TEST

START_TEST(each_limit_has_a_verdict_behind_that_on_the_bound)
{
    static const char *const names[] = {
        "crossing-bound",      "max-crossing",    "max-mismatch",
        "max-bubble-fraction", "max-peak-memory", "max-steady-bubble-fraction",
        "min-throughput",
    };
    g_autoptr(PdConfig) none = config_of("max-makespan-error = 0.1");
    g_autoptr(PdConfig) time = config_of("max-bubble-fraction = 1");
    g_autoptr(PdConfig) all =
        config_of("max-crossing = 9\nmax-mismatch = 9\nmax-bubble-fraction = 1\n"
                  "max-steady-bubble-fraction = 1\nmax-peak-memory = 1 MB\nmin-throughput = 1\n");
    g_autoptr(PdReport) report = test_report("%s", PACI);
    g_autoptr(GArray) of_none = pd_limits_check(none, report, TRUE, 1);
    g_autoptr(GArray) of_all = pd_limits_check(all, report, TRUE, 1);
    g_autoptr(GArray) without_times = pd_limits_check(all, report, FALSE, 1);

    ck_assert(!pd_limits_any(none, FALSE) && !pd_limits_any(none, TRUE));
    ck_assert(pd_limits_any(time, FALSE) && pd_limits_any(time, TRUE));
    ck_assert_uint_eq(of_none->len, 1);
    ck_assert_str_eq(g_array_index(of_none, PdVerdict, 0).name, "crossing-bound");
    ck_assert_uint_eq(of_all->len, G_N_ELEMENTS(names));
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        ck_assert(verdict_of(of_all, names[i]).holds);
    /* the bound, crossing, mismatch, memory */
    ck_assert_uint_eq(without_times->len, 4);
    ck_assert(verdict_of(without_times, "max-peak-memory").holds);
}
END_TEST

static const struct {
    const char *text, *limit, *name, *words;
} absent[] = {
    { FLUSH, "max-steady-bubble-fraction = 1", "max-steady-bubble-fraction",
      "at most 100 % allowed, none: the run is too short to have one; more mini-batches would be "
      "right" },
    { "[pipeline]\nschedule = paci\ndevices = 3\nmicro-batches = 4\n"
      "[compute]\nforward = 0 ns\nbackward = 0 ns\n",
      "min-throughput = 0", "min-throughput", "at least 0/s asked, none: the run takes no time" },
};

START_TEST(a_number_that_does_not_exist_keeps_no_limit)
{
    g_autoptr(PdConfig) config = config_of(absent[_i].limit);
    g_autoptr(PdReport) report = test_report("%s", absent[_i].text);
    g_autoptr(GArray) verdicts = pd_limits_check(config, report, TRUE, 1);
    const PdVerdict verdict = verdict_of(verdicts, absent[_i].name);
    g_autofree char *sentence = pd_verdict_sentence(&verdict, FALSE);

    ck_assert(!verdict.holds);
    ck_assert(isnan(verdict.value) && isnan(verdict.margin) && isnan(verdict.margin_share));
    ck_assert_str_eq(sentence, absent[_i].words);
}
END_TEST

static const struct {
    const char *text, *limit, *name, *words;
} sentences[] = {
    { ASYNC, "", "crossing-bound",
      "at most 3 allowed, 3 at stage 0, micro-batch 3, seed 7; margin 0" },
    { ASYNC, "max-crossing = 1", "max-crossing",
      "at most 1 allowed, 3 at stage 0, micro-batch 3, seed 7; margin -2" },
    { FLUSH, "max-bubble-fraction = 0.5", "max-bubble-fraction",
      "at most 50 % allowed, 27.27 %, most on device 0, seed 7; margin 22.73 %" },
    { FLUSH, "max-peak-memory = 401 B", "max-peak-memory",
      "at most 401 B allowed, 407 B on device 0 at 30 ns, seed 7; margin -6 B" },
    { FLUSH, "min-throughput = 3e7", "min-throughput",
      "at least 3e+07/s asked, 2.424e+07/s, seed 7; margin -5.758e+06/s" },
};

START_TEST(a_sentence_says_the_same)
{
    g_autoptr(PdConfig) config = config_of(sentences[_i].limit);
    g_autoptr(PdReport) report = test_report("%s", sentences[_i].text);
    g_autoptr(GArray) verdicts = pd_limits_check(config, report, TRUE, 7);
    const PdVerdict verdict = verdict_of(verdicts, sentences[_i].name);
    g_autofree char *sentence = pd_verdict_sentence(&verdict, TRUE);

    ck_assert_str_eq(sentence, sentences[_i].words);
}
END_TEST

/* --- a schedule that promises too much -------------------------------------------------------- */

/* None at stage 0 and 1, which cross 3 and 2; what is true at the others. */
static gint64
boast(const PdScenario *scenario, guint stage)
{
    return stage < 2 ? 1 - (gint64)stage : scenario->n_stages - 1 - stage;
}

START_TEST(a_bound_that_is_broken_is_told_at_the_stage_that_breaks_it_most)
{
    PdSchedule boaster = *pd_schedule_find(pd_schedules, "async");
    const PdSchedule *const registry[] = { &boaster, NULL };
    g_autoptr(PdScenario) scenario = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = config_of("");

    boaster.crossing_bound = boast;
    scenario = test_scenario_of(ASYNC, registry, &error);
    ck_assert_msg(scenario != NULL, "%s", error == NULL ? "?" : error->message);
    g_autoptr(PdReport) report = test_run(scenario, NULL);
    g_autoptr(GArray) verdicts = pd_limits_check(config, report, TRUE, 1);
    const PdVerdict verdict = verdict_of(verdicts, "crossing-bound");

    /* 3 where 1 is promised, and 2 where 0 is: the first of the two */
    ck_assert(!verdict.holds);
    ck_assert_int_eq(verdict.stage, 0);
    ck_assert_double_eq(verdict.limit, 1);
    ck_assert_double_eq(verdict.margin, -2);
}
END_TEST

/* --- several runs ----------------------------------------------------------------------------- */

START_TEST(the_worst_of_several_runs_is_kept_with_its_seed)
{
    static const struct {
        double margins[3]; /* of seeds 0, 1, 2 */
        guint64 worst;
    } cases[] = {
        { { 1, 2, 3 }, 0 },   { { 2, 1, 3 }, 1 },    { { 3, 2, 1 }, 2 },     { { 1, 1, 1 }, 0 },
        { { 2, -1, -1 }, 1 }, { { 1, NAN, -9 }, 1 }, { { NAN, 1, NAN }, 0 }, { { 1, 1, NAN }, 2 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GArray) worst = g_array_new(FALSE, FALSE, sizeof(PdVerdict));

        for (guint64 seed = 0; seed < 3; seed++) {
            const PdVerdict verdict = { .margin = cases[i].margins[seed], .seed = seed };
            g_autoptr(GArray) other = g_array_new(FALSE, FALSE, sizeof(PdVerdict));

            g_array_append_val(seed == 0 ? worst : other, verdict);
            if (seed > 0)
                pd_verdicts_worsen(worst, other);
        }
        ck_assert_uint_eq(g_array_index(worst, PdVerdict, 0).seed, cases[i].worst);
    }
}
END_TEST

/* --- where, on any run ------------------------------------------------------------------------ */

static void
check_where(guint64 seed)
{
    g_autofree char *text = test_random_scenario(seed, NULL);
    g_autoptr(PdScenario) scenario = test_scenario("%s", text);
    g_autoptr(PdReport) report = test_run(scenario, NULL);

    for (guint s = 0; s < report->n_stages; s++) {
        const PdStageReport *stage = &report->stages[s];
        gint64 first = 0;

        while (stage->crossings[first] < stage->crossing.max)
            first++;
        test_require(stage->max_crossing_at == first);
        test_require(stage->max_mismatch_at == (stage->mismatch.max == 0 ? 0 : first));
    }
}

START_TEST(the_largest_crossing_is_noted_where_it_is_first_reached)
{
    for (guint64 seed = 0; seed < 300; seed++)
        check_where(seed);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("limits");
    TCase *tests = tcase_create("limits");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_verdict_says_what_is_allowed_measured_and_where, 0,
                        (int)G_N_ELEMENTS(rows));
    tcase_add_test(tests, each_limit_has_a_verdict_behind_that_on_the_bound);
    tcase_add_loop_test(tests, a_number_that_does_not_exist_keeps_no_limit, 0,
                        (int)G_N_ELEMENTS(absent));
    tcase_add_loop_test(tests, a_sentence_says_the_same, 0, (int)G_N_ELEMENTS(sentences));
    tcase_add_test(tests, a_bound_that_is_broken_is_told_at_the_stage_that_breaks_it_most);
    tcase_add_test(tests, the_worst_of_several_runs_is_kept_with_its_seed);
    tcase_add_test(tests, the_largest_crossing_is_noted_where_it_is_first_reached);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

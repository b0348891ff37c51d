#include "errors.h"
#include "files.h"
#include "schedules.h"
#include "simulator.h"
#include "support.h"

#define ONE_DEVICE  "[pipeline]\ndevices = 1\nschedule = 1f1b\nmicro-batches = 1\n"
#define TWO_DEVICES "[pipeline]\ndevices = 2\nschedule = 1f1b\nmicro-batches = 1\n"
#define FORWARD     "forward = 1 ms\n"
#define BACKWARD    "backward = 2 ms\n"
#define COMPUTE     "[compute]\n" FORWARD BACKWARD

/* --- what is missing or contradicts ----------------------------------------------------------- */

static const struct {
    const char *sections;
    const char *place;
    const char *part;
} refused[] = {
    { "", "test.ini: [compute] forward: ", "this key is missing" },
    { "[compute]\n" BACKWARD, "test.ini: [compute] forward: ", "5 ms" },
    { "[compute]\n" FORWARD, "test.ini: [compute] backward: ", "5 ms" },
    { "[compute]\n" FORWARD "backward-input = 1 ms\n", "[compute] backward-weight: ", "missing" },
    { "[compute]\n" FORWARD "backward-weight = 1 ms\n", "[compute] backward-input: ", "missing" },
    { COMPUTE "backward-input = 1 ms\n", "[compute] backward: ", "not both" },
    { COMPUTE "backward-weight = 1 ms\n", "[compute] backward: ", "not both" },
    { COMPUTE "backward-input = 1 ms\nbackward-weight = 1 ms\n", "backward: ", "not both" },
    { COMPUTE "[link]\nmessage = 1 kB\n", "test.ini: [link] bandwidth: ", "25 GB/s" },
    { COMPUTE "[link]\nbandwidth = 1 GB/s\n", "test.ini: [link] message: ", "16 MiB" },
    { COMPUTE "[link]\nmessage = 9 TB\nbandwidth = 1 bit/s\n", "[link] bandwidth: ", "292 years" },
    { "[compute]\nforward = 1 ms;2 ms;3 ms\n" BACKWARD,
      "[compute] forward: ", "has 3 values; 1 or 2" },
    { COMPUTE "[link]\nlatency = 1 ms;2 ms\n", "[link] latency: ", "has 2 values; 1" },
    { COMPUTE "[memory]\ncapacity = 1 GB;2 GB;3 GB\n", "[memory] capacity: ", "has 3 values" },
};

START_TEST(what_is_missing_or_contradicts_is_refused_at_its_key)
{
    g_autofree char *message = test_refusal(TWO_DEVICES "%s", refused[_i].sections);

    ck_assert_msg(strstr(message, refused[_i].place) != NULL, "%s", message);
    ck_assert_msg(strstr(message, refused[_i].part) != NULL, "%s", message);
    test_check_message(message);
}
END_TEST

/* --- zero ------------------------------------------------------------------------------------- */

/* "Zero is allowed for forward, backward, update, latency, barrier, message, jitter and memory,
 * nowhere else", where a key describes the pipeline, what it runs or what runs it. */
static gboolean
zero_is_allowed(const PdKeyRow *row)
{
    static const char *const names[] = { "forward", "backward",     "backward-input",
                                         "update",  "latency",      "backward-weight",
                                         "barrier", "link-latency", "message",
                                         "jitter",  "memory",       NULL };

    return g_str_equal(row->section, "memory") || g_strv_contains(names, row->name);
}

static gboolean
describes_the_pipeline(const PdKeyRow *row)
{
    return !g_str_equal(row->section, "scenario") && !g_str_equal(row->section, "train") &&
           !g_str_equal(row->section, "check");
}

START_TEST(zero_stands_where_it_means_something_and_nowhere_else)
{
    static const char *const zeros[][5] = {
        [PD_DURATION] = { "0 ns", "0.0 s", "0.4 ns", "1 ns;0 s" },
        [PD_SIZE] = { "0 B", "0.00 GiB", "0.4 B", "1 B;0 TB" },
        [PD_BANDWIDTH] = { "0 B/s", "0e9 GiB/s", "0.4 bit/s", "1 B/s;0 B/s" },
        [PD_COMPUTE] = { "0 FLOP/s", "0.4 FLOP/s", "1 FLOP/s;0 FLOP/s" },
        [PD_COUNT] = { "0", "0.0", "0e5" },
    };
    static const char *const reals[] = { "0", "0.0", "0 %", NULL };
    const PdKeyRow *row = pd_key_row((PdKey)_i);
    const char *const *values = row->type == PD_TYPE_REAL ? reals : zeros[row->dimension];

    if ((row->type != PD_TYPE_REAL && row->type != PD_TYPE_QUANTITY) ||
        !describes_the_pipeline(row))
        return;
    for (; *values != NULL; values++) {
        g_autofree char *text =
            g_strdup_printf("[%s]\n%s = %s\n", row->section, row->name, *values);
        g_autoptr(GError) error = NULL;
        g_autoptr(PdConfig) config = NULL;

        if (strchr(*values, ';') != NULL && !(row->flags & PD_LIST))
            continue;
        config = pd_config_parse("test.ini", text, strlen(text), &error);
        ck_assert_msg((config != NULL) == zero_is_allowed(row), "%s", text);
        ck_assert(config != NULL || strstr(error->message, "is zero") != NULL);
    }
}
END_TEST

START_TEST(a_run_in_which_nothing_takes_time_runs)
{
    g_autoptr(PdReport) report = test_report(
        TWO_DEVICES "[compute]\nforward = 0 ns\nbackward = 0 ns\nupdate = 0 ns\njitter = 0\n[link]"
                    "\nlatency = 0 ns\nmessage = 0 B\nbandwidth = 1 B/s\nbarrier = 0 ns\n[memory]\n"
                    "weights = 0 B\nactivations = 0 B\ncapacity = 0 B\n");

    ck_assert_int_eq(report->makespan_ns, 0);
    ck_assert_int_eq(report->updates, 2);
    ck_assert(report->fits_memory);
}
END_TEST

/* --- the clock -------------------------------------------------------------------------------- */

/* 2^63 - 2: the last instant of 64 bits stands for "never" */
#define MOST "9223372036854775806"

static const struct {
    const char *text;
    gboolean accepted;
} clocks[] = {
    /* one device, one micro-batch: the work is forward + backward + update */
    { ONE_DEVICE "[compute]\nforward = " MOST " ns\nbackward = 0 ns\n", TRUE },
    { ONE_DEVICE "[compute]\nforward = 0 ns\nbackward = " MOST " ns\n", TRUE },
    { ONE_DEVICE "[compute]\nforward = " MOST " ns\nbackward = 1 ns\n", FALSE },
    { ONE_DEVICE "[compute]\nforward = 1 ns\nbackward = " MOST " ns\n", FALSE },
    { ONE_DEVICE "[compute]\nforward = " MOST " ns\nbackward = 0 ns\nupdate = 1 ns\n", FALSE },
    { ONE_DEVICE "[compute]\nforward = 1 ns\nbackward-input = " MOST
                 " ns\nbackward-weight = 0 ns\n",
      FALSE },
    /* recomputation doubles the forward: 2 x 4611686018427387903 = 2^63 - 2 */
    { ONE_DEVICE "recompute = full\n[compute]\nforward = 4611686018427387903 ns\n"
                 "backward = 0 ns\n",
      TRUE },
    { ONE_DEVICE "recompute = full\n[compute]\nforward = 4611686018427387903 ns\n"
                 "backward = 1 ns\n",
      FALSE },
    /* mini-batches multiply */
    { ONE_DEVICE "mini-batches = 7\n[compute]\nforward = 1317624576693539400 ns\n"
                 "backward = 0 ns\n",
      TRUE },
    { ONE_DEVICE "mini-batches = 7\n[compute]\nforward = 1317624576693539401 ns\n"
                 "backward = 0 ns\n",
      FALSE },
    /* 2 stages of one device sum; 2 micro-batches each */
    { "[pipeline]\ndevices = 2\nschedule = interleaved\nmicro-batches = 2\n[compute]\n"
      "forward = 4611686018427387903 ns\nbackward = 0 ns\n",
      TRUE },
    { "[pipeline]\ndevices = 2\nschedule = interleaved\nmicro-batches = 2\n[compute]\n"
      "forward = 4611686018427387904 ns\nbackward = 0 ns\n",
      FALSE },
    { "[pipeline]\ndevices = 2\nschedule = interleaved\nmicro-batches = 2\n[compute]\n"
      "forward = 0 ns;4611686018427387903 ns;0 ns;1 ns\nbackward = 0 ns\n",
      FALSE },
    { "[pipeline]\ndevices = 2\nschedule = paci\nmicro-batches = 1e6\nmini-batches = 1e6\n"
      "[compute]\nforward = 5000 s\nbackward = 5000 s\n",
      FALSE },
};

START_TEST(work_of_a_device_beyond_the_clock_is_refused_before_the_run)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PdScenario) scenario = test_scenario_of(clocks[_i].text, pd_schedules, &error);

    ck_assert_msg((scenario != NULL) == clocks[_i].accepted, "%s\n%s", clocks[_i].text,
                  error == NULL ? "" : error->message);
    if (scenario == NULL) {
        ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
        ck_assert_ptr_nonnull(strstr(error->message, "292"));
        test_check_message(error->message);
    }
}
END_TEST

START_TEST(the_longest_run_that_the_clock_can_tell_runs)
{
    g_autoptr(PdReport) report =
        test_report(ONE_DEVICE "[compute]\nforward = " MOST " ns\nbackward = 0 ns\n");

    ck_assert_int_eq(report->makespan_ns, G_MAXINT64 - 1);
    ck_assert_int_eq(report->devices[0].busy_ns, G_MAXINT64 - 1);
}
END_TEST

/* Whether a scenario runs to its end; if not, it must be for the clock. */
static gboolean
runs(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PdScenario) scenario = test_scenario("%s", text);
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(scenario, FALSE);
    PdSink *sinks[PD_N_LEDGERS + 1] = { NULL };
    PdStream stream;

    pd_ledgers_sinks(ledgers, sinks);
    pd_stream_init(&stream, sinks);
    if (pd_simulate(scenario, &stream, &error))
        return TRUE;
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
    ck_assert_ptr_nonnull(strstr(error->message, "overflows"));
    test_check_message(error->message);
    return FALSE;
}

START_TEST(a_run_that_overflows_the_clock_by_other_means_than_work_ends_with_an_error)
{
    static const char *const texts[] = {
        TWO_DEVICES COMPUTE "[link]\nlatency = " MOST " ns\n",
        TWO_DEVICES COMPUTE "[link]\nlatency = 9223372036854775807 ns\n",
        /* the forward takes 1e6 ns: the activation would arrive at 2^63 - 1 */
        TWO_DEVICES COMPUTE "[link]\nlatency = 9223372036853775807 ns\n",
        TWO_DEVICES COMPUTE "[link]\nmessage = 9e9 B\nbandwidth = 8 bit/s\nlatency = 9e9 s\n",
        TWO_DEVICES COMPUTE "[link]\nbarrier = " MOST " ns\n",
        TWO_DEVICES "[compute]\nforward = 9e18 ns\nbackward = 0 ns\n",
    };

    ck_assert(!runs(texts[_i]));
}
END_TEST

START_TEST(an_operation_that_jitter_stretches_beyond_the_clock_ends_the_run_with_an_error)
{
    guint n_ran = 0;

    for (guint seed = 1; seed <= 20; seed++) {
        g_autofree char *text =
            g_strdup_printf("[scenario]\nseed = %u\n" ONE_DEVICE
                            "[compute]\nforward = 9e18 ns\nbackward = 0 ns\njitter = 0.5\n",
                            seed);

        n_ran += runs(text) ? 1 : 0;
    }
    ck_assert_uint_gt(n_ran, 0);
    ck_assert_uint_lt(n_ran, 20);
}
END_TEST

START_TEST(more_bytes_than_can_be_counted_are_refused)
{
    static const char *const memories[] = {
        "weights = 5e18 B\ngradients = 5e18 B\n",
        "activations = 5e18 B\n",
        "optimizer = 9e18 B\ninputs = 9e18 B\n",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(memories); i++) {
        g_autofree char *message = test_refusal(
            "[pipeline]\ndevices = 2\nschedule = gpipe\nmicro-batches = 2\n" COMPUTE "[memory]\n%s",
            memories[i]);

        ck_assert_msg(strstr(message, "bytes") != NULL, "%s", message);
        test_check_message(message);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("refusals");
    TCase *tests = tcase_create("refusals");

    tcase_add_loop_test(tests, what_is_missing_or_contradicts_is_refused_at_its_key, 0,
                        G_N_ELEMENTS(refused));
    tcase_add_loop_test(tests, zero_stands_where_it_means_something_and_nowhere_else, 0, PD_N_KEYS);
    tcase_add_test(tests, a_run_in_which_nothing_takes_time_runs);
    tcase_add_loop_test(tests, work_of_a_device_beyond_the_clock_is_refused_before_the_run, 0,
                        G_N_ELEMENTS(clocks));
    tcase_add_test(tests, the_longest_run_that_the_clock_can_tell_runs);
    tcase_add_loop_test(
        tests, a_run_that_overflows_the_clock_by_other_means_than_work_ends_with_an_error, 0, 6);
    tcase_add_test(tests,
                   an_operation_that_jitter_stretches_beyond_the_clock_ends_the_run_with_an_error);
    tcase_add_test(tests, more_bytes_than_can_be_counted_are_refused);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

/*
 * Threads against what must be true of any run, and against the simulator where the order of a
 * schedule is fixed. Times are real here, so nothing is said of them but their order.
 */
#include <stdatomic.h>

#include "random_scenario.h"
#include "recount.h"
#include "schedules.h"
#include "simulator.h"
#include "support.h"
#include "threads.h"
#include "witness.h"

#define N_BATCHES 20
#define ROUNDS    10

static PdReport *
run(const PdScenario *scenario, PdWork *const *works, gboolean paced, PdSink *extra)
{
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(scenario, FALSE);
    PdSink *sinks[PD_N_LEDGERS + 2] = { NULL };
    g_autoptr(GError) error = NULL;
    PdStream stream;

    pd_ledgers_sinks(ledgers, sinks);
    sinks[PD_N_LEDGERS] = extra;
    pd_stream_init(&stream, sinks);
    if (!pd_run_threads(scenario, works, paced, &stream, &error))
        ck_abort_msg("%s", error->message);
    return pd_report_new(ledgers, "threads");
}

static void
check_seed(guint64 seed, const char *schedule)
{
    g_autofree char *text = test_random_scenario(seed, schedule);
    g_autoptr(PdScenario) scenario = test_scenario("%s", text);
    g_auto(Witness) witness = { 0 };
    g_autoptr(PdReport) report = NULL;

    witness_init(&witness, scenario);
    report = run(scenario, NULL, FALSE, &witness.sink);
    test_holds(witness_check_devices(&witness));
    test_holds(witness_check_versions(&witness));
    test_holds(recount_check_sums(scenario, report));
    test_holds(recount_check_times(&witness, report));
    test_holds(recount_check_stages(&witness, report));
    test_holds(recount_check_memory(&witness, report));
}

START_TEST(threads_keep_the_invariants_under_every_schedule)
{
    for (const PdSchedule *const *schedule = pd_schedules; *schedule != NULL; schedule++)
        for (guint64 round = 0; round < ROUNDS; round++)
            check_seed((guint64)_i * ROUNDS + round, (*schedule)->name);
}
END_TEST

/* The operations of one device, in order. (transfer full) */
static char *
order_of(const Witness *witness, guint device)
{
    GString *order = g_string_new(NULL);

    for (guint i = 0; i < witness->events->len; i++) {
        const PdEvent *event = &g_array_index(witness->events, PdEvent, i);

        if (pd_event_is_wait(event) || event->device != device)
            continue;
        g_autofree char *name = pd_operation_name(event->operation);
        g_string_append_printf(order, "%s ", name);
    }
    return g_string_free(order, FALSE);
}

START_TEST(a_fixed_order_is_the_simulators)
{
    static const char *const fixed[] = { "gpipe", "1f1b", "interleaved", "pipedream" };
    g_autoptr(PdScenario) scenario = test_scenario(
        "[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 8\nmini-batches = 6\n"
        "[compute]\nforward = 3 us\nbackward = 7 us\nupdate = 1 us\n"
        "[train]\ncheckpoint-every = %d\n",
        fixed[_i % 4], _i / 4);
    g_auto(Witness) simulated = { 0 }, threaded = { 0 };

    witness_init(&simulated, scenario);
    witness_init(&threaded, scenario);
    G_GNUC_UNUSED g_autoptr(PdReport) a = test_run(scenario, &simulated.sink);
    G_GNUC_UNUSED g_autoptr(PdReport) b = run(scenario, NULL, FALSE, &threaded.sink);
    for (guint device = 0; device < 4; device++) {
        g_autofree char *expected = order_of(&simulated, device);
        g_autofree char *got = order_of(&threaded, device);

        ck_assert_str_eq(got, expected);
    }
}
END_TEST

/* --- processors ------------------------------------------------------------------------------- */

/* A work that counts how many run at once. */
typedef struct {
    PdWork work;
    atomic_int *running;
    atomic_int *most;
} CountingWork;

static void
accept_nothing(G_GNUC_UNUSED PdWork *work, G_GNUC_UNUSED PdMessage message,
               G_GNUC_UNUSED const void *payload)
{
}

static gboolean
count(PdWork *work, G_GNUC_UNUSED PdOperation operation, G_GNUC_UNUSED void *payload,
      G_GNUC_UNUSED PdVersions *versions, G_GNUC_UNUSED GError **error)
{
    CountingWork *self = (CountingWork *)work;
    const int running = atomic_fetch_add(self->running, 1) + 1;
    int most = atomic_load(self->most);

    while (running > most && !atomic_compare_exchange_weak(self->most, &most, running))
        continue;
    g_usleep(200);
    atomic_fetch_sub(self->running, 1);
    return TRUE;
}

START_TEST(no_more_devices_compute_at_once_than_there_are_processors)
{
    g_autoptr(PdScenario) scenario =
        test_scenario("[pipeline]\nschedule = %s\ndevices = 6\nmicro-batches = 12\n"
                      "mini-batches = 3\nprocessors = %d\n[compute]\nforward = 1 us\n"
                      "backward = 2 us\n",
                      _i < 3 ? "paci" : "gpipe", 1 + _i % 3);
    atomic_int running = 0, most = 0;
    CountingWork works[6];
    PdWork *pointers[6];

    for (guint i = 0; i < 6; i++) {
        works[i] = (CountingWork){ { 8, accept_nothing, count, NULL }, &running, &most };
        pointers[i] = &works[i].work;
    }
    G_GNUC_UNUSED g_autoptr(PdReport) report = run(scenario, pointers, FALSE, NULL);
    ck_assert_int_eq(most, 1 + _i % 3);
}
END_TEST

/* --- early ends ------------------------------------------------------------------------------- */

/* Wishes for the end when a micro-batch has come through stage 0. */
typedef struct {
    PdSink sink;
    PdStream *stream;
    gint64 micro_batch;
    gint64 last;
    guint n_drains;
} Wisher;

static void
wish(PdSink *sink, const PdEvent *events, gsize n)
{
    Wisher *self = (Wisher *)sink;

    for (gsize i = 0; i < n; i++) {
        if (pd_event_is_wait(&events[i]) || events[i].operation.kind != PD_BACKWARD)
            continue;
        self->last = MAX(self->last, events[i].operation.micro_batch);
        if (events[i].operation.stage == 0 && events[i].operation.micro_batch == self->micro_batch)
            pd_stream_wish(self->stream, PD_WISH_FINISH);
    }
}

static void
count_drains(PdSink *sink, gint64 micro_batch)
{
    Wisher *self = (Wisher *)sink;

    self->n_drains++;
    ck_assert_int_eq(micro_batch % 20, 0);
    ck_assert_int_eq(self->last, micro_batch - 1);
}

/* Under each schedule, by the simulator (0) and by threads (1). */
START_TEST(a_run_that_is_to_finish_ends_with_a_mini_batch)
{
    const PdSchedule *schedule = pd_schedules[_i / 2];
    const gint64 n = 4000;
    g_autoptr(PdScenario) scenario = test_scenario(
        "[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 4\nmini-batches = %d\n"
        "[compute]\nforward = 1 us\nbackward = 2 us\n[train]\ncheckpoint-every = 5\n",
        schedule->name, (int)n / 4);
    Wisher wisher = { .sink = { wish, count_drains }, .micro_batch = 70, .last = -1 };
    PdSink *sinks[] = { &wisher.sink, NULL };
    g_autoptr(GError) error = NULL;
    PdStream stream;

    pd_stream_init(&stream, sinks);
    stream.block = 1;
    wisher.stream = &stream;
    ck_assert(_i % 2 == 0 ? pd_simulate(scenario, &stream, &error)
                          : pd_run_threads(scenario, NULL, FALSE, &stream, &error));
    ck_assert_int_eq((wisher.last + 1) % 4, 0);
    ck_assert_int_ge(wisher.last, 70);
    ck_assert_int_ge(wisher.n_drains, 3);
    if (_i % 2 == 0)
        ck_assert_int_le(wisher.last, 79);
}
END_TEST

/* --- errors ----------------------------------------------------------------------------------- */

static gboolean
fail_at_20(G_GNUC_UNUSED PdWork *work, PdOperation operation, G_GNUC_UNUSED void *payload,
           G_GNUC_UNUSED PdVersions *versions, GError **error)
{
    if (operation.micro_batch < 20)
        return TRUE;
    g_set_error(error, g_quark_from_static_string("test"), 1, "it fails");
    return FALSE;
}

START_TEST(a_work_that_fails_stops_all_threads)
{
    g_autoptr(PdScenario) scenario = test_scenario(
        "[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 8\nmini-batches = 100\n"
        "processors = 2\n[compute]\nforward = 1 us\nbackward = 2 us\n[link]\nbarrier = 1 us\n",
        pd_schedules[_i]->name);
    PdWork work = { 8, accept_nothing, fail_at_20, NULL };
    PdWork *works[] = { &work, &work, &work, &work };
    PdSink *sinks[] = { NULL };
    g_autoptr(GError) error = NULL;
    PdStream stream;

    pd_stream_init(&stream, sinks);
    ck_assert(!pd_run_threads(scenario, works, FALSE, &stream, &error));
    ck_assert_str_eq(error->message, "it fails");
}
END_TEST

/* --- pacing ----------------------------------------------------------------------------------- */

START_TEST(a_paced_run_takes_no_less_than_the_scenarios_times)
{
    g_autoptr(PdScenario) scenario =
        test_scenario("[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 4\n"
                      "mini-batches = 2\n[compute]\nforward = 1 ms\nbackward = 2 ms\n"
                      "update = 500 us\njitter = 0.3\n[link]\nlatency = 700 us\n%s",
                      pd_schedules[_i]->name, _i < 2 ? "barrier = 300 us\n" : "");
    g_auto(Witness) simulated = { 0 }, paced = { 0 };

    witness_init(&simulated, scenario);
    witness_init(&paced, scenario);
    G_GNUC_UNUSED g_autoptr(PdReport) a = test_run(scenario, &simulated.sink);
    G_GNUC_UNUSED g_autoptr(PdReport) b = run(scenario, NULL, TRUE, &paced.sink);
    test_holds(witness_check_devices(&paced));
    test_holds(witness_check_versions(&paced));
    for (guint s = 0; s < scenario->n_stages; s++) {
        for (gint64 m = 0; m < 8; m++) {
            const PdEvent *x = witness_find(&simulated, PD_FORWARD, m, s);
            const PdEvent *y = witness_find(&paced, PD_FORWARD, m, s);

            test_require(y->end_ns - y->start_ns >= x->end_ns - x->start_ns);
        }
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("threads");
    TCase *tests = tcase_create("threads");
    int n_schedules = 0;

    while (pd_schedules[n_schedules] != NULL)
        n_schedules++;
    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, threads_keep_the_invariants_under_every_schedule, 0, N_BATCHES);
    tcase_add_loop_test(tests, a_fixed_order_is_the_simulators, 0, 16);
    tcase_add_loop_test(tests, no_more_devices_compute_at_once_than_there_are_processors, 0, 6);
    tcase_add_loop_test(tests, a_run_that_is_to_finish_ends_with_a_mini_batch, 0, 2 * n_schedules);
    tcase_add_loop_test(tests, a_work_that_fails_stops_all_threads, 0, n_schedules);
    tcase_add_loop_test(tests, a_paced_run_takes_no_less_than_the_scenarios_times, 0, n_schedules);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

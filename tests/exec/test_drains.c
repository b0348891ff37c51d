/*
 * Draining the pipeline: a run that drains is the runs between its drains, one after another.
 */
#include <string.h>

#include "random_scenario.h"
#include "schedules.h"
#include "simulator.h"
#include "support.h"
#include "witness.h"

#define N_ACCUMULATIONS 3

/* 12 mini-batches of 4 micro-batches, drained every n-th (0: never); times that divide nothing. */
static PdScenario *
scenario_of(const PdSchedule *schedule, guint accumulation, guint every)
{
    return test_scenario("[pipeline]\nschedule = %s\ndevices = 4\nvirtual-stages = 2\n"
                         "micro-batches = 4\nmini-batches = 12\naccumulation = %u\n"
                         "processors = 3\n"
                         "[compute]\nforward = 31 ns\nbackward = 77 ns\nupdate = 13 ns\n"
                         "jitter = 0.4\n[link]\nlatency = 9 ns\nmessage = 8 B\n"
                         "bandwidth = 1 GB/s\n[train]\ncheckpoint-every = %u\n",
                         schedule->name, accumulation, every);
}

static gint64
end_of(const Witness *witness)
{
    gint64 end_ns = 0;

    for (guint i = 0; i < witness->events->len; i++)
        end_ns = MAX(end_ns, g_array_index(witness->events, PdEvent, i).end_ns);
    return end_ns;
}

/* The operations, in order of device, begin and end, each shifted in time. */
static void
add_operations(const Witness *witness, gint64 shift_ns, guint device, GArray *operations)
{
    for (guint i = 0; i < witness->events->len; i++) {
        PdEvent event = g_array_index(witness->events, PdEvent, i);

        if (pd_event_is_wait(&event) || event.device != device)
            continue;
        event.start_ns += shift_ns;
        event.end_ns += shift_ns;
        g_array_append_val(operations, event);
    }
}

/* Run micro-batches first ... n−1 of a scenario without drains. */
static void
run_part(PdScenario *scenario, gint64 first, gint64 n, Witness *witness)
{
    scenario->first = first;
    scenario->n_micro_batches = n;
    witness_init(witness, scenario);
    pd_report_free(test_run(scenario, &witness->sink));
}

START_TEST(a_run_that_drains_is_its_parts_one_after_another)
{
    const PdSchedule *schedule = pd_schedules[_i / N_ACCUMULATIONS];
    const guint accumulation = 1 + 2 * (guint)(_i % N_ACCUMULATIONS);
    g_autoptr(PdScenario) drained = scenario_of(schedule, accumulation, 5);
    g_autoptr(PdScenario) plain = scenario_of(schedule, accumulation, 0);
    static const gint64 bounds[] = { 0, 20, 40, 48 };
    g_auto(Witness) whole = { 0 };
    Witness parts[3];

    witness_init(&whole, drained);
    pd_report_free(test_run(drained, &whole.sink));
    for (guint i = 0; i < 3; i++)
        run_part(plain, bounds[i], bounds[i + 1], &parts[i]);
    for (guint device = 0; device < 4; device++) {
        g_autoptr(GArray) expected = g_array_new(FALSE, FALSE, sizeof(PdEvent));
        g_autoptr(GArray) got = g_array_new(FALSE, FALSE, sizeof(PdEvent));
        gint64 shift_ns = 0;

        for (guint i = 0; i < 3; i++) {
            add_operations(&parts[i], shift_ns, device, expected);
            shift_ns += end_of(&parts[i]);
        }
        add_operations(&whole, 0, device, got);
        ck_assert_uint_eq(got->len, expected->len);
        for (guint i = 0; i < got->len; i++) {
            const PdEvent *x = &g_array_index(got, PdEvent, i);
            const PdEvent *y = &g_array_index(expected, PdEvent, i);

            test_require(x->start_ns == y->start_ns && x->end_ns == y->end_ns);
            test_require(x->operation.micro_batch == y->operation.micro_batch);
            test_require(x->operation.stage == y->operation.stage);
            test_require(x->operation.kind == y->operation.kind);
            test_require(x->version == y->version);
        }
    }
    test_holds(witness_check_devices(&whole));
    test_holds(witness_check_dependencies(&whole));
    test_holds(witness_check_processors(&whole));
    test_holds(witness_check_versions(&whole));
    for (guint i = 0; i < 3; i++)
        witness_clear(&parts[i]);
}
END_TEST

/* No forward of a later micro-batch begins before all backwards of the earlier ones have ended. */
START_TEST(nothing_passes_a_drain)
{
    g_autoptr(PdScenario) scenario = scenario_of(pd_schedules[_i], 3, 5);
    g_auto(Witness) witness = { 0 };
    gint64 ended_ns[3] = { 0 }, began_ns[3] = { G_MAXINT64, G_MAXINT64, G_MAXINT64 };

    witness_init(&witness, scenario);
    pd_report_free(test_run(scenario, &witness.sink));
    for (guint i = 0; i < witness.events->len; i++) {
        const PdEvent *event = &g_array_index(witness.events, PdEvent, i);
        const gint64 part = event->operation.micro_batch / 20;

        if (pd_event_is_wait(event))
            continue;
        began_ns[part] = MIN(began_ns[part], event->start_ns);
        ended_ns[part] = MAX(ended_ns[part], event->end_ns);
    }
    ck_assert_int_ge(began_ns[1], ended_ns[0]);
    ck_assert_int_ge(began_ns[2], ended_ns[1]);
}
END_TEST

/* Wishes for an early end behind so many operations. */
typedef struct {
    PdSink sink;
    PdStream *stream;
    gint64 n_left;
    gint64 balance; /* forwards less backwards */
    gint64 n_backwards;
} Wisher;

static void
wish(PdSink *sink, const PdEvent *events, gsize n)
{
    Wisher *self = (Wisher *)sink;

    for (gsize i = 0; i < n; i++) {
        if (pd_event_is_wait(&events[i]))
            continue;
        self->balance += events[i].operation.kind == PD_FORWARD;
        self->balance -= events[i].operation.kind == PD_BACKWARD;
        self->n_backwards += events[i].operation.kind == PD_BACKWARD;
        if (--self->n_left == 0)
            pd_stream_wish(self->stream, PD_WISH_FINISH);
    }
}

/* Run it with a wish to end behind n operations. */
static void
end_early(const PdScenario *scenario, gint64 n)
{
    PdStream stream;
    Wisher wisher = { .sink.consume = wish, .stream = &stream, .n_left = n };
    PdSink *sinks[] = { &wisher.sink, NULL };
    g_autoptr(GError) error = NULL;

    pd_stream_init(&stream, sinks);
    stream.block = 1;
    if (!pd_simulate(scenario, &stream, &error))
        ck_abort_msg("%s", error->message);
    test_require(wisher.balance == 0);
    test_require(wisher.n_backwards % (scenario->mini_batch * scenario->n_stages) == 0);
}

START_TEST(a_run_can_be_ended_at_any_operation)
{
    for (guint64 seed = (guint64)_i * 25; seed < ((guint64)_i + 1) * 25; seed++) {
        g_autofree char *text = test_random_drains(seed);
        g_autoptr(PdScenario) scenario = test_scenario("%s", text);
        const gint64 most = 2 * scenario->n_micro_batches * scenario->n_stages;

        /* what stands on standard error is shown with a failure */
        g_printerr("seed %" G_GUINT64_FORMAT "\n", seed);
        for (gint64 n = 1; n < MIN(most, 400); n++)
            end_early(scenario, n);
    }
}
END_TEST

START_TEST(a_flushing_schedule_pays_nothing_for_a_drain_an_asynchronous_one_does)
{
    static const char *const text =
        "[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 8\nmini-batches = 9\n"
        "[compute]\nforward = 10 ns\nbackward = 20 ns\n[train]\ncheckpoint-every = %u\n";
    static const gint64 price_ns[] = { 0, 2 * 3 * 30 }; /* (N−1)(F+B) for each of two drains */

    for (guint i = 0; i < 2; i++) {
        const char *name = i == 0 ? "1f1b" : "paci";
        g_autoptr(PdReport) plain = test_report(text, name, 0);
        g_autoptr(PdReport) drained = test_report(text, name, 3);

        ck_assert_int_eq(drained->makespan_ns - plain->makespan_ns, price_ns[i]);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("drains");
    TCase *tests = tcase_create("drains");
    int n_schedules = 0;

    while (pd_schedules[n_schedules] != NULL)
        n_schedules++;
    tcase_add_loop_test(tests, a_run_that_drains_is_its_parts_one_after_another, 0,
                        N_ACCUMULATIONS * n_schedules);
    tcase_add_loop_test(tests, nothing_passes_a_drain, 0, n_schedules);
    tcase_add_loop_test(tests, a_run_can_be_ended_at_any_operation, 0, 20);
    tcase_add_test(tests, a_flushing_schedule_pays_nothing_for_a_drain_an_asynchronous_one_does);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

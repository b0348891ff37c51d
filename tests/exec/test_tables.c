/*
 * Schedules of the tests' own, given as explicit tables: the interface carries split backwards and
 * any order of micro-batches, and what is broken is refused with a name.
 */
#include "device.h"
#include "errors.h"
#include "simulator.h"
#include "support.h"

/* Each device's operations in their order. */
typedef struct {
    PdSchedule schedule;
    GArray *orders[8]; /* of PdOperation, per device */
} Table;

static PdOperation
decide(const PdScenario *scenario, const PdDevice *device)
{
    const Table *table = (const Table *)(const void *)scenario->schedule;
    const PdOperation next =
        g_array_index(table->orders[device->number], PdOperation, device->n_begun);

    return pd_stage_want(pd_device_stage(device, next.stage), (PdKind)next.kind, next.micro_batch);
}

static gint64
max_in_flight(G_GNUC_UNUSED const PdScenario *scenario, G_GNUC_UNUSED guint stage)
{
    return 1; /* too few on purpose: the ring of versions has to grow */
}

static gint64
crossing_bound(G_GNUC_UNUSED const PdScenario *scenario, G_GNUC_UNUSED guint stage)
{
    return 0;
}

static void
table_init(Table *table, gboolean splits)
{
    const PdSchedule schedule = {
        .name = "table",
        .update = PD_UPDATE_AT_FLUSH,
        .splits_backward = splits,
        .max_in_flight = max_in_flight,
        .crossing_bound = crossing_bound,
        .decide = decide,
    };

    memcpy(&table->schedule, &schedule, sizeof schedule);
    for (gsize d = 0; d < G_N_ELEMENTS(table->orders); d++)
        table->orders[d] = g_array_new(FALSE, FALSE, sizeof(PdOperation));
}

static void
table_clear(Table *table)
{
    for (gsize d = 0; d < G_N_ELEMENTS(table->orders); d++)
        g_array_unref(table->orders[d]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Table, table_clear)

static void
add(Table *table, guint device, PdKind kind, gint64 micro_batch)
{
    const PdOperation operation = { micro_batch, device, (guint8)kind, PD_NOT_WAITING };

    g_array_append_val(table->orders[device], operation);
}

static PdScenario *
scenario_of(const Table *table, guint p, guint m)
{
    const PdSchedule *const registry[] = { &table->schedule, NULL };
    g_autofree char *text =
        g_strdup_printf("[pipeline]\nschedule = table\ndevices = %u\nmicro-batches = %u\n"
                        "[compute]\nforward = 10 ns\nbackward-input = 10 ns\n"
                        "backward-weight = 10 ns\n[memory]\nactivations = 1 B\n",
                        p, m);
    g_autoptr(GError) error = NULL;
    PdScenario *scenario = test_scenario_of(text, registry, &error);

    ck_assert_msg(scenario != NULL, "%s", error == NULL ? "?" : error->message);
    return scenario;
}

/* ZB-H1: as 1F1B, but the weight gradient of a micro-batch comes d backwards later at device d. */
static void
add_zero_bubble(Table *table, guint p, guint m)
{
    for (guint d = 0; d < p; d++) {
        guint forwards = 0, weights = 0;

        for (; forwards < MIN(p - 1 - d, m); forwards++)
            add(table, d, PD_FORWARD, forwards);
        for (guint backwards = 0; backwards < m; backwards++) {
            if (forwards < m)
                add(table, d, PD_FORWARD, forwards++);
            add(table, d, PD_BACKWARD, backwards);
            if (backwards >= d)
                add(table, d, PD_WEIGHT, weights++);
        }
        for (; weights < m; weights++)
            add(table, d, PD_WEIGHT, weights);
    }
}

/* Qi et al. 2024, arXiv 2401.10241, table 2: the bubble of ZB-H1 is (p−1)(F+B−W), and every device
 * holds the activations of p micro-batches at most. */
START_TEST(a_table_with_split_backwards_gives_the_bubble_of_zero_bubble_h1)
{
    const guint p = (guint)_i, m = 4 * p;
    g_auto(Table) table = { 0 };

    table_init(&table, TRUE);
    add_zero_bubble(&table, p, m);
    g_autoptr(PdScenario) scenario = scenario_of(&table, p, m);
    g_autoptr(PdReport) report = test_run(scenario, NULL);
    for (guint d = 0; d < p; d++) {
        const PdDeviceReport *device = &report->devices[d];
        const gint64 span_ns = device->last_end_ns - device->first_start_ns;

        ck_assert_int_eq(device->busy_ns, 30 * m);
        ck_assert_int_le(span_ns - 30 * (gint64)m, 10 * (gint64)(p - 1));
        ck_assert_int_eq(device->operations, 3 * m + 1);
        ck_assert_int_eq(report->stages[d].peak_in_flight, p);
        ck_assert_int_eq(device->peak_memory_bytes, p);
    }
    ck_assert_int_eq(report->devices[0].last_end_ns - 30 * (gint64)m, 10 * (gint64)(p - 1));
}
END_TEST

/* The GPipe paper's figure: backwards last in, first out; the same bubble as first in, first out.
 */
START_TEST(a_table_may_run_micro_batches_in_any_order)
{
    const guint p = (guint)_i, m = 3 * p;
    g_auto(Table) table = { 0 };

    table_init(&table, FALSE);
    for (guint d = 0; d < p; d++) {
        for (guint i = 0; i < m; i++)
            add(&table, d, PD_FORWARD, i);
        for (guint i = m; i-- > 0;)
            add(&table, d, PD_BACKWARD, i);
    }
    g_autoptr(PdScenario) scenario = scenario_of(&table, p, m);
    g_autoptr(PdReport) report = test_run(scenario, NULL);
    ck_assert_int_eq(report->makespan_ns, 30 * ((gint64)m + p - 1));
    ck_assert_int_eq(report->stages[0].peak_in_flight, m);
    ck_assert_int_eq(report->updates, p);
}
END_TEST

static char *
failure_of(const PdScenario *scenario)
{
    PdSink *const none[] = { NULL };
    g_autoptr(GError) error = NULL;
    PdStream stream;

    pd_stream_init(&stream, none);
    ck_assert(!pd_simulate(scenario, &stream, &error));
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_SCHEDULE));
    return g_strdup(error->message);
}

START_TEST(a_schedule_that_deadlocks_is_named_with_who_waits_for_what)
{
    g_auto(Table) table = { 0 };

    table_init(&table, FALSE);
    add(&table, 0, PD_BACKWARD, 0);
    add(&table, 0, PD_FORWARD, 0);
    add(&table, 1, PD_FORWARD, 0);
    add(&table, 1, PD_BACKWARD, 0);
    g_autoptr(PdScenario) scenario = scenario_of(&table, 2, 1);
    g_autofree char *message = failure_of(scenario);
    ck_assert_str_eq(message, "schedule table is broken: it deadlocks; device 0 waits for B(0, 0) "
                              "(startup)");
}
END_TEST

START_TEST(a_schedule_that_repeats_an_operation_is_named_with_the_operation)
{
    g_auto(Table) table = { 0 };

    table_init(&table, FALSE);
    add(&table, 0, PD_FORWARD, 0);
    add(&table, 0, PD_FORWARD, 0);
    g_autoptr(PdScenario) scenario = scenario_of(&table, 1, 1);
    g_autofree char *message = failure_of(scenario);
    ck_assert_str_eq(message, "schedule table is broken: device 0 wants to run F(0, 0) a second "
                              "time");
}
END_TEST

START_TEST(a_clock_that_overflows_is_an_error_and_not_a_wrap)
{
    g_autoptr(PdScenario) scenario = test_scenario(
        "[pipeline]\nschedule = 1f1b\ndevices = 3\nmicro-batches = 1\n"
        "[compute]\nforward = 9000000000 s\nbackward = 100 s\n[link]\nlatency = 200000000 s\n");
    PdSink *const none[] = { NULL };
    g_autoptr(GError) error = NULL;
    PdStream stream;

    pd_stream_init(&stream, none);
    ck_assert(!pd_simulate(scenario, &stream, &error));
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
    ck_assert_ptr_nonnull(strstr(error->message, "64-bit clock"));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("tables");
    TCase *tests = tcase_create("tables");

    tcase_add_loop_test(tests, a_table_with_split_backwards_gives_the_bubble_of_zero_bubble_h1, 1,
                        9);
    tcase_add_loop_test(tests, a_table_may_run_micro_batches_in_any_order, 1, 9);
    tcase_add_test(tests, a_schedule_that_deadlocks_is_named_with_who_waits_for_what);
    tcase_add_test(tests, a_schedule_that_repeats_an_operation_is_named_with_the_operation);
    tcase_add_test(tests, a_clock_that_overflows_is_an_error_and_not_a_wrap);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

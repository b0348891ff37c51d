#include "device.h"

#include "errors.h"
#include "files.h"
#include "schedules.h"
#include "simulator.h"
#include "support.h"

/* --- a schedule of the tests' own ------------------------------------------------------------- */

static gint64
one(G_GNUC_UNUSED const PdScenario *scenario, G_GNUC_UNUSED guint stage)
{
    return 1; /* too few on purpose: the ring of versions has to grow */
}

static PdOperation
decide_forward(G_GNUC_UNUSED const PdScenario *scenario, const PdDevice *device)
{
    return pd_stage_want(&device->stages[0], PD_FORWARD, 0);
}

#define OWN(splits, rule)                                                                          \
    {                                                                                              \
        .name = "own", .update = rule, .splits_backward = splits, .max_in_flight = one,            \
        .crossing_bound = one, .decide = decide_forward                                            \
    }

static const PdSchedule whole = OWN(FALSE, PD_UPDATE_EVERY_A);
static const PdSchedule split = OWN(TRUE, PD_UPDATE_EVERY_A);

static PdScenario *
own_scenario(const PdSchedule *schedule, guint devices, guint micro_batches, guint accumulation)
{
    const PdSchedule *const registry[] = { schedule, NULL };
    g_autofree char *text = g_strdup_printf(
        "[pipeline]\nschedule = own\ndevices = %u\nmicro-batches = %u\naccumulation = %u\n"
        "[compute]\nforward = 1 ns\nbackward-input = 1 ns\nbackward-weight = 1 ns\n",
        devices, micro_batches, accumulation);
    g_autoptr(GError) error = NULL;
    PdScenario *scenario = test_scenario_of(text, registry, &error);

    ck_assert_msg(scenario != NULL, "%s", error == NULL ? "?" : error->message);
    return scenario;
}

static PdOperation
operation_of(const PdDevice *device, PdKind kind, gint64 micro_batch)
{
    return (PdOperation){ micro_batch, device->number, (guint8)kind, PD_NOT_WAITING };
}

static void
receive(PdDevice *device, gboolean gradient, gint64 micro_batch)
{
    pd_device_receive(device, (PdMessage){ micro_batch, device->number, TRUE, (guint8)gradient });
}

/* Begin and end an operation that must be right. */
static PdVersions
run(PdDevice *device, PdOperation operation)
{
    g_autoptr(GError) error = NULL;
    PdVersions versions;

    ck_assert_msg(pd_device_check(device, operation, &error), "%s",
                  error == NULL ? "?" : error->message);
    versions = pd_device_begin(device, operation);
    pd_device_end(device, operation);
    return versions;
}

/* --- what may not be run ---------------------------------------------------------------------- */

/* What has happened on device 1 of 3, which holds stage 1: "a" an activation arrived, "g" a
 * gradient, F B W were run; each with the number of its micro-batch. */
static void
play(PdDevice *device, const char *story)
{
    static const char kinds[] = "FBW";
    g_auto(GStrv) steps = g_strsplit(story, " ", -1);

    for (char **step = steps; *step != NULL && **step != '\0'; step++) {
        const gint64 micro_batch = g_ascii_strtoll(*step + 1, NULL, 10);
        const char *kind = strchr(kinds, **step);

        if (kind == NULL)
            receive(device, **step == 'g', micro_batch);
        else
            run(device, operation_of(device, (PdKind)(kind - kinds), micro_batch));
    }
}

static const struct {
    const PdSchedule *schedule;
    const char *story;
    PdOperation operation;
    const char *part; /* of the refusal; NULL: it may run */
} obstacles[] = {
    { &whole, "", { 0, 1, PD_FORWARD, 0 }, "F(0, 1) before its activation has arrived" },
    { &whole, "a0", { 0, 1, PD_FORWARD, 0 }, NULL },
    { &whole, "a0", { 1, 1, PD_FORWARD, 0 }, "before its activation has arrived" },
    { &whole, "a1", { 1, 1, PD_FORWARD, 0 }, NULL },
    { &whole, "a0 F0", { 0, 1, PD_FORWARD, 0 }, "F(0, 1) a second time" },
    { &whole, "a0 F0", { 0, 1, PD_BACKWARD, 0 }, "B(0, 1) before its gradient has arrived" },
    { &whole, "a0 F0 g0", { 0, 1, PD_BACKWARD, 0 }, NULL },
    { &whole, "a0 g0", { 0, 1, PD_BACKWARD, 0 }, "before its forward" },
    { &whole, "a0 F0 g0 B0", { 0, 1, PD_BACKWARD, 0 }, "B(0, 1) a second time" },
    { &whole, "a0 F0 g0 B0", { 0, 1, PD_FORWARD, 0 }, "a second time" },
    { &whole, "a0 F0 g0 B0", { 0, 1, PD_WEIGHT, 0 }, "does not split" },
    { &whole, "a0 F0 g0 B0", { 0, 1, PD_UPDATE, 0 }, "no update of that stage is due" },
    { &whole, "a0 F0 g0 B0 a1 F1 g1 B1", { 1, 1, PD_UPDATE, 0 }, NULL },
    { &whole, "a0 F0 g0 B0 a1 F1 g1 B1", { 1, 0, PD_UPDATE, 0 }, "that stage is not on it" },
    { &whole, "a0", { 0, 0, PD_FORWARD, 0 }, "F(0, 0) but that stage is not on it" },
    { &whole, "a0", { 0, 2, PD_FORWARD, 0 }, "that stage is not on it" },
    { &whole, "a0", { 0, 3, PD_FORWARD, 0 }, "that stage is not on it" },
    { &whole, "a0", { 0, G_MAXUINT32, PD_FORWARD, 0 }, "that stage is not on it" },
    { &whole, "a0", { -1, 1, PD_FORWARD, 0 }, "no such micro-batch" },
    { &whole, "a0", { 4, 1, PD_FORWARD, 0 }, "no such micro-batch" },
    { &whole, "a0", { G_MAXINT64, 1, PD_FORWARD, 0 }, "no such micro-batch" },
    { &whole, "a0", { 0, 1, PD_N_KINDS, 0 }, "unknown kind" },
    { &whole, "a0", { 0, 1, G_MAXUINT8, 0 }, "unknown kind" },
    { &split, "a0 F0 g0", { 0, 1, PD_WEIGHT, 0 }, "before its input gradient has ended" },
    { &split, "a0 F0 g0 B0", { 0, 1, PD_WEIGHT, 0 }, NULL },
    { &split, "a0 F0 g0 B0 W0", { 0, 1, PD_WEIGHT, 0 }, "W(0, 1) a second time" },
    { &split, "a0 F0 g0 B0 a1 F1 g1 B1", { 1, 1, PD_UPDATE, 0 }, "no update" },
    { &split, "a0 F0 g0 B0 a1 F1 g1 B1 W1", { 1, 1, PD_UPDATE, 0 }, "no update" },
    { &split, "a0 F0 g0 B0 a1 F1 g1 B1 W1 W0", { 0, 1, PD_UPDATE, 0 }, NULL },
};

START_TEST(an_operation_that_cannot_be_run_is_refused_with_device_operation_and_reason)
{
    g_autoptr(PdScenario) scenario = own_scenario(obstacles[_i].schedule, 3, 4, 2);
    const char *part = obstacles[_i].part;
    g_autoptr(GError) error = NULL;
    PdDevice device;

    pd_device_init(&device, scenario, 1);
    play(&device, obstacles[_i].story);
    ck_assert_msg(pd_device_check(&device, obstacles[_i].operation, &error) == (part == NULL),
                  "after %s: %s", obstacles[_i].story, error == NULL ? "" : error->message);
    if (part != NULL) {
        ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_SCHEDULE));
        ck_assert(g_str_has_prefix(error->message, "schedule own is broken: device 1 "));
        ck_assert_msg(strstr(error->message, part) != NULL, "%s", error->message);
        test_check_message(error->message);
    }
    pd_device_clear(&device);
}
END_TEST

static PdOperation
decide_nonsense(const PdScenario *scenario, G_GNUC_UNUSED const PdDevice *device)
{
    /* the run's number of micro-batches chooses the nonsense */
    switch (scenario->n_micro_batches) {
    case 1:
        return (PdOperation){ .stage = G_MAXUINT32, .kind = PD_FORWARD };
    case 2:
        return (PdOperation){ .kind = G_MAXUINT8 };
    case 3:
        return (PdOperation){ .micro_batch = G_MININT64, .kind = PD_FORWARD };
    default:
        return (PdOperation){ .kind = PD_UPDATE };
    }
}

START_TEST(a_simulated_schedule_that_wants_nonsense_is_an_error)
{
    const PdSchedule nonsense = {
        .name = "own", .max_in_flight = one, .crossing_bound = one, .decide = decide_nonsense
    };
    g_autoptr(PdScenario) scenario = own_scenario(&nonsense, 2, (guint)_i, 1);
    PdSink *const none[] = { NULL };
    g_autoptr(GError) error = NULL;
    PdStream stream;

    pd_stream_init(&stream, none);
    ck_assert(!pd_simulate(scenario, &stream, &error));
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_SCHEDULE));
    test_check_message(error->message);
}
END_TEST

/* --- versions --------------------------------------------------------------------------------- */

#define MOST 300

/* Run what is due, counting; the update of an accumulation is named after its last micro-batch. */
static gint64
update_if_due(PdDevice *device, gint64 version, gint64 last)
{
    PdOperation update;

    if (!pd_device_update_is_due(device))
        return version;
    update = pd_device_choose(device);
    ck_assert_int_eq(update.kind, PD_UPDATE);
    ck_assert_int_eq(update.micro_batch, last);
    const PdVersions versions = run(device, update);
    ck_assert_int_eq(versions.forward, version);
    ck_assert_int_eq(versions.visible, version + 1);
    return version + 1;
}

/* Take one of n numbers at random. */
static gint64
take_any(gint64 *numbers, guint *n, guint64 *seed)
{
    const guint i = (guint)test_random(seed, *n);
    const gint64 taken = numbers[i];

    numbers[i] = numbers[--*n];
    return taken;
}

START_TEST(a_backward_knows_the_version_of_its_forward_in_whatever_order_they_come)
{
    const guint accumulation = 1 + (guint)_i % 3;
    guint64 seed = (guint64)_i + 1;
    g_autoptr(PdScenario) scenario = own_scenario(&whole, 2, MOST, accumulation);
    gint64 to_begin[MOST], in_flight[MOST], forward_version[MOST] = { 0 }, version = 0, ended = 0;
    guint n_to_begin = MOST, n_in_flight = 0;
    PdDevice device;

    for (gint64 m = 0; m < MOST; m++)
        to_begin[m] = m;
    pd_device_init(&device, scenario, 0);
    while (n_to_begin + n_in_flight > 0) {
        if (n_to_begin > 0 && (n_in_flight == 0 || test_random(&seed, 2) == 0)) {
            const gint64 m = take_any(to_begin, &n_to_begin, &seed);

            forward_version[m] = version;
            in_flight[n_in_flight++] = m;
            ck_assert_int_eq(run(&device, operation_of(&device, PD_FORWARD, m)).forward, version);
            receive(&device, TRUE, m);
        } else {
            const gint64 m = take_any(in_flight, &n_in_flight, &seed);
            const PdVersions versions = run(&device, operation_of(&device, PD_BACKWARD, m));

            ck_assert_int_eq(versions.forward, forward_version[m]);
            ck_assert_int_eq(versions.visible, version);
            ck_assert(pd_device_update_is_due(&device) == (++ended % accumulation == 0));
            version = update_if_due(&device, version, m);
        }
        ck_assert_int_eq(pd_stage_in_flight(&device.stages[0]), n_in_flight);
    }
    ck_assert_int_eq(version, MOST / accumulation);
    ck_assert(pd_device_is_done(&device));
    pd_device_clear(&device);
}
END_TEST

START_TEST(a_flush_updates_every_stage_of_the_device_once_in_ascending_order)
{
    g_autoptr(PdScenario) scenario =
        test_scenario("[pipeline]\nschedule = interleaved\ndevices = 1\nvirtual-stages = 3\n"
                      "micro-batches = 2\nmini-batches = 2\n[compute]\nforward = 1 ns\n"
                      "backward = 1 ns\n");
    PdDevice device;

    pd_device_init(&device, scenario, 0);
    for (guint mini_batch = 0; mini_batch < 2; mini_batch++) {
        for (guint i = 0; i < 12; i++) {
            const PdOperation operation = pd_device_choose(&device);

            ck_assert_int_eq(operation.cause, PD_NOT_WAITING);
            ck_assert_int_ne(operation.kind, PD_UPDATE);
            pd_device_begin(&device, operation);
            const PdMessage message = pd_device_end(&device, operation);
            if (message.present)
                pd_device_receive(&device, message);
        }
        for (guint s = 0; s < 3; s++) {
            const PdOperation update = pd_device_choose(&device);

            ck_assert_int_eq(update.kind, PD_UPDATE);
            ck_assert_uint_eq(update.stage, s);
            ck_assert_int_eq(run(&device, update).visible, mini_batch + 1);
        }
    }
    ck_assert(pd_device_is_done(&device));
    pd_device_clear(&device);
}
END_TEST

/* --- messages --------------------------------------------------------------------------------- */

START_TEST(an_activation_goes_down_and_a_gradient_up_and_the_ends_keep_theirs)
{
    static const struct {
        guint stage;
        PdKind kind;
        PdMessage message;
    } rows[] = {
        { 0, PD_FORWARD, { 0, 1, TRUE, FALSE } }, { 1, PD_FORWARD, { 0, 2, TRUE, FALSE } },
        { 2, PD_FORWARD, { 0, 2, TRUE, TRUE } },  { 2, PD_BACKWARD, { 0, 1, TRUE, TRUE } },
        { 1, PD_BACKWARD, { 0, 0, TRUE, TRUE } }, { 0, PD_BACKWARD, { .present = FALSE } },
    };
    g_autoptr(PdScenario) scenario = own_scenario(&whole, 3, 1, 1);
    PdDevice devices[3];

    for (guint d = 0; d < 3; d++)
        pd_device_init(&devices[d], scenario, d);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        PdDevice *device = &devices[rows[i].stage];
        const PdOperation operation = operation_of(device, rows[i].kind, 0);
        const PdMessage expected = rows[i].message;

        ck_assert(pd_device_check(device, operation, NULL));
        pd_device_begin(device, operation);
        const PdMessage message = pd_device_end(device, operation);
        ck_assert_int_eq(message.present, expected.present);
        if (!message.present)
            continue;
        ck_assert_uint_eq(message.stage, expected.stage);
        ck_assert_int_eq(message.gradient, expected.gradient);
        ck_assert_int_eq(message.micro_batch, 0);
        pd_device_receive(&devices[message.stage], message);
    }
    for (guint d = 0; d < 3; d++)
        pd_device_clear(&devices[d]);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("device");
    TCase *tests = tcase_create("device");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests,
                        an_operation_that_cannot_be_run_is_refused_with_device_operation_and_reason,
                        0, G_N_ELEMENTS(obstacles));
    tcase_add_loop_test(tests, a_simulated_schedule_that_wants_nonsense_is_an_error, 1, 5);
    tcase_add_loop_test(
        tests, a_backward_knows_the_version_of_its_forward_in_whatever_order_they_come, 0, 12);
    tcase_add_test(tests, a_flush_updates_every_stage_of_the_device_once_in_ascending_order);
    tcase_add_test(tests, an_activation_goes_down_and_a_gradient_up_and_the_ends_keep_theirs);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

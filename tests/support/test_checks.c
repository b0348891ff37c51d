/* The checks of a run, on runs in which one thing has been made wrong: each must be noticed. */
#include "recount.h"
#include "run_checks.h"
#include "support.h"

#define TEXT                                                                                       \
    "[pipeline]\nschedule = paci\ndevices = 3\nmicro-batches = 4\nmini-batches = 3\n"              \
    "accumulation = 2\nprocessors = 2\nstash = yes\n"                                              \
    "[compute]\nforward = 5 ns; 7 ns; 3 ns\nbackward = 11 ns\nupdate = 2 ns\n"                     \
    "[link]\nlatency = 4 ns\n[memory]\nweights = 100 B\nactivations = 7 B\ncapacity = 1 kB\n"

static char *
check_all(const PdScenario *scenario, const Witness *witness, const PdReport *report)
{
    char *fault = recount_check_sums(scenario, report);

    fault = fault != NULL ? fault : witness_check_devices(witness);
    fault = fault != NULL ? fault : witness_check_dependencies(witness);
    fault = fault != NULL ? fault : witness_check_processors(witness);
    fault = fault != NULL ? fault : witness_check_versions(witness);
    fault = fault != NULL ? fault : recount_check_times(witness, report);
    fault = fault != NULL ? fault : recount_check_stages(witness, report);
    return fault != NULL ? fault : recount_check_memory(witness, report);
}

START_TEST(a_run_as_it_is_holds)
{
    g_autoptr(PdScenario) scenario = test_scenario(TEXT);

    test_holds(test_check_invariants(scenario));
    test_holds(test_check_reference(scenario));
}
END_TEST

/* --- events ----------------------------------------------------------------------------------- */

static void
shift(PdEvent *event)
{
    event->start_ns++;
    event->end_ns++;
}

static void
lengthen(PdEvent *event)
{
    event->end_ns++;
}

static void
repeat(PdEvent *event)
{
    event->operation.micro_batch = event->operation.micro_batch == 0 ? 1 : 0;
}

static void
move(PdEvent *event)
{
    event->device = (event->device + 1) % 3;
}

static void
raise_version(PdEvent *event)
{
    event->version++;
}

static void
raise_forward_version(PdEvent *event)
{
    event->forward_version++;
}

static void (*const of_events[])(PdEvent *event) = {
    shift, lengthen, repeat, move, raise_version, raise_forward_version,
};

START_TEST(an_event_that_is_wrong_is_noticed)
{
    g_autoptr(PdScenario) scenario = test_scenario(TEXT);
    g_auto(Witness) witness = { 0 };
    g_autoptr(PdReport) report = NULL;

    witness_init(&witness, scenario);
    report = test_run(scenario, &witness.sink);
    for (guint i = 0; i < witness.events->len; i++) {
        PdEvent *event = &g_array_index(witness.events, PdEvent, i);
        const PdEvent right = *event;
        g_autofree char *fault = NULL;

        if (pd_event_is_wait(event))
            continue;
        of_events[_i](event);
        fault = check_all(scenario, &witness, report);
        ck_assert_msg(fault != NULL, "change %d of event %u was not noticed", _i, i);
        *event = right;
    }
    test_holds(check_all(scenario, &witness, report));
}
END_TEST

/* --- reports ---------------------------------------------------------------------------------- */

static gint64 *
number(PdReport *report, guint which, guint i)
{
    PdDeviceReport *device = &report->devices[i];
    PdStageReport *stage = &report->stages[i];
    gint64 *const numbers[] = {
        &report->makespan_ns,
        &device->first_start_ns,
        &device->last_end_ns,
        &device->busy_ns,
        &device->bubble_ns,
        &device->bubble_by_cause_ns[PD_STARTUP],
        &device->bubble_by_cause_ns[PD_GRADIENT],
        &device->operations,
        &device->peak_memory_bytes,
        &device->peak_memory_parts_bytes[PD_PART_STASHED_WEIGHTS],
        &stage->updates,
        &stage->unapplied_gradients,
        &stage->peak_in_flight,
        &stage->crossing.max,
        &stage->crossing.histogram[0],
        &stage->mismatch.max,
        &stage->mismatch.histogram[0],
        &stage->delay.max,
        &stage->delay.histogram[0],
    };

    return which < G_N_ELEMENTS(numbers) ? numbers[which] : NULL;
}

START_TEST(a_figure_that_is_wrong_is_noticed)
{
    g_autoptr(PdScenario) scenario = test_scenario(TEXT);
    g_auto(Witness) witness = { 0 };
    g_autoptr(PdReport) report = NULL;

    witness_init(&witness, scenario);
    report = test_run(scenario, &witness.sink);
    for (guint which = 0; number(report, which, 0) != NULL; which++) {
        for (guint i = 0; i < 3; i++) {
            gint64 *value = number(report, which, i);

            for (gint64 change = -1; change <= 1; change += 2) {
                g_autofree char *fault = NULL;

                *value += change;
                fault = check_all(scenario, &witness, report);
                ck_assert_msg(fault != NULL, "figure %u at %u was not noticed", which, i);
                *value -= change;
            }
        }
    }
    report->devices[1].fits = FALSE;
    g_autofree char *fault = check_all(scenario, &witness, report);
    ck_assert_ptr_nonnull(fault);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("checks");
    TCase *tests = tcase_create("checks");

    tcase_add_test(tests, a_run_as_it_is_holds);
    tcase_add_loop_test(tests, an_event_that_is_wrong_is_noticed, 0, G_N_ELEMENTS(of_events));
    tcase_add_test(tests, a_figure_that_is_wrong_is_noticed);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

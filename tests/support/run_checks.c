#include "run_checks.h"

#include "json.h"
#include "recount.h"
#include "reference.h"
#include "support.h"

/* Equal inputs give equal outputs, to the byte. */
static char *
check_again(const PdScenario *scenario, const PdReport *report)
{
    g_autoptr(PdReport) again = test_simulate(scenario, NULL, NULL);
    g_autofree char *text = pd_json_report((PdReport *)report);
    g_autofree char *text_again = again == NULL ? NULL : pd_json_report(again);

    return g_strcmp0(text, text_again) == 0 ? NULL : g_strdup("a second run is another");
}

static char *
check_witness(const Witness *witness, const PdReport *report)
{
    static char *(*const of_events[])(const Witness *witness) = {
        witness_check_devices,
        witness_check_dependencies,
        witness_check_processors,
        witness_check_versions,
    };
    static char *(*const of_reports[])(const Witness *witness, const PdReport *report) = {
        recount_check_times,
        recount_check_stages,
        recount_check_memory,
    };
    char *fault = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(of_events) && fault == NULL; i++)
        fault = of_events[i](witness);
    for (gsize i = 0; i < G_N_ELEMENTS(of_reports) && fault == NULL; i++)
        fault = of_reports[i](witness, report);
    return fault;
}

char *
test_check_invariants(const PdScenario *scenario)
{
    g_auto(Witness) witness = { 0 };
    g_autoptr(PdReport) report = NULL;
    g_autoptr(GError) error = NULL;
    char *fault;

    witness_init(&witness, scenario);
    report = test_simulate(scenario, &witness.sink, &error);
    if (report == NULL)
        return g_strdup(error->message);
    fault = check_again(scenario, report);
    if (fault == NULL)
        fault = recount_check_sums(scenario, report);
    return fault != NULL ? fault : check_witness(&witness, report);
}

static gboolean
is_same(const PdEvent *a, const PdEvent *b)
{
    return a->operation.kind == b->operation.kind && a->operation.stage == b->operation.stage &&
           a->operation.micro_batch == b->operation.micro_batch && a->start_ns == b->start_ns &&
           a->end_ns == b->end_ns && a->version == b->version &&
           a->forward_version == b->forward_version;
}

/* The next operation of a device in an array of events; NULL behind the last. */
static const PdEvent *
next_operation(const GArray *events, guint device, guint *at)
{
    while (*at < events->len) {
        const PdEvent *event = &g_array_index(events, PdEvent, (*at)++);

        if (event->device == device && !pd_event_is_wait(event))
            return event;
    }
    return NULL;
}

/* Per device the same operations at the same times with the same versions. */
static char *
compare(const GArray *got, const GArray *expected, guint device)
{
    guint at_got = 0, at_expected = 0;

    for (;;) {
        const PdEvent *x = next_operation(got, device, &at_got);
        const PdEvent *y = next_operation(expected, device, &at_expected);

        if (x == NULL && y == NULL)
            return NULL;
        if (x == NULL)
            return witness_fault(y, "the reference does this, and the simulator nothing more");
        if (y == NULL)
            return witness_fault(x, "the simulator does this, and the reference nothing more");
        if (!is_same(x, y)) {
            g_autofree char *got_text = witness_describe(x);
            g_autofree char *expected_text = witness_describe(y);

            return g_strdup_printf("%s; in the reference %s", got_text, expected_text);
        }
    }
}

char *
test_check_reference(const PdScenario *scenario)
{
    g_auto(Witness) witness = { 0 };
    g_autoptr(PdReport) report = NULL;
    g_autoptr(GArray) expected = NULL;
    g_autoptr(GError) error = NULL;
    char *fault = NULL;

    witness_init(&witness, scenario);
    report = test_simulate(scenario, &witness.sink, &error);
    if (report == NULL)
        return g_strdup(error->message);
    expected = reference_simulate(scenario);
    for (guint d = 0; d < scenario->n_devices && fault == NULL; d++)
        fault = compare(witness.events, expected, d);
    return fault;
}

#include "fuzz_run.h"

#include <string.h>

#include "csv.h"
#include "derive.h"
#include "errors.h"
#include "json.h"
#include "recount.h"
#include "schedules.h"
#include "simulator.h"
#include "table.h"

#define LONGEST_MESSAGE 400
#define MOST_STAGES     64
#define MOST_OPERATIONS 20000 /* micro-batches times stages */
#define MOST_PREPARED   1024  /* stages that a scenario is prepared for */

void
fuzz_check_error(const GError *error)
{
    g_assert_nonnull(error);
    g_assert_cmpuint(strlen(error->message), <, LONGEST_MESSAGE);
    for (const char *at = error->message; *at != '\0'; at++)
        g_assert_false(g_ascii_iscntrl(*at));
}

/* --- a run ------------------------------------------------------------------------------------ */

static void
print(PdReport *report)
{
    g_autofree char *table = pd_table_report(report);
    g_autofree char *comparison = pd_table_comparison(&report, 1);
    g_autofree char *json = pd_json_report(report);
    g_autofree char *csv = pd_csv_reports(&report, 1);
    g_autofree char *crossings = pd_csv_crossings(&report, 1);

    g_assert_true(g_utf8_validate(table, -1, NULL) && g_utf8_validate(comparison, -1, NULL));
    g_assert_true(g_utf8_validate(json, -1, NULL) && g_utf8_validate(csv, -1, NULL));
    g_assert_true(g_str_has_prefix(crossings, "schedule,"));
}

static void
simulate(const PdScenario *scenario)
{
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(scenario, TRUE);
    g_autoptr(PdReport) report = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *fault = NULL;
    PdSink *sinks[PD_N_LEDGERS + 1] = { NULL };
    PdStream stream;

    pd_ledgers_sinks(ledgers, sinks);
    pd_stream_init(&stream, sinks);
    if (!pd_simulate(scenario, &stream, &error)) {
        /* a scenario may overflow the clock, but no scenario makes a schedule deadlock */
        g_assert_true(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
        fuzz_check_error(error);
        return;
    }
    report = pd_report_new(ledgers, "simulator");
    fault = recount_check_sums(scenario, report);
    g_assert_cmpstr(fault, ==, NULL);
    print(report);
}

/* --- a scenario ------------------------------------------------------------------------------- */

/* Whether a scenario would take memory in earnest: it is neither small nor refused at once. */
static gboolean
is_heavy(const PdConfig *config)
{
    const gint64 devices = pd_config_quantity(config, PD_KEY_PIPELINE_DEVICES, 0);
    const gint64 n_virtual = pd_config_quantity(config, PD_KEY_PIPELINE_VIRTUAL_STAGES, 2);
    const gint64 refused = pd_machine_memory_bytes();

    return devices < refused && n_virtual < refused &&
           pd_wide(devices) * pd_wide(n_virtual) > MOST_PREPARED;
}

static PdScenario *
resolve(const PdConfig *config, GError **error)
{
    g_autoptr(PdScenario) scenario = pd_scenario_new(config, pd_schedules, error);
    g_auto(PdCosts) costs = { { NULL } };
    g_auto(GStrv) unused = NULL;

    if (scenario == NULL || !pd_costs_derive(&costs, scenario, config, error) ||
        !pd_scenario_complete(scenario, config, &costs, error))
        return NULL;
    unused = pd_scenario_unused_keys(scenario, config);
    return g_steal_pointer(&scenario);
}

void
fuzz_run(const PdConfig *config)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PdScenario) scenario = NULL;

    if (is_heavy(config))
        return;
    scenario = resolve(config, &error);
    if (scenario == NULL)
        fuzz_check_error(error);
    else if (scenario->n_stages <= MOST_STAGES &&
             scenario->n_micro_batches <= MOST_OPERATIONS / scenario->n_stages)
        simulate(scenario);
}

#include "fuzz_run.h"

#include "derive.h"
#include "errors.h"
#include "fuzz_support.h"
#include "recount.h"
#include "schedules.h"
#include "simulator.h"

/* --- a run ------------------------------------------------------------------------------------ */

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
    fuzz_print(report);
}

/* --- a scenario ------------------------------------------------------------------------------- */

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

    if (fuzz_is_heavy(config))
        return;
    scenario = resolve(config, &error);
    if (scenario == NULL)
        fuzz_check_error(error);
    else if (fuzz_is_small(scenario))
        simulate(scenario);
}

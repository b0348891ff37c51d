#include "support.h"

#include <stdlib.h>

#include "derive.h"
#include "errors.h"
#include "files.h"
#include "schedules.h"
#include "simulator.h"

PdScenario *
test_scenario_of(const char *text, const PdSchedule *const *registry, GError **error)
{
    g_autoptr(PdConfig) config = pd_config_parse("test.ini", text, strlen(text), error);
    g_autoptr(PdScenario) scenario = NULL;
    g_auto(PdCosts) costs = { { NULL } };

    if (config == NULL || !pd_config_include(config, error))
        return NULL;
    scenario = pd_scenario_new(config, registry, error);
    if (scenario == NULL || !pd_costs_derive(&costs, scenario, config, error) ||
        !pd_scenario_complete(scenario, config, &costs, error))
        return NULL;
    return g_steal_pointer(&scenario);
}

PdScenario *
test_scenario(const char *format, ...)
{
    g_autoptr(GError) error = NULL;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    PdScenario *scenario = test_scenario_of(text, pd_schedules, &error);

    ck_assert_msg(scenario != NULL, "%s", error == NULL ? "?" : error->message);
    return scenario;
}

char *
test_refusal(const char *format, ...)
{
    g_autoptr(GError) error = NULL;
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autoptr(PdScenario) scenario = test_scenario_of(text, pd_schedules, &error);

    ck_assert_msg(scenario == NULL, "this scenario was not refused:\n%s", text);
    return g_strdup(error->message);
}

PdConfig *
test_config(const char *path, const char *const *overrides, GError **error)
{
    g_autoptr(PdConfig) config = pd_config_load(path, error);

    for (; config != NULL && overrides != NULL && *overrides != NULL; overrides++)
        if (!pd_config_override(config, "--set", *overrides, error))
            return NULL;
    return config != NULL && pd_config_include(config, error) ? g_steal_pointer(&config) : NULL;
}

void
test_check_refusal(const GError *error, const char *start, const char *part)
{
    ck_assert_ptr_nonnull(error);
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
    ck_assert_msg(g_str_has_prefix(error->message, start), "%s", error->message);
    ck_assert_msg(strstr(error->message, part) != NULL, "%s", error->message);
    test_check_message(error->message);
}

PdReport *
test_simulate(const PdScenario *scenario, PdSink *extra, GError **error)
{
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(scenario, TRUE);
    PdSink *sinks[PD_N_LEDGERS + 2] = { NULL };
    PdStream stream;

    pd_ledgers_sinks(ledgers, sinks);
    sinks[PD_N_LEDGERS] = extra;
    pd_stream_init(&stream, sinks);
    return pd_simulate(scenario, &stream, error) ? pd_report_new(ledgers, "simulator") : NULL;
}

PdReport *
test_run(const PdScenario *scenario, PdSink *extra)
{
    g_autoptr(GError) error = NULL;
    PdReport *report = test_simulate(scenario, extra, &error);

    ck_assert_msg(report != NULL, "%s", error == NULL ? "?" : error->message);
    return report;
}

void
test_holds(char *message)
{
    g_autofree char *owned = message;

    if (owned != NULL)
        ck_abort_msg("%s", owned);
}

PdReport *
test_report(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autoptr(PdScenario) scenario = test_scenario("%s", text);

    return test_run(scenario, NULL);
}

guint64
test_random(guint64 *seed, guint64 n)
{
    guint64 x = *seed += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return (x ^ x >> 31) % n;
}

int
test_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#include "fuzz_support.h"

#include <string.h>

#include "csv.h"
#include "json.h"
#include "table.h"

#define LONGEST_MESSAGE 400
#define MOST_PREPARED   1024 /* stages that a scenario is prepared for */
#define MOST_STAGES     64
#define MOST_OPERATIONS 20000 /* micro-batches times stages */

void
fuzz_check_error(const GError *error)
{
    g_assert_nonnull(error);
    g_assert_cmpuint(strlen(error->message), <, LONGEST_MESSAGE);
    for (const char *at = error->message; *at != '\0'; at++)
        g_assert_false(g_ascii_iscntrl(*at));
}

void
fuzz_print(PdReport *report)
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

void
fuzz_check_report(const PdReport *report)
{
    for (guint d = 0; d < report->n_devices; d++) {
        const PdDeviceReport *device = &report->devices[d];
        gint64 idle_ns = 0;

        for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++)
            idle_ns += device->bubble_by_cause_ns[cause];
        g_assert_cmpint(idle_ns, ==, device->bubble_ns);
        g_assert_cmpint(device->busy_ns + device->bubble_ns, ==, report->makespan_ns);
    }
    for (guint s = 0; s < report->n_stages; s++)
        g_assert_cmpint(report->stages[s].mismatch.max, <=, report->stages[s].crossing.max);
}

gboolean
fuzz_is_heavy(const PdConfig *config)
{
    const gint64 devices = pd_config_quantity(config, PD_KEY_PIPELINE_DEVICES, 0);
    const gint64 n_virtual = pd_config_quantity(config, PD_KEY_PIPELINE_VIRTUAL_STAGES, 2);
    const gint64 refused = pd_machine_memory_bytes();

    return devices < refused && n_virtual < refused &&
           pd_wide(devices) * pd_wide(n_virtual) > MOST_PREPARED;
}

gboolean
fuzz_is_small(const PdScenario *scenario)
{
    return scenario->n_stages <= MOST_STAGES &&
           scenario->n_micro_batches <= MOST_OPERATIONS / scenario->n_stages;
}

/*
 * A fuzz target: whatever stands in an event file, it is refused in one short line, or it is a run
 * whose report can be printed and which can be written as well. Seeds are runs of small scenarios;
 * building is as for fuzz_scenario.c:
 *
 *   mkdir runs && for file in tests/data/good/[a-e]*.ini; do
 *       build/pipedrift simulate $file --output /dev/null --events runs/$(basename $file)
 *   done
 *   build-fuzz/tests/fuzz_events -timeout=10 runs
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "event_file.h"
#include "event_writer.h"
#include "fuzz_support.h"
#include "schedules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether the scenario in the head, if there is one, would take memory in earnest. */
static gboolean
is_heavy(const uint8_t *data, size_t size)
{
    g_autofree char *bytes = g_strndup((const char *)data, size);
    const char *line = strstr(bytes, "\nscenario ");
    const char *text = line == NULL ? NULL : strchr(line + 1, '\n');
    g_autoptr(PdConfig) config = NULL;
    guint64 length;

    if (text == NULL)
        return FALSE;
    length = g_ascii_strtoull(line + strlen("\nscenario "), NULL, 10);
    if (length > strlen(text + 1))
        return FALSE;
    config = pd_config_parse("fuzz.events", text + 1, length, NULL);
    return config != NULL && fuzz_is_heavy(config);
}

static void
read_run(PdEventFile *file)
{
    const PdScenario *scenario = pd_event_file_scenario(file);
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(scenario, TRUE);
    g_autoptr(PdReport) report = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(PdEventWriter) writer = { 0 };
    PdSink *sinks[PD_N_LEDGERS + 2] = { NULL };
    PdStream stream;

    g_assert_true(
        pd_event_writer_init(&writer, scenario, pd_event_file_executor(file), "/dev/null", NULL));
    pd_ledgers_sinks(ledgers, sinks);
    sinks[PD_N_LEDGERS] = &writer.sink;
    pd_stream_init(&stream, sinks);
    if (!pd_event_file_read(file, &stream, &error)) {
        fuzz_check_error(error);
        return;
    }
    g_assert_true(pd_event_writer_end(&writer, pd_event_file_training(file), NULL));
    report = pd_event_file_report(file, ledgers);
    fuzz_check_report(report);
    fuzz_print(report);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(PdEventFile) file = NULL;
    g_autoptr(GError) error = NULL;

    if (size == 0 || is_heavy(data, size))
        return 0;
    file =
        pd_event_file_new(fmemopen((void *)data, size, "rb"), "fuzz.events", pd_schedules, &error);
    if (file == NULL) {
        fuzz_check_error(error);
        return 0;
    }
    if (fuzz_is_small(pd_event_file_scenario(file)))
        read_run(file);
    return 0;
}

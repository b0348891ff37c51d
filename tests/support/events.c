#include "events.h"

#include "event_writer.h"
#include "files.h"
#include "support.h"

PdReport *
test_events_report(PdEventFile *file, PdSink *extra, GError **error)
{
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(pd_event_file_scenario(file), TRUE);
    PdSink *sinks[PD_N_LEDGERS + 2] = { NULL };
    PdStream stream;

    pd_ledgers_sinks(ledgers, sinks);
    sinks[PD_N_LEDGERS] = extra;
    pd_stream_init(&stream, sinks);
    return pd_event_file_read(file, &stream, error) ? pd_event_file_report(file, ledgers) : NULL;
}

GString *
test_events_bytes(const PdScenario *scenario, const PdTrainingReport *training)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "run.events", NULL);
    g_auto(PdEventWriter) writer = { 0 };
    char *bytes;
    gsize n;

    ck_assert(pd_event_writer_init(&writer, scenario, "simulator", path, NULL));
    pd_report_free(test_run(scenario, &writer.sink));
    ck_assert(pd_event_writer_end(&writer, training, NULL));
    ck_assert(g_file_get_contents(path, &bytes, &n, NULL));
    GString *content = g_string_new_len(bytes, (gssize)n);
    g_free(bytes);
    return content;
}

/*
 * Event files for tests: written, and read again.
 */
#pragma once

#include "event_file.h"

/* The report of a file, with every crossing. extra: one more sink, or NULL. NULL with error set
 * where the file is refused. (transfer full) */
PdReport *test_events_report(PdEventFile *file, PdSink *extra, GError **error);

/* The bytes of the file of a scenario's run. training: what was learnt, or NULL. (transfer full) */
GString *test_events_bytes(const PdScenario *scenario, const PdTrainingReport *training);

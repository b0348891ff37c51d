/*
 * The writer of event files: a sink that writes every event of a run as it is told, a few bytes
 * each, so that a run of any length can be looked at again. docs/event-files.md describes the
 * format, event_file.h reads it.
 */
#pragma once

#include "event_track.h"
#include "output.h"
#include "report.h"

typedef struct {
    PdSink sink;
    PdEventTrack track;
    PdOutput output;
    gint64 n_events;
    GError *error; /* the first one */
} PdEventWriter;

/*
 * Begin a file.
 *
 * scenario: of the run, to outlive the writer.
 * executor: as in a report.
 * path: of the file, which is there when it has ended, or not at all.
 * Errors: PD_ERROR_SYSTEM where it cannot be written.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_event_writer_init(PdEventWriter *writer,
                                                        const PdScenario *scenario,
                                                        const char *executor, const char *path,
                                                        GError **error);

/*
 * End it behind the last event.
 *
 * training: what the run learnt; NULL where it learnt nothing.
 * Errors: PD_ERROR_SYSTEM where it cannot be written, or the events are not such as the scenario's
 * schedule makes them.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_event_writer_end(PdEventWriter *writer,
                                                       const PdTrainingReport *training,
                                                       GError **error);

/* Free it; a file that has not been ended is not there. A zeroed writer may be cleared. */
void pd_event_writer_clear(PdEventWriter *writer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdEventWriter, pd_event_writer_clear)

/* An event file while it is read: what its head, its events and its end share. */
#pragma once

#include <sys/types.h>

#include "event_file.h"
#include "event_track.h"

#define PD_EVENT_BUFFER_BYTES (64 * 1024)

struct PdEventFile {
    FILE *stream;
    char *name;
    PdScenario *scenario;
    const char *executor;
    off_t first_event; /* its place in the file; −1: there is no going back */
    gboolean has_been_read;
    gint64 n_events; /* so far */
    PdEventTrack track;
    gboolean has_training;
    PdTrainingReport training;
    char buffer[PD_EVENT_BUFFER_BYTES]; /* of the stream */
};

/* Set PD_ERROR_INPUT, "FILE: ...". Returns FALSE, to be returned at once. */
gboolean pd_event_file_fail(const PdEventFile *file, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* The same where the stream has ended, or failed, and something was expected. where: "in ..." */
gboolean pd_event_file_fail_at_end(const PdEventFile *file, const char *where, GError **error);

/* The next n bytes, and a NUL behind them, kept as they come: n is what the file claims. NULL where
 * there are fewer. (transfer full) */
char *pd_event_file_text(PdEventFile *file, gsize n);

/* Read the head: format, executor, scenario. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_event_file_read_head(PdEventFile *file,
                                                           const PdSchedule *const *registry,
                                                           GError **error);

/*
 * An event file: a run that was recorded, told again as it was told when it ran, to the byte of its
 * report. It is read as a stream, so that a file of any length needs no memory. It may come from
 * anywhere: a file that no run can have written is refused, whatever stands in it.
 *
 * docs/event-files.md describes the format, event_writer.h writes it.
 */
#pragma once

#include <stdio.h>

#include "report.h"

typedef struct PdEventFile PdEventFile;

/* Whether a path names a regular file that begins as event files do, of whatever version. */
gboolean pd_event_file_is(const char *path);

/*
 * Open a file and read its head.
 *
 * registry: NULL-ended array of the schedules there are.
 * Returns: (transfer full) the file; NULL with error set.
 * Errors: PD_ERROR_INPUT where it cannot be read or its head is not such as this program writes.
 */
PdEventFile *pd_event_file_open(const char *path, const PdSchedule *const *registry,
                                GError **error);

/* The same from a stream. stream: (transfer full). name: stands for it in messages. */
PdEventFile *pd_event_file_new(FILE *stream, const char *name, const PdSchedule *const *registry,
                               GError **error);

void pd_event_file_free(PdEventFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdEventFile, pd_event_file_free)

/* The scenario of the run. (transfer none) */
const PdScenario *pd_event_file_scenario(const PdEventFile *file);

/* Who executed it: a constant, as in a report. */
const char *pd_event_file_executor(const PdEventFile *file);

/*
 * Tell all events to a stream. May be done again where the file is no pipe.
 *
 * stream: set up by the caller with its sinks, flushed here.
 * Errors: PD_ERROR_INPUT for a file that is damaged or not whole; the sinks have been told what
 * stood before.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_event_file_read(PdEventFile *file, PdStream *stream,
                                                      GError **error);

/* What the run learnt, once the file has been read; NULL where it learnt nothing. (transfer none)
 */
const PdTrainingReport *pd_event_file_training(const PdEventFile *file);

/* The report of the run, once the file has been read to these ledgers. (transfer full) */
PdReport *pd_event_file_report(const PdEventFile *file, PdLedgers *ledgers);

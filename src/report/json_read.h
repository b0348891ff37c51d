/*
 * Saved reports, read again: what --format json writes of a simulation, a training, a comparison
 * or a validation. Whatever a report that was read is printed to gives the text that was read.
 *
 * JSON does not tell whether a schedule is synchronous and whether forwards are run again: a report
 * that was read has FALSE for both.
 */
#pragma once

#include "validation.h"

typedef struct {
    GPtrArray *reports;       /* of PdReport: one, those of a comparison; of a validation none */
    PdValidation *validation; /* NULL where it is none */
} PdSavedReports;

void pd_saved_reports_clear(PdSavedReports *saved);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdSavedReports, pd_saved_reports_clear)

/*
 * Read a text: "pipedrift.report/1", "pipedrift.comparison/1" or "pipedrift.validation/1".
 *
 * path: of the file that it is from, for messages.
 * saved: to be cleared by the caller, also where it cannot be read.
 * Errors: PD_ERROR_INPUT, "PATH: is no report: member ...".
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_saved_reports_parse(PdSavedReports *saved, const char *path,
                                                          const char *text, gsize length,
                                                          GError **error);

/* The same for a file. Errors: PD_ERROR_INPUT, also where it cannot be read. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_saved_reports_load(PdSavedReports *saved, const char *path,
                                                         GError **error);

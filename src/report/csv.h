/*
 * Reports as CSV (RFC 4180): a header, then one row of scalars per report; or one row per
 * micro-batch and stage. A value that does not exist is an empty field.
 */
#pragma once

#include "report.h"
#include "value.h"

/* Append a field. One that holds a comma, a quote or a line break is quoted, its quotes doubled;
 * null is empty. */
void pd_csv_append_text(GString *csv, const char *text);
void pd_csv_append_value(GString *csv, PdValue value);

/* The end of the record that starts here, behind its line break; NULL where it is torn. A line
 * break in quotes belongs to a field. */
const char *pd_csv_record_end(const char *at, const char *end);

/*
 * The fields of a record, without their quotes. end: behind its line break.
 *
 * Returns: (transfer full) as for g_strfreev().
 * Errors: PD_ERROR_INPUT, the message without place, for quotes that are not those of RFC 4180.
 */
char **pd_csv_fields(const char *at, const char *end, GError **error);

/* The header and a row for each of n reports. (transfer full) */
char *pd_csv_reports(PdReport *const *reports, guint n);

/* schedule, stage, micro_batch, crossing: for n reports that kept their crossings. (transfer full)
 */
char *pd_csv_crossings(PdReport *const *reports, guint n);

/*
 * Reports for a person at a terminal, 80 columns wide: aligned, units scaled, and a sentence that
 * says what the figures mean here.
 */
#pragma once

#include "report.h"
#include "value.h"

/* One report: the run, its devices, its stages. (transfer full) */
char *pd_table_report(const PdReport *report);

/* One row per report, the best of each column marked. (transfer full) */
char *pd_table_comparison(PdReport *const *reports, guint n);

/*
 * A scalar of a report for a table: what its name ends with tells its unit ("makespan_ns" is a
 * duration, "bubble_fraction" a percentage), null is a dash. (transfer full)
 */
char *pd_table_cell(const char *name, PdValue value);

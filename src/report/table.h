/*
 * Reports for a person at a terminal, 80 columns wide: aligned, units scaled, and a sentence that
 * says what the figures mean here.
 */
#pragma once

#include "report.h"

/* One report: the run, its devices, its stages. (transfer full) */
char *pd_table_report(const PdReport *report);

/* One row per report, the best of each column marked. (transfer full) */
char *pd_table_comparison(PdReport *const *reports, guint n);

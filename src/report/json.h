/*
 * Reports as JSON: one object with the names of scalars.h, then devices, stages and, where they
 * were kept, the crossings of every micro-batch.
 */
#pragma once

#include "report.h"

/* One report, "pipedrift.report/1". (transfer full) */
char *pd_json_report(const PdReport *report);

/* Several, "pipedrift.comparison/1". (transfer full) */
char *pd_json_comparison(PdReport *const *reports, guint n);

/* How much memory the text of kept crossings takes to make, at most. */
gint64 pd_json_crossings_bytes(const PdScenario *scenario);

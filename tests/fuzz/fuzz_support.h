/*
 * What fuzz targets have in common: what must be true of every report and of every error.
 */
#pragma once

#include "config.h"
#include "report.h"

/* One short line that a terminal can show. */
void fuzz_check_error(const GError *error);

/* Every device is busy or idle, for some reason, all the time. */
void fuzz_check_report(const PdReport *report);

/* Print a report that kept its crossings, in every format. */
void fuzz_print(PdReport *report);

/* Whether a scenario would take memory in earnest: it is neither small nor refused at once. */
gboolean fuzz_is_heavy(const PdConfig *config);

/* Whether a run of a scenario is short enough for there to be many. */
gboolean fuzz_is_small(const PdScenario *scenario);

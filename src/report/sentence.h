/*
 * What the figures of a report mean, in a sentence or two, wrapped at 80 columns.
 */
#pragma once

#include "report.h"

/* Break a text at spaces, so that it fits a terminal. (transfer full) */
char *pd_sentence_wrap(const char *text);

/* Of one report: where the time went, and how far the weights drifted. (transfer full) */
char *pd_sentence_report(const PdReport *report);

/*
 * Of several: how fast the fastest schedule (of those that fit the memory, where any does) is
 * beside the fastest synchronous one, at what price in memory and drift. (transfer full)
 */
char *pd_sentence_comparison(PdReport *const *reports, guint n);

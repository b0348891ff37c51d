/*
 * Figures: what reports are compared by, each with its text for people and what makes one better
 * than another.
 */
#pragma once

#include "report.h"

typedef struct {
    const char *header;                     /* short, of a column */
    char *(*text)(const PdReport *report);  /* (transfer full) */
    double (*cost)(const PdReport *report); /* the smallest is the best; NAN: no number */
} PdFigure;

extern const PdFigure pd_figure_makespan, pd_figure_micro_batches, pd_figure_tokens,
    pd_figure_bubble, pd_figure_steady, pd_figure_memory, pd_figure_crossing, pd_figure_mismatch;

/* The rate that says more: tokens, where the model is known of all. */
const PdFigure *pd_figure_throughput(PdReport *const *reports, guint n);

/* Whether the i-th of n reports is the best, and another is worse: two values that a reader cannot
 * tell apart are equally good. */
gboolean pd_figure_is_best(const PdFigure *figure, PdReport *const *reports, guint n, guint i);

/* "12.3 %"; a dash where there is no number. (transfer full) */
char *pd_figure_percent(double share);

/* Four significant digits, in thousands, millions ... where it is large. (transfer full) */
char *pd_figure_rate(double per_s);

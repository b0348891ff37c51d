/*
 * Which rows of a sweep are shown, and in what order: --where, then --pareto, then --sort, then
 * --top.
 */
#pragma once

#include "criterion.h"
#include "expression.h"

typedef struct {
    PdName *names;
    PdExpression *where;     /* NULL: all; whoever runs the points looks at it */
    PdCriterion *objectives; /* NULL: all */
    guint n_objectives;
    PdCriterion *order; /* NULL: that of the points */
    gint64 top;         /* at most so many */
} PdSweepChoice;

/*
 * Read what the options say, each of which may be NULL.
 *
 * keys: the names of those that are varied, NULL-ended; the texts have to outlive the choice.
 * choice: to be cleared by the caller, also on failure.
 * Errors: PD_ERROR_INPUT.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_sweep_choice_init(PdSweepChoice *choice,
                                                        const char *const *keys, const char *where,
                                                        const char *pareto, const char *sort,
                                                        gint64 top, GError **error);

void pd_sweep_choice_clear(PdSweepChoice *choice);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdSweepChoice, pd_sweep_choice_clear)

/* The rows that are shown, of those that --where has kept. rows: of PdSweepRow. (transfer
 * container) */
GPtrArray *pd_sweep_choose(const PdSweepChoice *choice, const GPtrArray *rows);

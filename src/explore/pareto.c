#include "pareto.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    const double *values;
    guint n_objectives;
    gsize row;
} Candidate;

static gboolean
is_complete(const double *values, guint n)
{
    for (guint i = 0; i < n; i++)
        if (isnan(values[i]))
            return FALSE;
    return TRUE;
}

/* The better one first, by the first objective in which they differ. */
static int
compare(const void *a, const void *b)
{
    const Candidate *x = a, *y = b;

    for (guint i = 0; i < x->n_objectives; i++)
        if (x->values[i] < y->values[i] || x->values[i] > y->values[i])
            return x->values[i] > y->values[i] ? -1 : 1;
    return 0;
}

static gboolean
dominates(const Candidate *a, const Candidate *b)
{
    gboolean better = FALSE;

    for (guint i = 0; i < a->n_objectives; i++) {
        if (a->values[i] < b->values[i])
            return FALSE;
        better = better || a->values[i] > b->values[i];
    }
    return better;
}

/*
 * Candidates come in an order in which nobody is dominated by a later one, so that the front so far
 * is all there is to compare with. With one or two objectives it is enough to look at the last of
 * it, which is the best so far in the second objective: whoever dominates a candidate that it does
 * not would dominate it, too.
 */
static gboolean
is_dominated(const Candidate *candidate, const Candidate *front, gsize n)
{
    const gsize first = candidate->n_objectives <= 2 && n > 0 ? n - 1 : 0;

    for (gsize i = n; i > first; i--)
        if (dominates(&front[i - 1], candidate))
            return TRUE;
    return FALSE;
}

gboolean *
pd_pareto_front(const double *rows, gsize n, guint n_objectives)
{
    gboolean *is_on_front = g_new0(gboolean, n);
    g_autofree Candidate *candidates = g_new(Candidate, n);
    gsize n_candidates = 0, n_front = 0;

    for (gsize i = 0; i < n; i++)
        if (is_complete(&rows[i * n_objectives], n_objectives))
            candidates[n_candidates++] = (Candidate){ &rows[i * n_objectives], n_objectives, i };
    if (n_candidates > 0)
        qsort(candidates, n_candidates, sizeof *candidates, compare);
    for (gsize i = 0; i < n_candidates; i++) {
        /* the front takes the places of candidates that have been looked at */
        if (is_dominated(&candidates[i], candidates, n_front))
            continue;
        is_on_front[candidates[i].row] = TRUE;
        candidates[n_front++] = candidates[i];
    }
    return is_on_front;
}

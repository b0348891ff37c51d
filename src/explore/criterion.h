/*
 * A criterion: the name of a value and a sign, as --sort and --pareto take them. "max_crossing"
 * stands for the value, "-max_crossing" for its opposite: sorted from the largest, or the smaller
 * the better.
 */
#pragma once

#include "value.h"

typedef struct {
    guint name; /* its number in the table of names */
    gboolean opposite;
} PdCriterion;

/*
 * Parse criteria, separated by commas.
 *
 * option: stands in front of messages.
 * names: ended by a NULL name.
 * numbers: only the names of numbers are right.
 * n: receives how many there are, at least one.
 * Returns: (transfer full) n criteria; NULL with error set.
 * Errors: PD_ERROR_INPUT for an unknown name, one that stands twice, one that is no number.
 */
PdCriterion *pd_criteria_parse(const char *option, const char *text, const PdName *names,
                               gboolean numbers, guint *n, GError **error);

/*
 * The order of rows by one value of each: ascending, or descending where the criterion is the
 * opposite; rows of one value stay in their order, and null comes last either way.
 *
 * values: n of them, of one type or null.
 * Returns: (transfer full) the numbers of the rows, the first one first.
 */
gsize *pd_criterion_order(PdCriterion criterion, const PdValue *values, gsize n);

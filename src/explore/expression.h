/*
 * Expressions: the language of --where.
 *
 *   max_crossing <= 1 && max_peak_memory_bytes <= 40GiB && steady_bubble_fraction < 5%
 *   schedule == 'paci' or not (throughput_tokens_per_s / devices_count >= 1e4)
 *
 * From the loosest to the tightest: || or, && and, ! not, the comparisons == != < <= > >=, then
 * + -, * /, and the minus sign. Operands are names, of which that of a key is SECTION.KEY; numbers,
 * percentages (5% is 0.05) and quantities with a unit of units.h, which stand for ns, bytes, bit/s
 * or FLOP/s; texts in quotes of either kind; true and false; whatever stands in parentheses.
 *
 * Types are checked when the expression is parsed: numbers are compared with numbers, and only
 * numbers have an order; texts and conditions are equal or not.
 *
 * Whole numbers of 64 bits are kept as such: literals, quantities, and sums, differences and
 * products of them that 64 bits hold. All else, quotients above all, is a double. Comparisons are
 * exact, also between the two.
 *
 * Of null (a number that does not exist) and of a division by zero every comparison is false,
 * arithmetic makes null, and a condition that is null is false.
 */
#pragma once

#include "value.h"

typedef struct PdExpression PdExpression;

/*
 * Parse an expression.
 *
 * names: what may stand in it, ended by a NULL name; to outlive this call.
 * Returns: (transfer full) the expression; NULL with error set.
 * Errors: PD_ERROR_INPUT, "'EXPRESSION': column N: what is wrong and what would be right".
 */
PdExpression *pd_expression_parse(const char *text, const PdName *names, GError **error);

void pd_expression_free(PdExpression *expression);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdExpression, pd_expression_free)

/*
 * Whether the expression is true. Several threads may ask at once.
 *
 * values: one for each name, in the order of the names; of its type, or null.
 */
gboolean pd_expression_holds(const PdExpression *expression, const PdValue *values);

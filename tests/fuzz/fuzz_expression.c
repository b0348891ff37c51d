/*
 * A fuzz target: whatever text stands behind --where, it is refused in one short line or it holds
 * or not, the same each time, also in parentheses and denied twice. Seeds are in corpus/expression:
 *
 *   build-fuzz/tests/fuzz_expression -timeout=10 CORPUS tests/fuzz/corpus/expression
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "expression.h"
#include "fuzz_support.h"
#include "scalars.h"

#define MOST_NAMES 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The names of a report, and numbers of either sign, of any size, and null among their values. */
static void
make_row(PdName *names, PdValue *values)
{
    static const double reals[] = { 0.05, (double)NAN, 1e300, 0, 1e-300 };
    static const gint64 integers[] = { 1, 0, G_MAXINT64, G_MININT64,
                                       G_GINT64_CONSTANT(42949672960) };
    guint n = 0;

    for (const PdScalar *scalar = pd_scalars; scalar->name != NULL; scalar++, n++) {
        g_assert_cmpuint(n + 1, <, MOST_NAMES);
        names[n] = (PdName){ scalar->name, scalar->type };
        values[n] = (PdValue){
            .type = scalar->type,
            .text = n % 2 == 0 ? "paci" : NULL,
            .integer = scalar->type == PD_VALUE_BOOLEAN ? -1 : integers[n % G_N_ELEMENTS(integers)],
            .real = reals[n % G_N_ELEMENTS(reals)],
        };
    }
    names[n] = (PdName){ NULL, PD_VALUE_TEXT };
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autofree char *wrapped = g_strdup_printf("!(!(%s))", text);
    g_autoptr(GError) error = NULL;
    g_autoptr(PdExpression) expression = NULL, other = NULL;
    PdName names[MOST_NAMES];
    PdValue values[MOST_NAMES];

    make_row(names, values);
    expression = pd_expression_parse(text, names, &error);
    if (expression == NULL) {
        fuzz_check_error(error);
        return 0;
    }
    /* what is nested as deep as may be cannot be wrapped */
    other = pd_expression_parse(wrapped, names, NULL);
    if (other != NULL)
        g_assert_cmpint(pd_expression_holds(expression, values), ==,
                        pd_expression_holds(other, values));
    return 0;
}

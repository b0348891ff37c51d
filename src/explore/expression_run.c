#include <math.h>

#include "expression_code.h"

static gboolean
is_true(PdValue value)
{
    return value.type == PD_VALUE_BOOLEAN && value.integer > 0;
}

/* FALSE where the result is no integer of 64 bits. */
static gboolean
calculate_whole(PdTokenKind kind, gint64 a, gint64 b, gint64 *result)
{
    switch (kind) {
    case PD_TOKEN_PLUS:
        return !__builtin_add_overflow(a, b, result);
    case PD_TOKEN_MINUS:
        return !__builtin_sub_overflow(a, b, result);
    case PD_TOKEN_TIMES:
        return !__builtin_mul_overflow(a, b, result);
    default:
        return FALSE;
    }
}

static PdValue
calculate(PdTokenKind kind, PdValue a, PdValue b)
{
    const double x = pd_value_number(a), y = pd_value_number(b);
    gint64 whole;
    double real;

    if (a.type == PD_VALUE_INTEGER && b.type == PD_VALUE_INTEGER &&
        calculate_whole(kind, a.integer, b.integer, &whole))
        return pd_value_integer(whole);
    real = kind == PD_TOKEN_PLUS    ? x + y
           : kind == PD_TOKEN_MINUS ? x - y
           : kind == PD_TOKEN_TIMES ? x * y
                                    : x / y;
    return isfinite(real) ? pd_value_real(real) : pd_value_null();
}

static gboolean
compare(PdTokenKind kind, PdValue a, PdValue b)
{
    int order;

    if (pd_value_is_null(a) || pd_value_is_null(b))
        return FALSE;
    order = pd_value_compare(a, b);
    switch (kind) {
    case PD_TOKEN_EQUAL:
        return order == 0;
    case PD_TOKEN_UNEQUAL:
        return order != 0;
    case PD_TOKEN_LESS:
        return order < 0;
    case PD_TOKEN_AT_MOST:
        return order <= 0;
    case PD_TOKEN_MORE:
        return order > 0;
    default:
        return order >= 0;
    }
}

static PdValue
apply(PdTokenKind kind, PdValue a, PdValue b)
{
    switch (kind) {
    case PD_TOKEN_OR:
        return pd_value_boolean(is_true(a) || is_true(b));
    case PD_TOKEN_AND:
        return pd_value_boolean(is_true(a) && is_true(b));
    case PD_TOKEN_PLUS:
    case PD_TOKEN_MINUS:
    case PD_TOKEN_TIMES:
    case PD_TOKEN_OVER:
        return calculate(kind, a, b);
    default:
        return pd_value_boolean(compare(kind, a, b));
    }
}

gboolean
pd_expression_holds(const PdExpression *expression, const PdValue *values)
{
    /* every level of the parser holds one operand at most while it parses the next */
    PdValue stack[PD_EXPRESSION_MOST_DEPTH + 1];
    guint n = 0;

    for (guint i = 0; i < expression->code->len; i++) {
        const PdInstruction *code = &g_array_index(expression->code, PdInstruction, i);

        if (code->kind == PD_TOKEN_VALUE) {
            stack[n++] = code->value;
        } else if (code->kind == PD_TOKEN_NAME) {
            stack[n++] = values[code->name];
        } else if (code->unary) {
            stack[n - 1] = code->kind == PD_TOKEN_NOT
                               ? pd_value_boolean(!is_true(stack[n - 1]))
                               : calculate(PD_TOKEN_MINUS, pd_value_integer(0), stack[n - 1]);
        } else {
            n--;
            stack[n - 1] = apply(code->kind, stack[n - 1], stack[n]);
        }
    }
    return is_true(stack[0]);
}

/*
 * What an expression is when it has been parsed: instructions for a stack of values. For
 * expression.c, which makes them, and expression_run.c, which carries them out.
 */
#pragma once

#include "expression.h"
#include "tokens.h"

/* How deep operands may be nested: each level of parentheses takes one at least, and the operators
 * before it may take five. */
#define PD_EXPRESSION_MOST_DEPTH 128

/* What is done to the stack. Binary operators are their tokens. */
typedef struct {
    PdTokenKind
        kind; /* PD_TOKEN_VALUE, _NAME: push; _NOT, _MINUS with `unary`; else two operands */
    gboolean unary;
    PdValue value;
    guint name;
} PdInstruction;

struct PdExpression {
    GArray *code;     /* of PdInstruction: operands before their operator */
    GPtrArray *texts; /* that literals point to */
};

/*
 * The words of an expression, one after another. For expression.c.
 */
#pragma once

#include "value.h"

typedef enum {
    PD_TOKEN_END,
    PD_TOKEN_VALUE,
    PD_TOKEN_NAME,
    PD_TOKEN_OPEN,
    PD_TOKEN_CLOSE,
    PD_TOKEN_NOT,
    PD_TOKEN_OR,
    PD_TOKEN_AND,
    PD_TOKEN_EQUAL,
    PD_TOKEN_UNEQUAL,
    PD_TOKEN_LESS,
    PD_TOKEN_AT_MOST,
    PD_TOKEN_MORE,
    PD_TOKEN_AT_LEAST,
    PD_TOKEN_PLUS,
    PD_TOKEN_MINUS,
    PD_TOKEN_TIMES,
    PD_TOKEN_OVER,
} PdTokenKind;

typedef struct {
    PdTokenKind kind;
    const char *start; /* in the text ... */
    gsize length;      /* ... and how many bytes it takes there */
    PdValue value;     /* of a PD_TOKEN_VALUE that is no text */
} PdToken;

/*
 * Read the token that a text goes on with, behind spaces. A text in quotes is a PD_TOKEN_VALUE of
 * type PD_VALUE_TEXT whose start and length are what stands between them.
 *
 * at: where to go on; moved behind the token.
 * Errors: PD_ERROR_INPUT without place; token->start is where the mistake is.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_token_read(const char **at, PdToken *token, GError **error);

#include <string.h>

#include "errors.h"
#include "expression_code.h"

/* What of a long expression is quoted in front of the mistake. */
#define QUOTED_BEFORE 30
#define QUOTED_WHOLE  56

/* Numbers are of one kind, whole or not. */
typedef enum { TEXT, NUMBER, CONDITION } Kind;

typedef struct {
    const char *text;
    const PdName *names;
    const char *at; /* behind the token */
    PdToken token;
    guint depth;
    PdExpression *expression;
    GError **error;
} Parser;

/* What an operator wants its operands to be. */
typedef enum { ORDERED, EQUATED, ADDED, JOINED } Wants;

static const struct {
    PdTokenKind kind;
    int precedence;
    Wants wants;
} operators[] = {
    { PD_TOKEN_OR, 1, JOINED },     { PD_TOKEN_AND, 2, JOINED },
    { PD_TOKEN_EQUAL, 4, EQUATED }, { PD_TOKEN_UNEQUAL, 4, EQUATED },
    { PD_TOKEN_LESS, 4, ORDERED },  { PD_TOKEN_AT_MOST, 4, ORDERED },
    { PD_TOKEN_MORE, 4, ORDERED },  { PD_TOKEN_AT_LEAST, 4, ORDERED },
    { PD_TOKEN_PLUS, 5, ADDED },    { PD_TOKEN_MINUS, 5, ADDED },
    { PD_TOKEN_TIMES, 6, ADDED },   { PD_TOKEN_OVER, 6, ADDED },
};

enum { PRECEDENCE_NOT = 3, PRECEDENCE_SIGN = 7 };

/* --- messages --------------------------------------------------------------------------------- */

/* The expression, or where it is long what stands around a place in it. (transfer full) */
static char *
excerpt(const char *text, const char *place)
{
    if (strlen(text) <= QUOTED_WHOLE || place - text <= QUOTED_BEFORE)
        return pd_quote(text);
    text = place - QUOTED_BEFORE;
    while (((guchar)*text & 0xc0) == 0x80)
        text++;
    g_autofree char *end = g_strconcat("...", text, NULL);
    return pd_quote(end);
}

static gboolean fail(const Parser *self, const char *place, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Returns FALSE, to be returned at once. */
static gboolean
fail(const Parser *self, const char *place, const char *format, ...)
{
    g_autofree char *quoted = excerpt(self->text, place);
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(self->error, PD_ERROR, PD_ERROR_INPUT, "%s: column %ld: %s", quoted,
                g_utf8_pointer_to_offset(self->text, place) + 1, message);
    return FALSE;
}

static const char *
kind_name(Kind kind)
{
    return kind == TEXT ? "a text" : kind == NUMBER ? "a number" : "a condition";
}

static Kind
kind_of(PdValueType type)
{
    return pd_type_is_number(type) ? NUMBER : type == PD_VALUE_TEXT ? TEXT : CONDITION;
}

/* --- parsing ---------------------------------------------------------------------------------- */

static gboolean parse(Parser *self, int precedence, Kind *kind);

static gboolean
advance(Parser *self)
{
    g_autoptr(GError) failure = NULL;

    return pd_token_read(&self->at, &self->token, &failure) ||
           fail(self, self->token.start, "%s", failure->message);
}

static void
emit(Parser *self, PdInstruction instruction)
{
    g_array_append_val(self->expression->code, instruction);
}

static gboolean
parse_value(Parser *self, Kind *kind)
{
    PdValue value = self->token.value;

    if (value.type == PD_VALUE_TEXT) {
        char *text = g_strndup(self->token.start, self->token.length);

        g_ptr_array_add(self->expression->texts, text);
        value.text = text;
    }
    *kind = kind_of(value.type);
    emit(self, (PdInstruction){ .kind = PD_TOKEN_VALUE, .value = value });
    return advance(self);
}

static gboolean
parse_name(Parser *self, Kind *kind)
{
    g_autofree char *name = g_strndup(self->token.start, self->token.length);
    g_autoptr(GError) failure = NULL;
    guint i;

    if (!pd_name_find(self->names, name, "a text stands in quotes, and reports.md lists the names",
                      &i, &failure))
        return fail(self, self->token.start, "%s", failure->message);
    *kind = kind_of(self->names[i].type);
    emit(self, (PdInstruction){ .kind = PD_TOKEN_NAME, .name = i });
    return advance(self);
}

static gboolean
parse_parentheses(Parser *self, Kind *kind)
{
    const char *opened = self->token.start;

    if (!advance(self) || !parse(self, 0, kind))
        return FALSE;
    if (self->token.kind == PD_TOKEN_CLOSE)
        return advance(self);
    return self->token.kind == PD_TOKEN_END
               ? fail(self, opened, "the parenthesis that opens here is not closed")
               : fail(self, self->token.start, "an operator is missing here, such as && or <=");
}

/* A sign or a "not" and its operand. */
static gboolean
parse_unary(Parser *self, Kind *kind)
{
    const PdToken token = self->token;
    const gboolean sign = token.kind == PD_TOKEN_MINUS;

    if (!advance(self) || !parse(self, sign ? PRECEDENCE_SIGN : PRECEDENCE_NOT, kind))
        return FALSE;
    if (*kind != (sign ? NUMBER : CONDITION))
        return fail(self, token.start, "%.*s stands before %s; it takes %s", (int)token.length,
                    token.start, kind_name(*kind), sign ? "a number" : "a condition");
    emit(self, (PdInstruction){ .kind = token.kind, .unary = TRUE });
    return TRUE;
}

static gboolean
parse_operand(Parser *self, Kind *kind)
{
    switch (self->token.kind) {
    case PD_TOKEN_VALUE:
        return parse_value(self, kind);
    case PD_TOKEN_NAME:
        return parse_name(self, kind);
    case PD_TOKEN_OPEN:
        return parse_parentheses(self, kind);
    case PD_TOKEN_NOT:
    case PD_TOKEN_MINUS:
        return parse_unary(self, kind);
    default:
        return fail(self, self->token.start,
                    "a value is missing here; write a name, a number or a text in quotes");
    }
}

static gboolean
check_kinds(Parser *self, const PdToken *token, Wants wants, Kind left, Kind right)
{
    const int length = (int)token->length;

    if (left != right)
        return fail(self, token->start, "%.*s stands between %s and %s; both sides must be alike",
                    length, token->start, kind_name(left), kind_name(right));
    if ((wants == ORDERED || wants == ADDED) && left != NUMBER)
        return fail(self, token->start, "%.*s stands between two %s; it takes numbers", length,
                    token->start, left == TEXT ? "texts" : "conditions");
    if (wants == JOINED && left != CONDITION)
        return fail(self, token->start,
                    "%.*s stands between two %s; it takes conditions such as max_crossing <= 1",
                    length, token->start, left == TEXT ? "texts" : "numbers");
    return TRUE;
}

/* The operator in the table that the token is, at least as tight as a precedence; or −1. */
static int
find_operator(const Parser *self, int precedence)
{
    for (int i = 0; i < (int)G_N_ELEMENTS(operators); i++)
        if (operators[i].kind == self->token.kind && operators[i].precedence >= precedence)
            return i;
    return -1;
}

/* Parse operands that are joined by operators at least as tight as a precedence. */
static gboolean
parse(Parser *self, int precedence, Kind *kind)
{
    int found;

    if (++self->depth > PD_EXPRESSION_MOST_DEPTH)
        return fail(self, self->token.start, "this is nested too deep; %d levels are the most",
                    PD_EXPRESSION_MOST_DEPTH);
    if (!parse_operand(self, kind))
        return FALSE;
    while ((found = find_operator(self, precedence)) >= 0) {
        const PdToken token = self->token;
        Kind right;

        if (!advance(self) || !parse(self, operators[found].precedence + 1, &right) ||
            !check_kinds(self, &token, operators[found].wants, *kind, right))
            return FALSE;
        emit(self, (PdInstruction){ .kind = token.kind });
        *kind = operators[found].wants == ADDED ? NUMBER : CONDITION;
    }
    self->depth--;
    return TRUE;
}

static gboolean
parse_whole(Parser *self)
{
    Kind kind;

    if (!advance(self) || !parse(self, 0, &kind))
        return FALSE;
    if (self->token.kind == PD_TOKEN_CLOSE)
        return fail(self, self->token.start, "this parenthesis closes what was not opened");
    if (self->token.kind != PD_TOKEN_END)
        return fail(self, self->token.start, "an operator is missing here, such as && or <=");
    return kind == CONDITION ||
           fail(self, self->text, "this is %s; write a condition such as max_crossing <= 1",
                kind_name(kind));
}

PdExpression *
pd_expression_parse(const char *text, const PdName *names, GError **error)
{
    g_autoptr(PdExpression) expression = g_new(PdExpression, 1);
    Parser parser = {
        .text = text, .names = names, .at = text, .expression = expression, .error = error
    };

    expression->code = g_array_new(FALSE, FALSE, sizeof(PdInstruction));
    expression->texts = g_ptr_array_new_with_free_func(g_free);
    if (!g_utf8_validate(text, -1, NULL)) {
        g_autofree char *quoted = pd_quote(text);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s: is no text in UTF-8", quoted);
        return NULL;
    }
    return parse_whole(&parser) ? g_steal_pointer(&expression) : NULL;
}

void
pd_expression_free(PdExpression *expression)
{
    if (expression == NULL)
        return;
    g_array_unref(expression->code);
    g_ptr_array_unref(expression->texts);
    g_free(expression);
}

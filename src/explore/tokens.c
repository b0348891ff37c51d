#include "tokens.h"

#include <string.h>

#include "errors.h"
#include "units.h"

/* The longer of two that start alike stands first. */
static const struct {
    const char *text;
    PdTokenKind kind;
} symbols[] = {
    { "&&", PD_TOKEN_AND },     { "||", PD_TOKEN_OR },      { "==", PD_TOKEN_EQUAL },
    { "!=", PD_TOKEN_UNEQUAL }, { "<=", PD_TOKEN_AT_MOST }, { ">=", PD_TOKEN_AT_LEAST },
    { "<", PD_TOKEN_LESS },     { ">", PD_TOKEN_MORE },     { "!", PD_TOKEN_NOT },
    { "(", PD_TOKEN_OPEN },     { ")", PD_TOKEN_CLOSE },    { "+", PD_TOKEN_PLUS },
    { "-", PD_TOKEN_MINUS },    { "*", PD_TOKEN_TIMES },    { "/", PD_TOKEN_OVER },
};

static const struct {
    const char *text;
    PdTokenKind kind;
} words[] = {
    { "and", PD_TOKEN_AND },    { "or", PD_TOKEN_OR },       { "not", PD_TOKEN_NOT },
    { "true", PD_TOKEN_VALUE }, { "false", PD_TOKEN_VALUE },
};

static gboolean
is_word_character(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

static gsize
word_length(const char *text)
{
    gsize n = 0;

    while (is_word_character(text[n]))
        n++;
    return n;
}

/* The name of a varied key is SECTION.KEY: behind the point, a hyphen before a letter is part of
 * it. No other name has a point. */
static gsize
key_length(const char *text)
{
    gsize n = word_length(text);

    if (text[n] != '.' || !g_ascii_isalpha(text[n + 1]))
        return n;
    n += 1 + word_length(text + n + 1);
    while (text[n] == '-' && g_ascii_isalpha(text[n + 1]))
        n += 1 + word_length(text + n + 1);
    return n;
}

static gboolean
is_word(const char *text, gsize length, const char *word)
{
    return strlen(word) == length && strncmp(text, word, length) == 0;
}

static void
read_word(PdToken *token)
{
    token->kind = PD_TOKEN_NAME;
    token->length = key_length(token->start);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (is_word(token->start, token->length, words[i].text))
            token->kind = words[i].kind;
    if (token->kind == PD_TOKEN_VALUE)
        token->value = pd_value_boolean(*token->start == 't');
}

/* How long the unit is that stands here: letters, and "/s" where nothing else follows. */
static gsize
unit_length(const char *text)
{
    const gsize n = word_length(text);

    if (is_word(text, n, "and") || is_word(text, n, "or"))
        return 0;
    return n > 0 && strncmp(text + n, "/s", 2) == 0 && !is_word_character(text[n + 2]) ? n + 2 : n;
}

static gboolean
read_quantity(PdToken *token, const char *unit, gsize length, GError **error)
{
    g_autofree char *name = g_strndup(unit, length);
    g_autofree char *text = g_strndup(token->start, (gsize)(unit - token->start) + length);
    PdDimension dimension;
    gint64 value = 0;

    token->length = (gsize)(unit - token->start) + length;
    if (!pd_unit_find(name, &dimension)) {
        const char *near = pd_unit_nearest(name);
        g_autofree char *quoted = pd_quote(name);

        token->start = unit;
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "the unit %s is unknown; %s%s%s", quoted,
                    near == NULL ? "write one such as ms, GiB or GB/s" : "did you mean ",
                    near == NULL ? "" : near, near == NULL ? "" : "?");
        return FALSE;
    }
    if (!pd_quantity_parse(text, dimension, &value, error))
        return FALSE;
    token->value = pd_value_integer(value);
    return TRUE;
}

/* A number without a unit: whole where 64 bits hold it. */
static gboolean
read_plain(PdToken *token, gsize length, GError **error)
{
    g_autofree char *text = g_strndup(token->start, length);
    gint64 integer = 0;
    double real = 0;

    token->length = length;
    if (pd_quantity_parse(text, PD_COUNT, &integer, NULL)) {
        token->value = pd_value_integer(integer);
        return TRUE;
    }
    if (!pd_real_parse(text, &real, error))
        return FALSE;
    token->value = pd_value_real(real);
    return TRUE;
}

static gboolean
read_number(PdToken *token, GError **error)
{
    PdDecimal decimal;
    const char *end = pd_decimal_parse(token->start, &decimal), *unit = end;

    token->kind = PD_TOKEN_VALUE;
    if (end == NULL) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "a point without digits is no number");
        return FALSE;
    }
    while (*unit == ' ')
        unit++;
    if (*unit == '%')
        return read_plain(token, (gsize)(unit + 1 - token->start), error);
    return unit_length(unit) > 0 ? read_quantity(token, unit, unit_length(unit), error)
                                 : read_plain(token, (gsize)(end - token->start), error);
}

static gboolean
read_text(PdToken *token, GError **error)
{
    const char *end = strchr(token->start + 1, *token->start);

    if (end == NULL) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "the text that starts here has no end; %c ends it", *token->start);
        return FALSE;
    }
    token->kind = PD_TOKEN_VALUE;
    token->value = pd_value_text("");
    token->start++;
    token->length = (gsize)(end - token->start);
    return TRUE;
}

static gboolean
read_symbol(PdToken *token, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(symbols); i++) {
        if (g_str_has_prefix(token->start, symbols[i].text)) {
            token->kind = symbols[i].kind;
            token->length = strlen(symbols[i].text);
            return TRUE;
        }
    }
    g_autofree char *symbol =
        g_strndup(token->start, (gsize)(g_utf8_next_char(token->start) - token->start));
    g_autofree char *quoted = pd_quote(symbol);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s %s", quoted,
                *symbol == '='   ? "is no operator; write == to compare"
                : *symbol == '&' ? "is no operator; write && or and"
                : *symbol == '|' ? "is no operator; write || or or"
                                 : "has no meaning here");
    return FALSE;
}

gboolean
pd_token_read(const char **at, PdToken *token, GError **error)
{
    const char *start = *at;
    gboolean read = TRUE;

    while (g_ascii_isspace(*start))
        start++;
    *token = (PdToken){ .kind = PD_TOKEN_END, .start = start };
    if (*start == '\0')
        read = TRUE;
    else if (g_ascii_isdigit(*start) || *start == '.')
        read = read_number(token, error);
    else if (*start == '\'' || *start == '"')
        read = read_text(token, error);
    else if (is_word_character(*start))
        read_word(token);
    else
        read = read_symbol(token, error);
    *at = token->start + token->length +
          (token->kind == PD_TOKEN_VALUE && token->value.type == PD_VALUE_TEXT ? 1 : 0);
    return read;
}

#include "value.h"

#include <math.h>
#include <string.h>

#include "errors.h"

#define SHORTEST_PART 4 /* characters of a name that are enough to mean it */

PdValue
pd_value_text(const char *text)
{
    return (PdValue){ .type = PD_VALUE_TEXT, .text = text };
}

PdValue
pd_value_integer(gint64 integer)
{
    return (PdValue){ .type = PD_VALUE_INTEGER, .integer = integer };
}

PdValue
pd_value_real(double real)
{
    return (PdValue){ .type = PD_VALUE_REAL, .real = real };
}

PdValue
pd_value_boolean(gboolean boolean)
{
    return (PdValue){ .type = PD_VALUE_BOOLEAN, .integer = boolean != 0 };
}

PdValue
pd_value_null(void)
{
    return pd_value_real((double)NAN);
}

gboolean
pd_value_is_null(PdValue value)
{
    switch (value.type) {
    case PD_VALUE_TEXT:
        return value.text == NULL;
    case PD_VALUE_REAL:
        return isnan(value.real);
    case PD_VALUE_BOOLEAN:
        return value.integer < 0;
    case PD_VALUE_INTEGER:
        break;
    }
    return FALSE;
}

gboolean
pd_type_is_number(PdValueType type)
{
    return type == PD_VALUE_INTEGER || type == PD_VALUE_REAL;
}

double
pd_value_number(PdValue value)
{
    return value.type == PD_VALUE_INTEGER ? (double)value.integer
           : value.type == PD_VALUE_REAL  ? value.real
                                          : (double)NAN;
}

static int
sign(gboolean less, gboolean more)
{
    return less ? -1 : more ? 1 : 0;
}

/* A double does not hold every integer of 64 bits: the whole part is compared as an integer, then
 * the fraction, which is exact. */
static int
compare_mixed(gint64 a, double b)
{
    gint64 whole;

    if (b >= 0x1p63 || b < -0x1p63)
        return b > 0 ? -1 : 1;
    whole = (gint64)b;
    return a != whole ? sign(a < whole, TRUE) : sign(b > (double)whole, b < (double)whole);
}

int
pd_value_compare(PdValue a, PdValue b)
{
    if (a.type == PD_VALUE_TEXT)
        return strcmp(a.text, b.text);
    if (a.type == PD_VALUE_REAL && b.type == PD_VALUE_REAL)
        return sign(a.real<b.real, a.real> b.real);
    if (a.type == PD_VALUE_REAL)
        return -compare_mixed(b.integer, a.real);
    if (b.type == PD_VALUE_REAL)
        return compare_mixed(a.integer, b.real);
    return sign(a.integer<b.integer, a.integer> b.integer);
}

/* The name that is meant by a misspelt one, or by a part of one such as "makespan". */
static const char *
nearest_name(const PdName *names, const char *word)
{
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    const char *near;

    for (; names->name != NULL; names++)
        g_ptr_array_add(known, (gpointer)names->name);
    g_ptr_array_add(known, NULL);
    near = pd_nearest(word, (const char *const *)known->pdata);
    for (guint i = 0; near == NULL && i + 1 < known->len; i++)
        if (strlen(word) >= SHORTEST_PART && strstr(known->pdata[i], word) != NULL)
            near = known->pdata[i];
    return near;
}

gboolean
pd_name_find(const PdName *names, const char *word, const char *hint, guint *i, GError **error)
{
    g_autofree char *quoted = NULL;
    const char *near;

    for (*i = 0; names[*i].name != NULL; (*i)++)
        if (strcmp(names[*i].name, word) == 0)
            return TRUE;
    quoted = pd_quote(word);
    near = nearest_name(names, word);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "the name %s is unknown; %s%s%s", quoted,
                near == NULL ? hint : "did you mean ", near == NULL ? "" : near,
                near == NULL ? "" : "?");
    return FALSE;
}

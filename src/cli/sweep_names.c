#include "sweep_names.h"

#include <string.h>

#include "keys.h"
#include "scalars.h"

/* The row of a key that has been found before. */
static const PdKeyRow *
row_of(const char *name)
{
    const char *dot = strchr(name, '.');
    g_autofree char *section = g_strndup(name, (gsize)(dot - name));
    PdKey key = 0;
    const gboolean found = pd_key_find(section, dot + 1, &key);

    g_assert(found);
    return pd_key_row(key);
}

static PdValueType
type_of(const char *key)
{
    const PdType type = row_of(key)->type;

    return type == PD_TYPE_QUANTITY ? PD_VALUE_INTEGER
           : type == PD_TYPE_REAL   ? PD_VALUE_REAL
                                    : PD_VALUE_TEXT;
}

PdName *
pd_sweep_names(const char *const *keys)
{
    g_autoptr(GArray) names = g_array_new(TRUE, TRUE, sizeof(PdName));

    for (const PdScalar *scalar = pd_scalars; scalar->name != NULL; scalar++) {
        const PdName name = { scalar->name, scalar->type };

        g_array_append_val(names, name);
    }
    for (; keys != NULL && *keys != NULL; keys++) {
        const PdName name = { *keys, type_of(*keys) };

        g_array_append_val(names, name);
    }
    return (PdName *)(gpointer)g_array_free(g_steal_pointer(&names), FALSE);
}

PdValue
pd_sweep_key_value(const char *key, const char *text)
{
    const PdKeyRow *row = row_of(key);
    gint64 integer = 0;
    double real = 0;

    switch (type_of(key)) {
    case PD_VALUE_INTEGER:
        return pd_quantity_parse(text, row->dimension, &integer, NULL) ? pd_value_integer(integer)
                                                                       : pd_value_null();
    case PD_VALUE_REAL:
        return pd_real_parse(text, &real, NULL) ? pd_value_real(real) : pd_value_null();
    default:
        return pd_value_text(text);
    }
}

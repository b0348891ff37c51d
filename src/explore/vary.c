#include "vary.h"

#include <string.h>

#include "errors.h"
#include "range.h"

/* A path may have ".." in it, a word has no numbers in it. */
static gboolean
takes_ranges(const PdKeyRow *row)
{
    return row->type == PD_TYPE_QUANTITY || row->type == PD_TYPE_REAL ||
           row->type == PD_TYPE_SYNTAX;
}

static gboolean
add_item(PdVary *self, const char *item, GError **error)
{
    const PdKeyRow *row = pd_key_row(self->key);
    const guint before = self->values->len;

    if (takes_ranges(row) && pd_range_is(item)) {
        if (!pd_range_add(item, row->type == PD_TYPE_QUANTITY ? row->dimension : PD_COUNT,
                          self->values, error))
            return FALSE;
    } else {
        g_ptr_array_add(self->values, g_strdup(item));
    }
    for (guint i = before; i < self->values->len; i++)
        if (!pd_key_check(self->key, self->values->pdata[i], error))
            return FALSE;
    return TRUE;
}

static gboolean
parse_key(PdVary *self, const char *option, const char *text, GError **error)
{
    const char *equals = strchr(text, '='), *dot = strchr(text, '.');
    g_autofree char *section = NULL, *name = NULL;

    if (equals == NULL || dot == NULL || dot > equals || !g_utf8_validate(text, -1, NULL)) {
        g_autofree char *quoted = pd_quote(text);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "%s: %s is not of the form SECTION.KEY=LIST, such as pipeline.devices=4,8",
                    option, quoted);
        return FALSE;
    }
    section = g_strstrip(g_strndup(text, (gsize)(dot - text)));
    name = g_strstrip(g_strndup(dot + 1, (gsize)(equals - dot - 1)));
    if (!pd_key_require(section, name, &self->key, error)) {
        g_prefix_error(error, "%s: ", option);
        return FALSE;
    }
    self->name = g_strdup_printf("%s.%s", section, name);
    return TRUE;
}

gboolean
pd_vary_parse(PdVary *vary, const char *option, const char *text, GError **error)
{
    g_auto(GStrv) items = NULL;

    *vary = (PdVary){ .values = g_ptr_array_new_with_free_func(g_free) };
    if (!parse_key(vary, option, text, error))
        return FALSE;
    items = g_strsplit(strchr(text, '=') + 1, ",", -1);
    for (char **item = items; *item != NULL; item++) {
        const PdKeyRow *row = pd_key_row(vary->key);

        g_strstrip(*item);
        if (**item == '\0') {
            g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                        "%s: [%s] %s: a value is empty; write values such as 1,2,4 or 1..64",
                        option, row->section, row->name);
            return FALSE;
        }
        if (!add_item(vary, *item, error)) {
            g_prefix_error(error, "%s: [%s] %s: ", option, row->section, row->name);
            return FALSE;
        }
    }
    if (vary->values->len > 0)
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "%s: %s has no values; write some such as 1,2,4 or 1..64", option, vary->name);
    return FALSE;
}

void
pd_vary_clear(PdVary *vary)
{
    g_free(vary->name);
    g_clear_pointer(&vary->values, g_ptr_array_unref);
}

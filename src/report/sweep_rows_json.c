#include "errors.h"
#include "json_members.h"
#include "scalars.h"
#include "sweep_rows_read.h"

/* The varied keys of a row. (transfer container) */
static GPtrArray *
keys_of(PdJsonMembers *members, JsonObject *row)
{
    g_autoptr(GList) names = row == NULL ? NULL : json_object_get_members(row);
    GPtrArray *keys = g_ptr_array_new();

    for (const GList *name = names; name != NULL; name = name->next)
        if (pd_sweep_rows_is_key(name->data))
            g_ptr_array_add(keys, name->data);
    pd_json_members_require(members, keys->len > 0, "rows", "have no varied key");
    g_ptr_array_add(keys, NULL);
    return keys;
}

static PdValue
read_scalar(PdJsonMembers *members, JsonObject *row, const PdScalar *scalar)
{
    JsonNode *node = json_object_get_member(row, scalar->name);

    if (node == NULL || JSON_NODE_HOLDS_NULL(node))
        return pd_value_null();
    switch (scalar->type) {
    case PD_VALUE_TEXT:
        return pd_value_text(pd_json_members_text(members, row, scalar->name, FALSE));
    case PD_VALUE_INTEGER:
        return pd_value_integer(
            pd_json_members_integer(members, row, scalar->name, G_MININT64, G_MAXINT64));
    case PD_VALUE_REAL:
        return pd_value_real(pd_json_members_real(members, row, scalar->name, FALSE));
    case PD_VALUE_BOOLEAN:
        break;
    }
    return pd_value_boolean(pd_json_members_boolean(members, row, scalar->name, FALSE) == 1);
}

static void
read_json_row(PdJsonMembers *members, JsonObject *object, PdSweepRows *rows)
{
    g_autofree const char **keys = g_new(const char *, rows->n_keys);
    g_autofree PdValue *values = g_new(PdValue, pd_n_scalars());
    const char *failure = pd_json_members_text(members, object, "error", TRUE);

    for (guint key = 0; key < rows->n_keys; key++)
        keys[key] = pd_json_members_text(members, object, rows->names[key], FALSE);
    for (guint i = 0; i < pd_n_scalars() && object != NULL; i++)
        values[i] = read_scalar(members, object, &pd_scalars[i]);
    if (members->fault == NULL)
        pd_sweep_rows_add(rows, keys, failure == NULL ? values : NULL, failure);
}

static PdSweepRows *
read_object(PdJsonMembers *members, JsonObject *object)
{
    const char *schema = pd_json_members_text(members, object, "schema", FALSE);
    JsonArray *array;
    g_autoptr(PdSweepRows) rows = NULL;
    g_autoptr(GPtrArray) keys = NULL;

    pd_json_members_require(members, g_strcmp0(schema, PD_SWEEP_SCHEMA) == 0, "schema",
                            "is not " PD_SWEEP_SCHEMA);
    array = pd_json_members_array(members, object, "rows", -1);
    pd_json_members_require(members, array != NULL && json_array_get_length(array) > 0, "rows",
                            "is empty");
    if (members->fault != NULL)
        return NULL;
    keys = keys_of(members, pd_json_members_object_at(members, array, "rows", 0));
    rows = pd_sweep_rows_new((const char *const *)keys->pdata);
    for (guint i = 0; i < json_array_get_length(array) && members->fault == NULL; i++) {
        JsonObject *row = pd_json_members_object_at(members, array, "rows", i);
        const gsize before = pd_json_members_enter(members, "rows", i);

        read_json_row(members, row, rows);
        pd_json_members_leave(members, before);
    }
    return members->fault == NULL ? g_steal_pointer(&rows) : NULL;
}

PdSweepRows *
pd_sweep_rows_read_json(const char *text, gsize length, GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_auto(PdJsonMembers) members;
    JsonObject *object;
    PdSweepRows *rows;

    pd_json_members_init(&members);
    object = pd_json_members_parse(&members, parser, text, length);
    rows = object == NULL ? NULL : read_object(&members, object);
    if (rows == NULL) {
        g_autofree char *why = pd_printable(members.fault);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "is no sweep: %s", why);
    }
    return rows;
}

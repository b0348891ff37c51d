#include "json_members.h"

#include <math.h>

/* How deep objects and arrays may lie in each other: nothing that is saved needs as much. */
#define DEEPEST 16

void
pd_json_members_init(PdJsonMembers *self)
{
    *self = (PdJsonMembers){ .place = g_string_new(NULL) };
}

void
pd_json_members_clear(PdJsonMembers *self)
{
    g_string_free(self->place, TRUE);
    g_free(self->fault);
}

/* --- texts ------------------------------------------------------------------------------------ */

/* The parser calls itself for whatever is nested, and knows comments, behind which something could
 * hide: nothing that is saved has any, nor an apostrophe outside its texts. */
static const char *
what_the_parser_must_not_see(const char *text, gsize length)
{
    guint depth = 0;
    gboolean quoted = FALSE;

    for (const char *c = text; c < text + length; c++) {
        if (*c == '"')
            quoted = !quoted;
        else if (quoted)
            c += *c == '\\' ? 1 : 0;
        else if ((*c == '[' || *c == '{') && ++depth > DEEPEST)
            return "it is nested too deeply";
        else if (*c == ']' || *c == '}')
            depth -= depth > 0 ? 1 : 0;
        else if (*c == '\0' || *c == '/' || *c == '#' || *c == '\'')
            return "a character is not JSON's";
    }
    return NULL;
}

JsonObject *
pd_json_members_parse(PdJsonMembers *self, JsonParser *parser, const char *text, gsize length)
{
    const char *harm = what_the_parser_must_not_see(text, length);
    g_autoptr(GError) failure = NULL;
    JsonNode *root;

    if (harm != NULL || !json_parser_load_from_data(parser, text, (gssize)length, &failure)) {
        self->fault = g_strdup(harm != NULL ? harm : failure->message);
        return NULL;
    }
    root = json_parser_get_root(parser);
    if (root != NULL && JSON_NODE_HOLDS_OBJECT(root))
        return json_node_get_object(root);
    self->fault = g_strdup("it holds no object");
    return NULL;
}

/* --- faults ----------------------------------------------------------------------------------- */

void
pd_json_members_fail(PdJsonMembers *self, const char *name, const char *format, ...)
{
    g_autofree char *what = NULL;
    va_list arguments;

    if (self->fault != NULL)
        return;
    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    self->fault = g_strdup_printf("member %s%s: %s", self->place->str, name, what);
}

void
pd_json_members_require(PdJsonMembers *self, gboolean holds, const char *name, const char *message)
{
    if (!holds)
        pd_json_members_fail(self, name, "%s", message);
}

gsize
pd_json_members_enter(PdJsonMembers *self, const char *name, gint64 index)
{
    const gsize before = self->place->len;

    if (index < 0)
        g_string_append_printf(self->place, "%s.", name);
    else
        g_string_append_printf(self->place, "%s[%" G_GINT64_FORMAT "].", name, index);
    return before;
}

void
pd_json_members_leave(PdJsonMembers *self, gsize before)
{
    g_string_truncate(self->place, before);
}

/* --- values ----------------------------------------------------------------------------------- */

static JsonNode *
member(PdJsonMembers *self, JsonObject *object, const char *name)
{
    JsonNode *node = object == NULL ? NULL : json_object_get_member(object, name);

    pd_json_members_require(self, node != NULL, name, "is missing");
    return node;
}

static GType
type_of(JsonNode *node)
{
    return node != NULL && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node)
                                                       : G_TYPE_INVALID;
}

/* Whether a member reads null and may. */
static gboolean
is_null(JsonNode *node, gboolean may_be_null)
{
    return may_be_null && node != NULL && JSON_NODE_HOLDS_NULL(node);
}

static gint64
integer(PdJsonMembers *self, JsonNode *node, const char *name, gint64 least, gint64 most)
{
    const gboolean given = type_of(node) == G_TYPE_INT64;
    const gint64 value = given ? json_node_get_int(node) : 0;

    if (given && value >= least && value <= most)
        return value;
    if (most == G_MAXINT64)
        pd_json_members_fail(self, name, "is no whole number from %" G_GINT64_FORMAT " on", least);
    else
        pd_json_members_fail(self, name,
                             "is no whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
                             least, most);
    return 0;
}

gint64
pd_json_members_integer(PdJsonMembers *self, JsonObject *object, const char *name, gint64 least,
                        gint64 most)
{
    return integer(self, member(self, object, name), name, least, most);
}

gint64
pd_json_members_count(PdJsonMembers *self, JsonObject *object, const char *name)
{
    return pd_json_members_integer(self, object, name, 0, G_MAXINT64);
}

double
pd_json_members_real(PdJsonMembers *self, JsonObject *object, const char *name,
                     gboolean may_be_null)
{
    JsonNode *node = member(self, object, name);
    const GType type = type_of(node);
    const double value =
        type == G_TYPE_DOUBLE || type == G_TYPE_INT64 ? json_node_get_double(node) : (double)NAN;

    if (!is_null(node, may_be_null) && !isfinite(value))
        pd_json_members_fail(self, name, "is no number");
    return value;
}

int
pd_json_members_boolean(PdJsonMembers *self, JsonObject *object, const char *name,
                        gboolean may_be_null)
{
    JsonNode *node = member(self, object, name);

    if (is_null(node, may_be_null))
        return -1;
    pd_json_members_require(self, type_of(node) == G_TYPE_BOOLEAN, name,
                            "is neither true nor false");
    return type_of(node) == G_TYPE_BOOLEAN && json_node_get_boolean(node) ? 1 : 0;
}

const char *
pd_json_members_text(PdJsonMembers *self, JsonObject *object, const char *name,
                     gboolean may_be_null)
{
    JsonNode *node = member(self, object, name);

    if (is_null(node, may_be_null))
        return NULL;
    pd_json_members_require(self, type_of(node) == G_TYPE_STRING, name, "is no text");
    return type_of(node) == G_TYPE_STRING ? json_node_get_string(node) : NULL;
}

/* --- objects and arrays ----------------------------------------------------------------------- */

static JsonObject *
object_of(PdJsonMembers *self, JsonNode *node, const char *name)
{
    const gboolean given = node != NULL && JSON_NODE_HOLDS_OBJECT(node);

    pd_json_members_require(self, given, name, "is no object");
    return given ? json_node_get_object(node) : NULL;
}

static JsonArray *
array_of(PdJsonMembers *self, JsonNode *node, const char *name, gint64 n)
{
    JsonArray *array =
        node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

    pd_json_members_require(self, array != NULL, name, "is no array");
    if (array != NULL && n >= 0 && json_array_get_length(array) != n) {
        pd_json_members_fail(self, name, "has %u elements and should have %" G_GINT64_FORMAT,
                             json_array_get_length(array), n);
        return NULL;
    }
    return array;
}

static char *
element_name(const char *name, guint i)
{
    return g_strdup_printf("%s[%u]", name, i);
}

/* NULL where the array or the element is not there. */
static JsonNode *
element(JsonArray *array, guint i)
{
    return array != NULL && i < json_array_get_length(array) ? json_array_get_element(array, i)
                                                             : NULL;
}

JsonObject *
pd_json_members_object(PdJsonMembers *self, JsonObject *object, const char *name)
{
    return object_of(self, member(self, object, name), name);
}

JsonArray *
pd_json_members_array(PdJsonMembers *self, JsonObject *object, const char *name, gint64 n)
{
    return array_of(self, member(self, object, name), name, n);
}

JsonObject *
pd_json_members_object_at(PdJsonMembers *self, JsonArray *array, const char *name, guint i)
{
    g_autofree char *full = element_name(name, i);

    return object_of(self, element(array, i), full);
}

JsonArray *
pd_json_members_array_at(PdJsonMembers *self, JsonArray *array, const char *name, guint i, gint64 n)
{
    g_autofree char *full = element_name(name, i);

    return array_of(self, element(array, i), full, n);
}

gint64
pd_json_members_integer_at(PdJsonMembers *self, JsonArray *array, const char *name, guint i,
                           gint64 most)
{
    JsonNode *node = element(array, i);
    const gboolean given = type_of(node) == G_TYPE_INT64;

    /* the name is made for the message only: there may be millions of elements */
    if (!given || json_node_get_int(node) < 0 || json_node_get_int(node) > most) {
        g_autofree char *full = element_name(name, i);

        return integer(self, node, full, 0, most);
    }
    return json_node_get_int(node);
}

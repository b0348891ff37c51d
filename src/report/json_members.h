/*
 * Members of JSON objects that somebody else may have written, checked one by one. For what
 * is saved and read again.
 *
 * The first fault is kept, with the place where it was found; from then on every member reads as
 * nothing (0, NULL), so that whoever reads looks at the end only. An array that is NULL has no
 * elements and an object that is NULL has no members.
 */
#pragma once

#include <json-glib/json-glib.h>

typedef struct {
    GString *place; /* of the object that is read: "devices[3]."; "" for the outermost */
    char *fault;    /* the first one: "member devices[3].busy_ns: is missing"; NULL: none */
} PdJsonMembers;

void pd_json_members_init(PdJsonMembers *self);
void pd_json_members_clear(PdJsonMembers *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdJsonMembers, pd_json_members_clear)

/* Parse a text, which nothing of JSON can harm. Returns: the outermost object, the parser's; NULL
 * with a fault for what is none. */
JsonObject *pd_json_members_parse(PdJsonMembers *self, JsonParser *parser, const char *text,
                                  gsize length);

/* Note a fault of a member of the object that is read: what is wrong and what would be right. */
void pd_json_members_fail(PdJsonMembers *self, const char *name, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* The same unless a condition holds. */
void pd_json_members_require(PdJsonMembers *self, gboolean holds, const char *name,
                             const char *message);

/*
 * Go into a member, or an element of one, and come back.
 *
 * index: of an element; −1 for the member itself.
 * Returns: what pd_json_members_leave() wants.
 */
gsize pd_json_members_enter(PdJsonMembers *self, const char *name, gint64 index);
void pd_json_members_leave(PdJsonMembers *self, gsize before);

/* A whole number from `least` to `most`. */
gint64 pd_json_members_integer(PdJsonMembers *self, JsonObject *object, const char *name,
                               gint64 least, gint64 most);

/* A whole number that is not negative. */
gint64 pd_json_members_count(PdJsonMembers *self, JsonObject *object, const char *name);

/* A number that is finite; NAN for null, where it may be. */
double pd_json_members_real(PdJsonMembers *self, JsonObject *object, const char *name,
                            gboolean may_be_null);

/* 0 or 1; −1 for null, where it may be. */
int pd_json_members_boolean(PdJsonMembers *self, JsonObject *object, const char *name,
                            gboolean may_be_null);

/* (transfer none); NULL for null, where it may be. */
const char *pd_json_members_text(PdJsonMembers *self, JsonObject *object, const char *name,
                                 gboolean may_be_null);

/* (transfer none). */
JsonObject *pd_json_members_object(PdJsonMembers *self, JsonObject *object, const char *name);

/* An array of so many elements; −1: of any number. (transfer none) */
JsonArray *pd_json_members_array(PdJsonMembers *self, JsonObject *object, const char *name,
                                 gint64 n);

/* An element of an array that is a member of the object that is read. */
JsonObject *pd_json_members_object_at(PdJsonMembers *self, JsonArray *array, const char *name,
                                      guint i);
JsonArray *pd_json_members_array_at(PdJsonMembers *self, JsonArray *array, const char *name,
                                    guint i, gint64 n);
gint64 pd_json_members_integer_at(PdJsonMembers *self, JsonArray *array, const char *name, guint i,
                                  gint64 most);

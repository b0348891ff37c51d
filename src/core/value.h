/*
 * A value whose type is known at run time: a scalar of a report, an operand of an expression.
 *
 * A text of NULL, a real of NAN and a boolean of −1 are null: there is no such value. An integer
 * always is one; where a number does not exist, it is a real.
 */
#pragma once

#include <glib.h>

typedef enum {
    PD_VALUE_TEXT,
    PD_VALUE_INTEGER,
    PD_VALUE_REAL,
    PD_VALUE_BOOLEAN,
} PdValueType;

typedef struct {
    PdValueType type;
    const char *text; /* (transfer none) */
    gint64 integer;   /* and a boolean's 0, 1 or −1 */
    double real;
} PdValue;

/* What a value is called, and its type. Tables of names are ended by a NULL name. */
typedef struct {
    const char *name;
    PdValueType type;
} PdName;

PdValue pd_value_text(const char *text);
PdValue pd_value_integer(gint64 integer);
PdValue pd_value_real(double real);
PdValue pd_value_boolean(gboolean boolean);

/* The null that any type may be replaced by. */
PdValue pd_value_null(void);

gboolean pd_value_is_null(PdValue value);

/* Integers and reals are numbers. */
gboolean pd_type_is_number(PdValueType type);

/* A number as a real, to the nearest; NAN for what is no number. */
double pd_value_number(PdValue value);

/*
 * Compare two values of which none is null: texts by their bytes, FALSE before TRUE, numbers
 * exactly, an integer of 64 bits with a real too.
 *
 * Returns: less than, equal to or more than 0.
 */
int pd_value_compare(PdValue a, PdValue b);

/*
 * Find a name in a table.
 *
 * i: receives its place.
 * Errors: PD_ERROR_INPUT without place, "the name 'WORD' is unknown; ", and the nearest one, or a
 * hint where none is near. Callers put a place in front.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_name_find(const PdName *names, const char *word,
                                                const char *hint, guint *i, GError **error);

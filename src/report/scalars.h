/*
 * The scalars of a report: the one list of the names that other programs rely on, from which the
 * JSON object, the CSV columns and whoever filters or sorts by name are made.
 */
#pragma once

#include "report.h"
#include "value.h"

typedef struct {
    const char *name;
    PdValueType type;
    PdValue (*get)(const PdReport *report);
} PdScalar;

/* All scalars in the order of the report, ended by a NULL name. */
extern const PdScalar pd_scalars[];

/* How many there are, without the end. */
guint pd_n_scalars(void);

/* Find one by its name. scalar: receives its number. Returns whether there is one. */
gboolean pd_scalar_find(const char *name, guint *scalar);

/* The number of one that there is. */
guint pd_scalar_number(const char *name);

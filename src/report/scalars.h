/*
 * The scalars of a report: the one list of the names that other programs rely on, from which the
 * JSON object, the CSV columns and whoever filters or sorts by name are made.
 */
#pragma once

#include "report.h"

typedef enum {
    PD_SCALAR_TEXT,
    PD_SCALAR_INTEGER,
    PD_SCALAR_REAL,
    PD_SCALAR_BOOLEAN,
} PdScalarType;

/* A value. A text of NULL, a real of NAN and a boolean of −1 read null. */
typedef struct {
    PdScalarType type;
    const char *text; /* (transfer none) */
    gint64 integer;   /* and a boolean's 0, 1 or −1 */
    double real;
} PdScalarValue;

typedef struct {
    const char *name;
    PdScalarValue (*get)(const PdReport *report);
} PdScalar;

/* All scalars in the order of the report, ended by a NULL name. */
extern const PdScalar pd_scalars[];

/*
 * The rows of a sweep, as they are drawn: those that `sweep` has saved, CSV or "pipedrift.sweep/1",
 * read again, or those of a sweep that has just been run.
 *
 * Columns may stand in any order, and scalars may be missing. The last line of a CSV is left out
 * where it has no end: the sweep may be writing it.
 */
#pragma once

#include "value.h"

typedef struct {
    const char **keys; /* the texts of the varied keys */
    PdValue *values;   /* one for each scalar of scalars.h, null where there is none */
    const char *error; /* why the point is invalid; NULL: it is not */
} PdSavedRow;

typedef struct {
    char **names; /* of the varied keys, NULL-ended */
    guint n_keys;
    GPtrArray *rows; /* of PdSavedRow */
    GStringChunk *texts;
} PdSweepRows;

/* No rows yet, of these varied keys. names: NULL-ended, copied. */
PdSweepRows *pd_sweep_rows_new(const char *const *names);
void pd_sweep_rows_free(PdSweepRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdSweepRows, pd_sweep_rows_free)

/*
 * Add a row, copied.
 *
 * keys: n_keys texts.
 * values: one for each scalar; NULL: the point is invalid.
 * error: why it is; else NULL.
 */
void pd_sweep_rows_add(PdSweepRows *rows, const char *const *keys, const PdValue *values,
                       const char *error);

/* Whether a file begins as a saved sweep does. Only a regular file is opened for it, so that a pipe
 * keeps what it holds. */
gboolean pd_sweep_rows_is(const char *path);

/*
 * Read what a sweep has saved.
 *
 * Errors: PD_ERROR_INPUT, "PATH: line N: ..." of a CSV, "PATH: is no sweep: member ..." of a JSON;
 * for a sweep without a whole row.
 */
PdSweepRows *pd_sweep_rows_load(const char *path, GError **error);

/* The same of a text. name: what it is called in errors. length: bytes, behind which is a NUL. */
PdSweepRows *pd_sweep_rows_parse(const char *name, const char *text, gsize length, GError **error);

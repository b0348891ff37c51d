/*
 * A row of a sweep: what one point came to, or why it is invalid; and its text in each format.
 */
#pragma once

#include "space.h"
#include "value.h"

typedef struct {
    gint64 point;
    PdValue *values; /* one for each of pd_sweep_names(); NULL: the point is invalid ... */
    char *error;     /* ... for this reason, one line; else NULL */
    char *title;     /* that a value points to */
} PdSweepRow;

void pd_sweep_row_free(PdSweepRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdSweepRow, pd_sweep_row_free)

/* A value of a row; null where the point is invalid. */
PdValue pd_sweep_row_value(const PdSweepRow *row, guint name);

/* The first line of a CSV: the varied keys as they were given, the scalars, "error". (transfer
 * full) */
char *pd_sweep_csv_header(const PdSpace *space);

/* Append what a point's line starts with: the values of the varied keys, with the comma. */
void pd_sweep_csv_append_keys(GString *csv, const PdSpace *space, gint64 point);

/* Append a row's line. */
void pd_sweep_csv_append(GString *csv, const PdSpace *space, const PdSweepRow *row);

/* Rows as "pipedrift.sweep/1". (transfer full) */
char *pd_sweep_json(const PdSpace *space, PdSweepRow *const *rows, gsize n);

/* Rows for a terminal, 80 columns wide. title: of the scenario, or NULL. (transfer full) */
char *pd_sweep_table(const PdSpace *space, const char *title, PdSweepRow *const *rows, gsize n);

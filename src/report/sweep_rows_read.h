/*
 * The two formats of saved sweeps, read into rows. For sweep_rows.c.
 */
#pragma once

#include "sweep_rows.h"

#define PD_SWEEP_SCHEMA "pipedrift.sweep/1"

/* Whether a column is of a key that can be varied: "section.name". */
gboolean pd_sweep_rows_is_key(const char *column);

/*
 * Read a text of length bytes, without a NUL in it.
 *
 * Returns: (transfer full) one row at least.
 * Errors: PD_ERROR_INPUT, the message without the name of the text.
 */
PdSweepRows *pd_sweep_rows_read_csv(const char *text, gsize length, GError **error);
PdSweepRows *pd_sweep_rows_read_json(const char *text, gsize length, GError **error);

/*
 * Rows of saved sweeps, for tests.
 */
#pragma once

#include "sweep_rows.h"

/* The rows of a text. Fails the test if it is refused. (transfer full) */
PdSweepRows *test_rows(const char *text);

/* One of them. Fails the test if there is none. (transfer none) */
const PdSavedRow *test_row(const PdSweepRows *rows, guint row);

/* The number of a scalar. Fails the test if there is none. */
guint test_scalar(const char *name);

/*
 * Whole files, up to a size: a path that a user wrote may name anything, also what has no end.
 */
#pragma once

#include <glib.h>

/*
 * Read a file, from a pipe too.
 *
 * most: bytes; a file that is larger is refused, a regular one without reading it.
 * larger: the message behind "is larger than ": how much that is and what would be right.
 * length: receives the number of bytes.
 * Returns: (transfer full) the bytes, and a NUL behind them.
 * Errors: PD_ERROR_INPUT, "PATH: cannot be read: ..." or "PATH: is larger than ...".
 */
char *pd_input_read(const char *path, gsize most, const char *larger, gsize *length,
                    GError **error);

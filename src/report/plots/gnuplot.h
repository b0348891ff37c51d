/*
 * gnuplot as a child process, without a shell and without files: it reads its script from a pipe
 * and writes the picture to another one.
 */
#pragma once

#include <glib.h>

/*
 * Draw a script.
 *
 * Returns: (transfer full) the picture, as the script's terminal makes it; NULL with error set.
 * Errors: PD_ERROR_SYSTEM where gnuplot is missing or fails, with what it said.
 */
GBytes *pd_gnuplot_draw(const char *script, GError **error);

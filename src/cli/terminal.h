/*
 * What standard output is: a terminal, how wide, of how many colours.
 */
#pragma once

#include <glib.h>

/*
 * columns: receives the terminal's width, or 80 where there is none; from 40 to 240.
 * colours: receives whether colours are welcome: a terminal that is not dumb, and the environment
 * does not say NO_COLOR (https://no-color.org).
 */
void pd_terminal_look(guint *columns, gboolean *colours);

/*
 * What --where, --sort and --pareto know of a point: the results by the names of a report, and the
 * varied keys by theirs.
 */
#pragma once

#include "value.h"

/*
 * The names, results first.
 *
 * keys: "SECTION.KEY", NULL-ended; NULL: results alone.
 * Returns: (transfer full) an array ended by a NULL name; the names of keys are the caller's.
 */
PdName *pd_sweep_names(const char *const *keys);

/*
 * The value of a varied key at a point: a number where it is one number, in the unit that the
 * program counts in; null where such a key has a list; else its text, which is the caller's.
 */
PdValue pd_sweep_key_value(const char *key, const char *text);

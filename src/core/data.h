/*
 * The program's data: the files that come with it, models/, models/hardware/, scenarios/ and
 * plots/.
 *
 * They stand together in one folder, of which a program knows one at a time, so that the files of
 * two versions never mix: the first of
 *
 *   1. what the environment variable PIPEDRIFT_DATA names;
 *   2. the source tree, for a program in a build folder, where the file pipedrift-source names it;
 *   3. the folder that an installation puts the data into, as seen from where the program is now,
 * so that it is found under any prefix, and after the installed tree was moved;
 *   4. the same as it was configured.
 */
#pragma once

#include <glib.h>

/*
 * Make the path of one of the program's data, whether it is there or not.
 *
 * folder: "models", "models/hardware", "scenarios" or "plots".
 * name: of a file, or a path relative to the folder; NULL: the folder itself.
 * Returns: (transfer full) a path that can be opened where the file is there.
 */
char *pd_data_path(const char *folder, const char *name);

/*
 * Find one of the program's data, which it cannot do without: as pd_data_path().
 *
 * Returns: (transfer full) the path of a file that is there; NULL with error set.
 * Errors: PD_ERROR_SYSTEM, with what was looked for, and where.
 */
char *pd_data_find(const char *folder, const char *name, GError **error);

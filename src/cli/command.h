/*
 * A command of the program: one file, one constant, one line in main.c.
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *name;
    const char *arguments; /* as in the usage line */
    const char *summary;   /* one line */

    /*
     * Run it. argv[0] is the command's name.
     *
     * Returns: the exit status, 0 or 1; −1 with error set.
     */
    int (*run)(int argc, char **argv, GError **error);
} PdCommand;

extern const PdCommand pd_command_simulate, pd_command_compare, pd_command_schedules,
    pd_command_sweep, pd_command_train, pd_command_validate;

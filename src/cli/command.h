/*
 * A command of the program: one file, one constant, one line in main.c.
 */
#pragma once

#include <glib.h>

/* A command line, and what one writes it for. */
typedef struct {
    const char *purpose;
    const char *line;
} PdExample;

/* A word that an argument may be, and what it stands for. */
typedef struct {
    const char *word;
    const char *summary;
} PdChoice;

typedef struct {
    const char *name;
    const char *arguments; /* as in the usage line */
    const char *summary;   /* one line */

    /* For --help and the manual page: paragraphs with an empty line between, in lines of at most 80
     * columns; and examples, ended by one of NULLs. */
    const char *description;
    const PdExample *examples;

    /* The i-th word that the first argument may be, NULLs behind the last; NULL where it is no such
     * word. */
    PdChoice (*choice)(guint i);

    /*
     * Run it. argv[0] is the command's name.
     *
     * Returns: the exit status, 0 or 1; −1 with error set.
     */
    int (*run)(int argc, char **argv, GError **error);
} PdCommand;

extern const PdCommand pd_command_simulate, pd_command_compare, pd_command_schedules,
    pd_command_train, pd_command_validate, pd_command_plot;

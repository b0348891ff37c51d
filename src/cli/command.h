/*
 * A command of the program: one file, one constant, one line in main.c.
 */
#pragma once

#include <glib.h>

/* What a command can print. Each is a bit, so that a command has a set of them. */
typedef enum {
    PD_FORMAT_TABLE = 1 << 0,
    PD_FORMAT_JSON = 1 << 1,
    PD_FORMAT_CSV = 1 << 2,
    PD_FORMAT_TAP = 1 << 3,
    PD_FORMAT_JUNIT = 1 << 4,
} PdFormat;

#define PD_ANY_NUMBER G_MAXUINT

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
    guint min_arguments;   /* that it takes */
    guint max_arguments;   /* or PD_ANY_NUMBER */
    guint formats;         /* a set of PdFormat, the first is the default; 0: no --format */
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
    pd_command_sweep, pd_command_train, pd_command_validate, pd_command_check, pd_command_plot;

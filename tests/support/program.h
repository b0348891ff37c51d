/*
 * The real program, run as a user runs it.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "files.h"

/* What a run of the program left. */
typedef struct {
    char *output; /* on standard output */
    char *errors; /* on standard error */
    int status;   /* the exit status; −1: it did not exit by itself */
} TestProgram;

void test_program_clear(TestProgram *program);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TestProgram, test_program_clear)

/* Run the program with these arguments, up to NULL, in the current folder. */
TestProgram test_program(const char *argument, ...) G_GNUC_NULL_TERMINATED;

/* Run a line of a shell, in which $PIPEDRIFT is the program. */
TestProgram test_shell(const char *line);

/* The same in a folder. format: of the line. */
TestProgram test_shell_in(const TestFolder *folder, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Assert exit status 0; fails with what the program said. */
void test_check_done(const TestProgram *program);

/*
 * Assert a failure as the contract has it: the status, nothing on standard output, and on standard
 * error one short line "pipedrift: ..." that holds a text.
 */
void test_check_failed(const TestProgram *program, int status, const char *text);

/* The JSON object in a text. Fails the test if there is none. (transfer full) */
JsonNode *test_json(const char *text);

/* A file or folder of the repository. (transfer full) */
char *test_source(const char *path);

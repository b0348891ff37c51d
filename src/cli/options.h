/*
 * The options that commands have in common.
 */
#pragma once

#include "command.h"
#include "config.h"

typedef struct {
    char **overrides; /* of --set; NULL: none */
    PdFormat format;
    char *output; /* a path; NULL: standard output */
    gboolean quiet;
    char **arguments; /* what is left: NULL-ended */
} PdOptions;

void pd_options_clear(PdOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdOptions, pd_options_clear)

/*
 * Parse the common options and a command's own.
 *
 * extra: the command's own, ended by G_OPTION_ENTRY_NULL, or NULL.
 * Errors: PD_ERROR_INPUT for an unknown option, a format that the command has not, or a number of
 * arguments that it does not take. --help and --describe print and exit.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_options_parse(PdOptions *options, const PdCommand *command,
                                                    const GOptionEntry *extra, int argc,
                                                    char **argv, GError **error);

/*
 * Write a command's result to standard output or, whole or not at all, to the file of --output.
 *
 * Errors: PD_ERROR_SYSTEM.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_options_write(const PdOptions *options, const char *text,
                                                    GError **error);

/* The same for what is no text. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_options_write_bytes(const PdOptions *options, GBytes *bytes,
                                                          GError **error);

/*
 * Before long work: whether the file of --output can be written, as far as that shows.
 *
 * Errors: PD_ERROR_SYSTEM.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_options_check_output(const PdOptions *options,
                                                           GError **error);

/* A message to the user on standard error, unless --quiet. */
void pd_options_say(const PdOptions *options, const char *format, ...) G_GNUC_PRINTF(2, 3);

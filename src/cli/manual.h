/*
 * What a command says of itself, from its PdCommand and its options: the text around the options in
 * --help, and its manual page. Neither has a list of its own.
 */
#pragma once

#include "command.h"

/* What stands before the options in --help. (transfer full) */
char *pd_manual_introduction(const PdCommand *command);

/* What stands behind the options in --help: the examples. (transfer full) */
char *pd_manual_examples(const PdCommand *command);

/*
 * Make a manual page, in man(7) format.
 *
 * command: a command, or the program itself, whose name is empty.
 * options: its tables of options, NULL-ended, each ended by G_OPTION_ENTRY_NULL.
 * commands: what the program's page lists, NULL-ended; NULL for the page of a command.
 * Returns: (transfer full) the page.
 */
char *pd_manual_page(const PdCommand *command, const GOptionEntry *const *options,
                     const PdCommand *const *commands);

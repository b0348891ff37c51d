/*
 * What the program tells the programs around it of its commands: the build, which makes the manual
 * pages, and a shell's completion. For people there is --help, so --describe is hidden there.
 */
#pragma once

#include "command.h"

/*
 * Describe a command.
 *
 * topic: "man": its manual page; "options": a line for each, "--NAME" or "--NAME ARGUMENT";
 * "arguments": a line for each, its name in the usage line. Where words are all that an option or
 * argument may be, they stand in the place of its name, separated by '|'.
 * options: as pd_manual_page() takes them.
 * Returns: (transfer full) the text; NULL with error set.
 * Errors: PD_ERROR_INPUT for another topic.
 */
char *pd_describe_command(const char *topic, const PdCommand *command,
                          const GOptionEntry *const *options, GError **error);

/*
 * Describe the program.
 *
 * topic: "man" and "options": as of a command; "commands": a line for each, its name; "keys": a
 * line for each key of a scenario, "SECTION.KEY=" and behind it the words that may stand there,
 * separated by '|', if only words may.
 */
char *pd_describe_program(const char *topic, const PdCommand *program,
                          const GOptionEntry *const *options, const PdCommand *const *commands,
                          GError **error);

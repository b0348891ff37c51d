/*
 * What the command plot draws, run as a user runs it.
 */
#pragma once

#include "program.h"

/* A folder with the scenario a.ini, in which programs run. */
TestFolder *test_drawn_folder(void);

/* "$PIPEDRIFT plot" behind a change of folder, then what follows. environment: for the program, as
 * a shell has it. */
TestProgram test_drawn(const TestFolder *folder, const char *environment, const char *rest);

/* All texts of an SVG, which has to be well-formed XML. (transfer full) */
char *test_drawn_texts(const TestFolder *folder, const char *name);

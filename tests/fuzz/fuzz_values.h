/*
 * Values for the mutations of fuzz targets. Bytes alone would hardly ever make a key of a scenario,
 * or a value that such a key might have.
 */
#pragma once

#include "keys.h"

/* Append a value that might stand at a key, or nearly: of its type, at the edges of its range. */
void fuzz_append_value(GString *text, PdKey key, GRand *rand);

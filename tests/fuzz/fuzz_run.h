/*
 * What fuzz targets do with a config, whatever stands in it: it is refused in one short line, or it
 * runs to an end and its report can be printed. What does not hold aborts.
 */
#pragma once

#include "config.h"

/* Resolve a config to a scenario and, if that is small, simulate it and print its report. */
void fuzz_run(const PdConfig *config);

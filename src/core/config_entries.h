/*
 * What a config is made of; private to the two halves of config.h: config.c, which fills it, and
 * config_values.c, which reads it.
 */
#pragma once

#include "config.h"

typedef struct {
    char *value;
    char *origin; /* the file that gave it, or "--set" */
    char *folder; /* what a path in it is relative to */
} PdConfigEntry;

struct PdConfig {
    char *name; /* of the file */
    PdConfigEntry entries[PD_N_KEYS];
};

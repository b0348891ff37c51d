/*
 * Mutations that know what an input means, for libFuzzer's LLVMFuzzerCustomMutator(): every other
 * one, the rest are of bytes.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/*
 * Mutate an input in its place.
 *
 * change: makes another text of one. (transfer full)
 * Returns: the size it has now, max_size at most.
 */
size_t fuzz_mutate(uint8_t *data, size_t size, size_t max_size, unsigned int seed,
                   GString *(*change)(const char *text, GRand *rand));

/*
 * A shrinker: of a scenario that fails it finds a small one that fails too. It knows key files and
 * not what their keys mean, so that it serves any generator.
 */
#pragma once

#include <glib.h>

/* Whether a scenario of this text fails. One that is refused does not. */
typedef gboolean (*TestFails)(const char *text, gpointer data);

/*
 * Make a failing text smaller, step by step, until no step leads to a smaller one that fails:
 *
 *   - leave a section out, or a key
 *   - put one of its values in the place of a list
 *   - lower a whole number, as far as possible; with it all lists that have one value for each of
 *     what it counts, or one less (links), and all numbers that are its multiples
 *   - lower a number of any value: to 1, which is taken for the simplest, to 0, or by less and less
 *
 * Each step is tried on the smallest text so far, larger steps before smaller ones. The result
 * depends on text and predicate alone.
 *
 * text: a key file that fails.
 * most_tries: how often to ask the predicate at most; at least 1.
 * Returns: (transfer full) a text that fails.
 */
char *test_shrink(const char *text, TestFails fails, gpointer data, guint most_tries);

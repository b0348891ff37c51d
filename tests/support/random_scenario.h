/*
 * Random scenarios that are always valid: uneven costs, links with latency and bandwidth,
 * processors, barriers, jitter, credits, recomputation, stashes.
 */
#pragma once

#include <glib.h>

/*
 * A scenario file without the key `schedule`'s line being fixed: it is drawn too.
 *
 * seed: equal seeds give equal texts.
 * schedule: the one to take; NULL: drawn.
 * Returns: (transfer full) the text.
 */
char *test_random_scenario(guint64 seed, const char *schedule);

/* One whose costs are derived from a model on a hardware. (transfer full) */
char *test_random_model(guint64 seed);

/* The first with a key of [train] that may make the pipeline drain within the run. (transfer full)
 */
char *test_random_drains(guint64 seed);

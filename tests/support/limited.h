/*
 * What tests of `check` have in common: a scenario inside its limits, and the JSON that comes out.
 */
#pragma once

#include "files.h"
#include "program.h"

/*
 * 80 micro-batches through 4 stages in 83 periods of 3 ms: bubble 3/83, 0 in steady state, 321
 * micro-batches/s. Crossings are ceil(3 / 4) = 1, mismatches 0; device 0 holds 4 activations and,
 * at times, an older version of its weights: 600 MB.
 */
#define TEST_PIPELINE                                                                              \
    "[scenario]\ntitle = In time\n[pipeline]\ndevices = 4\nschedule = paci\nmicro-batches = 4\n"   \
    "mini-batches = 20\nstash = yes\n[compute]\nforward = 1 ms\nbackward = 2 ms\n"                 \
    "[memory]\nactivations = 100 MB\nweights = 100 MB\n"
#define TEST_LIMITS                                                                                \
    "[check]\nmax-crossing = 1\nmax-mismatch = 0\nmax-bubble-fraction = 20 %\n"                    \
    "max-steady-bubble-fraction = 5 %\nmax-peak-memory = 900 MB\nmin-throughput = 200\n"

#define TEST_TRAINED                                                                               \
    "[pipeline]\nschedule = async\ndevices = 4\nmicro-batches = 4\nmini-batches = 50\n"            \
    "[model]\nlayers = 4\nheads = 2\nhidden = 16\ncontext = 16\nvocabulary = 256\n"                \
    "[compute]\nforward = 1 ms\nbackward = 2 ms\n[train]\nvalidate-every = 10\n"                   \
    "validation-windows = 8\n"

/* A folder with two scenarios: the one inside all limits, and the same without any. */
typedef struct {
    TestFolder *folder;
    char *inside, *bare;
} TestLimited;

void test_limited_init(TestLimited *limited);
void test_limited_clear(TestLimited *limited);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TestLimited, test_limited_clear)

/* The i-th object in an array that is a member. (transfer none) */
JsonObject *test_element(JsonObject *object, const char *array, guint i);

/* How long such an array is. */
guint test_length(JsonObject *object, const char *array);

/* The i-th runs of a scenario, by its number. (transfer none) */
JsonObject *test_checked_runs(JsonNode *root, guint scenario, guint i);

/* The verdict of runs on a limit; NULL: there is none. (transfer none) */
JsonObject *test_verdict(JsonObject *runs, const char *limit);

/*
 * A run of the GPT in one thread, operation by operation: the test says the order, messages are
 * carried at once.
 */
#pragma once

#include "gpt.h"
#include "stage.h"

typedef struct {
    PdConfig *config;
    PdScenario *scenario;
    PdCorpus *corpus;
    PdGpt *gpt;
    PdWork **works; /* per device */
    void *payload;
} GptRun;

/* The recipe that runs have: a constant rate. */
extern const PdRecipe gpt_run_recipe;

/* A corpus that can be learned: words of a small vocabulary, in random order. (transfer full) */
PdCorpus *test_corpus(void);

/*
 * Make a run. Its costs in bytes are the GPT's own.
 *
 * format: of the scenario's text, with its [model] and, where times matter, its [compute].
 */
GptRun *gpt_run_new(const char *format, ...) G_GNUC_PRINTF(1, 2);

void gpt_run_free(GptRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GptRun, gpt_run_free)

/* Run one operation and hand over what it sends. Fails the test where it fails. */
PdVersions gpt_run_operation(GptRun *run, PdKind kind, gint64 micro_batch, guint stage);

/* The whole run, one micro-batch after another through all stages; updates where they are due. */
void gpt_run_one_by_one(GptRun *run);

/* The whole run in the order of the simulator, with its versions. */
void gpt_run_simulated(GptRun *run);

/* A stage's state. */
const PdWeightsHeader *gpt_run_header(const GptRun *run, guint stage);

/* A stage's parameters; its gradients and moments follow. (transfer none) */
const float *gpt_run_parameters(const GptRun *run, guint stage);

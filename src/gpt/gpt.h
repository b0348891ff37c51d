/*
 * A small GPT that is trained by the operations of a schedule: the work (work.h) of real runs.
 *
 * The model is a GPT-2 in single precision without dropout: token and position embeddings, blocks
 * with a LayerNorm in front of each branch, causal attention, a GELU of width 4C, a final LayerNorm
 * and an untied head. Its tokens are bytes. Stage 0 holds the embeddings, the last stage the final
 * LayerNorm and the head, and between them every stage some blocks.
 *
 * A stage allocates all its memory when its work is made, and none afterwards. Forwards and
 * backwards compute with the stage's current weights in place, unless the scenario says that
 * versions are stashed. The loss of a micro-batch is the mean cross-entropy of its tokens; an
 * update applies the mean of the gradients that were accumulated.
 */
#pragma once

#include "corpus.h"
#include "recipe.h"
#include "scenario.h"
#include "work.h"

typedef struct PdGpt PdGpt;

/* What a GPT of bytes has for a vocabulary. */
#define PD_GPT_VOCABULARY 256

/*
 * The GPT that [model] describes, cut as the scenario says.
 *
 * scenario, corpus: (transfer none) must outlive the result. The scenario's layers must be known;
 * its costs need not be.
 * Returns: (transfer full) the model without its weights, which belong to works; NULL with error
 * set.
 * Errors: PD_ERROR_INPUT for a missing key, another vocabulary than 256, dropout, heads that do not
 * divide the width, a corpus with a part that is too short, a model too large for this machine.
 */
PdGpt *pd_gpt_new(const PdScenario *scenario, const PdConfig *config, const PdRecipe *recipe,
                  const PdCorpus *corpus, GError **error);

void pd_gpt_free(PdGpt *gpt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdGpt, pd_gpt_free)

/*
 * The bytes that stages really hold, and those of a message, as costs.
 *
 * costs: receives weights, gradients, optimizer, activations and inputs per stage, and message per
 * link; what it held of these is freed.
 */
void pd_gpt_costs(const PdGpt *gpt, PdCosts *costs);

/* The parameters of the whole model. */
gint64 pd_gpt_n_parameters(const PdGpt *gpt);

/* The loss that the forward of a micro-batch computed; it must have ended. */
double pd_gpt_loss(const PdGpt *gpt, gint64 micro_batch);

/* The work of a device, with its stages' initial weights. (transfer full) gpt must outlive it. */
PdWork *pd_gpt_work_new(const PdGpt *gpt, guint device);

void pd_gpt_work_free(PdWork *work);

/* A stage's parameters as they are now, in the model's order. n: receives how many there are.
 * (transfer none) */
const float *pd_gpt_work_parameters(const PdWork *work, guint stage, gsize *n);

/*
 * What a stage of a device holds for micro-batches in flight, and stashed weights: now, and at
 * most since the start. Bytes.
 */
gint64 pd_gpt_held_bytes(const PdWork *work, guint stage);
gint64 pd_gpt_peak_held_bytes(const PdWork *work, guint stage);

/*
 * The mean loss over the validation part of the corpus.
 *
 * works: of all devices, none of which has a micro-batch in flight. Their state does not change,
 * nothing is allocated, and the calling thread computes alone.
 * n_windows: at least 1; how many windows are taken, evenly spread, or all if there are fewer.
 * Returns: nats per token; NAN where nothing is kept for validation.
 */
double pd_gpt_validate(const PdGpt *gpt, PdWork *const *works, gint64 n_windows);

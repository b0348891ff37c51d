/*
 * A GPT-2 that is trained as a pipeline: bytes as tokens, fp32, cut into stages at the boundaries
 * of blocks. The works that it makes carry out the operations of the devices; a work and what it
 * holds belong to one thread at a time, all else here is shared and constant while works run.
 *
 * Papers: Radford et al. 2019 (GPT-2); for backwards that cross an update Elam et al. 2026,
 * arXiv 2606.07881, equation 1.
 */
#pragma once

#include "corpus.h"
#include "parameters.h"
#include "recipe.h"
#include "scenario.h"
#include "work.h"

typedef struct PdGpt PdGpt;

/*
 * The model of [model] on the stages of a scenario.
 *
 * scenario: with its layers per stage (derive.h), to outlive the model, like recipe and corpus.
 * Errors: PD_ERROR_INPUT for a missing key, a vocabulary other than the 256 bytes, a width that the
 * heads do not divide, dropout, a machine without enough memory.
 */
PdGpt *pd_gpt_new(const PdScenario *scenario, const PdConfig *config, const PdRecipe *recipe,
                  const PdCorpus *corpus, GError **error);
void pd_gpt_free(PdGpt *gpt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdGpt, pd_gpt_free)

/* The whole model's parameters. */
gint64 pd_gpt_parameters(const PdGpt *gpt);

/* The part of the model that a stage holds. (transfer none) */
const PdShape *pd_gpt_shape(const PdGpt *gpt, guint stage);

/*
 * What the stages really hold, in bytes: weights, gradients, optimizer, activations and inputs per
 * stage.
 *
 * costs: zeroed, to be cleared by the caller.
 */
void pd_gpt_costs(const PdGpt *gpt, PdCosts *costs);

/*
 * The work of a device: all that its stages will ever need is allocated here.
 *
 * Returns: (transfer full), to be freed with pd_gpt_work_free().
 */
PdWork *pd_gpt_work_new(const PdGpt *gpt, guint device);
void pd_gpt_work_free(PdWork *work);

/* The most bytes of activations and stashed weights that a stage has held at once. */
gint64 pd_gpt_work_peak_bytes(const PdWork *work, guint stage);

/* The parameters of a stage and their gradients, n of each; for tests and benchmarks.
 * (transfer none) */
float *pd_gpt_work_parameters(PdWork *work, guint stage, gsize *n);
float *pd_gpt_work_gradients(PdWork *work, guint stage);

/* The loss of a micro-batch whose forward has passed the last stage: the mean of the cross-entropy
 * over its tokens, in nats. */
double pd_gpt_loss(const PdGpt *gpt, gint64 micro_batch);

/*
 * The mean loss over windows spread evenly over the validation part. Nothing may be in flight;
 * nothing is changed.
 *
 * n_windows: rounded up to whole micro-batches.
 * Returns: nats per token; NAN where nothing is kept for validation.
 */
double pd_gpt_validate(const PdGpt *gpt, PdWork *const *works, gint64 n_windows);

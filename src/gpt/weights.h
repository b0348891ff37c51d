/*
 * The weights of a stage in their versions.
 *
 * The current parameters are read in place by whoever computes with them. An update replaces them,
 * and by itself keeps nothing: a backward behind it computes with the new weights and the old
 * activations (Elam et al. 2026, arXiv 2606.07881, equation 1). Where a backward must see the
 * weights of its forward, the update first copies the superseded parameters to a stash, which is
 * released by the last backward that needs it (Narayanan et al. 2019, arXiv 1806.03377).
 */
#pragma once

#include "parameters.h"
#include "recipe.h"
#include "slots.h"

/* The head of the state block. */
typedef struct {
    gint64 version;     /* updates so far */
    gint64 accumulated; /* backwards whose gradients no update has applied */
} PdWeightsHeader;

/* An older version. */
typedef struct {
    float *parameters;
    gint64 n_users; /* backwards to come that need it */
} PdStash;

typedef struct {
    PdLayout layout;
    gsize n; /* parameters */

    /* one contiguous block: the header, then four arrays of n floats */
    PdWeightsHeader *header;
    gsize state_bytes;
    float *parameters;
    float *gradients; /* accumulated */
    float *first;     /* moments */
    float *second;

    gboolean stashing;
    gint64 n_users;   /* micro-batches in flight whose forward saw the current version */
    PdSlots versions; /* which version lies in which stash */
    PdStash *stashes;
} PdWeights;

/*
 * Take the memory from an arena. Weights that are not drawn or filled yet are zeros, version 0.
 *
 * n_stashes: older versions that are ever needed at once; 0 where none are kept.
 */
void pd_weights_init(PdWeights *weights, PdArena *arena, const PdLayout *layout, guint n_stashes,
                     gboolean stashing);

/* Parameters for a forward, whose backward must follow. (transfer none) */
float *pd_weights_begin_forward(PdWeights *weights);

/* Parameters for the backward of a micro-batch whose forward saw a version. (transfer none) */
float *pd_weights_begin_backward(PdWeights *weights, gint64 version);

/* End that backward: its gradients have been added, its version may be released. */
void pd_weights_end_backward(PdWeights *weights, gint64 version);

/*
 * One optimizer step with the accumulated gradients, which are cleared: AdamW, with decay on
 * matrices only.
 *
 * tokens: per micro-batch; the learning rate follows the tokens of all updates, this one included.
 * accumulation: micro-batches per update.
 */
void pd_weights_update(PdWeights *weights, const PdRecipe *recipe, gint64 tokens,
                       gint64 accumulation);

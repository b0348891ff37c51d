/*
 * The parameters of a part of the model: what tensors there are, and where each lies in one
 * contiguous array. Gradients and moments of the optimizer lie the same way, in arrays of their
 * own.
 *
 * Order: the embeddings, the blocks one after another, the final LayerNorm and the head, each
 * where the part has it. Nothing lies between tensors.
 */
#pragma once

#include <glib.h>

/* The model and its micro-batches; names as in kernels.h. */
typedef struct {
    gsize B, T, C, V, NH;
    gsize n_layers; /* blocks of the whole model */
} PdShape;

typedef enum {
    PD_WTE, /* [V, C] token embedding */
    PD_WPE, /* [T, C] position embedding */
    /* of every block */
    PD_LN1_W,       /* [C] */
    PD_LN1_B,       /* [C] */
    PD_QKV_W,       /* [3C, C] */
    PD_QKV_B,       /* [3C] */
    PD_ATTENTION_W, /* [C, C] projection behind the attention */
    PD_ATTENTION_B, /* [C] */
    PD_LN2_W,       /* [C] */
    PD_LN2_B,       /* [C] */
    PD_FC_W,        /* [4C, C] into the MLP */
    PD_FC_B,        /* [4C] */
    PD_MLP_W,       /* [C, 4C] out of the MLP */
    PD_MLP_B,       /* [C] */
    /* behind the last block */
    PD_LNF_W,  /* [C] */
    PD_LNF_B,  /* [C] */
    PD_HEAD_W, /* [V, C] */
    PD_N_TENSORS,
} PdTensorKind;

/* A part of the model: blocks first_layer ... first_layer + n_layers − 1, and its ends. */
typedef struct {
    PdShape shape;
    gsize first_layer;
    gsize n_layers;
    gboolean embedding;
    gboolean head;
} PdLayout;

/* One tensor of a part. */
typedef struct {
    PdTensorKind kind;
    gsize layer;  /* of the whole model; 0 for what is of no block */
    gsize offset; /* in the part's array */
    gsize size;   /* elements */
} PdTensor;

/* The tensors that one block needs, and those of both ends; by kind, NULL what the part lacks. */
typedef struct {
    float *at[PD_N_TENSORS];
} PdTensors;

/* Whether the optimizer lets it decay: all with two dimensions. */
gboolean pd_tensor_is_matrix(PdTensorKind kind);

/* How many parameters there are, and how many tensors. */
gsize pd_layout_size(const PdLayout *layout);
gsize pd_layout_n_tensors(const PdLayout *layout);

/* A tensor by its place in the order. */
PdTensor pd_layout_tensor(const PdLayout *layout, gsize index);

/* The tensors of the part's `block`-th block, from 0, and of its ends, in an array. */
PdTensors pd_layout_view(const PdLayout *layout, float *array, gsize block);

/*
 * Draw the initial weights of GPT-2: matrices and embeddings normal with deviation 0.02, the two
 * projections into the residual stream 0.02/√(2 n_layers), biases 0, LayerNorm 1 and 0.
 *
 * Each number depends on (seed, layer, kind of tensor, index) and nothing else: a model is the same
 * however it is cut.
 */
void pd_parameters_draw(float *array, const PdLayout *layout, guint64 seed);

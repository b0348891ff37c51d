/*
 * The parameters of a stage: one array of floats, cut into tensors.
 *
 * The first stage begins with the embeddings, the last one ends with the final LayerNorm and the
 * head; between them every block has the same PD_N_BLOCK_TENSORS. A tensor's initial values are
 * drawn from (seed, its place in the whole model, index) and nothing else, so that the model is the
 * same wherever it is cut.
 */
#pragma once

#include <glib.h>

/* A model and the part of it that a stage holds. Letters as in kernels.h. */
typedef struct {
    gsize B, T, C, NH, V;
    guint n_layers;    /* of the whole model */
    guint first_layer; /* of this stage ... */
    guint n_blocks;    /* ... and how many it holds */
    gboolean has_embedding;
    gboolean has_head;
} PdShape;

typedef enum {
    PD_LN1_W,     /* [C] */
    PD_LN1_B,     /* [C] */
    PD_QKV_W,     /* [3C, C] */
    PD_QKV_B,     /* [3C] */
    PD_PROJ_W,    /* [C, C] */
    PD_PROJ_B,    /* [C] */
    PD_LN2_W,     /* [C] */
    PD_LN2_B,     /* [C] */
    PD_FC_W,      /* [4C, C] */
    PD_FC_B,      /* [4C] */
    PD_FC_PROJ_W, /* [C, 4C] */
    PD_FC_PROJ_B, /* [C] */
    PD_N_BLOCK_TENSORS,
} PdBlockTensor;

typedef enum {
    PD_WTE, /* [V, C] */
    PD_WPE, /* [T, C] */
    PD_N_EMBEDDING_TENSORS,
} PdEmbeddingTensor;

typedef enum {
    PD_LNF_W,  /* [C] */
    PD_LNF_B,  /* [C] */
    PD_HEAD_W, /* [V, C] */
    PD_N_HEAD_TENSORS,
} PdHeadTensor;

typedef struct {
    gsize at;        /* its first element in the array */
    gsize n;         /* elements */
    gboolean matrix; /* it decays */
    float deviation; /* of its initial values, normal around 0; 0: all are `constant` */
    float constant;
    guint64 place; /* in the whole model */
} PdTensor;

typedef struct {
    guint n_tensors;
    gsize n_parameters; /* elements of the array, tensors at multiples of 16 */
    gsize n_counted;    /* elements of all tensors */
    guint block_0;      /* the first block's first tensor */
    guint head;         /* the final LayerNorm's first tensor */
    PdTensor *tensors;
} PdLayout;

void pd_layout_init(PdLayout *layout, const PdShape *shape);
void pd_layout_clear(PdLayout *layout);

/* Initial values, as GPT-2 has them: normal with deviation 0.02, the two projections onto the
 * residual 0.02/√(2 n_layers), LayerNorms 1 and 0, biases 0. Between tensors: 0. */
void pd_layout_fill(const PdLayout *layout, guint64 seed, float *parameters);

/* Where a tensor lies in an array of this layout. */
static inline float *
pd_block_tensor(const PdLayout *layout, float *array, guint block, PdBlockTensor tensor)
{
    return array + layout->tensors[layout->block_0 + block * PD_N_BLOCK_TENSORS + tensor].at;
}

static inline float *
pd_embedding_tensor(const PdLayout *layout, float *array, PdEmbeddingTensor tensor)
{
    return array + layout->tensors[tensor].at;
}

static inline float *
pd_head_tensor(const PdLayout *layout, float *array, PdHeadTensor tensor)
{
    return array + layout->tensors[layout->head + tensor].at;
}

/*
 * A block of the model, and its head: the kernels in their order, forward and backward.
 *
 *   block   middle = x + attention(layer_norm(x)),  y = middle + mlp(layer_norm(middle))
 *   head    logits = layer_norm(x) head_wᵀ, and their cross-entropy
 *
 * What a forward keeps for the backward: 16 BTC + B NH T² floats per block and 2 BTC + BTV at the
 * head, and the statistics of the LayerNorms. B may be smaller here than the shape's, which says
 * how much memory there is.
 */
#pragma once

#include "arena.h"
#include "parameters.h"

/* What a block keeps of one micro-batch. */
typedef struct {
    float *x;             /* [BT, C] the input; belongs to whoever made it */
    float *ln1;           /* [BT, C] */
    float *mean1, *rstd1; /* [BT] */
    float *qkv;           /* [BT, 3C] */
    float *P;             /* [B, NH, T, T] */
    float *attention;     /* [BT, C] */
    float *middle;        /* [BT, C] */
    float *ln2;           /* [BT, C] */
    float *mean2, *rstd2; /* [BT] */
    float *fc;            /* [BT, 4C] */
    float *gelu;          /* [BT, 4C] */
} PdBlockActivations;

/* What the head keeps of one micro-batch. */
typedef struct {
    float *x;           /* [BT, C] the input */
    float *ln;          /* [BT, C] */
    float *mean, *rstd; /* [BT] */
    float *P;           /* [BT, V] */
} PdHeadActivations;

/* Memory that a backward needs while it runs. */
typedef struct {
    float *narrow; /* [BT, C] */
    float *wide;   /* [BT, 4C] */
    float *square; /* [T, T] */
} PdScratch;

/* Take the memory for them, x of a block excepted. */
void pd_block_activations_init(PdBlockActivations *activations, PdArena *arena,
                               const PdShape *shape);
void pd_head_activations_init(PdHeadActivations *activations, PdArena *arena, const PdShape *shape);
void pd_scratch_init(PdScratch *scratch, PdArena *arena, const PdShape *shape);

/* One block. y: [BT, C], from a->x. */
void pd_block_forward(float *y, PdBlockActivations *a, const PdTensors *w, const PdShape *shape,
                      gsize B);

/* The other way. d: [BT, C], the gradient of y before, that of a->x after. g: gradients of w,
 * added to. */
void pd_block_backward(float *d, const PdBlockActivations *a, const PdTensors *w,
                       const PdTensors *g, const PdScratch *scratch, const PdShape *shape);

/* The head, from a->x. Returns: the mean cross-entropy of B x T tokens. */
double pd_head_forward(PdHeadActivations *a, const PdTensors *w, const guint8 *tokens,
                       const PdShape *shape, gsize B);

/* The other way. d: [BT, C], receives the gradient of a->x. The loss counts 1/accumulation. */
void pd_head_backward(float *d, PdHeadActivations *a, const PdTensors *w, const PdTensors *g,
                      const guint8 *tokens, gint64 accumulation, const PdScratch *scratch,
                      const PdShape *shape);

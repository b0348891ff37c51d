/*
 * A pre-LayerNorm transformer block, as GPT-2 has it:
 *
 *   x2  = x  + proj(attention(qkv(ln1(x))))
 *   out = x2 + fc_proj(gelu(fc(ln2(x2))))
 *
 * Papers: Radford et al. 2019 (GPT-2); Xiong et al. 2020, arXiv 2002.04745 (pre-LayerNorm).
 */
#pragma once

#include "parameters.h"

/* What a block's forward keeps for its backward. Letters as in kernels.h. */
typedef struct {
    float *x;             /* [BT, C], the input */
    float *ln1;           /* [BT, C] */
    float *qkv;           /* [BT, 3C] */
    float *P;             /* [B, NH, T, T] */
    float *attention;     /* [BT, C] */
    float *x2;            /* [BT, C] */
    float *ln2;           /* [BT, C] */
    float *fc;            /* [BT, 4C] */
    float *gelu;          /* [BT, 4C] */
    float *mean1, *rstd1; /* [BT] */
    float *mean2, *rstd2; /* [BT] */
} PdBlockKept;

/* What a block's backward needs besides. */
typedef struct {
    float *wide;   /* [BT, 4C] */
    float *narrow; /* [BT, C] */
    float *scores; /* [T, T] */
} PdBlockScratch;

/* How many floats a block keeps, and where they lie in an array of so many. */
gsize pd_block_kept_size(const PdShape *shape);
void pd_block_kept_init(PdBlockKept *kept, const PdShape *shape, float *array);

/* How many floats the scratch needs, and where it lies in an array of so many. */
gsize pd_block_scratch_size(const PdShape *shape);
void pd_block_scratch_init(PdBlockScratch *scratch, const PdShape *shape, float *array);

/* kept->x is there; the rest of it is filled. parameters: of the stage. out: [BT, C]. */
void pd_block_forward(const PdShape *shape, const PdLayout *layout, float *parameters, guint block,
                      PdBlockKept *kept, float *out);

/* d: [BT, C], the gradient of the output, becomes that of the input. gradients: of the stage's
 * parameters, added to. */
void pd_block_backward(const PdShape *shape, const PdLayout *layout, float *parameters,
                       float *gradients, guint block, const PdBlockKept *kept,
                       PdBlockScratch *scratch, float *d);

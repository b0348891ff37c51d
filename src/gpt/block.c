#include "block.h"

#include "carve.h"
#include "kernels.h"

/* Runs with array == NULL too, and then only counts. Returns how many floats there are. */
static gsize
carve_kept(PdBlockKept *kept, const PdShape *shape, float *array)
{
    const gsize BT = shape->B * shape->T, C = shape->C;
    PdCarve carve = { array, 0 };

    kept->x = pd_carve(&carve, BT * C);
    kept->ln1 = pd_carve(&carve, BT * C);
    kept->qkv = pd_carve(&carve, BT * 3 * C);
    kept->P = pd_carve(&carve, shape->B * shape->NH * shape->T * shape->T);
    kept->attention = pd_carve(&carve, BT * C);
    kept->x2 = pd_carve(&carve, BT * C);
    kept->ln2 = pd_carve(&carve, BT * C);
    kept->fc = pd_carve(&carve, BT * 4 * C);
    kept->gelu = pd_carve(&carve, BT * 4 * C);
    kept->mean1 = pd_carve(&carve, BT);
    kept->rstd1 = pd_carve(&carve, BT);
    kept->mean2 = pd_carve(&carve, BT);
    kept->rstd2 = pd_carve(&carve, BT);
    return carve.used;
}

static gsize
carve_scratch(PdBlockScratch *scratch, const PdShape *shape, float *array)
{
    const gsize BT = shape->B * shape->T, C = shape->C;
    PdCarve carve = { array, 0 };

    scratch->wide = pd_carve(&carve, BT * 4 * C);
    scratch->narrow = pd_carve(&carve, BT * C);
    scratch->scores = pd_carve(&carve, shape->T * shape->T);
    return carve.used;
}

gsize
pd_block_kept_size(const PdShape *shape)
{
    PdBlockKept kept;

    return carve_kept(&kept, shape, NULL);
}

void
pd_block_kept_init(PdBlockKept *kept, const PdShape *shape, float *array)
{
    carve_kept(kept, shape, array);
}

gsize
pd_block_scratch_size(const PdShape *shape)
{
    PdBlockScratch scratch;

    return carve_scratch(&scratch, shape, NULL);
}

void
pd_block_scratch_init(PdBlockScratch *scratch, const PdShape *shape, float *array)
{
    carve_scratch(scratch, shape, array);
}

void
pd_block_forward(const PdShape *shape, const PdLayout *layout, float *parameters, guint block,
                 PdBlockKept *kept, float *out)
{
    const gsize B = shape->B, T = shape->T, C = shape->C, BT = B * T;
    const float *p[PD_N_BLOCK_TENSORS];

    for (PdBlockTensor i = 0; i < PD_N_BLOCK_TENSORS; i++)
        p[i] = pd_block_tensor(layout, parameters, block, i);
    pd_layer_norm_forward(kept->ln1, kept->mean1, kept->rstd1, kept->x, p[PD_LN1_W], p[PD_LN1_B],
                          BT, C);
    pd_linear_forward(kept->qkv, kept->ln1, p[PD_QKV_W], p[PD_QKV_B], NULL, BT, C, 3 * C);
    pd_attention_forward(kept->attention, kept->P, kept->qkv, B, T, C, shape->NH);
    pd_linear_forward(kept->x2, kept->attention, p[PD_PROJ_W], p[PD_PROJ_B], kept->x, BT, C, C);
    pd_layer_norm_forward(kept->ln2, kept->mean2, kept->rstd2, kept->x2, p[PD_LN2_W], p[PD_LN2_B],
                          BT, C);
    pd_linear_forward(kept->fc, kept->ln2, p[PD_FC_W], p[PD_FC_B], NULL, BT, C, 4 * C);
    pd_gelu_forward(kept->gelu, kept->fc, BT * 4 * C);
    pd_linear_forward(out, kept->gelu, p[PD_FC_PROJ_W], p[PD_FC_PROJ_B], kept->x2, BT, 4 * C, C);
}

void
pd_block_backward(const PdShape *shape, const PdLayout *layout, float *parameters, float *gradients,
                  guint block, const PdBlockKept *kept, PdBlockScratch *scratch, float *d)
{
    const gsize B = shape->B, T = shape->T, C = shape->C, BT = B * T;
    float *wide = scratch->wide, *narrow = scratch->narrow;
    const float *p[PD_N_BLOCK_TENSORS];
    float *g[PD_N_BLOCK_TENSORS];

    for (PdBlockTensor i = 0; i < PD_N_BLOCK_TENSORS; i++) {
        p[i] = pd_block_tensor(layout, parameters, block, i);
        g[i] = pd_block_tensor(layout, gradients, block, i);
    }
    pd_linear_backward(wide, g[PD_FC_PROJ_W], g[PD_FC_PROJ_B], d, kept->gelu, p[PD_FC_PROJ_W], BT,
                       4 * C, C);
    pd_gelu_backward(wide, kept->fc, BT * 4 * C);
    pd_linear_backward(narrow, g[PD_FC_W], g[PD_FC_B], wide, kept->ln2, p[PD_FC_W], BT, C, 4 * C);
    /* the residual's gradient is in d already: what comes through the LayerNorm is added to it */
    pd_layer_norm_backward(d, g[PD_LN2_W], g[PD_LN2_B], narrow, kept->x2, p[PD_LN2_W], kept->mean2,
                           kept->rstd2, BT, C);
    pd_linear_backward(narrow, g[PD_PROJ_W], g[PD_PROJ_B], d, kept->attention, p[PD_PROJ_W], BT, C,
                       C);
    pd_attention_backward(wide, scratch->scores, narrow, kept->P, kept->qkv, B, T, C, shape->NH);
    pd_linear_backward(narrow, g[PD_QKV_W], g[PD_QKV_B], wide, kept->ln1, p[PD_QKV_W], BT, C,
                       3 * C);
    pd_layer_norm_backward(d, g[PD_LN1_W], g[PD_LN1_B], narrow, kept->x, p[PD_LN1_W], kept->mean1,
                           kept->rstd1, BT, C);
}

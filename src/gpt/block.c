#include "block.h"

#include <string.h>

#include "kernels.h"

/* In which order the parts of an initializer are taken is the compiler's choice; they are the same
 * size in any. */

void
pd_block_activations_init(PdBlockActivations *activations, PdArena *arena, const PdShape *shape)
{
    const gsize BT = shape->B * shape->T, C = shape->C;

    *activations = (PdBlockActivations){
        .ln1 = pd_arena_floats(arena, BT * C),
        .mean1 = pd_arena_floats(arena, BT),
        .rstd1 = pd_arena_floats(arena, BT),
        .qkv = pd_arena_floats(arena, BT * 3 * C),
        .P = pd_arena_floats(arena, BT * shape->NH * shape->T),
        .attention = pd_arena_floats(arena, BT * C),
        .middle = pd_arena_floats(arena, BT * C),
        .ln2 = pd_arena_floats(arena, BT * C),
        .mean2 = pd_arena_floats(arena, BT),
        .rstd2 = pd_arena_floats(arena, BT),
        .fc = pd_arena_floats(arena, BT * 4 * C),
        .gelu = pd_arena_floats(arena, BT * 4 * C),
    };
}

void
pd_head_activations_init(PdHeadActivations *activations, PdArena *arena, const PdShape *shape)
{
    const gsize BT = shape->B * shape->T, C = shape->C;

    *activations = (PdHeadActivations){
        .x = pd_arena_floats(arena, BT * C),
        .ln = pd_arena_floats(arena, BT * C),
        .mean = pd_arena_floats(arena, BT),
        .rstd = pd_arena_floats(arena, BT),
        .P = pd_arena_floats(arena, BT * shape->V),
    };
}

void
pd_scratch_init(PdScratch *scratch, PdArena *arena, const PdShape *shape)
{
    const gsize BT = shape->B * shape->T, C = shape->C;

    *scratch = (PdScratch){
        .narrow = pd_arena_floats(arena, BT * C),
        .wide = pd_arena_floats(arena, BT * 4 * C),
        .square = pd_arena_floats(arena, shape->T * shape->T),
    };
}

void
pd_block_forward(float *y, PdBlockActivations *a, const PdTensors *w, const PdShape *shape, gsize B)
{
    const gsize T = shape->T, C = shape->C, BT = B * T;
    float *const *p = w->at;

    pd_layer_norm_forward(a->ln1, a->mean1, a->rstd1, a->x, p[PD_LN1_W], p[PD_LN1_B], BT, C);
    pd_linear_forward(a->qkv, a->ln1, p[PD_QKV_W], p[PD_QKV_B], NULL, BT, C, 3 * C);
    pd_attention_forward(a->attention, a->P, a->qkv, B, T, C, shape->NH);
    pd_linear_forward(a->middle, a->attention, p[PD_ATTENTION_W], p[PD_ATTENTION_B], a->x, BT, C,
                      C);
    pd_layer_norm_forward(a->ln2, a->mean2, a->rstd2, a->middle, p[PD_LN2_W], p[PD_LN2_B], BT, C);
    pd_linear_forward(a->fc, a->ln2, p[PD_FC_W], p[PD_FC_B], NULL, BT, C, 4 * C);
    pd_gelu_forward(a->gelu, a->fc, BT * 4 * C);
    pd_linear_forward(y, a->gelu, p[PD_MLP_W], p[PD_MLP_B], a->middle, BT, 4 * C, C);
}

void
pd_block_backward(float *d, const PdBlockActivations *a, const PdTensors *w, const PdTensors *g,
                  const PdScratch *scratch, const PdShape *shape)
{
    const gsize B = shape->B, T = shape->T, C = shape->C, BT = B * T;
    float *const *p = w->at, *const *dp = g->at;
    float *wide = scratch->wide, *narrow = scratch->narrow;

    /* d passes every residual connection as it is; each branch adds its own gradient to it */
    pd_linear_backward(wide, dp[PD_MLP_W], dp[PD_MLP_B], d, a->gelu, p[PD_MLP_W], BT, 4 * C, C);
    pd_gelu_backward(wide, a->fc, BT * 4 * C);
    pd_linear_backward(narrow, dp[PD_FC_W], dp[PD_FC_B], wide, a->ln2, p[PD_FC_W], BT, C, 4 * C);
    pd_layer_norm_backward(d, dp[PD_LN2_W], dp[PD_LN2_B], narrow, a->middle, p[PD_LN2_W], a->mean2,
                           a->rstd2, BT, C);
    pd_linear_backward(narrow, dp[PD_ATTENTION_W], dp[PD_ATTENTION_B], d, a->attention,
                       p[PD_ATTENTION_W], BT, C, C);
    pd_attention_backward(wide, scratch->square, narrow, a->P, a->qkv, B, T, C, shape->NH);
    pd_linear_backward(narrow, dp[PD_QKV_W], dp[PD_QKV_B], wide, a->ln1, p[PD_QKV_W], BT, C, 3 * C);
    pd_layer_norm_backward(d, dp[PD_LN1_W], dp[PD_LN1_B], narrow, a->x, p[PD_LN1_W], a->mean1,
                           a->rstd1, BT, C);
}

double
pd_head_forward(PdHeadActivations *a, const PdTensors *w, const guint8 *tokens,
                const PdShape *shape, gsize B)
{
    const gsize T = shape->T, C = shape->C, V = shape->V, BT = B * T;

    pd_layer_norm_forward(a->ln, a->mean, a->rstd, a->x, w->at[PD_LNF_W], w->at[PD_LNF_B], BT, C);
    pd_linear_forward(a->P, a->ln, w->at[PD_HEAD_W], NULL, NULL, BT, C, V);
    return pd_cross_entropy_forward(a->P, tokens, B, T, V);
}

void
pd_head_backward(float *d, PdHeadActivations *a, const PdTensors *w, const PdTensors *g,
                 const guint8 *tokens, gint64 accumulation, const PdScratch *scratch,
                 const PdShape *shape)
{
    const gsize B = shape->B, T = shape->T, C = shape->C, V = shape->V, BT = B * T;
    const double scale = 1 / ((double)BT * (double)accumulation);

    pd_cross_entropy_backward(a->P, tokens, (float)scale, B, T, V);
    pd_linear_backward(scratch->narrow, g->at[PD_HEAD_W], NULL, a->P, a->ln, w->at[PD_HEAD_W], BT,
                       C, V);
    memset(d, 0, BT * C * sizeof *d);
    pd_layer_norm_backward(d, g->at[PD_LNF_W], g->at[PD_LNF_B], scratch->narrow, a->x,
                           w->at[PD_LNF_W], a->mean, a->rstd, BT, C);
}

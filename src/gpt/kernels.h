/*
 * The layers of a GPT-2, forward and backward, on plain arrays of floats in row-major order.
 *
 * B: sequences of a micro-batch, T: tokens of a sequence, C: the width of the model, NH: heads of
 * an attention, V: vocabulary. BT stands for B x T: what treats every token alike sees BT rows.
 * A gradient dX has the shape of X. Gradients of parameters are added to, all others written over,
 * unless said otherwise. Arrays do not overlap, unless said otherwise. Nothing here allocates.
 *
 * Tokens are bytes, B rows of T+1: the first T of a row are the inputs, the last T the targets.
 *
 * Papers: Vaswani et al. 2017, arXiv 1706.03762; Radford et al. 2019 (GPT-2); Ba et al. 2016,
 * arXiv 1607.06450 (LayerNorm); Hendrycks and Gimpel 2016, arXiv 1606.08415 (GELU); Loshchilov and
 * Hutter 2019, arXiv 1711.05101 (AdamW).
 */
#pragma once

#include <glib.h>

/* Let OpenBLAS compute in the thread that calls it: every stage has its own already. */
void pd_blas_use_callers_thread(void);

/* x[b,t] = wte[token[b,t]] + wpe[t]. x: [BT, C], wte: [V, C], wpe: [at least T, C]. */
void pd_embedding_forward(float *x, const guint8 *tokens, const float *wte, const float *wpe,
                          gsize B, gsize T, gsize C);
void pd_embedding_backward(float *dwte, float *dwpe, const float *dx, const guint8 *tokens, gsize B,
                           gsize T, gsize C);

/*
 * y = (x − mean) rstd w + b, row by row, rstd = 1/√(variance + 1e-5).
 *
 * x, y: [BT, C]; w, b: [C]; mean, rstd: [BT], kept for the backward, which adds to dx.
 */
void pd_layer_norm_forward(float *y, float *mean, float *rstd, const float *x, const float *w,
                           const float *b, gsize BT, gsize C);
void pd_layer_norm_backward(float *dx, float *dw, float *db, const float *dy, const float *x,
                            const float *w, const float *mean, const float *rstd, gsize BT,
                            gsize C);

/*
 * Y = X Wᵀ + b + residual. X: [BT, C], W: [OC, C], b: [OC], Y and residual: [BT, OC].
 *
 * residual may be NULL, and b with it. The backward leaves out the residual, whose gradient is dY;
 * db: NULL where there is no bias.
 */
void pd_linear_forward(float *Y, const float *X, const float *W, const float *b,
                       const float *residual, gsize BT, gsize C, gsize OC);
void pd_linear_backward(float *dX, float *dW, float *db, const float *dY, const float *X,
                        const float *W, gsize BT, gsize C, gsize OC);

/*
 * Causal attention with NH heads of C/NH: softmax(Q Kᵀ / √(C/NH)) V for each, a token seeing
 * itself and those before it.
 *
 * qkv: [B, T, 3C], queries, keys and values side by side; out: [B, T, C]; P: [B, NH, T, T], the
 * probabilities, kept for the backward; dP: [T, T], scratch.
 */
void pd_attention_forward(float *out, float *P, const float *qkv, gsize B, gsize T, gsize C,
                          gsize NH);
void pd_attention_backward(float *dqkv, float *dP, const float *dout, const float *P,
                           const float *qkv, gsize B, gsize T, gsize C, gsize NH);

/* y = x (1 + tanh(√(2/π)(x + 0.044715 x³))) / 2, n elements. The backward turns d from dy to dx. */
void pd_gelu_forward(float *y, const float *x, gsize n);
void pd_gelu_backward(float *d, const float *x, gsize n);

/*
 * The cross-entropy of logits against the targets in `tokens`.
 *
 * P: [BT, V], logits before, probabilities after; the backward turns it into the gradient of the
 * logits, scale (p − 1 at the target).
 * Returns: the mean over all tokens.
 */
double pd_cross_entropy_forward(float *P, const guint8 *tokens, gsize B, gsize T, gsize V);
void pd_cross_entropy_backward(float *P, const guint8 *tokens, float scale, gsize B, gsize T,
                               gsize V);

/* What a step of AdamW has in common for all parameters. */
typedef struct {
    float rate;  /* of learning */
    float decay; /* of the weights, decoupled; multiplied by the rate */
    float beta1, beta2;
    float correction1; /* 1 / (1 − β1^t), t: this step's number, from 1 */
    float correction2; /* 1 / (1 − β2^t) */
    float epsilon;
} PdAdamW;

/* One step for n parameters w with gradients g and moments m and v; clears g. */
void pd_adamw(const PdAdamW *step, float *w, float *g, float *m, float *v, gsize n);

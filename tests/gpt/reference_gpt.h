/*
 * The GPT's layers once more, forward only, in double precision and naive loops with libm: what the
 * kernels are held to. Names and shapes as in kernels.h.
 */
#pragma once

#include "parameters.h"

void reference_embedding(double *x, const guint8 *tokens, const double *wte, const double *wpe,
                         gsize B, gsize T, gsize C);
void reference_layer_norm(double *y, const double *x, const double *w, const double *b, gsize BT,
                          gsize C);

/* b and residual may be NULL. */
void reference_linear(double *Y, const double *X, const double *W, const double *b,
                      const double *residual, gsize BT, gsize C, gsize OC);
void reference_attention(double *out, const double *qkv, gsize B, gsize T, gsize C, gsize NH);
void reference_gelu(double *y, const double *x, gsize n);

/* The mean over B x T tokens. */
double reference_cross_entropy(const double *logits, const guint8 *tokens, gsize B, gsize T,
                               gsize V);

/* A block of a model, whose parameters lie as the layout says. y: [BT, C]. */
void reference_block(double *y, const double *x, const double *parameters, const PdLayout *layout,
                     gsize block);

/* The loss of a whole model. */
double reference_loss(const double *parameters, const PdLayout *layout, const guint8 *tokens);

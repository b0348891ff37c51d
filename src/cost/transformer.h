/*
 * What a decoder-only transformer (GPT) costs, from its shape alone.
 *
 * B: sequences per micro-batch, T: tokens per sequence, C: width of the hidden layer, NH: heads,
 * L: layers, V: vocabulary; the papers write b, s, h, a, L, V. Numbers are exact as long as they
 * stay below 2^53, which is 9 PB or 9 PFLOP.
 *
 * Papers: Narayanan et al. 2021, arXiv 2104.04473, section 4.2 and appendix (FLOPs, parameters);
 * Korthikanti et al. 2022, arXiv 2205.05198, section 4 (activations); Qi et al. 2024,
 * arXiv 2401.10241, table 1 (the backward in two parts).
 */
#pragma once

#include "config.h"

typedef struct {
    double layers;          /* L */
    double heads;           /* NH */
    double hidden;          /* C */
    double context;         /* T */
    double vocabulary;      /* V */
    double sequences;       /* B */
    double element_bytes;   /* of an activation */
    double weight_bytes;    /* per parameter */
    double gradient_bytes;  /* per parameter */
    double optimizer_bytes; /* per parameter */
    gboolean dropout;
    gboolean fused_attention; /* the T x T matrices are not kept for the backward */
} PdTransformer;

/* A contiguous part of the model. The first holds the embedding, the last the untied head. */
typedef struct {
    gint64 layers;
    gboolean embedding;
    gboolean head;
} PdPart;

/*
 * Read [model].
 *
 * sequences: per micro-batch.
 * Errors: PD_ERROR_INPUT for a missing key, or a width that the heads do not divide.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_transformer_read(PdTransformer *model, const PdConfig *config,
                                                       gint64 sequences, GError **error);

/*
 * FLOPs of one micro-batch through a part, a multiply-add counted as two.
 *
 *   forward           24BTC² + 4BT²C per layer, 2BTCV for the head
 *   input gradient    24BTC² + 8BT²C per layer, 2BTCV for the head
 *   weight gradient   24BTC² per layer, 2BTCV for the head
 */
double pd_transformer_forward_flops(const PdTransformer *model, PdPart part);
double pd_transformer_input_flops(const PdTransformer *model, PdPart part);
double pd_transformer_weight_flops(const PdTransformer *model, PdPart part);

/* 12C² + 13C per layer, (V + T)C for the embeddings, VC + 2C for the head and its LayerNorm. */
double pd_transformer_parameters(const PdTransformer *model, PdPart part);

/*
 * Bytes that the forward of one micro-batch keeps for its backward. With e bytes per element, and
 * one byte per element of a dropout mask:
 *
 *   per layer   BTC(16e + 2) + NH BT²(2e + 1)     = BTC(34 + 5 NH T/C) for e = 2
 *               without dropout BTC 16e + NH BT² e; fused attention keeps no T x T matrix
 *   embedding   BTC, its dropout mask
 *   head        2e BTC + 4 BTV, its inputs and its logits in fp32
 */
double pd_transformer_activation_bytes(const PdTransformer *model, PdPart part);

/* What recomputation starts from: e BTC, or the 8-byte tokens where the part has the embedding. */
double pd_transformer_input_bytes(const PdTransformer *model, PdPart part);

/* The activation, or its gradient, that crosses a cut: e BTC. */
double pd_transformer_message_bytes(const PdTransformer *model);

/*
 * Bytes that an optimizer step moves per parameter: the gradient is read, the optimizer's state
 * read and written, the weights written (and read, where the state has no master copy of them).
 */
double pd_transformer_update_bytes(const PdTransformer *model);

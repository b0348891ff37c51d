#include "reference_gpt.h"

#include <math.h>

void
reference_embedding(double *x, const guint8 *tokens, const double *wte, const double *wpe, gsize B,
                    gsize T, gsize C)
{
    for (gsize b = 0; b < B; b++)
        for (gsize t = 0; t < T; t++)
            for (gsize c = 0; c < C; c++)
                x[(b * T + t) * C + c] = wte[tokens[b * (T + 1) + t] * C + c] + wpe[t * C + c];
}

void
reference_layer_norm(double *y, const double *x, const double *w, const double *b, gsize BT,
                     gsize C)
{
    for (gsize bt = 0; bt < BT; bt++) {
        const double *row = x + bt * C;
        double mean = 0, variance = 0;

        for (gsize c = 0; c < C; c++)
            mean += row[c] / (double)C;
        for (gsize c = 0; c < C; c++)
            variance += (row[c] - mean) * (row[c] - mean) / (double)C;
        for (gsize c = 0; c < C; c++)
            y[bt * C + c] = (row[c] - mean) / sqrt(variance + 1e-5) * w[c] + b[c];
    }
}

void
reference_linear(double *Y, const double *X, const double *W, const double *b,
                 const double *residual, gsize BT, gsize C, gsize OC)
{
    for (gsize bt = 0; bt < BT; bt++)
        for (gsize o = 0; o < OC; o++) {
            double sum = b == NULL ? 0 : b[o];

            for (gsize c = 0; c < C; c++)
                sum += X[bt * C + c] * W[o * C + c];
            Y[bt * OC + o] = sum + (residual == NULL ? 0 : residual[bt * OC + o]);
        }
}

/* How much token t attends to token u, before it is normalised. */
static double
attention_weight(const double *query, const double *key, gsize HS)
{
    double score = 0;

    for (gsize i = 0; i < HS; i++)
        score += query[i] * key[i];
    return exp(score / sqrt((double)HS));
}

void
reference_attention(double *out, const double *qkv, gsize B, gsize T, gsize C, gsize NH)
{
    const gsize HS = C / NH;

    for (gsize i = 0; i < B * T * C; i++)
        out[i] = 0;
    for (gsize i = 0; i < B * T * NH; i++) {
        const gsize b = i / (T * NH), t = i / NH % T, h = i % NH;
        const double *row = qkv + b * T * 3 * C + h * HS;
        double total = 0;

        for (gsize u = 0; u <= t; u++)
            total += attention_weight(row + t * 3 * C, row + u * 3 * C + C, HS);
        for (gsize u = 0; u <= t; u++)
            for (gsize j = 0; j < HS; j++)
                out[(b * T + t) * C + h * HS + j] +=
                    attention_weight(row + t * 3 * C, row + u * 3 * C + C, HS) / total *
                    row[u * 3 * C + 2 * C + j];
    }
}

void
reference_gelu(double *y, const double *x, gsize n)
{
    for (gsize i = 0; i < n; i++)
        y[i] = 0.5 * x[i] * (1 + tanh(sqrt(2 / G_PI) * (x[i] + 0.044715 * x[i] * x[i] * x[i])));
}

double
reference_cross_entropy(const double *logits, const guint8 *tokens, gsize B, gsize T, gsize V)
{
    double loss = 0;

    for (gsize b = 0; b < B; b++)
        for (gsize t = 0; t < T; t++) {
            const double *row = logits + (b * T + t) * V;
            double total = 0;

            for (gsize v = 0; v < V; v++)
                total += exp(row[v]);
            loss += log(total) - row[tokens[b * (T + 1) + t + 1]];
        }
    return loss / (double)(B * T);
}

/* A tensor of a block, or of the ends. */
static const double *
tensor(const double *parameters, const PdLayout *layout, PdTensorKind kind, gsize block)
{
    for (gsize i = 0; i < pd_layout_n_tensors(layout); i++) {
        const PdTensor candidate = pd_layout_tensor(layout, i);
        const gboolean of_a_block = kind >= PD_LN1_W && kind < PD_LNF_W;

        if (candidate.kind == kind &&
            (!of_a_block || candidate.layer == layout->first_layer + block))
            return parameters + candidate.offset;
    }
    g_assert_not_reached();
}

void
reference_block(double *y, const double *x, const double *parameters, const PdLayout *layout,
                gsize block)
{
    const PdShape *shape = &layout->shape;
    const gsize T = shape->T, C = shape->C, BT = shape->B * T;
    g_autofree double *ln = g_new(double, BT *C), *qkv = g_new(double, BT * 3 * C);
    g_autofree double *attention = g_new(double, BT *C), *middle = g_new(double, BT *C);
    g_autofree double *fc = g_new(double, BT * 4 * C), *gelu = g_new(double, BT * 4 * C);
    const double *w[PD_N_TENSORS] = { NULL };

    for (PdTensorKind kind = PD_LN1_W; kind < PD_LNF_W; kind++)
        w[kind] = tensor(parameters, layout, kind, block);
    reference_layer_norm(ln, x, w[PD_LN1_W], w[PD_LN1_B], BT, C);
    reference_linear(qkv, ln, w[PD_QKV_W], w[PD_QKV_B], NULL, BT, C, 3 * C);
    reference_attention(attention, qkv, shape->B, T, C, shape->NH);
    reference_linear(middle, attention, w[PD_ATTENTION_W], w[PD_ATTENTION_B], x, BT, C, C);
    reference_layer_norm(ln, middle, w[PD_LN2_W], w[PD_LN2_B], BT, C);
    reference_linear(fc, ln, w[PD_FC_W], w[PD_FC_B], NULL, BT, C, 4 * C);
    reference_gelu(gelu, fc, BT * 4 * C);
    reference_linear(y, gelu, w[PD_MLP_W], w[PD_MLP_B], middle, BT, 4 * C, C);
}

double
reference_loss(const double *parameters, const PdLayout *layout, const guint8 *tokens)
{
    const PdShape *shape = &layout->shape;
    const gsize B = shape->B, T = shape->T, C = shape->C, V = shape->V, BT = B * T;
    g_autofree double *x = g_new(double, BT *C), *y = g_new(double, BT *C);
    g_autofree double *logits = g_new(double, BT *V);

    reference_embedding(x, tokens, tensor(parameters, layout, PD_WTE, 0),
                        tensor(parameters, layout, PD_WPE, 0), B, T, C);
    for (gsize block = 0; block < layout->n_layers; block++) {
        double *swap = x;

        reference_block(y, x, parameters, layout, block);
        x = y;
        y = swap;
    }
    reference_layer_norm(y, x, tensor(parameters, layout, PD_LNF_W, 0),
                         tensor(parameters, layout, PD_LNF_B, 0), BT, C);
    reference_linear(logits, y, tensor(parameters, layout, PD_HEAD_W, 0), NULL, NULL, BT, C, V);
    return reference_cross_entropy(logits, tokens, B, T, V);
}

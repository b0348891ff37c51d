#include <math.h>
#include <string.h>

#include "kernels.h"
#include "matrix.h"
#include "softmax.h"

/* Rows of scores to rows of probabilities: row t over its first t+1 elements, 0 behind them. */
PD_KERNEL
static void
causal_softmax(float *restrict P, gsize T)
{
    for (gsize t = 0; t < T; t++) {
        float *row = P + t * T;
        const gsize n = t + 1;
        const float total = pd_row_exponentials(row, pd_row_maximum(row, n), n);

        pd_row_scale(row, 1.0f / total, n);
        memset(row + n, 0, (T - n) * sizeof *row);
    }
}

static inline float
dot(const float *restrict x, const float *restrict y, gsize n)
{
    float lanes[PD_LANES] = { 0 };
    const gsize whole = n - n % PD_LANES;
    gsize i = 0;

    for (; i < whole; i += PD_LANES)
        for (gsize l = 0; l < PD_LANES; l++)
            lanes[l] += x[i + l] * y[i + l];
    for (; i < n; i++)
        lanes[i % PD_LANES] += x[i] * y[i];
    return pd_lanes_sum(lanes);
}

/* Gradients of probabilities to those of scores: p (dp − Σ p dp). Where p is 0, so is the result.
 */
PD_KERNEL
static void
softmax_backward(float *restrict dP, const float *restrict P, gsize T)
{
    for (gsize t = 0; t < T; t++) {
        float *restrict d = dP + t * T;
        const float *restrict p = P + t * T;
        const float mean = dot(d, p, T);

        for (gsize i = 0; i < T; i++)
            d[i] = p[i] * (d[i] - mean);
    }
}

void
pd_attention_forward(float *out, float *P, const float *qkv, gsize B, gsize T, gsize C, gsize NH)
{
    const gsize HS = C / NH; /* the width of a head */
    const float scale = 1.0f / sqrtf((float)HS);

    for (gsize i = 0; i < B * NH; i++) {
        const gsize b = i / NH, h = i % NH;
        const float *q = qkv + b * T * 3 * C + h * HS, *k = q + C, *v = k + C;
        float *p = P + i * T * T;

        pd_product_nt(T, T, HS, scale, q, 3 * C, k, 3 * C, 0, p, T);
        causal_softmax(p, T);
        pd_product_nn(T, HS, T, 1, p, T, v, 3 * C, 0, out + b * T * C + h * HS, C);
    }
}

void
pd_attention_backward(float *dqkv, float *dP, const float *dout, const float *P, const float *qkv,
                      gsize B, gsize T, gsize C, gsize NH)
{
    const gsize HS = C / NH;
    const float scale = 1.0f / sqrtf((float)HS);

    for (gsize i = 0; i < B * NH; i++) {
        const gsize b = i / NH, h = i % NH, at = b * T * 3 * C + h * HS;
        const float *q = qkv + at, *k = q + C, *v = k + C;
        const float *p = P + i * T * T, *d = dout + b * T * C + h * HS;
        float *dq = dqkv + at, *dk = dq + C, *dv = dk + C;

        pd_product_tn(T, HS, T, 1, p, T, d, C, 0, dv, 3 * C);
        pd_product_nt(T, T, HS, 1, d, C, v, 3 * C, 0, dP, T);
        softmax_backward(dP, p, T);
        pd_product_nn(T, HS, T, scale, dP, T, k, 3 * C, 0, dq, 3 * C);
        pd_product_tn(T, HS, T, scale, dP, T, q, 3 * C, 0, dk, 3 * C);
    }
}

#include <math.h>

#include "kernels.h"
#include "softmax.h"

/* A row of logits to probabilities. Returns: −log of the target's. */
PD_KERNEL
static double
forward_row(float *row, gsize target, gsize V)
{
    const float maximum = pd_row_maximum(row, V);
    const float above = maximum - row[target];
    const float total = pd_row_exponentials(row, maximum, V);

    pd_row_scale(row, 1.0f / total, V);
    return (double)above + log((double)total);
}

double
pd_cross_entropy_forward(float *P, const guint8 *tokens, gsize B, gsize T, gsize V)
{
    double sum = 0;

    for (gsize b = 0; b < B; b++)
        for (gsize t = 0; t < T; t++)
            sum += forward_row(P + (b * T + t) * V, tokens[b * (T + 1) + t + 1], V);
    return sum / (double)(B * T);
}

PD_KERNEL
static void
scale_all(float *x, float factor, gsize n)
{
    pd_row_scale(x, factor, n);
}

void
pd_cross_entropy_backward(float *P, const guint8 *tokens, float scale, gsize B, gsize T, gsize V)
{
    for (gsize b = 0; b < B; b++)
        for (gsize t = 0; t < T; t++)
            P[(b * T + t) * V + tokens[b * (T + 1) + t + 1]] -= 1.0f;
    scale_all(P, scale, B * T * V);
}

#include "kernel.h"
#include "kernels.h"

PD_KERNEL
static void
set_sum(float *restrict y, const float *restrict a, const float *restrict b, gsize n)
{
    for (gsize i = 0; i < n; i++)
        y[i] = a[i] + b[i];
}

PD_KERNEL
static void
add_to_both(float *restrict a, float *restrict b, const float *restrict x, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        a[i] += x[i];
        b[i] += x[i];
    }
}

void
pd_embedding_forward(float *x, const guint8 *tokens, const float *wte, const float *wpe, gsize B,
                     gsize T, gsize C)
{
    for (gsize b = 0; b < B; b++)
        for (gsize t = 0; t < T; t++)
            set_sum(x + (b * T + t) * C, wte + tokens[b * (T + 1) + t] * C, wpe + t * C, C);
}

void
pd_embedding_backward(float *dwte, float *dwpe, const float *dx, const guint8 *tokens, gsize B,
                      gsize T, gsize C)
{
    for (gsize b = 0; b < B; b++)
        for (gsize t = 0; t < T; t++)
            add_to_both(dwte + tokens[b * (T + 1) + t] * C, dwpe + t * C, dx + (b * T + t) * C, C);
}

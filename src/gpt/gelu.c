#include "kernel.h"
#include "kernels.h"
#include "vector_math.h"

/* (1 + tanh(u)) / 2 = sigmoid(2u), so that with 2u = ALPHA (x + BETA x³) no tanh is needed. */
#define ALPHA 1.5957691216f /* 2 √(2/π) */
#define BETA  0.044715f

PD_KERNEL
void
pd_gelu_forward(float *restrict y, const float *restrict x, gsize n)
{
    for (gsize i = 0; i < n; i++)
        y[i] = x[i] * pd_sigmoidf(ALPHA * (x[i] + BETA * x[i] * x[i] * x[i]));
}

/* (x s)' = s + x s (1 − s) u', s being the sigmoid of u. */
PD_KERNEL
void
pd_gelu_backward(float *restrict d, const float *restrict x, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        const float square = x[i] * x[i];
        const float s = pd_sigmoidf(ALPHA * (x[i] + BETA * square * x[i]));
        const float slope = ALPHA * (1.0f + 3.0f * BETA * square);

        d[i] *= s + x[i] * s * (1.0f - s) * slope;
    }
}

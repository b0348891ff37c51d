#include <math.h>

#include "kernel.h"
#include "kernels.h"

PD_KERNEL
void
pd_adamw(const PdAdamW *step, float *restrict w, float *restrict g, float *restrict m,
         float *restrict v, gsize n)
{
    const PdAdamW s = *step;

    for (gsize i = 0; i < n; i++) {
        m[i] = s.beta1 * m[i] + (1.0f - s.beta1) * g[i];
        v[i] = s.beta2 * v[i] + (1.0f - s.beta2) * (g[i] * g[i]);
        w[i] -= s.rate *
                (m[i] * s.correction1 / (sqrtf(v[i] * s.correction2) + s.epsilon) + s.decay * w[i]);
        g[i] = 0;
    }
}

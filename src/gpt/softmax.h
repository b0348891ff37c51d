/*
 * Softmax of a row, for attention and for the cross-entropy. For use inside kernels.
 */
#pragma once

#include "kernel.h"
#include "vector_math.h"

/* The largest of n >= 1 elements. */
static inline float
pd_row_maximum(const float *restrict x, gsize n)
{
    float lanes[PD_LANES], maximum = x[0];
    const gsize whole = n - n % PD_LANES;
    gsize i = 0;

    for (gsize l = 0; l < PD_LANES; l++)
        lanes[l] = x[0];
    for (; i < whole; i += PD_LANES)
        for (gsize l = 0; l < PD_LANES; l++)
            lanes[l] = x[i + l] > lanes[l] ? x[i + l] : lanes[l];
    for (gsize l = 0; l < PD_LANES; l++)
        maximum = lanes[l] > maximum ? lanes[l] : maximum;
    for (; i < n; i++)
        maximum = x[i] > maximum ? x[i] : maximum;
    return maximum;
}

/* Replace n elements by exp(x − maximum). Returns: their sum. */
static inline float
pd_row_exponentials(float *restrict x, float maximum, gsize n)
{
    float lanes[PD_LANES] = { 0 };
    const gsize whole = n - n % PD_LANES;
    gsize i = 0;

    for (gsize j = 0; j < n; j++)
        x[j] = pd_expf(x[j] - maximum);
    for (; i < whole; i += PD_LANES)
        for (gsize l = 0; l < PD_LANES; l++)
            lanes[l] += x[i + l];
    for (; i < n; i++)
        lanes[i % PD_LANES] += x[i];
    return pd_lanes_sum(lanes);
}

static inline void
pd_row_scale(float *restrict x, float factor, gsize n)
{
    for (gsize i = 0; i < n; i++)
        x[i] *= factor;
}

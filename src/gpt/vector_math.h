/*
 * Elementary functions that a compiler can vectorize: no branches, no tables, no calls. libm's
 * would be one call per element, and their last bit depends on the processor.
 */
#pragma once

#include <glib.h>
#include <string.h>

/* 2^k by its bits, −126 <= k <= 127. */
static inline float
pd_power_of_two(gint32 k)
{
    const guint32 bits = (guint32)(k + 127) << 23;
    float power;

    memcpy(&power, &bits, sizeof power);
    return power;
}

/*
 * exp(x), to 2 units in the last place where the result is a normal number; 0 below −104, infinity
 * above 88.73, NaN for NaN.
 *
 * x = k ln 2 + r with |r| <= ln(2)/2 and ln 2 in two parts (Cody and Waite 1980), the Taylor
 * series for exp(r), whose first term left out is below 2^-27, and the factor 2^k in two halves,
 * because 2^k alone has no float at either end of the range.
 */
static inline float
pd_expf(float x)
{
    const float ln2_high = 0x1.62e4p-1f;          /* so few bits that k * ln2_high is exact */
    const float ln2_low = 0x1.7f7d1cf79abcap-20f; /* the rest */
    const float shift = 0x1.8p23f; /* adding it leaves the nearest whole number in the last bits */
    const float clamped = x < -104.0f ? -104.0f : x > 89.0f ? 89.0f : x;
    const float shifted = clamped * 1.44269504f + shift;
    const float k = shifted - shift;
    const float r = (clamped - k * ln2_high) - k * ln2_low;
    float sum = 1.0f / 5040;
    guint32 bits;
    gint32 whole, half;

    memcpy(&bits, &shifted, sizeof bits);
    whole = (gint32)(bits & 0x7fffff) - 0x400000; /* shift itself has 0x400000 there */
    half = whole / 2;
    sum = sum * r + 1.0f / 720;
    sum = sum * r + 1.0f / 120;
    sum = sum * r + 1.0f / 24;
    sum = sum * r + 1.0f / 6;
    sum = sum * r + 0.5f;
    sum = sum * (r * r) + r;
    return (sum + 1.0f) * pd_power_of_two(half) * pd_power_of_two(whole - half);
}

/* 1 / (1 + exp(−x)), to a millionth where the result is a normal number; 0 where exp(−x) is
 * infinite.
 */
static inline float
pd_sigmoidf(float x)
{
    return 1.0f / (1.0f + pd_expf(-x));
}

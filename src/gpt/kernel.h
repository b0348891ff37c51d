/*
 * How the inner loops are compiled.
 *
 * The program is built for any x86-64, and its loops for wider machines as well: the loader takes
 * the variant that the processor can run. All variants give the same bits: sums that run over a
 * row are kept in PD_LANES partial sums whatever the vectors' width, and no multiply-add is fused
 * (-ffp-contract=off).
 */
#pragma once

#include <glib.h>

/* Sanitizers are not yet set up when the loader runs the code that chooses a variant.
 * PD_ONE_VARIANT is for the test that compares the variants. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) &&       \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(PD_ONE_VARIANT)
#define PD_KERNEL __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define PD_KERNEL
#endif

/* Partial sums of a reduction: as many as the widest vector has floats. */
#define PD_LANES 16

/* The sum of the partial sums, pairwise: 8 and 8, 4 and 4, ... */
static inline float
pd_lanes_sum(float *lanes)
{
    for (gsize half = PD_LANES / 2; half > 0; half /= 2)
        for (gsize i = 0; i < half; i++)
            lanes[i] += lanes[i + half];
    return lanes[0];
}

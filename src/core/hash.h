/*
 * Hashing: what looks random and is a function of named numbers only, the same on any machine.
 *
 * A draw that belongs to (seed, a, b) is pd_mix(pd_mix(pd_mix(seed) ^ a) ^ b): it has no state, so
 * nobody has to draw in a certain order.
 */
#pragma once

#include "units.h"

/* One round of a 64-bit mixer (Steele et al. 2014, SplitMix64). */
static inline guint64
pd_mix(guint64 x)
{
    x += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* A hash, reduced to 0 ... n−1: floor(hash n / 2^64). No value is likelier than another by more
 * than n / 2^64. */
static inline guint64
pd_reduce(guint64 hash, guint64 n)
{
    return (guint64)((PdU128)hash * n >> 64);
}

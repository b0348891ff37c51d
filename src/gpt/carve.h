/*
 * Carving one array into parts, each at the begin of a cache line. Without an array the parts are
 * only counted, so that one function tells both how much is needed and where everything lies.
 */
#pragma once

#include <glib.h>

#define PD_CARVE_ALIGNMENT 16 /* floats */

typedef struct {
    float *array; /* NULL: count only */
    gsize used;   /* floats */
} PdCarve;

/* The next part, of n floats; NULL while counting. */
static inline float *
pd_carve(PdCarve *carve, gsize n)
{
    float *part = carve->array == NULL ? NULL : carve->array + carve->used;

    carve->used += (n + PD_CARVE_ALIGNMENT - 1) / PD_CARVE_ALIGNMENT * PD_CARVE_ALIGNMENT;
    return part;
}

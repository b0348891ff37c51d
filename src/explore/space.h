/*
 * The space of a sweep: the points that several varied keys make, numbered from 0. It is never
 * built; the values of a point follow from its number.
 *
 * All keys together make the product, in which the last key varies fastest; or they are zipped:
 * point i has the i-th value of each. Of a product, a sample may be drawn.
 */
#pragma once

#include "vary.h"

typedef struct {
    GArray *varies; /* of PdVary */
    gboolean zip;
    gint64 n_all;    /* points of the product, or pairs */
    gint64 n_points; /* n_all, or those that were drawn */
    gint64 *sample;  /* their numbers among n_all, ascending; NULL: all */
} PdSpace;

/* The most points that a sample has: their numbers are kept. */
#define PD_SPACE_MOST_DRAWN 10000000

/*
 * Make the space of what was written behind --vary.
 *
 * space: to be cleared by the caller, also on failure.
 * texts: NULL-ended.
 * zip: pair the values rather than multiply them.
 * Errors: PD_ERROR_INPUT, see vary.h; for a key that is given twice, lists of different lengths to
 * be zipped, a product beyond counting.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_space_init(PdSpace *space, const char *const *texts,
                                                 gboolean zip, GError **error);

void pd_space_clear(PdSpace *space);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdSpace, pd_space_clear)

/*
 * Draw n different points, each as likely as another, in ascending order; all where n are there.
 * The same seed draws the same points.
 *
 * n: 1 ... PD_SPACE_MOST_DRAWN.
 */
void pd_space_sample(PdSpace *space, gint64 n, guint64 seed);

/* The keys that are varied. */
static inline guint
pd_space_n_keys(const PdSpace *space)
{
    return space->varies->len;
}

static inline const PdVary *
pd_space_vary(const PdSpace *space, guint key)
{
    return &g_array_index(space->varies, PdVary, key);
}

/* The value of a key at a point. (transfer none) */
const char *pd_space_value(const PdSpace *space, gint64 point, guint key);

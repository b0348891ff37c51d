/*
 * Ranges of numbers: "1..64", "1..64:4", "1..64*2", "0us..5ms:50us".
 *
 *   A..B     from A to B, by 1 of the unit
 *   A..B:S   by S
 *   A..B*F   from A, each F times the one before
 *
 * Both ends are points: where the last step would pass the end, it is shorter (1..10:4 is 1 5 9
 * 10). Numbers are exact decimals, so that 0.1..0.5:0.1 is 0.1 0.2 0.3 0.4 0.5. Units may differ;
 * the points have the smallest one of them, or bytes (ns, bit/s ...) where one is no multiple of
 * it.
 */
#pragma once

#include "units.h"

/* The most points that one range has. */
#define PD_RANGE_MOST 1000000

/* Whether a text is meant as a range: it has ".." in it. */
gboolean pd_range_is(const char *text);

/*
 * Add the points of a range to an array of texts.
 *
 * dimension: of the numbers; with PD_COUNT they have no unit but "%", which all must have or none.
 * points: of char *, (transfer full).
 * Errors: PD_ERROR_INPUT without place, for what is no range, an end below the start, a step of 0,
 * a factor that is not above 1, more points than PD_RANGE_MOST. No points are made then.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_range_add(const char *text, PdDimension dimension,
                                                GPtrArray *points, GError **error);

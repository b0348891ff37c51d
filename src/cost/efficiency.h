/*
 * How the share of its peak that a device achieves depends on the size of the micro-batch: large
 * matrix products fill a device, small ones do not, and each has a fixed price of its own.
 */
#pragma once

#include "config.h"

/*
 * The share at a size, from the shares that are known at some sizes.
 *
 * Between two known sizes the time of a micro-batch is interpolated, which is proportional to
 * size / share: linearly, as it would be if a micro-batch cost a fixed time and each of its
 * sequences another. So two sizes that were measured state both of these prices. Below the first
 * and above the last size the share stays what it is there. Only the four basic operations lie on
 * the way, so that the result is the same to the bit on any machine.
 *
 * curve: n points, n >= 1, sizes ascending and positive, values in (0, 1].
 * size: > 0.
 */
double pd_efficiency_at(const PdPoint *curve, guint n, gint64 size);

/*
 * Scales of axes: the unit in which numbers of a size are shown, so that the tics need few digits.
 */
#pragma once

#include <glib.h>

typedef struct {
    const char *unit;
    double per_unit; /* ns, bytes or of what is counted */
} PdScale;

/* For times up to so many ns, for sizes up to so many bytes. */
PdScale pd_scale_time(gint64 most_ns);
PdScale pd_scale_size(gint64 most_bytes);

/* For counts up to so many; the unit is "thousands", "millions" ... or "". */
PdScale pd_scale_count(gint64 most);

/* How far tics lie apart: 1, 2 or 5 times a power of ten, such that a span has up to so many
 * intervals. */
double pd_scale_step(double span, double most);

/*
 * A set of micro-batch numbers that is nearly always a prefix 0 ... k−1 of all numbers, as it is
 * when things happen in order: then it is one integer. Members that run ahead of the prefix are
 * kept apart, sorted, until the prefix reaches them. A zeroed struct is the empty set.
 */
#pragma once

#include <glib.h>

typedef struct {
    gint64 prefix;  /* all numbers below it are members */
    GArray *beyond; /* the other members, ascending; NULL or empty when things are in order */
} PdSeries;

/* The rare case of the functions below, kept out of their callers. */
G_NO_INLINE gboolean pd_series_has_beyond(const PdSeries *series, gint64 number);
G_NO_INLINE void pd_series_add_beyond(PdSeries *series, gint64 number);
void pd_series_clear(PdSeries *series);

static inline gboolean
pd_series_has(const PdSeries *series, gint64 number)
{
    return number < series->prefix ||
           (G_UNLIKELY(series->beyond != NULL) && pd_series_has_beyond(series, number));
}

/* Add a number that is not a member. */
static inline void
pd_series_add(PdSeries *series, gint64 number)
{
    if (G_LIKELY(number == series->prefix && series->beyond == NULL))
        series->prefix++;
    else
        pd_series_add_beyond(series, number);
}

static inline gint64
pd_series_count(const PdSeries *series)
{
    return series->prefix + (G_LIKELY(series->beyond == NULL) ? 0 : (gint64)series->beyond->len);
}

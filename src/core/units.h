/*
 * Quantities: what a user writes ("18.522 ms", "1.5 GiB", "25 GB/s") and what the program counts
 * in, which is always a whole number of the smallest unit:
 *
 *   duration    nanoseconds                 ns us ms s
 *   size        bytes                       B kB MB GB TB KiB MiB GiB TiB
 *   bandwidth   bits per second             B/s kB/s ... TiB/s, bit/s kbit/s ... Tbit/s
 *   compute     FLOP per second             FLOP/s kFLOP/s ... PFLOP/s
 *   count       1                           no unit
 *
 * A quantity is parsed as a decimal, exact to 23 digits, and rounded once, to the nearest unit,
 * half up; no binary floating point lies on the way, so the same text gives the same number on any
 * machine.
 */
#pragma once

#include <glib.h>

__extension__ typedef unsigned __int128 PdU128;

/* A number that is not negative, widened, for products that 64 bits may not hold. */
static inline PdU128
pd_wide(gint64 value)
{
    return (guint64)value;
}

#define PD_NS_PER_S G_GINT64_CONSTANT(1000000000)

/* The clock's last instant stands for "never": no run gets there. */
#define PD_NEVER_NS G_MAXINT64

/* The sum of two times that are not negative. FALSE where the clock cannot tell it. */
G_GNUC_WARN_UNUSED_RESULT static inline gboolean
pd_time_add(gint64 a_ns, gint64 b_ns, gint64 *sum_ns)
{
    return !__builtin_add_overflow(a_ns, b_ns, sum_ns) && *sum_ns < PD_NEVER_NS;
}

typedef enum {
    PD_DURATION,
    PD_SIZE,
    PD_BANDWIDTH,
    PD_COMPUTE,
    PD_COUNT,
} PdDimension;

/*
 * Parse a quantity that is not negative.
 *
 * text: a decimal number, with an exponent if need be, then (except for a count) a unit.
 * Errors: PD_ERROR_INPUT for text that is no number, a missing or unknown unit, a count with a
 * fraction, a negative or too large value. The message says what would be right, not where.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_quantity_parse(const char *text, PdDimension dimension,
                                                     gint64 *value, GError **error);

/*
 * Parse a real number that is not negative: a decimal with an exponent if need be, or a
 * percentage ("5 %" is 0.05).
 *
 * Errors: PD_ERROR_INPUT as above.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_real_parse(const char *text, double *value, GError **error);

/*
 * Find the dimension that has a unit of this name; no two have the same.
 *
 * Returns: FALSE where none has.
 */
gboolean pd_unit_find(const char *name, PdDimension *dimension);

/* The known unit that is nearest to a misspelt one; NULL if none is. */
const char *pd_unit_nearest(const char *name);

/* How much of the smallest unit a unit of a dimension is. The unit exists. */
gint64 pd_unit_scale(const char *name, PdDimension dimension);

/* An exact decimal that is not negative: digits * 10^exponent. */
typedef struct {
    PdU128 digits; /* below 10^23 as parsed */
    int exponent;
} PdDecimal;

/*
 * Parse the decimal that a text starts with, as pd_quantity_parse() does.
 *
 * Returns: the first character behind it; NULL where there is no number.
 */
const char *pd_decimal_parse(const char *text, PdDecimal *decimal);

/*
 * part of total when total is divided as evenly as whole numbers allow:
 * floor((i+1) total / n) - floor(i total / n). The n parts sum to total.
 */
gint64 pd_part(gint64 total, guint i, guint n);

/* ceil(bytes * 8 * 1e9 / bits_per_second): how long a message holds a link, in ns, saturating. */
gint64 pd_transfer_ns(gint64 bytes, gint64 bits_per_second);

/* Scale for a reader: three significant digits or more, "12.4 ms", "3.1 GiB". (transfer full) */
char *pd_duration_format(gint64 ns);
char *pd_size_format(gint64 bytes);

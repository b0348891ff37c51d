/*
 * The axis of a varied key of a sweep.
 *
 * Values of a key lie at their places where all are numbers, or quantities of one dimension: 50us
 * and 1ms. The axis is logarithmic where each value is so many times the one before; 1.5 times at
 * least, and the last one maybe less. Other values are categories, in the order in which they come.
 */
#pragma once

#include "plot.h"

typedef struct {
    const char *name;  /* of the key */
    GPtrArray *values; /* its different texts: ascending, or of categories in their order */
    guint *of_row;     /* per row: the number of its value */
    gboolean numeric;  /* else categories */
    gboolean logarithmic;
    double *at;       /* per value: its place in `unit`, the decimal logarithm of it where the
                         axis is logarithmic; the number of a category */
    const char *unit; /* of a linear axis; "": none */
} PdSweepAxis;

/* rows and key outlive the axis. */
void pd_sweep_axis_init(PdSweepAxis *axis, const PdSweepRows *rows, guint key);
void pd_sweep_axis_clear(PdSweepAxis *axis);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdSweepAxis, pd_sweep_axis_clear)

/* Put the values at equal distances, in their order, as categories are. */
void pd_sweep_axis_to_categories(PdSweepAxis *axis);

/* The part of the axis that is drawn: half a category, or a little, on both sides. */
void pd_sweep_axis_range(const PdSweepAxis *axis, double *from, double *to);

/* What stands at the axis: "link.latency (ms)". (transfer full) */
char *pd_sweep_axis_title(const PdSweepAxis *axis);

/* Print what an axis of so many px has: arrays NAME_tics and NAME_texts, NAME_n of them. */
void pd_sweep_axis_print(const PdSweepAxis *axis, const char *name, double px, GString *script);

/* The keys that have several values, or the first one where none has. Returns how many there are;
 * keys: receives their numbers, n_keys at most. */
guint pd_sweep_keys(const PdSweepRows *rows, guint *keys);

/*
 * The legend of a picture: swatches and names on lines below it, each line centred. gnuplot's own
 * keys guess how wide a text is, differently in each terminal; this one leaves room for the widest.
 */
#pragma once

#include "operation.h"

typedef struct {
    const char *name;
    const char *colour; /* a variable of plots/style.gp */
} PdLegendEntry;

/* The entry of a cause of idle time. pale: the colour that it has behind operations. */
PdLegendEntry pd_legend_cause(PdCause cause, gboolean pale);

/* px that the legend of a picture takes at its bottom. width: of the picture, px. */
guint pd_legend_height(const PdLegendEntry *entries, guint n, guint width);

/* Print it, for plots/style.gp to draw. */
void pd_legend_print(const PdLegendEntry *entries, guint n, guint width, GString *script);

/*
 * Colours of text drawings, the ones of plots/style.gp as near as a terminal of 256 colours has
 * them.
 */
#pragma once

#include "operation.h"

/* The escape sequence that begins a kind of operation, or of idle time; "" without colours. An
 * operation has a coloured ground, an idle time a coloured letter. (transfer none) */
const char *pd_paint_kind(gboolean colours, PdKind kind);
const char *pd_paint_cause(gboolean colours, PdCause cause);

/* The letter of a cause: a cell of a drawing, whether it has colours or not. */
char pd_paint_cause_letter(PdCause cause);

/* The one that ends it. (transfer none) */
const char *pd_paint_end(gboolean colours);

/*
 * Results of a sweep's points as plots show them: their numbers, names and units.
 */
#pragma once

#include "plot.h"
#include "scale.h"

/* A row. (transfer none) */
const PdSavedRow *pd_sweep_row(const PdPlot *plot, guint row);

/* A result of a row; NAN where there is none. */
double pd_sweep_result(const PdPlot *plot, guint row, guint result);

/* Whether a row does not fit the memory that its devices have. */
gboolean pd_sweep_is_too_large(const PdSavedRow *row);

/* A result with its unit, for a reader. (transfer full) */
char *pd_sweep_result_text(const PdPlot *plot, guint row, guint result);

/* What a result is called; the unit of a scale stands behind it. (transfer full) */
char *pd_sweep_result_title(const PdPlot *plot, guint result, PdScale scale);

/* The least and the largest number that a result has; FALSE: it has none. */
gboolean pd_sweep_result_span(const PdPlot *plot, guint result, double *least, double *most);

/* The unit in which a result up to so large is shown. */
PdScale pd_sweep_result_scale(const PdPlot *plot, guint result, double most);

/* The part of a result's axis that is drawn: from 0, unless all of it is far above. In units of
 * the scale. */
void pd_sweep_result_range(const PdPlot *plot, guint result, PdScale *scale, double *from,
                           double *to);

/* How far the tics of such an axis lie apart, up to so many of them; of counts, a whole number. */
double pd_sweep_result_step(const PdPlot *plot, guint result, PdScale scale, double span,
                            double most);

/* What the marks of a plot mean, where it has any of them; "" where not. (transfer full) */
char *pd_sweep_note(const PdPlot *plot, const char *too_large, const char *missing);

/*
 * Loss curves as they are drawn and compared.
 *
 * A curve is smoothed by an exponential moving average: each step takes 1/window of it, the first
 * ones more, so that it begins with the first loss. Curves are compared at the highest of their
 * last smoothed losses, which all of them reach, by the time from which each stays there or below:
 * where a curve is flat, when it first gets there is a matter of noise. Times are virtual ones
 * where all curves have them, else real ones.
 */
#pragma once

#include "plot.h"

#define PD_LOSS_MOST_CURVES 8

/* A speed-up that is told: less than that is none. */
#define PD_LOSS_LEAST_SPEED_UP 1.005

typedef struct {
    const PdPlotRun *runs; /* the plot's, not owned */
    guint n;
    gboolean virtual_time;
    guint window; /* steps of the moving average: 1 % of the longest log, 10 at least */
    double *smoothed[PD_LOSS_MOST_CURVES]; /* a loss per point; NAN before the first one */

    double common_loss;                     /* at which curves are compared; NAN: there is none */
    double reached_ns[PD_LOSS_MOST_CURVES]; /* from then on they are not above it */
    guint slowest;                          /* the last one to reach it */
} PdLossCurves;

/* Smooth and compare the curves of a plot, which outlives them. */
void pd_loss_curves_init(PdLossCurves *self, const PdPlot *plot);
void pd_loss_curves_clear(PdLossCurves *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdLossCurves, pd_loss_curves_clear)

/* The time of a point, on the clock that all curves have. */
gint64 pd_loss_time_ns(const PdLossCurves *self, const PdTrainingPoint *point);

/* How many times sooner than the slowest a curve reaches the common loss; 1: no sooner, or there is
 * none. */
double pd_loss_speed_up(const PdLossCurves *self, guint curve);

/* The last value of a curve that is there: its smoothed loss, the loss of a validation. NAN: there
 * is none. */
double pd_loss_last(const PdLossCurves *self, guint curve);
double pd_loss_last_validation(const PdLossCurves *self, guint curve);

/* The smoothed losses that are worth showing: all, or, where curves are steep at first, from the
 * lowest one up to 2.5 times the height that they still lose behind a fifth of their steps. highest
 * is above lowest; FALSE: there is no loss at all. */
gboolean pd_loss_range(const PdLossCurves *self, double *lowest, double *highest);

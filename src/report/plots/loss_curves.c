#include "loss_curves.h"

#include <math.h>

#include "frame.h"

#define LEAST_WINDOW     10
#define STEPS_PER_WINDOW 100 /* of the longest log: 1 % of its steps */

/* Where the steep beginning is left out: at so many times the height that is lost behind so much of
 * the steps. */
#define STEEP_SHARE  0.2
#define STEEP_HEIGHT 2.5

/* What is shown at least, of curves that do not fall. */
#define LEAST_HEIGHT 0.02
#define LEAST_SHARE  1e-6 /* of the loss */

static double *
smooth(const PdTrainingCurve *curve, guint window)
{
    double *smoothed = g_new(double, curve->n_points);
    const double share = 1.0 / window;
    double average = 0, weight = 0;

    for (gsize i = 0; i < curve->n_points; i++) {
        if (!isnan(curve->points[i].loss)) {
            weight = (1 - share) * weight + share;
            average += share / weight * (curve->points[i].loss - average);
        }
        smoothed[i] = weight > 0 ? average : (double)NAN;
    }
    return smoothed;
}

static double
lowest_of(const PdLossCurves *self, guint curve)
{
    double lowest = (double)NAN;

    for (gsize i = 0; i < self->runs[curve].curve->n_points; i++)
        lowest = fmin(lowest, self->smoothed[curve][i]);
    return lowest;
}

/* From when on a curve is not above a loss, between two of its steps; NAN where it ends above or
 * does not come from there. */
static double
reach(const PdLossCurves *self, guint curve, double loss)
{
    const PdTrainingCurve *of = self->runs[curve].curve;
    const double *smoothed = self->smoothed[curve];
    gsize i = of->n_points;

    while (i > 0 && smoothed[i - 1] <= loss)
        i--;
    if (i == 0 || i == of->n_points || isnan(smoothed[i - 1]))
        return (double)NAN;
    const double before_ns = (double)pd_loss_time_ns(self, &of->points[i - 1]);
    const double at_ns = (double)pd_loss_time_ns(self, &of->points[i]);
    return before_ns +
           (at_ns - before_ns) * (smoothed[i - 1] - loss) / (smoothed[i - 1] - smoothed[i]);
}

static void
compare(PdLossCurves *self)
{
    double highest = (double)NAN;

    self->common_loss = (double)NAN;
    for (guint c = 0; c < self->n; c++)
        highest = fmax(highest, pd_loss_last(self, c));
    for (guint c = 0; c < self->n; c++) {
        self->reached_ns[c] = reach(self, c, highest);
        if (isnan(self->reached_ns[c]))
            return;
        if (self->reached_ns[c] > self->reached_ns[self->slowest])
            self->slowest = c;
    }
    if (self->n > 1)
        self->common_loss = highest;
}

void
pd_loss_curves_init(PdLossCurves *self, const PdPlot *plot)
{
    gsize most_points = 0;

    g_assert(plot->n_runs > 0 && plot->n_runs <= PD_LOSS_MOST_CURVES);
    *self = (PdLossCurves){
        .runs = plot->runs,
        .n = plot->n_runs,
        .virtual_time = pd_frame_is_virtual(plot),
    };
    for (guint c = 0; c < self->n; c++)
        most_points = MAX(most_points, self->runs[c].curve->n_points);
    self->window = (guint)MAX(most_points / STEPS_PER_WINDOW, LEAST_WINDOW);
    for (guint c = 0; c < self->n; c++)
        self->smoothed[c] = smooth(self->runs[c].curve, self->window);
    compare(self);
}

void
pd_loss_curves_clear(PdLossCurves *self)
{
    for (guint c = 0; c < self->n; c++)
        g_clear_pointer(&self->smoothed[c], g_free);
}

gint64
pd_loss_time_ns(const PdLossCurves *self, const PdTrainingPoint *point)
{
    return self->virtual_time ? point->virtual_ns : point->real_ns;
}

double
pd_loss_speed_up(const PdLossCurves *self, guint curve)
{
    return isnan(self->common_loss) || self->reached_ns[curve] <= 0
               ? 1
               : self->reached_ns[self->slowest] / self->reached_ns[curve];
}

double
pd_loss_last(const PdLossCurves *self, guint curve)
{
    return self->smoothed[curve][self->runs[curve].curve->n_points - 1];
}

double
pd_loss_last_validation(const PdLossCurves *self, guint curve)
{
    const PdTrainingCurve *of = self->runs[curve].curve;

    for (gsize i = of->n_points; i > 0; i--)
        if (!isnan(of->points[i - 1].validation_loss))
            return of->points[i - 1].validation_loss;
    return (double)NAN;
}

/* The highest smoothed loss of all curves, from a share of their steps on. */
static double
highest_from(const PdLossCurves *self, double share)
{
    double highest = (double)NAN;

    for (guint c = 0; c < self->n; c++) {
        const gsize n = self->runs[c].curve->n_points;

        for (gsize i = (gsize)(share * (double)n); i < n; i++)
            highest = fmax(highest, self->smoothed[c][i]);
    }
    return highest;
}

gboolean
pd_loss_range(const PdLossCurves *self, double *lowest, double *highest)
{
    *lowest = (double)NAN;
    for (guint c = 0; c < self->n; c++)
        *lowest = fmin(*lowest, lowest_of(self, c));
    *highest = fmin(highest_from(self, 0),
                    *lowest + STEEP_HEIGHT * (highest_from(self, STEEP_SHARE) - *lowest));
    if (isnan(*lowest))
        return FALSE;
    *highest = fmax(*highest, *lowest + LEAST_HEIGHT + LEAST_SHARE * *lowest);
    return TRUE;
}

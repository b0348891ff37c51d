#include "validation.h"

#include <math.h>

static PdStageValidation
compare_stage(PdStageReport *predicted, PdStageReport *measured, gint64 n)
{
    PdStageValidation result = { 0 };
    gint64 n_equal = 0;

    for (gint64 m = 0; m < n; m++) {
        const gint64 difference = (gint64)measured->crossings[m] - predicted->crossings[m];

        n_equal += difference == 0;
        result.largest_difference = MAX(result.largest_difference, ABS(difference));
        result.violations += measured->crossings[m] > measured->bound;
    }
    result.agreement = n > 0 ? (double)n_equal / (double)n : 1;
    g_clear_pointer(&predicted->crossings, g_free);
    g_clear_pointer(&measured->crossings, g_free);
    return result;
}

static gboolean
within(const PdValidation *self)
{
    return self->violations == 0 && !(fabs(self->makespan_error) > self->max_makespan_error) &&
           !(self->agreement < self->min_agreement);
}

PdValidation *
pd_validation_new(PdReport *predicted, PdReport *measured, gboolean paced,
                  double max_makespan_error, double min_agreement)
{
    const gint64 n = MIN(predicted->micro_batches, measured->micro_batches);
    const double measured_ns = (double)measured->makespan_ns;
    PdValidation *self = g_new0(PdValidation, 1);

    self->predicted = predicted;
    self->measured = measured;
    self->paced = paced;
    self->max_makespan_error = max_makespan_error;
    self->min_agreement = min_agreement;
    self->makespan_error =
        measured_ns > 0 ? ((double)predicted->makespan_ns - measured_ns) / measured_ns : 0;
    self->stages = g_new(PdStageValidation, measured->n_stages);
    for (guint s = 0; s < measured->n_stages; s++) {
        self->stages[s] = compare_stage(&predicted->stages[s], &measured->stages[s], n);
        self->agreement += self->stages[s].agreement / measured->n_stages;
        self->violations += self->stages[s].violations;
    }
    self->holds = within(self);
    return self;
}

void
pd_validation_free(PdValidation *validation)
{
    if (validation == NULL)
        return;
    pd_report_free(validation->predicted);
    pd_report_free(validation->measured);
    g_free(validation->stages);
    g_free(validation);
}

#include "crossings_shares.h"

double
pd_crossings_share(const PdStageReport *stage, gint64 first, gint64 n)
{
    double sum = 0, all = 0;

    for (guint i = 0; i < stage->crossing.n; i++) {
        all += (double)stage->crossing.histogram[i];
        if (i >= first && i - first < n)
            sum += (double)stage->crossing.histogram[i];
    }
    return all > 0 ? sum / all : 0;
}

gint64
pd_crossings_most(const PdPlot *plot)
{
    gint64 most = 1;

    for (guint r = 0; r < plot->n_runs; r++)
        most = MAX(most,
                   MAX(plot->runs[r].report->max_crossing, plot->runs[r].report->crossing_bound));
    return most;
}

gboolean
pd_crossings_are_kept(const PdPlot *plot)
{
    for (guint r = 0; r < plot->n_runs; r++)
        if (plot->runs[r].report->stages[0].crossings != NULL)
            return TRUE;
    return FALSE;
}

guint
pd_crossings_stages(const PdReport *report, guint stages[PD_TELLING_STAGES])
{
    const guint n = MIN(report->n_stages, PD_TELLING_STAGES);

    for (guint i = 0; i < n; i++)
        stages[i] = (guint)((guint64)i * report->n_stages / n);
    return n;
}

void
pd_crossings_part(const PdStageReport *stage, gint64 first, gint64 end, double *mean, gint64 *most)
{
    double sum = 0;

    *most = 0;
    for (gint64 m = first; m < end; m++) {
        sum += stage->crossings[m];
        *most = MAX(*most, (gint64)stage->crossings[m]);
    }
    *mean = end > first ? sum / (double)(end - first) : 0;
}

#include "memory.h"

#define MOST_PANELS 8
#define FAR         3 /* a capacity so many times the highest peak is not drawn */

guint
pd_memory_highest(const PdPlotRun *run)
{
    guint highest = 0;

    for (guint device = 1; device < run->report->n_devices; device++)
        if (run->report->devices[device].peak_memory_bytes >
            run->report->devices[highest].peak_memory_bytes)
            highest = device;
    return highest;
}

gboolean
pd_memory_leaves_out(const PdPlot *plot)
{
    return plot->n_runs == 1 && plot->runs[0].report->n_devices >
                                    (plot->terminal == NULL ? PD_MEMORY_MOST : MOST_PANELS);
}

guint
pd_memory_devices(const PdPlot *plot, const PdPlotRun *run, guint devices[PD_MEMORY_MOST])
{
    const guint p = run->report->n_devices, highest = pd_memory_highest(run);
    const gboolean all = plot->n_runs == 1 && !pd_memory_leaves_out(plot);
    guint n = 0;

    for (guint device = 0; device < p; device++)
        if (all || device == highest ||
            (plot->n_runs == 1 && (device == 0 || device == p / 2 || device == p - 1)))
            devices[n++] = device;
    return n;
}

gint64
pd_memory_most_bytes(const PdPlot *plot)
{
    gint64 most = 1, capacity = 0;

    for (guint i = 0; i < plot->n_runs; i++)
        most = MAX(most, plot->runs[i].report->max_peak_memory_bytes);
    for (guint i = 0; i < plot->n_runs; i++) {
        const PdReport *report = plot->runs[i].report;
        guint devices[PD_MEMORY_MOST];
        const guint n = pd_memory_devices(plot, &plot->runs[i], devices);

        for (guint j = 0; j < n; j++)
            if (report->devices[devices[j]].capacity_bytes / FAR <= most)
                capacity = MAX(capacity, report->devices[devices[j]].capacity_bytes);
    }
    return MAX(most, capacity);
}

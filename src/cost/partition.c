#include "partition.h"

gint64 *
pd_partition_balance(gint64 n_layers, guint n_stages, const double *layer_time,
                     const double *fixed_time)
{
    gint64 *layers = g_new(gint64, n_stages);

    for (guint stage = 0; stage < n_stages; stage++)
        layers[stage] = 1;
    for (gint64 given = n_stages; given < n_layers; given++) {
        double least = G_MAXDOUBLE;
        guint fastest = 0;

        for (guint stage = 0; stage < n_stages; stage++) {
            const double time = fixed_time[stage] + (double)(layers[stage] + 1) * layer_time[stage];

            /* of two that would be equally fast, the one with the slower layers is better off
               without another: it stays further below */
            if (time < least || (time == least && layer_time[stage] <= layer_time[fastest])) {
                least = time;
                fastest = stage;
            }
        }
        layers[fastest]++;
    }
    return layers;
}

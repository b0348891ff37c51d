/*
 * How a model's layers are cut into stages.
 */
#pragma once

#include <glib.h>

/*
 * Balance identical layers over stages so that the slowest stage is as fast as can be: give one
 * layer to each, then each next one to the stage that is fastest with it. Since layers are alike,
 * every number per stage is a contiguous cut, and the greedy choice is optimal: it gives the least
 * maximum, and among these the evenest partition. Among equals in this too the last stage gets
 * the layer, for it has the fewest micro-batches in flight.
 *
 * n_layers: at least n_stages.
 * layer_time: per stage, the time of one layer on its device, in any unit, > 0.
 * fixed_time: per stage, the time of all else it holds (embedding, head).
 * Returns: (transfer full) the layers of each stage.
 */
gint64 *pd_partition_balance(gint64 n_layers, guint n_stages, const double *layer_time,
                             const double *fixed_time);

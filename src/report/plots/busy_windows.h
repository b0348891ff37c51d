/*
 * How busy each device of a run was over time: its busy time in each window, in whole ns. An
 * operation is split over the windows that it covers.
 *
 * A window is a cycle of the run long, or several, so that a steady run has steady windows: a cycle
 * is a mini-batch where the schedule flushes, else as many micro-batches as are in flight at stage
 * 0. Where one of the runs has few cycles, a window is a part of one.
 */
#pragma once

#include "plot.h"
#include "windows.h"

typedef struct {
    PdSink sink;
    guint n_devices;
    PdWindows windows; /* none of them behind the end of the run */
    gint64 *busy_ns;   /* [device * windows.n + window] */
} PdBusyWindows;

/* most: windows in the part of the time that the plot shows. */
PdBusyWindows *pd_busy_windows_new(const PdPlot *plot, const PdPlotRun *run, guint most);
void pd_busy_windows_free(PdBusyWindows *self);

/*
 * The busy share of n devices from the first on, in windows from the first up to the one before
 * the end; NAN where these are empty.
 */
double pd_busy_windows_share(const PdBusyWindows *self, guint first_device, guint n_devices,
                             guint first_window, guint end_window);

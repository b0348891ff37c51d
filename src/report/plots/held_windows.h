/*
 * What devices of a run held over time: in each window the most that was held, and its parts. The
 * highest window of a device is therefore its peak, however many windows there are.
 */
#pragma once

#include "plot.h"
#include "windows.h"

/* The most that was held in a window, at its first time. */
typedef struct {
    gint64 bytes; /* −1: nothing is known of the window */
    gint64 parts_bytes[PD_N_PARTS];
} PdHeld;

typedef struct {
    PdSink sink;
    PdMemoryLedger ledger;
    PdWindows windows; /* none of them behind the end of the run */
    guint n_devices;   /* that are kept */
    gint *places;      /* per device: which of those it is; −1: none */
    PdHeld *held;      /* [place * windows.n + window] */
} PdHeldWindows;

/* devices: the n to keep, by number. most: windows in the part of the time that the plot shows. */
PdHeldWindows *pd_held_windows_new(const PdPlot *plot, const PdPlotRun *run, const guint *devices,
                                   guint n, guint most);
void pd_held_windows_free(PdHeldWindows *self);

/* What is kept of a device, windows.n of them. (transfer none) */
const PdHeld *pd_held_windows_of(const PdHeldWindows *self, guint device);

/*
 * The memory ledger: what each device holds, and the most that it ever held.
 *
 * The activations of a micro-batch are held from the start of its forward to the end of its
 * backward (of its weight gradient, where that is apart). Under recomputation only the stage's
 * inputs are held that long, and its activations from the start of the backward. A stashed version
 * is held from the end of the update that supersedes it to the end of the last backward that needs
 * it. Weights, gradients and the optimizer's state are held all the time.
 */
#pragma once

#include "scenario.h"
#include "stream.h"
#include "version_runs.h"

typedef enum {
    PD_PART_WEIGHTS,
    PD_PART_GRADIENTS,
    PD_PART_OPTIMIZER,
    PD_PART_ACTIVATIONS,
    PD_PART_STASHED_WEIGHTS,
    PD_N_PARTS,
} PdMemoryPart;

/* The part's name in reports: "weights", ... */
const char *pd_memory_part_name(PdMemoryPart part);

typedef struct {
    gint64 held_bytes;              /* now, all parts */
    gint64 parts_bytes[PD_N_PARTS]; /* now */
    gint64 peak_bytes;
    gint64 peak_at_ns; /* the first time */
    gint64 peak_parts_bytes[PD_N_PARTS];
} PdDeviceMemory;

typedef struct {
    PdSink sink;
    const PdScenario *scenario;
    PdDeviceMemory *devices;
    PdVersionRuns *versions; /* per stage: those of the micro-batches in flight; NULL: no stash */
} PdMemoryLedger;

void pd_memory_ledger_init(PdMemoryLedger *ledger, const PdScenario *scenario);

/* Begin a device's peak anew, with what it holds now: for who wants the peaks of parts of a run. */
void pd_memory_ledger_begin_peak(PdMemoryLedger *ledger, guint device, gint64 at_ns);

void pd_memory_ledger_clear(PdMemoryLedger *ledger);

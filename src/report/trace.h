/*
 * A trace: a run as Chrome trace events, which Perfetto and chrome://tracing open. A sink that
 * writes as it is told, so that a trace of any length needs no memory.
 *
 *   process per device        its operations as slices, with micro-batch, stage, weight versions
 *   counters per device       bytes held, what they are made of, micro-batches in flight
 *   flows between slices      activations and gradients, from stage to stage
 *   a track of idle slices    with their cause, where asked
 *
 * Format: "Trace Event Format" (Google); times in µs with three decimals, which is whole ns.
 */
#pragma once

#include "memory_ledger.h"
#include "output.h"

typedef struct {
    PdSink sink;
    const PdScenario *scenario;
    PdMemoryLedger memory;
    gint64 *in_flight;             /* per device */
    gboolean has_part[PD_N_PARTS]; /* some device holds something of it */
    gboolean idle;                 /* idle slices are asked for */
    PdOutput output;
} PdTrace;

/*
 * Begin a trace.
 *
 * path: of the file, which is there when the trace has ended, or not at all.
 * idle: whether idle times are slices too.
 * Errors: PD_ERROR_SYSTEM where it cannot be written.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_trace_init(PdTrace *trace, const PdScenario *scenario,
                                                 const char *path, gboolean idle, GError **error);

/* End it and put it in its place. Errors: PD_ERROR_SYSTEM. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_trace_end(PdTrace *trace, GError **error);

/* Free it; a trace that has not been ended leaves no file. */
void pd_trace_clear(PdTrace *trace);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdTrace, pd_trace_clear)

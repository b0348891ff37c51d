/*
 * The time ledger: where each device's time went. Busy time and operations, idle time by cause, and
 * the idle share in the steady state.
 */
#pragma once

#include "scenario.h"
#include "stream.h"

/*
 * The steady window lies between two marks in time, which the events of device 0 set. For an
 * asynchronous schedule: the start of its first backward, the end of its last forward. For a flush:
 * the end of its first update, the start of its last mini-batch.
 */
typedef enum { PD_STEADY_BEGIN, PD_STEADY_END, PD_N_MARKS } PdMark;

typedef struct {
    gint64 first_start_ns;
    gint64 last_end_ns;
    gint64 busy_ns;
    gint64 operations;
    gint64 idle_ns[PD_N_CAUSES];
    gint64 busy_at_ns[PD_N_MARKS]; /* busy time up to each mark that has been passed */
    guint passed;                  /* marks */
} PdDeviceTime;

typedef struct {
    PdSink sink;
    const PdScenario *scenario;
    PdDeviceTime *devices;
    gint64 marks_ns[PD_N_MARKS]; /* G_MAXINT64 until known */
    gint64 makespan_ns;
} PdTimeLedger;

void pd_time_ledger_init(PdTimeLedger *ledger, const PdScenario *scenario);
void pd_time_ledger_clear(PdTimeLedger *ledger);

/*
 * The idle share of all devices within the steady window, after the run.
 *
 * Returns: FALSE where the window is empty.
 */
gboolean pd_time_ledger_steady_bubble(PdTimeLedger *ledger, double *fraction);

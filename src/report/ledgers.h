/*
 * The ledgers of one run, ready to be given to an executor's stream.
 */
#pragma once

#include "memory_ledger.h"
#include "time_ledger.h"
#include "version_ledger.h"

typedef struct {
    const PdScenario *scenario;
    PdTimeLedger time;
    PdMemoryLedger memory;
    PdVersionLedger versions;
} PdLedgers;

/* scenario: to outlive the ledgers. per_micro_batch: keep every crossing. */
PdLedgers *pd_ledgers_new(const PdScenario *scenario, gboolean per_micro_batch);

void pd_ledgers_free(PdLedgers *ledgers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdLedgers, pd_ledgers_free)

#define PD_N_LEDGERS 3

/* Put the ledgers' sinks into an array of at least PD_N_LEDGERS. (transfer none) */
void pd_ledgers_sinks(PdLedgers *ledgers, PdSink *sinks[PD_N_LEDGERS]);

#include "ledgers.h"

PdLedgers *
pd_ledgers_new(const PdScenario *scenario, gboolean per_micro_batch)
{
    PdLedgers *ledgers = g_new(PdLedgers, 1);

    ledgers->scenario = scenario;
    pd_time_ledger_init(&ledgers->time, scenario);
    pd_memory_ledger_init(&ledgers->memory, scenario);
    pd_version_ledger_init(&ledgers->versions, scenario, per_micro_batch);
    return ledgers;
}

void
pd_ledgers_free(PdLedgers *ledgers)
{
    if (ledgers == NULL)
        return;
    pd_time_ledger_clear(&ledgers->time);
    pd_memory_ledger_clear(&ledgers->memory);
    pd_version_ledger_clear(&ledgers->versions);
    g_free(ledgers);
}

void
pd_ledgers_sinks(PdLedgers *ledgers, PdSink *sinks[PD_N_LEDGERS])
{
    sinks[0] = &ledgers->time.sink;
    sinks[1] = &ledgers->memory.sink;
    sinks[2] = &ledgers->versions.sink;
}

/*
 * A witness: a sink that keeps every event of a small run, and then holds the run to what must be
 * true of any, by itself: it shares no code with the simulator or the ledgers.
 */
#pragma once

#include "scenario.h"
#include "stream.h"

typedef struct {
    PdSink sink;
    const PdScenario *scenario;
    GArray *events; /* of PdEvent */
} Witness;

void witness_init(Witness *witness, const PdScenario *scenario);
void witness_clear(Witness *witness);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Witness, witness_clear)

/* The event of an operation. Fails the test if there is not exactly one. (transfer none) */
const PdEvent *witness_find(const Witness *witness, PdKind kind, gint64 micro_batch, guint stage);

/* Every operation once; the time of each device filled without overlap or gap from 0 to the end. */
void witness_check_devices(const Witness *witness);

/* Nothing begins before what it needs has arrived, over links that are first in, first out and
 * carry one message at a time; nobody waits for what is there. */
void witness_check_dependencies(const Witness *witness);

/* No more devices compute at once than there are processors; who waits for one finds none free. */
void witness_check_processors(const Witness *witness);

/* The versions in the events are the updates that had ended. */
void witness_check_versions(const Witness *witness);

/*
 * A witness: a sink that keeps every event of a small run, and then holds the run to what must be
 * true of any, by itself: it shares no code with the simulator or the ledgers.
 *
 * A check returns what did not hold, to be freed, or NULL where all does. A test fails on it with
 * test_holds().
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

/* An event in words: what, where, when, which versions. (transfer full) */
char *witness_describe(const PdEvent *event);

/* What did not hold of an event, with the event. (transfer full) */
char *witness_fault(const PdEvent *event, const char *what);

/* Every operation once; the time of each device filled without overlap or gap from 0 to the end. */
G_GNUC_WARN_UNUSED_RESULT char *witness_check_devices(const Witness *witness);

/* Nothing begins before what it needs has arrived, over links that are first in, first out and
 * carry one message at a time; nobody waits for what is there. */
G_GNUC_WARN_UNUSED_RESULT char *witness_check_dependencies(const Witness *witness);

/* No more devices compute at once than there are processors; who waits for one finds none free. */
G_GNUC_WARN_UNUSED_RESULT char *witness_check_processors(const Witness *witness);

/* The versions in the events are the updates that had ended. */
G_GNUC_WARN_UNUSED_RESULT char *witness_check_versions(const Witness *witness);

/*
 * Replay: one thread carries out the operations of a run in an order that is given: the
 * simulator's, while it decides it, or one that was recorded from threads. It is a sink, so that
 * replaying is simulating, or telling the recorded events again, with one sink more. The result is
 * deterministic and has a virtual clock: what a run would be on hardware that one does not have.
 */
#pragma once

#include "scenario.h"
#include "stream.h"
#include "work.h"

typedef struct {
    PdSink sink;
    const PdScenario *scenario;
    PdWork *const *works;
    PdStream *stream; /* NULL: nobody is asked to stop where a work fails */
    void *payload;
    GError *error;
} PdReplay;

/* works: one per device, (transfer none). stream: that the sink is given to, or NULL. */
void pd_replay_init(PdReplay *replay, const PdScenario *scenario, PdWork *const *works,
                    PdStream *stream);
void pd_replay_clear(PdReplay *replay);

/*
 * Whether all has been carried out.
 *
 * Errors: what a work failed with; PD_ERROR_SCHEDULE where the weights' own counters disagree with
 * the versions in the events.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_replay_check(PdReplay *replay, GError **error);

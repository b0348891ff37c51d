/*
 * A run as its events tell it: what the writer of an event file and its reader both know so far,
 * so that whatever follows from the events before need not stand in the file. It is also what
 * tells a run from a series of events that no run could have.
 *
 * The devices' progress and weight versions are counted again by the same code that executors use.
 */
#pragma once

#include "device.h"
#include "stream.h"

typedef struct {
    const PdScenario *scenario;
    PdDevice *devices;
    gint64 *filled_ns;  /* per device: the end of its last event */
    gint64 *expected;   /* [stage * PD_N_KINDS + kind]: the micro-batch behind the last one */
    gint64 *lengths_ns; /* [(stage * PD_N_KINDS + kind) * PD_N_CAUSES + cause]: of the last one */
    gint64 *newest;     /* per stage: the newest forward version that a backward had */
    gint64 *max_in_flight; /* per stage */
    gint64 now_ns;         /* where the stream is */
} PdEventTrack;

void pd_event_track_init(PdEventTrack *track, const PdScenario *scenario);
void pd_event_track_clear(PdEventTrack *track);

/* The micro-batch that an event of a stage and kind is expected to name. */
gint64 pd_event_track_micro_batch(const PdEventTrack *track, PdOperation operation);

/* How long an event of a stage, kind and cause is expected to take: as long as the last one did. */
static inline gint64 *
pd_event_track_length(const PdEventTrack *track, PdOperation operation)
{
    const gsize row = (gsize)operation.stage * PD_N_KINDS + operation.kind;

    return &track->lengths_ns[row * PD_N_CAUSES + operation.cause];
}

/*
 * Go on to an event, of which all but the weight versions is known.
 *
 * counted: receives the weight versions that its operation should have met; zeros for a wait.
 * Errors: PD_ERROR_INPUT, the message without place, for an event that cannot come here.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_event_track_begin(PdEventTrack *track, const PdEvent *event,
                                                        PdVersions *counted, GError **error);

/*
 * Complete the event with the weight versions that it tells. They may be other than those counted,
 * but only such as the updates so far can have made.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_event_track_end(PdEventTrack *track, const PdEvent *event,
                                                      PdVersions counted, GError **error);

/* Whether the run may end here: behind a mini-batch, at one instant for all devices. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_event_track_check_end(const PdEventTrack *track,
                                                            GError **error);

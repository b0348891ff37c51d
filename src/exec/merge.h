/*
 * The merge: from the events that threads tell, each its own in order, one stream in the order that
 * stream.h promises: operations by their starts over all devices, a wait by its end.
 *
 * Each device writes to a ring of its own, without a lock, and says how early its next event can
 * still be. The host passes on whatever no device can precede any more. Since an operation ends by
 * itself, a device whose ring is full waits no longer than the longest operation that runs.
 */
#pragma once

#include <pthread.h>

#include "clock.h"
#include "stream.h"

typedef struct PdMerge PdMerge;

PdMerge *pd_merge_new(guint n_devices, const PdClock *clock);
void pd_merge_free(PdMerge *merge);

/* --- for a device's thread -------------------------------------------------------------------- */

/* The device's next event will not be earlier than this. */
void pd_merge_not_before(PdMerge *merge, guint device, gint64 at_ns);

/* The device waits: its next event will not be earlier than the instant at which the wait ends,
 * which the thread reads off the clock after it has called pd_merge_not_before() again. */
void pd_merge_waits(PdMerge *merge, guint device);

/* Tell an event. Waits while the ring is full. */
void pd_merge_tell(PdMerge *merge, const PdEvent *event);

/* --- for the host ----------------------------------------------------------------------------- */

/* Wait until there may be something to pass on, for a while at most. */
void pd_merge_wait(PdMerge *merge);

/* Let the host look at once. For any thread. */
void pd_merge_wake(PdMerge *merge);

/* Pass on all events that are in order already. */
void pd_merge_pass_on(PdMerge *merge, PdStream *stream);

/*
 * A rendezvous: threads wait until all of them have come and somebody lets them go on. At a barrier
 * the last to come does so; when the pipeline has drained, the run's host does, after it has done
 * what needs a pipeline in which nothing is in flight.
 */
#pragma once

#include <glib.h>
#include <pthread.h>

#include "clock.h"

typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t released;
    const PdClock *clock;
    guint n;         /* who have to come */
    guint n_there;   /* who have */
    guint round;     /* counts the releases */
    gint64 at_ns;    /* of the last release */
    gboolean hosted; /* the last to come does not release the others */
    gboolean stopped;
} PdRendezvous;

void pd_rendezvous_init(PdRendezvous *rendezvous, guint n, gboolean hosted, const PdClock *clock);
void pd_rendezvous_clear(PdRendezvous *rendezvous);

/*
 * Come, and wait for the release.
 *
 * at_ns: receives the instant of the release.
 * Returns: FALSE where the run has been stopped.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_rendezvous_meet(PdRendezvous *rendezvous, gint64 *at_ns);

/* Whether all have come. For the host. */
gboolean pd_rendezvous_is_complete(PdRendezvous *rendezvous);

/* Let all go on. For the host. */
void pd_rendezvous_release(PdRendezvous *rendezvous);

/* Let nobody wait any more. */
void pd_rendezvous_stop(PdRendezvous *rendezvous);

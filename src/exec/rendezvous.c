#include "rendezvous.h"

void
pd_rendezvous_init(PdRendezvous *self, guint n, gboolean hosted, const PdClock *clock)
{
    *self = (PdRendezvous){ .n = n, .hosted = hosted, .clock = clock };
    pthread_mutex_init(&self->mutex, NULL);
    pthread_cond_init(&self->released, NULL);
}

void
pd_rendezvous_clear(PdRendezvous *self)
{
    pthread_cond_destroy(&self->released);
    pthread_mutex_destroy(&self->mutex);
}

/* With the mutex held. */
static void
release(PdRendezvous *self)
{
    self->at_ns = pd_clock_now(self->clock);
    self->n_there = 0;
    self->round++;
    pthread_cond_broadcast(&self->released);
}

gboolean
pd_rendezvous_meet(PdRendezvous *self, gint64 *at_ns)
{
    gboolean stopped;
    guint round;

    pthread_mutex_lock(&self->mutex);
    round = self->round;
    if (++self->n_there == self->n && !self->hosted)
        release(self);
    while (self->round == round && !self->stopped)
        pthread_cond_wait(&self->released, &self->mutex);
    *at_ns = self->at_ns;
    stopped = self->stopped;
    pthread_mutex_unlock(&self->mutex);
    return !stopped;
}

gboolean
pd_rendezvous_is_complete(PdRendezvous *self)
{
    gboolean complete;

    pthread_mutex_lock(&self->mutex);
    complete = self->n_there == self->n;
    pthread_mutex_unlock(&self->mutex);
    return complete;
}

void
pd_rendezvous_release(PdRendezvous *self)
{
    pthread_mutex_lock(&self->mutex);
    release(self);
    pthread_mutex_unlock(&self->mutex);
}

void
pd_rendezvous_stop(PdRendezvous *self)
{
    pthread_mutex_lock(&self->mutex);
    self->stopped = TRUE;
    pthread_cond_broadcast(&self->released);
    pthread_mutex_unlock(&self->mutex);
}

#include "processors.h"

#include <pthread.h>

struct PdProcessors {
    pthread_mutex_t mutex;
    pthread_cond_t *called; /* per device: it has got a processor, or the run stops */
    gboolean *has_got;      /* per device, while it waits */
    guint *line;            /* a ring of the devices that wait, the longest first */
    guint n_devices;
    guint first, n_waiting;
    guint n_free;
    gboolean stopped;
};

PdProcessors *
pd_processors_new(guint n_processors, guint n_devices)
{
    PdProcessors *self = g_new0(PdProcessors, 1);

    self->n_free = n_processors;
    self->n_devices = n_devices;
    self->line = g_new0(guint, n_devices);
    self->has_got = g_new0(gboolean, n_devices);
    self->called = g_new(pthread_cond_t, n_devices);
    pthread_mutex_init(&self->mutex, NULL);
    for (guint i = 0; i < n_devices; i++)
        pthread_cond_init(&self->called[i], NULL);
    return self;
}

void
pd_processors_free(PdProcessors *self)
{
    if (self == NULL)
        return;
    for (guint i = 0; i < self->n_devices; i++)
        pthread_cond_destroy(&self->called[i]);
    pthread_mutex_destroy(&self->mutex);
    g_free(self->called);
    g_free(self->has_got);
    g_free(self->line);
    g_free(self);
}

gboolean
pd_processors_try(PdProcessors *self)
{
    gboolean got;

    pthread_mutex_lock(&self->mutex);
    got = self->n_free > 0;
    self->n_free -= got ? 1 : 0;
    pthread_mutex_unlock(&self->mutex);
    return got;
}

gboolean
pd_processors_take(PdProcessors *self, guint device)
{
    gboolean got;

    pthread_mutex_lock(&self->mutex);
    if (self->n_free > 0) {
        self->n_free--;
        self->has_got[device] = TRUE;
    } else {
        self->line[(self->first + self->n_waiting++) % self->n_devices] = device;
    }
    while (!self->has_got[device] && !self->stopped)
        pthread_cond_wait(&self->called[device], &self->mutex);
    got = self->has_got[device];
    self->has_got[device] = FALSE;
    pthread_mutex_unlock(&self->mutex);
    return got;
}

/* A processor is free while nobody waits only, so who gives one back hands it over. */
void
pd_processors_give_back(PdProcessors *self)
{
    pthread_mutex_lock(&self->mutex);
    if (self->n_waiting == 0) {
        self->n_free++;
    } else {
        const guint device = self->line[self->first];

        self->first = (self->first + 1) % self->n_devices;
        self->n_waiting--;
        self->has_got[device] = TRUE;
        pthread_cond_signal(&self->called[device]);
    }
    pthread_mutex_unlock(&self->mutex);
}

void
pd_processors_stop(PdProcessors *self)
{
    pthread_mutex_lock(&self->mutex);
    self->stopped = TRUE;
    for (guint i = 0; i < self->n_devices; i++)
        pthread_cond_signal(&self->called[i]);
    pthread_mutex_unlock(&self->mutex);
}

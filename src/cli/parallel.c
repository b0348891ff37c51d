#include "parallel.h"

#include <pthread.h>

#define WINDOW_PER_JOB 64

/* Shared by the threads, under the mutex. */
typedef struct {
    const PdParallel *parallel;
    pthread_mutex_t mutex;
    pthread_cond_t room; /* in the window, or nothing more is wanted */
    gint64 next;         /* task to be begun */
    gint64 taken;        /* the first whose result has not been taken */
    gpointer *window;    /* results that wait for one before them, by task modulo the size */
    gint64 size;
    guint n_waiting;  /* for room */
    gboolean taking;  /* some thread is at it */
    gboolean stopped; /* nothing more is wanted */
    gboolean refused; /* and not even what is there */
} Shared;

static void
stop(Shared *self)
{
    self->stopped = TRUE;
    pthread_cond_broadcast(&self->room);
}

/* Take what is there, in order, unless another thread is at it: that one will see it. */
static void
take_all(Shared *self)
{
    gpointer *place = &self->window[self->taken % self->size];

    if (self->taking)
        return;
    self->taking = TRUE;
    while (*place != NULL && !self->refused) {
        gpointer result = g_steal_pointer(place);
        gboolean wanted;

        pthread_mutex_unlock(&self->mutex);
        wanted = self->parallel->take(self->parallel->data, result);
        pthread_mutex_lock(&self->mutex);
        self->taken++;
        place = &self->window[self->taken % self->size];
        if (self->n_waiting > 0)
            pthread_cond_broadcast(&self->room);
        if (!wanted) {
            self->refused = TRUE;
            stop(self);
        }
    }
    self->taking = FALSE;
}

/* Wait for room in the window. FALSE: there is nothing more to do. */
static gboolean
find_task(Shared *self, gint64 *task)
{
    while (!self->stopped && self->next < self->parallel->end &&
           self->next - self->taken >= self->size) {
        self->n_waiting++;
        pthread_cond_wait(&self->room, &self->mutex);
        self->n_waiting--;
    }
    if (self->stopped || self->next == self->parallel->end)
        return FALSE;
    *task = self->next++;
    return TRUE;
}

static void *
work(void *data)
{
    Shared *self = data;
    const PdParallel *parallel = self->parallel;
    gpointer own = parallel->begin(parallel->data);
    gint64 task;

    pthread_mutex_lock(&self->mutex);
    while (find_task(self, &task)) {
        gpointer result;

        pthread_mutex_unlock(&self->mutex);
        result = parallel->run(parallel->data, own, task);
        pthread_mutex_lock(&self->mutex);
        if (result == NULL)
            stop(self);
        self->window[task % self->size] = result;
        take_all(self);
    }
    pthread_mutex_unlock(&self->mutex);
    parallel->free_own(own);
    return NULL;
}

/* Without enough threads, those that there are do the work. */
static void
run_threads(Shared *self)
{
    const guint n = self->parallel->n_jobs - 1;
    g_autofree pthread_t *threads = g_new(pthread_t, n);
    guint n_started = 0;

    while (n_started < n && pthread_create(&threads[n_started], NULL, work, self) == 0)
        n_started++;
    work(self);
    for (guint i = 0; i < n_started; i++)
        pthread_join(threads[i], NULL);
}

gint64
pd_parallel_run(const PdParallel *parallel)
{
    Shared shared = {
        .parallel = parallel,
        .next = parallel->first,
        .taken = parallel->first,
        .size = (gint64)parallel->n_jobs * WINDOW_PER_JOB,
    };

    shared.window = g_new0(gpointer, shared.size);
    pthread_mutex_init(&shared.mutex, NULL);
    pthread_cond_init(&shared.room, NULL);
    run_threads(&shared);
    for (gint64 i = 0; i < shared.size; i++)
        if (shared.window[i] != NULL)
            parallel->free_result(shared.window[i]);
    pthread_cond_destroy(&shared.room);
    pthread_mutex_destroy(&shared.mutex);
    g_free(shared.window);
    return shared.taken;
}

/*
 * One device's thread, and what all threads of a run share. For threads.c, which makes them, starts
 * them and passes on what they tell.
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "jitter.h"
#include "merge.h"
#include "port.h"
#include "processors.h"
#include "rendezvous.h"
#include "work.h"

typedef struct PdThreads PdThreads;

/* A device's thread. */
typedef struct {
    PdThreads *run;
    pthread_t thread;
    PdDevice device;
    PdWork *work;        /* NULL: operations do nothing */
    void *handover;      /* a payload between two stages of this device */
    gint64 now_ns;       /* up to where the device's time has been told, or is being spent */
    gint64 idle_from_ns; /* where it is idle: since when ... */
    PdOperation wanted;  /* ... for what, and with the cause of waiting */
    gboolean holds_processor;
} PdWorker;

struct PdThreads {
    const PdScenario *scenario;
    gboolean paced;
    gsize message_bytes;
    PdClock clock;
    PdJitter jitter;
    PdPorts *ports;
    PdMerge *merge;
    PdProcessors *processors;
    PdRendezvous barrier; /* before the updates of a flush */
    PdRendezvous drained; /* hosted: all devices have reached their horizon */
    PdWorker *workers;
    atomic_bool finishes; /* device 0 is to announce the end of its mini-batch as that of the run */
    atomic_uint n_done;
    pthread_mutex_t mutex;
    GError *error; /* the first one; behind the mutex while threads run */
};

/* Let all threads come to an end. */
void pd_threads_stop(PdThreads *run);

/* Keep the first error, (transfer full), and stop the run. Returns FALSE. */
gboolean pd_threads_fail(PdThreads *run, GError *error);

/* What a thread runs: the device's operations until it is done or the run is stopped. data: its
 * PdWorker. Returns NULL. */
void *pd_worker_main(void *data);

/* What the worker did from start_ns to where its time is now. */
PdEvent pd_worker_event(const PdWorker *worker, PdOperation operation, gint64 start_ns,
                        PdVersions versions);

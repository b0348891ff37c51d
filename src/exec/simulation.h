/*
 * A run in virtual time while it goes on: where each device is, and the clock. For simulator.c and
 * drains.c.
 */
#pragma once

#include "agenda.h"
#include "device.h"
#include "device_set.h"
#include "jitter.h"
#include "links.h"
#include "processor_queue.h"
#include "stream.h"

typedef enum {
    PD_SIMULATED_WAITING,    /* for an arrival */
    PD_SIMULATED_RUNNING,    /* an operation */
    PD_SIMULATED_QUEUED,     /* for a processor */
    PD_SIMULATED_AT_BARRIER, /* for the other devices, before its updates */
    PD_SIMULATED_DRAINED,    /* for the other devices, before forwards behind its horizon */
    PD_SIMULATED_DONE,
} PdSimulatedState;

/* A device in virtual time, with the lines of what is on its way to it. */
typedef struct {
    PdDevice device;
    PdLink activations; /* from the device before */
    PdLink gradients;   /* from the device behind */
    PdOperation
        operation; /* that runs; where none does: that is wanted, with the cause of waiting */
    gint64 idle_from_ns;
    PdSimulatedState state;
    gboolean holds_processor;
} PdSimulated;

/* The whole pipeline. */
typedef struct {
    const PdScenario *scenario;
    PdStream *stream;
    PdSimulated *workers;
    PdAgenda agenda;   /* who ends an operation, meets an arrival or leaves the barrier when */
    PdDeviceSet ready; /* who chooses at this instant */
    PdProcessorQueue processors;
    guint n_at_barrier;
    guint n_drained;
    gboolean finishes; /* the wish to end early has been met */
    gint64 now_ns;
    PdJitter jitter;
} PdSimulation;

/* Tell of an operation that begins or, where it has a cause, of a wait that ends. */
static inline void
pd_simulation_tell(PdSimulation *self, const PdSimulated *worker, PdOperation operation,
                   gint64 start_ns, gint64 end_ns, PdVersions versions)
{
    *pd_stream_push(self->stream) = (PdEvent){
        .operation = operation,
        .start_ns = start_ns,
        .end_ns = end_ns,
        .forward_version = versions.forward,
        .version = versions.visible,
        .device = worker->device.number,
    };
}

/* Tell how long the worker has been idle, if it has. */
static inline void
pd_simulation_end_wait(PdSimulation *self, PdSimulated *worker)
{
    if (worker->idle_from_ns < self->now_ns)
        pd_simulation_tell(self, worker, worker->operation, worker->idle_from_ns, self->now_ns,
                           (PdVersions){ 0 });
    worker->idle_from_ns = self->now_ns;
}

/* The worker is idle from now on, or still is, for the cause that comes with what it wants. */
static inline void
pd_simulation_wait_for(PdSimulation *self, PdSimulated *worker, PdOperation wanted)
{
    if (!pd_device_has_begun(&worker->device))
        wanted.cause = PD_STARTUP;
    if (wanted.cause != worker->operation.cause)
        pd_simulation_end_wait(self, worker);
    worker->operation = wanted;
}

/* The worker is idle and looks for something to do when all at this instant has been handled. */
static inline void
pd_simulation_look_around(PdSimulation *self, PdSimulated *worker)
{
    worker->state = PD_SIMULATED_WAITING;
    pd_device_set_add(&self->ready, worker->device.number);
}

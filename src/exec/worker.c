#include "worker.h"

void
pd_threads_stop(PdThreads *run)
{
    pd_ports_stop(run->ports);
    pd_processors_stop(run->processors);
    pd_rendezvous_stop(&run->barrier);
    pd_rendezvous_stop(&run->drained);
    pd_merge_wake(run->merge);
}

gboolean
pd_threads_fail(PdThreads *run, GError *error)
{
    pthread_mutex_lock(&run->mutex);
    if (run->error == NULL)
        run->error = error;
    else
        g_error_free(error);
    pthread_mutex_unlock(&run->mutex);
    pd_threads_stop(run);
    return FALSE;
}

/* --- events ----------------------------------------------------------------------------------- */

PdEvent
pd_worker_event(const PdWorker *worker, PdOperation operation, gint64 start_ns, PdVersions versions)
{
    return (PdEvent){
        .operation = operation,
        .start_ns = start_ns,
        .end_ns = worker->now_ns,
        .forward_version = versions.forward,
        .version = versions.visible,
        .device = worker->device.number,
    };
}

/* Tell how long the worker has been idle, if it has. */
static void
end_wait(PdWorker *self)
{
    if (self->idle_from_ns < self->now_ns) {
        const PdEvent wait =
            pd_worker_event(self, self->wanted, self->idle_from_ns, (PdVersions){ 0 });

        pd_merge_tell(self->run->merge, &wait);
    }
    self->idle_from_ns = self->now_ns;
}

/* The worker is idle from now on, or still is, for the cause that comes with what it wants. */
static void
wait_for(PdWorker *self, PdOperation wanted)
{
    if (!pd_device_has_begun(&self->device))
        wanted.cause = PD_STARTUP;
    if (wanted.cause != self->wanted.cause)
        end_wait(self);
    self->wanted = wanted;
}

/* Around everything that may block, so that the events of others can be passed on meanwhile. */
static void
fall_asleep(PdWorker *self)
{
    pd_merge_waits(self->run->merge, self->device.number);
}

static void
wake_up(PdWorker *self)
{
    pd_merge_not_before(self->run->merge, self->device.number, self->now_ns);
    self->now_ns = pd_clock_now(&self->run->clock);
}

/* --- processors ------------------------------------------------------------------------------- */

static void
give_processor_back(PdWorker *self)
{
    if (self->holds_processor)
        pd_processors_give_back(self->run->processors);
    self->holds_processor = FALSE;
}

/* Wait for a processor. What the worker then does it chooses when it has got one. */
static gboolean
queue(PdWorker *self, PdOperation wanted)
{
    wanted.cause = PD_PROCESSOR;
    wait_for(self, wanted);
    fall_asleep(self);
    self->holds_processor = pd_processors_take(self->run->processors, self->device.number);
    wake_up(self);
    return self->holds_processor;
}

/* --- messages --------------------------------------------------------------------------------- */

static void
accept(PdWorker *self, PdMessage message, const void *payload)
{
    if (self->work != NULL)
        self->work->accept(self->work, message, payload);
    pd_device_receive(&self->device, message);
}

/* Take in all that has arrived by now. */
static void
receive(PdWorker *self)
{
    PdPorts *ports = self->run->ports;
    const guint number = self->device.number;
    const void *payload;
    PdMessage message;

    while (pd_port_receive(ports, number, self->now_ns, &message, &payload)) {
        accept(self, message, payload);
        pd_port_take(ports, number, message);
    }
}

static gboolean
stays_here(const PdWorker *self, PdMessage message)
{
    return pd_scenario_device(self->run->scenario, message.stage) == self->device.number;
}

/* Where the payload of an operation's message goes; *payload stays NULL where it has none. */
static gboolean
reserve(PdWorker *self, PdOperation operation, void **payload)
{
    const PdMessage message = pd_message_of(self->run->scenario, operation);

    if (!pd_message_carries(message, operation))
        return TRUE;
    *payload =
        stays_here(self, message) ? self->handover : pd_port_reserve(self->run->ports, message);
    return *payload != NULL;
}

static void
send(PdWorker *self, PdMessage message, PdOperation ended, const void *payload)
{
    if (!stays_here(self, message))
        pd_port_send(self->run->ports, message, self->now_ns);
    else if (pd_message_carries(message, ended))
        accept(self, message, payload);
    else
        pd_device_receive(&self->device, message);
}

/* --- turns ------------------------------------------------------------------------------------ */

static gboolean
reach_barrier(PdWorker *self)
{
    PdThreads *run = self->run;
    PdOperation update = pd_device_due_update(&self->device);
    gint64 met_ns;
    gboolean met;

    give_processor_back(self);
    update.cause = PD_BARRIER;
    wait_for(self, update);
    fall_asleep(self);
    met = pd_rendezvous_meet(&run->barrier, &met_ns);
    if (met && run->paced)
        pd_clock_sleep_until(&run->clock, met_ns + run->scenario->barrier_ns);
    wake_up(self);
    return met;
}

/* All before the horizon has been done: wait for the other devices, then go on to the next one. */
static gboolean
drain(PdWorker *self)
{
    PdThreads *run = self->run;
    const gint64 horizon = self->device.horizon;
    gint64 met_ns;
    gboolean met;

    give_processor_back(self);
    wait_for(self, (PdOperation){ horizon, self->device.number, PD_FORWARD, PD_BARRIER });
    fall_asleep(self);
    pd_merge_wake(run->merge);
    met = pd_rendezvous_meet(&run->drained, &met_ns);
    wake_up(self);
    pd_device_set_horizon(&self->device, pd_scenario_next_drain(run->scenario, horizon));
    return met;
}

/* PdThreads an operation's work; with pacing, for as long as the scenario says at least. */
static gboolean
carry_out(PdWorker *self, PdOperation operation, void *payload, PdVersions *versions)
{
    PdThreads *run = self->run;
    GError *error = NULL;

    if (self->work != NULL && !self->work->run(self->work, operation, payload, versions, &error))
        return pd_threads_fail(run, error);
    if (run->paced)
        pd_clock_sleep_until(&run->clock,
                             self->now_ns +
                                 pd_jitter_apply(&run->jitter, operation,
                                                 pd_scenario_duration(run->scenario, operation)));
    return TRUE;
}

/* Execute an operation that can begin now, on a processor that the worker holds. */
static gboolean
execute(PdWorker *self, PdOperation operation)
{
    PdThreads *run = self->run;
    const guint number = self->device.number;
    const gint64 start_ns = self->now_ns;
    void *payload = NULL;
    GError *error = NULL;
    PdVersions versions;
    PdMessage message;
    PdEvent told;

    if (!pd_device_check(&self->device, operation, &error))
        return pd_threads_fail(run, error);
    end_wait(self);
    self->wanted.cause = PD_NOT_WAITING;
    pd_merge_not_before(run->merge, number, start_ns);
    versions = pd_device_begin(&self->device, operation);
    if (!reserve(self, operation, &payload) || !carry_out(self, operation, payload, &versions))
        return FALSE;
    self->now_ns = pd_clock_now(&run->clock);
    self->idle_from_ns = self->now_ns;
    told = pd_worker_event(self, operation, start_ns, versions);
    pd_merge_tell(run->merge, &told);
    pd_merge_not_before(run->merge, number, self->now_ns);
    message = pd_device_end(&self->device, operation);
    if (message.present)
        send(self, message, operation, payload);
    if (operation.kind == PD_UPDATE || !pd_device_update_is_due(&self->device))
        give_processor_back(self);
    else if (run->scenario->has_barrier)
        return reach_barrier(self);
    return TRUE;
}

/* Learn where the run ends, and tell the others if it is device 0's to say. */
static void
heed_end(PdWorker *self)
{
    PdThreads *run = self->run;

    if (self->device.number == 0 && atomic_exchange(&run->finishes, FALSE))
        pd_ports_announce_end(run->ports,
                              MIN(pd_device_mini_batch_end(&self->device), self->device.end));
    if (pd_ports_end(run->ports) != self->device.end)
        pd_device_finish(&self->device, pd_ports_end(run->ports));
}

/* FALSE: the run has been stopped. */
static gboolean
take_turn(PdWorker *self)
{
    PdOperation wanted;

    receive(self);
    if (pd_device_is_drained(&self->device))
        return drain(self);
    wanted = pd_device_choose(&self->device);
    if (wanted.cause != PD_NOT_WAITING) {
        give_processor_back(self);
        wait_for(self, wanted);
        fall_asleep(self);
        pd_port_wait(self->run->ports, self->device.number, self->device.end);
        wake_up(self);
        return TRUE;
    }
    if (!self->holds_processor)
        self->holds_processor = pd_processors_try(self->run->processors);
    return self->holds_processor ? execute(self, wanted) : queue(self, wanted);
}

void *
pd_worker_main(void *data)
{
    PdWorker *self = data;
    PdThreads *run = self->run;

    heed_end(self);
    while (!pd_device_is_done(&self->device) && !pd_ports_are_stopped(run->ports) &&
           take_turn(self))
        heed_end(self);
    give_processor_back(self);
    self->wanted.cause = PD_DRAINED;
    pd_merge_not_before(run->merge, self->device.number, PD_NEVER_NS);
    atomic_fetch_add(&run->n_done, 1);
    pd_merge_wake(run->merge);
    return NULL;
}

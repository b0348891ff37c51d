#include "simulator.h"

#include "drains.h"
#include "errors.h"

static gboolean
fail_overflow(GError **error)
{
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "the 64-bit clock, which holds 292 years in ns, overflows in this run; shorter "
                "operations, links or fewer micro-batches are right");
    return FALSE;
}

/* --- links ------------------------------------------------------------------------------------ */

/* The worker is idle and something will have arrived for it: it looks then. */
static void
wake_at(PdSimulation *self, PdSimulated *worker, gint64 at_ns)
{
    const guint number = worker->device.number;

    if (at_ns <= self->now_ns) {
        pd_device_set_add(&self->ready, number);
        return;
    }
    if (pd_agenda_has(&self->agenda, number)) {
        if (self->agenda.entries[number].at_ns <= at_ns)
            return;
        pd_agenda_remove(&self->agenda, number);
    }
    pd_agenda_put(&self->agenda, number, at_ns);
}

static gboolean
send(PdSimulation *self, PdSimulated *from, PdMessage message, GError **error)
{
    PdSimulated *to = &self->workers[pd_scenario_device(self->scenario, message.stage)];
    gint64 arrival_ns;

    if (to == from) {
        pd_device_receive(&to->device, message);
        return TRUE;
    }
    arrival_ns =
        pd_link_send(message.gradient ? &to->gradients : &to->activations, message, self->now_ns);
    if (arrival_ns < 0)
        return fail_overflow(error);
    if (to->state == PD_SIMULATED_WAITING)
        wake_at(self, to, arrival_ns);
    return TRUE;
}

static inline void
receive(PdSimulated *worker, PdLink *link, gint64 now_ns)
{
    while (link->next_ns <= now_ns)
        pd_device_receive(&worker->device, pd_link_take(link));
}

/* --- operations ------------------------------------------------------------------------------- */

/* Begin an operation, on a processor that the worker holds. */
static gboolean
begin(PdSimulation *self, PdSimulated *worker, PdOperation operation, GError **error)
{
    gint64 duration_ns, end_ns;

    if (!pd_device_check(&worker->device, operation, error))
        return FALSE;
    duration_ns =
        pd_jitter_apply(&self->jitter, operation, pd_scenario_duration(self->scenario, operation));
    if (!pd_time_add(self->now_ns, duration_ns, &end_ns))
        return fail_overflow(error);
    pd_simulation_end_wait(self, worker);
    pd_simulation_tell(self, worker, operation, self->now_ns, end_ns,
                       pd_device_begin(&worker->device, operation));
    worker->operation = operation;
    worker->state = PD_SIMULATED_RUNNING;
    pd_agenda_put(&self->agenda, worker->device.number, end_ns);
    return TRUE;
}

/* Carry out the due updates that take no time. Returns whether there was one. */
static gboolean
do_instant_updates(PdSimulation *self, PdSimulated *worker)
{
    gboolean any = FALSE;

    while (pd_device_update_is_due(&worker->device)) {
        const PdOperation update = pd_device_due_update(&worker->device);

        if (pd_jitter_apply(&self->jitter, update, pd_scenario_duration(self->scenario, update)) >
            0)
            break;
        pd_simulation_end_wait(self, worker);
        pd_simulation_tell(self, worker, update, self->now_ns, self->now_ns,
                           pd_device_begin(&worker->device, update));
        pd_device_end(&worker->device, update);
        any = TRUE;
    }
    return any;
}

static void
give_processor_back(PdSimulation *self, PdSimulated *worker)
{
    if (worker->holds_processor)
        pd_processor_queue_give_back(&self->processors);
    worker->holds_processor = FALSE;
}

static void
leave_barrier(PdSimulation *self, PdSimulated *worker)
{
    do_instant_updates(self, worker);
    pd_simulation_look_around(self, worker);
}

static gboolean
reach_barrier(PdSimulation *self, PdSimulated *worker, GError **error)
{
    const guint n_devices = self->scenario->n_devices;
    PdOperation update = pd_device_due_update(&worker->device);
    gint64 leave_ns;

    give_processor_back(self, worker);
    update.cause = PD_BARRIER;
    pd_simulation_wait_for(self, worker, update);
    worker->state = PD_SIMULATED_AT_BARRIER;
    if (++self->n_at_barrier < n_devices)
        return TRUE;
    self->n_at_barrier = 0;
    if (!pd_time_add(self->now_ns, self->scenario->barrier_ns, &leave_ns))
        return fail_overflow(error);
    for (guint number = 0; number < n_devices; number++) {
        if (leave_ns == self->now_ns)
            leave_barrier(self, &self->workers[number]);
        else
            pd_agenda_put(&self->agenda, number, leave_ns);
    }
    return TRUE;
}

static gboolean
end(PdSimulation *self, PdSimulated *worker, GError **error)
{
    const PdOperation ended = worker->operation;
    const PdMessage message = pd_device_end(&worker->device, ended);
    gboolean updates_follow, updated;

    worker->idle_from_ns = self->now_ns;
    worker->operation.cause = PD_NOT_WAITING;
    if (message.present && !send(self, worker, message, error))
        return FALSE;
    updates_follow = ended.kind != PD_UPDATE && pd_device_update_is_due(&worker->device);
    if (updates_follow && self->scenario->has_barrier)
        return reach_barrier(self, worker, error);
    updated = do_instant_updates(self, worker);
    if (!updates_follow || updated)
        give_processor_back(self, worker);
    pd_simulation_look_around(self, worker);
    return TRUE;
}

/* --- choices ---------------------------------------------------------------------------------- */

/* What the worker wants, as it sees things now; if it has to wait (the operation has a cause), it
 * is looked at again when something arrives. */
static inline PdOperation
choose(PdSimulation *self, PdSimulated *worker)
{
    PdOperation operation;
    gint64 next_ns;

    if (pd_agenda_has(&self->agenda, worker->device.number))
        pd_agenda_remove(&self->agenda, worker->device.number);
    receive(worker, &worker->activations, self->now_ns);
    receive(worker, &worker->gradients, self->now_ns);
    operation = pd_device_choose(&worker->device);
    if (operation.cause == PD_NOT_WAITING)
        return operation;
    pd_simulation_wait_for(self, worker, operation);
    worker->state = PD_SIMULATED_WAITING;
    next_ns = MIN(worker->activations.next_ns, worker->gradients.next_ns);
    if (next_ns < PD_NEVER_NS)
        pd_agenda_put(&self->agenda, worker->device.number, next_ns);
    return operation;
}

static void
wait_for_processor(PdSimulation *self, PdSimulated *worker, PdOperation wanted)
{
    wanted.cause = PD_PROCESSOR;
    pd_simulation_end_wait(self, worker);
    pd_simulation_wait_for(self, worker, wanted);
    worker->state = PD_SIMULATED_QUEUED;
    pd_processor_queue_join(&self->processors, worker->device.number, self->now_ns);
}

static inline gboolean
take_turn(PdSimulation *self, PdSimulated *worker, GError **error)
{
    PdOperation operation;

    if (pd_device_is_drained(&worker->device)) {
        pd_drains_reach(self, worker);
        return TRUE;
    }
    operation = choose(self, worker);
    if (operation.cause != PD_NOT_WAITING)
        return TRUE;
    if (!worker->holds_processor) {
        if (!pd_processor_queue_take(&self->processors)) {
            wait_for_processor(self, worker, operation);
            return TRUE;
        }
        worker->holds_processor = TRUE;
    }
    return begin(self, worker, operation, error);
}

/* Free processors go to those who have waited longest; each chooses again when it gets one. */
static gboolean
serve_queue(PdSimulation *self, GError **error)
{
    guint number;

    while (pd_processor_queue_serve(&self->processors, &number)) {
        PdSimulated *worker = &self->workers[number];

        worker->holds_processor = TRUE;
        if (!take_turn(self, worker, error))
            return FALSE;
        if (worker->state != PD_SIMULATED_RUNNING)
            give_processor_back(self, worker);
    }
    return TRUE;
}

static gboolean
let_choose(PdSimulation *self, GError **error)
{
    guint number;

    while (pd_device_set_take(&self->ready, &number))
        if (!take_turn(self, &self->workers[number], error))
            return FALSE;
    return serve_queue(self, error);
}

/* --- the run ---------------------------------------------------------------------------------- */

static gboolean
next_instant(PdSimulation *self, GError **error)
{
    const guint n_due = pd_agenda_advance(&self->agenda);

    self->now_ns = self->agenda.now_ns;
    for (guint i = 0; i < n_due; i++) {
        PdSimulated *worker = &self->workers[self->agenda.due[i]];

        if (worker->state == PD_SIMULATED_RUNNING) {
            if (!end(self, worker, error))
                return FALSE;
        } else if (worker->state == PD_SIMULATED_AT_BARRIER) {
            leave_barrier(self, worker);
        } else {
            pd_device_set_add(&self->ready, worker->device.number);
        }
    }
    return TRUE;
}

/* Nobody is on the agenda: all devices are done, or whoever is not waits for ever. */
static gboolean
check_done(const PdSimulation *self, GError **error)
{
    for (guint number = 0; number < self->scenario->n_devices; number++) {
        const PdSimulated *worker = &self->workers[number];

        if (worker->state == PD_SIMULATED_DONE)
            continue;
        g_autofree char *name = pd_operation_name(worker->operation);
        g_set_error(error, PD_ERROR, PD_ERROR_SCHEDULE,
                    "schedule %s is broken: it deadlocks; device %u waits for %s (%s)",
                    self->scenario->schedule->name, number, name,
                    pd_cause_name(worker->operation.cause));
        return FALSE;
    }
    return TRUE;
}

static gboolean
run(PdSimulation *self, GError **error)
{
    for (guint number = 0; number < self->scenario->n_devices; number++)
        pd_device_set_add(&self->ready, number);
    for (;;) {
        if (G_UNLIKELY(self->stream->wish == PD_WISH_FINISH) && !self->finishes)
            pd_drains_finish(self);
        if (!let_choose(self, error))
            return FALSE;
        if (G_UNLIKELY(self->stream->wish == PD_WISH_STOP))
            return TRUE;
        if (pd_agenda_is_empty(&self->agenda))
            break;
        if (!next_instant(self, error))
            return FALSE;
    }
    if (!check_done(self, error))
        return FALSE;
    for (guint number = 0; number < self->scenario->n_devices; number++)
        pd_simulation_end_wait(self, &self->workers[number]);
    return TRUE;
}

static void
worker_init(PdSimulated *worker, const PdScenario *scenario, guint number)
{
    *worker = (PdSimulated){ .state = PD_SIMULATED_WAITING };
    pd_device_init(&worker->device, scenario, number);
    pd_link_init(&worker->activations, scenario, number, FALSE, FALSE, 0);
    pd_link_init(&worker->gradients, scenario, number, TRUE, FALSE, 0);
}

gboolean
pd_simulate(const PdScenario *scenario, PdStream *stream, GError **error)
{
    PdSimulation self = {
        .scenario = scenario,
        .stream = stream,
        .workers = g_new(PdSimulated, scenario->n_devices),
    };
    gboolean ran;

    pd_processor_queue_init(&self.processors, scenario->n_processors);
    pd_agenda_init(&self.agenda, scenario->n_devices);
    pd_device_set_init(&self.ready, scenario->n_devices);
    pd_jitter_init(&self.jitter, scenario->seed, scenario->jitter);
    for (guint number = 0; number < scenario->n_devices; number++)
        worker_init(&self.workers[number], scenario, number);
    ran = run(&self, error);
    pd_stream_flush(stream);
    for (guint number = 0; number < scenario->n_devices; number++) {
        pd_device_clear(&self.workers[number].device);
        pd_link_clear(&self.workers[number].activations);
        pd_link_clear(&self.workers[number].gradients);
    }
    g_free(self.workers);
    pd_processor_queue_clear(&self.processors);
    pd_agenda_clear(&self.agenda);
    pd_device_set_clear(&self.ready);
    return ran;
}

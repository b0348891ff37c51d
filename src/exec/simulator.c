#include "simulator.h"

#include "agenda.h"
#include "device.h"
#include "device_set.h"
#include "errors.h"
#include "jitter.h"
#include "links.h"

typedef enum {
    WAITING,    /* for an arrival */
    RUNNING,    /* an operation */
    QUEUED,     /* for a processor */
    AT_BARRIER, /* for the other devices, before its updates */
    DRAINED,    /* for the other devices, before forwards behind its horizon */
    DONE,
} State;

/* A device in virtual time, with the lines of what is on its way to it. */
typedef struct {
    PdDevice device;
    PdLink activations; /* from the device before */
    PdLink gradients;   /* from the device behind */
    PdOperation
        operation; /* that runs; where none does: that is wanted, with the cause of waiting */
    gint64 idle_from_ns;
    State state;
    gboolean holds_processor;
} Worker;

typedef struct {
    const PdScenario *scenario;
    PdStream *stream;
    Worker *workers;
    PdAgenda agenda;   /* who ends an operation, meets an arrival or leaves the barrier when */
    PdDeviceSet ready; /* who chooses at this instant */
    GArray *queue;     /* devices that wait for a processor, in the order in which they get one */
    guint n_free;      /* processors */
    guint n_at_barrier;
    guint n_drained;
    gboolean finishes; /* the wish to end early has been met */
    gint64 now_ns;
    PdJitter jitter;
} Simulator;

static gboolean
fail_overflow(GError **error)
{
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "the 64-bit clock, which holds 292 years in ns, overflows in this run; shorter "
                "operations, links or fewer micro-batches are right");
    return FALSE;
}

static inline void
tell(Simulator *self, const Worker *worker, PdOperation operation, gint64 start_ns, gint64 end_ns,
     PdVersions versions)
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
end_wait(Simulator *self, Worker *worker)
{
    if (worker->idle_from_ns < self->now_ns)
        tell(self, worker, worker->operation, worker->idle_from_ns, self->now_ns,
             (PdVersions){ 0 });
    worker->idle_from_ns = self->now_ns;
}

/* The worker is idle from now on, or still is, for the cause that comes with what it wants. */
static void
wait_for(Simulator *self, Worker *worker, PdOperation wanted)
{
    if (!pd_device_has_begun(&worker->device))
        wanted.cause = PD_STARTUP;
    if (wanted.cause != worker->operation.cause)
        end_wait(self, worker);
    worker->operation = wanted;
}

/* --- links ------------------------------------------------------------------------------------ */

/* The worker is idle and something will have arrived for it: it looks then. */
static void
wake_at(Simulator *self, Worker *worker, gint64 at_ns)
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
send(Simulator *self, Worker *from, PdMessage message, GError **error)
{
    Worker *to = &self->workers[pd_scenario_device(self->scenario, message.stage)];
    gint64 arrival_ns;

    if (to == from) {
        pd_device_receive(&to->device, message);
        return TRUE;
    }
    arrival_ns =
        pd_link_send(message.gradient ? &to->gradients : &to->activations, message, self->now_ns);
    if (arrival_ns < 0)
        return fail_overflow(error);
    if (to->state == WAITING)
        wake_at(self, to, arrival_ns);
    return TRUE;
}

static inline void
receive(Worker *worker, PdLink *link, gint64 now_ns)
{
    while (link->next_ns <= now_ns)
        pd_device_receive(&worker->device, pd_link_take(link));
}

/* --- operations ------------------------------------------------------------------------------- */

/* Begin an operation, on a processor that the worker holds. */
static gboolean
begin(Simulator *self, Worker *worker, PdOperation operation, GError **error)
{
    gint64 duration_ns, end_ns;

    if (!pd_device_check(&worker->device, operation, error))
        return FALSE;
    duration_ns =
        pd_jitter_apply(&self->jitter, operation, pd_scenario_duration(self->scenario, operation));
    if (!pd_time_add(self->now_ns, duration_ns, &end_ns))
        return fail_overflow(error);
    end_wait(self, worker);
    tell(self, worker, operation, self->now_ns, end_ns,
         pd_device_begin(&worker->device, operation));
    worker->operation = operation;
    worker->state = RUNNING;
    pd_agenda_put(&self->agenda, worker->device.number, end_ns);
    return TRUE;
}

/* Carry out the due updates that take no time. Returns whether there was one. */
static gboolean
do_instant_updates(Simulator *self, Worker *worker)
{
    gboolean any = FALSE;

    while (pd_device_update_is_due(&worker->device)) {
        const PdOperation update = pd_device_due_update(&worker->device);

        if (pd_jitter_apply(&self->jitter, update, pd_scenario_duration(self->scenario, update)) >
            0)
            break;
        end_wait(self, worker);
        tell(self, worker, update, self->now_ns, self->now_ns,
             pd_device_begin(&worker->device, update));
        pd_device_end(&worker->device, update);
        any = TRUE;
    }
    return any;
}

static void
give_processor_back(Simulator *self, Worker *worker)
{
    self->n_free += worker->holds_processor ? 1 : 0;
    worker->holds_processor = FALSE;
}

/* The worker is idle and looks for something to do when all at this instant has been handled. */
static void
look_around(Simulator *self, Worker *worker)
{
    worker->state = WAITING;
    pd_device_set_add(&self->ready, worker->device.number);
}

static void
leave_barrier(Simulator *self, Worker *worker)
{
    do_instant_updates(self, worker);
    look_around(self, worker);
}

static gboolean
reach_barrier(Simulator *self, Worker *worker, GError **error)
{
    const guint n_devices = self->scenario->n_devices;
    PdOperation update = pd_device_due_update(&worker->device);
    gint64 leave_ns;

    give_processor_back(self, worker);
    update.cause = PD_BARRIER;
    wait_for(self, worker, update);
    worker->state = AT_BARRIER;
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

static void finish(Simulator *self);

/* The worker has done all before its horizon. When all have, the pipeline has drained. */
static void
drain(Simulator *self, Worker *worker)
{
    const PdScenario *scenario = self->scenario;
    const gint64 horizon = worker->device.horizon;
    PdOperation next = { .micro_batch = horizon, .stage = worker->device.number };

    if (pd_device_is_done(&worker->device)) {
        worker->state = DONE;
        worker->operation.cause = PD_DRAINED;
        return;
    }
    next.cause = PD_BARRIER;
    wait_for(self, worker, next);
    worker->state = DRAINED;
    if (++self->n_drained < scenario->n_devices)
        return;
    self->n_drained = 0;
    pd_stream_drained(self->stream, horizon);
    if (self->stream->wish == PD_WISH_FINISH && !self->finishes) {
        finish(self);
        return;
    }
    for (guint number = 0; number < scenario->n_devices; number++) {
        pd_device_set_horizon(&self->workers[number].device,
                              pd_scenario_next_drain(scenario, horizon));
        look_around(self, &self->workers[number]);
    }
}

/* Meet the wish to end the run with the mini-batch that stage 0 is in. */
static void
finish(Simulator *self)
{
    const gint64 end = pd_device_mini_batch_end(&self->workers[0].device);

    self->finishes = TRUE;
    self->n_drained = 0;
    for (guint number = 0; number < self->scenario->n_devices; number++) {
        Worker *worker = &self->workers[number];

        pd_device_finish(&worker->device, end);
        if (worker->state == DRAINED || worker->state == WAITING)
            look_around(self, worker);
    }
}

static gboolean
end(Simulator *self, Worker *worker, GError **error)
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
    look_around(self, worker);
    return TRUE;
}

/* --- choices ---------------------------------------------------------------------------------- */

/* What the worker wants, as it sees things now; if it has to wait (the operation has a cause), it
 * is looked at again when something arrives. */
static inline PdOperation
choose(Simulator *self, Worker *worker)
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
    wait_for(self, worker, operation);
    worker->state = WAITING;
    next_ns = MIN(worker->activations.next_ns, worker->gradients.next_ns);
    if (next_ns < PD_NEVER_NS)
        pd_agenda_put(&self->agenda, worker->device.number, next_ns);
    return operation;
}

/* The queue is ordered by the instant at which the wait began, then by number. Instants only grow,
 * so a newcomer passes those alone who joined in an earlier round of this instant. */
static void
join_queue(Simulator *self, Worker *worker, PdOperation wanted)
{
    const guint number = worker->device.number;
    guint at = self->queue->len;

    wanted.cause = PD_PROCESSOR;
    end_wait(self, worker);
    wait_for(self, worker, wanted);
    worker->state = QUEUED;
    while (at > 0) {
        const guint other = g_array_index(self->queue, guint, at - 1);

        if (other < number || self->workers[other].idle_from_ns < self->now_ns)
            break;
        at--;
    }
    g_array_insert_val(self->queue, at, number);
}

static gboolean
take_turn(Simulator *self, Worker *worker, GError **error)
{
    PdOperation operation;

    if (pd_device_is_drained(&worker->device)) {
        drain(self, worker);
        return TRUE;
    }
    operation = choose(self, worker);
    if (operation.cause != PD_NOT_WAITING)
        return TRUE;
    if (!worker->holds_processor) {
        if (self->n_free == 0 || self->queue->len > 0) {
            join_queue(self, worker, operation);
            return TRUE;
        }
        self->n_free--;
        worker->holds_processor = TRUE;
    }
    return begin(self, worker, operation, error);
}

/* Free processors go to those who have waited longest; each chooses again when it gets one. */
static gboolean
serve_queue(Simulator *self, GError **error)
{
    while (self->n_free > 0 && self->queue->len > 0) {
        Worker *worker = &self->workers[g_array_index(self->queue, guint, 0)];
        PdOperation operation;

        g_array_remove_index(self->queue, 0);
        /* the run may have been cut short while it waited */
        if (pd_device_is_drained(&worker->device)) {
            drain(self, worker);
            continue;
        }
        operation = choose(self, worker);
        if (operation.cause != PD_NOT_WAITING)
            continue;
        self->n_free--;
        worker->holds_processor = TRUE;
        if (!begin(self, worker, operation, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
let_choose(Simulator *self, GError **error)
{
    guint number;

    while (pd_device_set_take(&self->ready, &number))
        if (!take_turn(self, &self->workers[number], error))
            return FALSE;
    return serve_queue(self, error);
}

/* --- the run ---------------------------------------------------------------------------------- */

static gboolean
next_instant(Simulator *self, GError **error)
{
    const guint n_due = pd_agenda_advance(&self->agenda);

    self->now_ns = self->agenda.now_ns;
    for (guint i = 0; i < n_due; i++) {
        Worker *worker = &self->workers[self->agenda.due[i]];

        if (worker->state == RUNNING) {
            if (!end(self, worker, error))
                return FALSE;
        } else if (worker->state == AT_BARRIER) {
            leave_barrier(self, worker);
        } else {
            pd_device_set_add(&self->ready, worker->device.number);
        }
    }
    return TRUE;
}

/* Nobody is on the agenda: all devices are done, or whoever is not waits for ever. */
static gboolean
check_done(const Simulator *self, GError **error)
{
    for (guint number = 0; number < self->scenario->n_devices; number++) {
        const Worker *worker = &self->workers[number];

        if (worker->state == DONE)
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
run(Simulator *self, GError **error)
{
    for (guint number = 0; number < self->scenario->n_devices; number++)
        pd_device_set_add(&self->ready, number);
    for (;;) {
        if (G_UNLIKELY(self->stream->wish == PD_WISH_FINISH) && !self->finishes)
            finish(self);
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
        end_wait(self, &self->workers[number]);
    return TRUE;
}

static void
worker_init(Worker *worker, const PdScenario *scenario, guint number)
{
    *worker = (Worker){ .state = WAITING };
    pd_device_init(&worker->device, scenario, number);
    pd_link_init(&worker->activations, scenario, number, FALSE, FALSE, 0);
    pd_link_init(&worker->gradients, scenario, number, TRUE, FALSE, 0);
}

gboolean
pd_simulate(const PdScenario *scenario, PdStream *stream, GError **error)
{
    Simulator self = {
        .scenario = scenario,
        .stream = stream,
        .workers = g_new(Worker, scenario->n_devices),
        .queue = g_array_new(FALSE, FALSE, sizeof(guint)),
        .n_free = scenario->n_processors,
    };
    gboolean ran;

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
    g_array_unref(self.queue);
    pd_agenda_clear(&self.agenda);
    pd_device_set_clear(&self.ready);
    return ran;
}

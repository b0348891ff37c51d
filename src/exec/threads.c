#include "threads.h"

#include <pthread.h>
#include <stdatomic.h>

#include "errors.h"
#include "jitter.h"
#include "merge.h"
#include "port.h"
#include "processors.h"
#include "rendezvous.h"

typedef struct Run Run;

/* A device's thread. */
typedef struct {
    Run *run;
    pthread_t thread;
    PdDevice device;
    PdWork *work;        /* NULL: operations do nothing */
    void *handover;      /* a payload between two stages of this device */
    gint64 now_ns;       /* up to where the device's time has been told, or is being spent */
    gint64 idle_from_ns; /* where it is idle: since when ... */
    PdOperation wanted;  /* ... for what, and with the cause of waiting */
    gboolean holds_processor;
} Worker;

struct Run {
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
    Worker *workers;
    atomic_bool finishes; /* device 0 is to announce the end of its mini-batch as that of the run */
    atomic_uint n_done;
    pthread_mutex_t mutex;
    GError *error; /* the first one; behind the mutex while threads run */
};

static void
stop(Run *run)
{
    pd_ports_stop(run->ports);
    pd_processors_stop(run->processors);
    pd_rendezvous_stop(&run->barrier);
    pd_rendezvous_stop(&run->drained);
    pd_merge_wake(run->merge);
}

/* Keep the first error and stop the run. Returns FALSE. */
static gboolean
fail(Run *run, GError *error)
{
    pthread_mutex_lock(&run->mutex);
    if (run->error == NULL)
        run->error = error;
    else
        g_error_free(error);
    pthread_mutex_unlock(&run->mutex);
    stop(run);
    return FALSE;
}

/* --- events ----------------------------------------------------------------------------------- */

static PdEvent
event(const Worker *self, PdOperation operation, gint64 start_ns, PdVersions versions)
{
    return (PdEvent){
        .operation = operation,
        .start_ns = start_ns,
        .end_ns = self->now_ns,
        .forward_version = versions.forward,
        .version = versions.visible,
        .device = self->device.number,
    };
}

/* Tell how long the worker has been idle, if it has. */
static void
end_wait(Worker *self)
{
    if (self->idle_from_ns < self->now_ns) {
        const PdEvent wait = event(self, self->wanted, self->idle_from_ns, (PdVersions){ 0 });

        pd_merge_tell(self->run->merge, &wait);
    }
    self->idle_from_ns = self->now_ns;
}

/* The worker is idle from now on, or still is, for the cause that comes with what it wants. */
static void
wait_for(Worker *self, PdOperation wanted)
{
    if (!pd_device_has_begun(&self->device))
        wanted.cause = PD_STARTUP;
    if (wanted.cause != self->wanted.cause)
        end_wait(self);
    self->wanted = wanted;
}

/* Around everything that may block, so that the events of others can be passed on meanwhile. */
static void
fall_asleep(Worker *self)
{
    pd_merge_waits(self->run->merge, self->device.number);
}

static void
wake_up(Worker *self)
{
    pd_merge_not_before(self->run->merge, self->device.number, self->now_ns);
    self->now_ns = pd_clock_now(&self->run->clock);
}

/* --- processors ------------------------------------------------------------------------------- */

static void
give_processor_back(Worker *self)
{
    if (self->holds_processor)
        pd_processors_give_back(self->run->processors);
    self->holds_processor = FALSE;
}

/* Wait for a processor. What the worker then does it chooses when it has got one. */
static gboolean
queue(Worker *self, PdOperation wanted)
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
accept(Worker *self, PdMessage message, const void *payload)
{
    if (self->work != NULL)
        self->work->accept(self->work, message, payload);
    pd_device_receive(&self->device, message);
}

/* Take in all that has arrived by now. */
static void
receive(Worker *self)
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
stays_here(const Worker *self, PdMessage message)
{
    return pd_scenario_device(self->run->scenario, message.stage) == self->device.number;
}

/* Where the payload of an operation's message goes; *payload stays NULL where it has none. */
static gboolean
reserve(Worker *self, PdOperation operation, void **payload)
{
    const PdMessage message = pd_message_of(self->run->scenario, operation);

    if (!pd_message_carries(message, operation))
        return TRUE;
    *payload =
        stays_here(self, message) ? self->handover : pd_port_reserve(self->run->ports, message);
    return *payload != NULL;
}

static void
send(Worker *self, PdMessage message, PdOperation ended, const void *payload)
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
reach_barrier(Worker *self)
{
    Run *run = self->run;
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
drain(Worker *self)
{
    Run *run = self->run;
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

/* Run an operation's work; with pacing, for as long as the scenario says at least. */
static gboolean
carry_out(Worker *self, PdOperation operation, void *payload, PdVersions *versions)
{
    Run *run = self->run;
    GError *error = NULL;

    if (self->work != NULL && !self->work->run(self->work, operation, payload, versions, &error))
        return fail(run, error);
    if (run->paced)
        pd_clock_sleep_until(&run->clock,
                             self->now_ns +
                                 pd_jitter_apply(&run->jitter, operation,
                                                 pd_scenario_duration(run->scenario, operation)));
    return TRUE;
}

/* Execute an operation that can begin now, on a processor that the worker holds. */
static gboolean
execute(Worker *self, PdOperation operation)
{
    Run *run = self->run;
    const guint number = self->device.number;
    const gint64 start_ns = self->now_ns;
    void *payload = NULL;
    GError *error = NULL;
    PdVersions versions;
    PdMessage message;
    PdEvent told;

    if (!pd_device_check(&self->device, operation, &error))
        return fail(run, error);
    end_wait(self);
    self->wanted.cause = PD_NOT_WAITING;
    pd_merge_not_before(run->merge, number, start_ns);
    versions = pd_device_begin(&self->device, operation);
    if (!reserve(self, operation, &payload) || !carry_out(self, operation, payload, &versions))
        return FALSE;
    self->now_ns = pd_clock_now(&run->clock);
    self->idle_from_ns = self->now_ns;
    told = event(self, operation, start_ns, versions);
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
heed_end(Worker *self)
{
    Run *run = self->run;

    if (self->device.number == 0 && atomic_exchange(&run->finishes, FALSE))
        pd_ports_announce_end(run->ports,
                              MIN(pd_device_mini_batch_end(&self->device), self->device.end));
    if (pd_ports_end(run->ports) != self->device.end)
        pd_device_finish(&self->device, pd_ports_end(run->ports));
}

/* FALSE: the run has been stopped. */
static gboolean
take_turn(Worker *self)
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

static void *
work(void *data)
{
    Worker *self = data;
    Run *run = self->run;

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

/* --- the host --------------------------------------------------------------------------------- */

static void
pass_on(Run *run, PdStream *stream)
{
    pd_merge_pass_on(run->merge, stream);
    pd_stream_flush(stream);
}

static void
meet_wishes(Run *run, PdStream *stream, gboolean *finishes)
{
    if (stream->wish == PD_WISH_STOP && !pd_ports_are_stopped(run->ports))
        stop(run);
    if (stream->wish == PD_WISH_FINISH && !*finishes) {
        *finishes = TRUE;
        run->finishes = TRUE;
    }
}

/* Pass events on until all threads that were started are done. */
static void
host(Run *run, guint n_started, PdStream *stream)
{
    gint64 horizon = pd_scenario_next_drain(run->scenario, run->scenario->first);
    gboolean finishes = FALSE;

    while (run->n_done < n_started) {
        pd_merge_wait(run->merge);
        pass_on(run, stream);
        if (pd_rendezvous_is_complete(&run->drained) && stream->wish != PD_WISH_STOP) {
            pass_on(run, stream);
            pd_stream_drained(stream, horizon);
            horizon = pd_scenario_next_drain(run->scenario, horizon);
            meet_wishes(run, stream, &finishes);
            pd_rendezvous_release(&run->drained);
        }
        /* who waits for the pipeline to drain where the run has come to end is to see that */
        if (run->n_done > 0)
            pd_rendezvous_release(&run->drained);
        meet_wishes(run, stream, &finishes);
    }
    pass_on(run, stream);
}

/* Behind its last operation each device has been idle until the last of all. */
static void
tell_drained(const Run *run, guint n_started, PdStream *stream)
{
    gint64 makespan_ns = 0;

    for (guint i = 0; i < n_started; i++)
        makespan_ns = MAX(makespan_ns, run->workers[i].idle_from_ns);
    for (guint i = 0; i < n_started; i++) {
        Worker *worker = &run->workers[i];

        worker->now_ns = makespan_ns;
        if (worker->idle_from_ns < makespan_ns)
            *pd_stream_push(stream) =
                event(worker, worker->wanted, worker->idle_from_ns, (PdVersions){ 0 });
    }
    pd_stream_flush(stream);
}

static void
run_init(Run *run, const PdScenario *scenario, PdWork *const *works, gboolean paced)
{
    *run = (Run){ .scenario = scenario, .paced = paced };
    run->message_bytes = works == NULL ? 1 : works[0]->message_bytes;
    pd_jitter_init(&run->jitter, scenario->seed, scenario->jitter);
    run->ports = pd_ports_new(scenario, run->message_bytes, paced, &run->clock);
    run->merge = pd_merge_new(scenario->n_devices, &run->clock);
    run->processors = pd_processors_new(scenario->n_processors, scenario->n_devices);
    pd_rendezvous_init(&run->barrier, scenario->n_devices, FALSE, &run->clock);
    pd_rendezvous_init(&run->drained, scenario->n_devices, TRUE, &run->clock);
    pthread_mutex_init(&run->mutex, NULL);
    run->workers = g_new0(Worker, scenario->n_devices);
    for (guint i = 0; i < scenario->n_devices; i++) {
        Worker *worker = &run->workers[i];

        worker->run = run;
        worker->work = works == NULL ? NULL : works[i];
        worker->handover = g_malloc(run->message_bytes);
        pd_device_init(&worker->device, scenario, i);
    }
}

static void
run_clear(Run *run)
{
    for (guint i = 0; i < run->scenario->n_devices; i++) {
        pd_device_clear(&run->workers[i].device);
        g_free(run->workers[i].handover);
    }
    g_free(run->workers);
    pthread_mutex_destroy(&run->mutex);
    pd_rendezvous_clear(&run->drained);
    pd_rendezvous_clear(&run->barrier);
    pd_processors_free(run->processors);
    pd_merge_free(run->merge);
    pd_ports_free(run->ports);
}

/* Returns how many threads have been started; where that is not all, the run has been stopped. */
static guint
start(Run *run)
{
    const guint n_devices = run->scenario->n_devices;

    pd_clock_start(&run->clock);
    for (guint i = 0; i < n_devices; i++) {
        const int status = pthread_create(&run->workers[i].thread, NULL, work, &run->workers[i]);

        if (status == 0)
            continue;
        fail(run, g_error_new(PD_ERROR, PD_ERROR_SYSTEM,
                              "thread %u of %u cannot be started: %s; fewer devices are right", i,
                              n_devices, g_strerror(status)));
        for (guint rest = i; rest < n_devices; rest++)
            pd_merge_not_before(run->merge, rest, PD_NEVER_NS);
        return i;
    }
    return n_devices;
}

gboolean
pd_run_threads(const PdScenario *scenario, PdWork *const *works, gboolean paced, PdStream *stream,
               GError **error)
{
    Run run;
    guint n_started;

    run_init(&run, scenario, works, paced);
    n_started = start(&run);
    host(&run, n_started, stream);
    for (guint i = 0; i < n_started; i++)
        pthread_join(run.workers[i].thread, NULL);
    tell_drained(&run, n_started, stream);
    run_clear(&run);
    if (run.error == NULL)
        return TRUE;
    g_propagate_error(error, run.error);
    return FALSE;
}

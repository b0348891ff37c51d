#include "threads.h"

#include "errors.h"
#include "worker.h"

static void
pass_on(PdThreads *run, PdStream *stream)
{
    pd_merge_pass_on(run->merge, stream);
    pd_stream_flush(stream);
}

static void
meet_wishes(PdThreads *run, PdStream *stream, gboolean *finishes)
{
    if (stream->wish == PD_WISH_STOP && !pd_ports_are_stopped(run->ports))
        pd_threads_stop(run);
    if (stream->wish == PD_WISH_FINISH && !*finishes) {
        *finishes = TRUE;
        run->finishes = TRUE;
    }
}

/* Pass events on until all threads that were started are done. */
static void
host(PdThreads *run, guint n_started, PdStream *stream)
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
tell_drained(const PdThreads *run, guint n_started, PdStream *stream)
{
    gint64 makespan_ns = 0;

    for (guint i = 0; i < n_started; i++)
        makespan_ns = MAX(makespan_ns, run->workers[i].idle_from_ns);
    for (guint i = 0; i < n_started; i++) {
        PdWorker *worker = &run->workers[i];

        worker->now_ns = makespan_ns;
        if (worker->idle_from_ns < makespan_ns)
            *pd_stream_push(stream) =
                pd_worker_event(worker, worker->wanted, worker->idle_from_ns, (PdVersions){ 0 });
    }
    pd_stream_flush(stream);
}

static void
run_init(PdThreads *run, const PdScenario *scenario, PdWork *const *works, gboolean paced)
{
    *run = (PdThreads){ .scenario = scenario, .paced = paced };
    run->message_bytes = works == NULL ? 1 : works[0]->message_bytes;
    pd_jitter_init(&run->jitter, scenario->seed, scenario->jitter);
    run->ports = pd_ports_new(scenario, run->message_bytes, paced, &run->clock);
    run->merge = pd_merge_new(scenario->n_devices, &run->clock);
    run->processors = pd_processors_new(scenario->n_processors, scenario->n_devices);
    pd_rendezvous_init(&run->barrier, scenario->n_devices, FALSE, &run->clock);
    pd_rendezvous_init(&run->drained, scenario->n_devices, TRUE, &run->clock);
    pthread_mutex_init(&run->mutex, NULL);
    run->workers = g_new0(PdWorker, scenario->n_devices);
    for (guint i = 0; i < scenario->n_devices; i++) {
        PdWorker *worker = &run->workers[i];

        worker->run = run;
        worker->work = works == NULL ? NULL : works[i];
        worker->handover = g_malloc(run->message_bytes);
        pd_device_init(&worker->device, scenario, i);
    }
}

static void
run_clear(PdThreads *run)
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
start(PdThreads *run)
{
    const guint n_devices = run->scenario->n_devices;

    pd_clock_start(&run->clock);
    for (guint i = 0; i < n_devices; i++) {
        const int status =
            pthread_create(&run->workers[i].thread, NULL, pd_worker_main, &run->workers[i]);

        if (status == 0)
            continue;
        pd_threads_fail(
            run, g_error_new(PD_ERROR, PD_ERROR_SYSTEM,
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
    PdThreads run;
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

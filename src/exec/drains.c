#include "drains.h"

void
pd_drains_finish(PdSimulation *simulation)
{
    const gint64 end = pd_device_mini_batch_end(&simulation->workers[0].device);

    simulation->finishes = TRUE;
    simulation->n_drained = 0;
    for (guint number = 0; number < simulation->scenario->n_devices; number++) {
        PdSimulated *worker = &simulation->workers[number];

        pd_device_finish(&worker->device, end);
        if (worker->state == PD_SIMULATED_DRAINED || worker->state == PD_SIMULATED_WAITING)
            pd_simulation_look_around(simulation, worker);
    }
}

void
pd_drains_reach(PdSimulation *simulation, PdSimulated *worker)
{
    const PdScenario *scenario = simulation->scenario;
    const gint64 horizon = worker->device.horizon;
    PdOperation next = { .micro_batch = horizon, .stage = worker->device.number };

    if (pd_device_is_done(&worker->device)) {
        worker->state = PD_SIMULATED_DONE;
        worker->operation.cause = PD_DRAINED;
        return;
    }
    next.cause = PD_BARRIER;
    pd_simulation_wait_for(simulation, worker, next);
    worker->state = PD_SIMULATED_DRAINED;
    if (++simulation->n_drained < scenario->n_devices)
        return;
    simulation->n_drained = 0;
    pd_stream_drained(simulation->stream, horizon);
    if (simulation->stream->wish == PD_WISH_FINISH && !simulation->finishes) {
        pd_drains_finish(simulation);
        return;
    }
    for (guint number = 0; number < scenario->n_devices; number++) {
        pd_device_set_horizon(&simulation->workers[number].device,
                              pd_scenario_next_drain(scenario, horizon));
        pd_simulation_look_around(simulation, &simulation->workers[number]);
    }
}

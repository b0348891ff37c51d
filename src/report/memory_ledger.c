#include "memory_ledger.h"

static const char *const names[PD_N_PARTS] = {
    [PD_PART_WEIGHTS] = "weights",
    [PD_PART_GRADIENTS] = "gradients",
    [PD_PART_OPTIMIZER] = "optimizer",
    [PD_PART_ACTIVATIONS] = "activations",
    [PD_PART_STASHED_WEIGHTS] = "stashed_weights",
};

const char *
pd_memory_part_name(PdMemoryPart part)
{
    return names[part];
}

static void
set_peak(PdDeviceMemory *device, gint64 at_ns)
{
    device->peak_bytes = device->held_bytes;
    device->peak_at_ns = at_ns;
    for (PdMemoryPart i = 0; i < PD_N_PARTS; i++)
        device->peak_parts_bytes[i] = device->parts_bytes[i];
}

static void
hold(PdDeviceMemory *device, PdMemoryPart part, gint64 bytes, gint64 at_ns)
{
    device->parts_bytes[part] += bytes;
    device->held_bytes += bytes;
    if (device->held_bytes > device->peak_bytes)
        set_peak(device, at_ns);
}

static void
release(PdDeviceMemory *device, PdMemoryPart part, gint64 bytes)
{
    device->parts_bytes[part] -= bytes;
    device->held_bytes -= bytes;
}

/* The last operation of a micro-batch at a stage has ended: nothing of it is needed any more. */
static void
finish(PdMemoryLedger *self, PdDeviceMemory *device, const PdEvent *event, gint64 weights,
       gint64 activations)
{
    PdVersionRuns *versions =
        self->versions == NULL ? NULL : &self->versions[event->operation.stage];

    release(device, PD_PART_ACTIVATIONS, activations);
    if (versions != NULL && pd_version_runs_take(versions, event->forward_version) &&
        event->forward_version < event->version)
        release(device, PD_PART_STASHED_WEIGHTS, weights);
}

static void
account(PdMemoryLedger *self, const PdEvent *event)
{
    const PdScenario *scenario = self->scenario;
    const guint stage = event->operation.stage;
    const gint64 weights = pd_scenario_cost(scenario, PD_COST_WEIGHTS, stage);
    const gint64 activations = pd_scenario_cost(scenario, PD_COST_ACTIVATIONS, stage);
    const gint64 inputs =
        scenario->recompute ? pd_scenario_cost(scenario, PD_COST_INPUTS, stage) : 0;
    PdDeviceMemory *device = &self->devices[event->device];

    switch ((PdKind)event->operation.kind) {
    case PD_FORWARD:
        hold(device, PD_PART_ACTIVATIONS, scenario->recompute ? inputs : activations,
             event->start_ns);
        if (self->versions != NULL)
            pd_version_runs_add(&self->versions[stage], event->forward_version);
        break;
    case PD_BACKWARD:
        if (scenario->recompute)
            hold(device, PD_PART_ACTIVATIONS, activations, event->start_ns);
        if (!scenario->schedule->splits_backward)
            finish(self, device, event, weights, activations + inputs);
        break;
    case PD_WEIGHT:
        finish(self, device, event, weights, activations + inputs);
        break;
    case PD_UPDATE:
        if (self->versions != NULL &&
            pd_version_runs_has(&self->versions[stage], event->forward_version))
            hold(device, PD_PART_STASHED_WEIGHTS, weights, event->end_ns);
        break;
    case PD_N_KINDS:
        g_assert_not_reached();
    }
}

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    for (const PdEvent *event = events; event < events + n; event++)
        if (!pd_event_is_wait(event))
            account((PdMemoryLedger *)sink, event);
}

void
pd_memory_ledger_init(PdMemoryLedger *ledger, const PdScenario *scenario)
{
    static const PdCost standing[] = { PD_COST_WEIGHTS, PD_COST_GRADIENTS, PD_COST_OPTIMIZER };

    *ledger = (PdMemoryLedger){
        .sink.consume = consume,
        .scenario = scenario,
        .devices = g_new0(PdDeviceMemory, scenario->n_devices),
        .versions = scenario->stash ? g_new(PdVersionRuns, scenario->n_stages) : NULL,
    };
    for (guint stage = 0; stage < scenario->n_stages; stage++) {
        PdDeviceMemory *device = &ledger->devices[pd_scenario_device(scenario, stage)];

        for (PdMemoryPart part = PD_PART_WEIGHTS; part <= PD_PART_OPTIMIZER; part++)
            hold(device, part, pd_scenario_cost(scenario, standing[part], stage), 0);
        if (ledger->versions != NULL)
            pd_version_runs_init(&ledger->versions[stage]);
    }
}

void
pd_memory_ledger_begin_peak(PdMemoryLedger *ledger, guint device, gint64 at_ns)
{
    set_peak(&ledger->devices[device], at_ns);
}

void
pd_memory_ledger_clear(PdMemoryLedger *ledger)
{
    for (guint stage = 0; ledger->versions != NULL && stage < ledger->scenario->n_stages; stage++)
        pd_version_runs_clear(&ledger->versions[stage]);
    g_clear_pointer(&ledger->versions, g_free);
    g_clear_pointer(&ledger->devices, g_free);
}

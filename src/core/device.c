#include "device.h"

#include "errors.h"

/* A power of two that holds everything in flight, so that a mask makes an index. */
static gint64
ring_size(gint64 in_flight)
{
    return in_flight <= 1 ? 1 : G_GINT64_CONSTANT(1) << g_bit_storage((gulong)in_flight - 1);
}

static void
stage_init(PdStage *stage, const PdScenario *scenario, guint number)
{
    const gint64 size = ring_size(scenario->schedule->max_in_flight(scenario, number));
    const PdSeries done = { .prefix = scenario->first };

    *stage = (PdStage){
        .number = number,
        .inputs = { .prefix = number == 0 ? scenario->n_micro_batches : scenario->first },
        .gradients = done,
        .forwards = done,
        .backwards = done,
        .weights = done,
        .inputs_ended = done,
        .ended = done,
        .version = scenario->first / scenario->accumulation,
        .accumulated = scenario->first % scenario->accumulation,
        .last_ended = scenario->first - 1,
        .forward_version = g_new0(gint64, size),
        .mask = size - 1,
    };
}

/* Operations other than updates per micro-batch of the device. */
static gint64
operations_per_micro_batch(const PdScenario *scenario)
{
    return (gint64)scenario->n_virtual * (scenario->schedule->splits_backward ? 3 : 2);
}

void
pd_device_init(PdDevice *device, const PdScenario *scenario, guint number)
{
    *device = (PdDevice){ .scenario = scenario, .number = number, .n_stages = scenario->n_virtual };
    device->stages = g_new0(PdStage, device->n_stages);
    for (guint i = 0; i < device->n_stages; i++)
        stage_init(&device->stages[i], scenario, i * scenario->n_devices + number);
    device->n_before = operations_per_micro_batch(scenario) * scenario->first;
    device->n_begun = device->n_before;
    device->horizon = scenario->first;
    device->end = scenario->n_micro_batches;
    pd_device_set_horizon(device, pd_scenario_next_drain(scenario, scenario->first));
    device->n_flush = operations_per_micro_batch(scenario) * scenario->mini_batch;
}

void
pd_device_set_horizon(PdDevice *device, gint64 horizon)
{
    device->n_left += operations_per_micro_batch(device->scenario) * (horizon - device->horizon);
    device->horizon = horizon;
}

gint64
pd_device_mini_batch_end(const PdDevice *device)
{
    const gint64 size = device->scenario->mini_batch;
    const gint64 begun = pd_series_count(&device->stages[0].forwards);

    return (begun + size - 1) / size * size;
}

void
pd_device_finish(PdDevice *device, gint64 end)
{
    device->end = end;
    if (end < device->horizon)
        pd_device_set_horizon(device, end);
}

void
pd_device_clear(PdDevice *device)
{
    for (guint i = 0; i < device->n_stages; i++) {
        PdStage *stage = &device->stages[i];

        pd_series_clear(&stage->inputs);
        pd_series_clear(&stage->gradients);
        pd_series_clear(&stage->forwards);
        pd_series_clear(&stage->backwards);
        pd_series_clear(&stage->weights);
        pd_series_clear(&stage->inputs_ended);
        pd_series_clear(&stage->ended);
        g_free(stage->forward_version);
    }
    g_clear_pointer(&device->stages, g_free);
}

const char *
pd_device_obstacle(const PdDevice *device, PdOperation operation)
{
    const PdScenario *scenario = device->scenario;
    const gint64 m = operation.micro_batch;
    const PdStage *stage;

    if (operation.stage >= scenario->n_stages ||
        pd_scenario_device(scenario, operation.stage) != device->number)
        return "but that stage is not on it";
    if (m < 0 || m >= scenario->n_micro_batches)
        return "but the run has no such micro-batch";
    stage = pd_device_stage(device, operation.stage);
    switch ((PdKind)operation.kind) {
    case PD_FORWARD:
        return pd_series_has(&stage->forwards, m)  ? "a second time"
               : !pd_series_has(&stage->inputs, m) ? "before its activation has arrived"
                                                   : NULL;
    case PD_BACKWARD:
        return pd_series_has(&stage->backwards, m)    ? "a second time"
               : !pd_series_has(&stage->gradients, m) ? "before its gradient has arrived"
               : !pd_series_has(&stage->forwards, m)  ? "before its forward"
                                                      : NULL;
    case PD_WEIGHT:
        return !scenario->schedule->splits_backward      ? "but does not split its backwards"
               : pd_series_has(&stage->weights, m)       ? "a second time"
               : !pd_series_has(&stage->inputs_ended, m) ? "before its input gradient has ended"
                                                         : NULL;
    case PD_UPDATE:
        return device->due < device->due_end && stage == &device->stages[device->due]
                   ? NULL
                   : "but no update of that stage is due";
    case PD_N_KINDS:
        break;
    }
    return "of an unknown kind";
}

gboolean
pd_device_check(const PdDevice *device, PdOperation operation, GError **error)
{
    const char *why = pd_device_obstacle(device, operation);

    if (G_LIKELY(why == NULL))
        return TRUE;
    g_autofree char *name = pd_operation_name(operation);
    g_set_error(error, PD_ERROR, PD_ERROR_SCHEDULE,
                "schedule %s is broken: device %u wants to run %s %s",
                device->scenario->schedule->name, device->number, name, why);
    return FALSE;
}

/* Only a schedule that runs micro-batches out of order has more span than micro-batches there. */
static void
grow_ring(PdStage *stage, gint64 micro_batch)
{
    const gint64 old_size = stage->mask + 1;
    const gint64 size = ring_size(micro_batch - stage->ended.prefix + 1);
    gint64 *versions = g_new0(gint64, size);

    for (gint64 m = stage->ended.prefix; m < stage->ended.prefix + old_size; m++)
        versions[m & (size - 1)] = stage->forward_version[m & stage->mask];
    g_free(stage->forward_version);
    stage->forward_version = versions;
    stage->mask = size - 1;
}

PdVersions
pd_device_begin(PdDevice *device, PdOperation operation)
{
    PdStage *stage = pd_device_stage(device, operation.stage);
    const gint64 m = operation.micro_batch;

    switch ((PdKind)operation.kind) {
    case PD_FORWARD:
        if (G_UNLIKELY(m - stage->ended.prefix > stage->mask))
            grow_ring(stage, m);
        stage->forward_version[m & stage->mask] = stage->version;
        pd_series_add(&stage->forwards, m);
        break;
    case PD_BACKWARD:
        pd_series_add(&stage->backwards, m);
        break;
    case PD_WEIGHT:
        pd_series_add(&stage->weights, m);
        break;
    case PD_UPDATE:
    case PD_N_KINDS:
        return (PdVersions){ .forward = stage->version, .visible = stage->version + 1 };
    }
    device->n_begun++;
    return (PdVersions){ .forward = stage->forward_version[m & stage->mask],
                         .visible = stage->version };
}

/* A gradient is complete: it may complete an accumulation, and with it make updates due. */
static void
accumulate(PdDevice *device, PdStage *stage, gint64 micro_batch)
{
    const PdScenario *scenario = device->scenario;

    pd_series_add(&stage->ended, micro_batch);
    stage->last_ended = micro_batch;
    stage->accumulated++;
    if (scenario->schedule->update != PD_UPDATE_AT_FLUSH &&
        stage->accumulated == scenario->accumulation) {
        device->due = (guint)(stage - device->stages);
        device->due_end = device->due + 1;
    }
}

static void
end_of_flush(PdDevice *device)
{
    const PdScenario *scenario = device->scenario;

    device->n_flush = operations_per_micro_batch(scenario) * scenario->mini_batch;
    if (scenario->schedule->update == PD_UPDATE_AT_FLUSH) {
        device->due = 0;
        device->due_end = device->n_stages;
    }
}

PdMessage
pd_message_of(const PdScenario *scenario, PdOperation operation)
{
    const gboolean last = operation.stage + 1 == scenario->n_stages;
    const guint32 stage = operation.stage;

    if (operation.kind == PD_FORWARD)
        return (PdMessage){ operation.micro_batch, last ? stage : stage + 1, TRUE, (guint8)last };
    if (operation.kind == PD_BACKWARD && stage > 0)
        return (PdMessage){ operation.micro_batch, stage - 1, TRUE, TRUE };
    return (PdMessage){ .present = FALSE };
}

PdMessage
pd_device_end(PdDevice *device, PdOperation operation)
{
    PdStage *stage = pd_device_stage(device, operation.stage);
    const gboolean split = device->scenario->schedule->splits_backward;

    if (operation.kind == PD_UPDATE) {
        stage->version++;
        stage->accumulated = 0;
        device->due++;
        return (PdMessage){ .present = FALSE };
    }
    if (operation.kind == (split ? PD_WEIGHT : PD_BACKWARD))
        accumulate(device, stage, operation.micro_batch);
    else if (operation.kind == PD_BACKWARD)
        pd_series_add(&stage->inputs_ended, operation.micro_batch);
    device->n_left--;
    if (--device->n_flush == 0)
        end_of_flush(device);
    return pd_message_of(device->scenario, operation);
}

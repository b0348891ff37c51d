#include "event_track.h"

#include "errors.h"

void
pd_event_track_init(PdEventTrack *track, const PdScenario *scenario)
{
    *track = (PdEventTrack){
        .scenario = scenario,
        .devices = g_new(PdDevice, scenario->n_devices),
        .filled_ns = g_new0(gint64, scenario->n_devices),
        .expected = g_new(gint64, (gsize)scenario->n_stages * PD_N_KINDS),
        .lengths_ns = g_new0(gint64, (gsize)scenario->n_stages * PD_N_KINDS * PD_N_CAUSES),
        .newest = g_new0(gint64, scenario->n_stages),
        .max_in_flight = g_new(gint64, scenario->n_stages),
    };
    for (guint device = 0; device < scenario->n_devices; device++) {
        pd_device_init(&track->devices[device], scenario, device);
        /* where the pipeline drains is seen in the events */
        pd_device_set_horizon(&track->devices[device], scenario->n_micro_batches);
    }
    for (guint stage = 0; stage < scenario->n_stages; stage++) {
        for (PdKind kind = 0; kind < PD_N_KINDS; kind++)
            track->expected[stage * PD_N_KINDS + kind] = scenario->first;
        track->max_in_flight[stage] = scenario->schedule->max_in_flight(scenario, stage);
    }
}

void
pd_event_track_clear(PdEventTrack *track)
{
    if (track->devices == NULL)
        return;
    for (guint device = 0; device < track->scenario->n_devices; device++)
        pd_device_clear(&track->devices[device]);
    g_clear_pointer(&track->devices, g_free);
    g_clear_pointer(&track->filled_ns, g_free);
    g_clear_pointer(&track->expected, g_free);
    g_clear_pointer(&track->lengths_ns, g_free);
    g_clear_pointer(&track->newest, g_free);
    g_clear_pointer(&track->max_in_flight, g_free);
}

static PdDevice *
device_of(const PdEventTrack *self, guint stage)
{
    return &self->devices[pd_scenario_device(self->scenario, stage)];
}

gint64
pd_event_track_micro_batch(const PdEventTrack *track, PdOperation operation)
{
    const guint stage = operation.stage;

    return operation.kind == PD_UPDATE
               ? pd_device_stage(device_of(track, stage), stage)->last_ended
               : track->expected[(gsize)stage * PD_N_KINDS + operation.kind];
}

static gboolean
fail(const PdEvent *event, const char *why, GError **error)
{
    g_autofree char *name = pd_operation_name(event->operation);

    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "device %u %s %s %s", event->device,
                pd_event_is_wait(event) ? "waits for" : "runs", name, why);
    return FALSE;
}

/* What no device could do, or what no schedule of this run lets one do. */
static const char *
obstacle(const PdEventTrack *self, const PdEvent *event)
{
    const PdOperation operation = event->operation;
    const PdDevice *device = &self->devices[event->device];
    const char *why = pd_device_obstacle(device, operation);
    const PdStage *stage;

    if (why != NULL)
        return why;
    if (pd_device_update_is_due(device)) {
        const PdOperation due = pd_device_due_update(device);

        return operation.kind != PD_UPDATE                ? "before the update that is due"
               : operation.micro_batch != due.micro_batch ? "which completes no accumulation"
                                                          : NULL;
    }
    if (operation.kind != PD_FORWARD)
        return NULL;
    /* what is kept per micro-batch in flight is bounded by this */
    stage = pd_device_stage(device, operation.stage);
    return pd_stage_in_flight(stage) >= self->max_in_flight[operation.stage]
               ? "with as many in flight as there may be"
           : operation.micro_batch - pd_series_count(&stage->forwards) >=
                   self->max_in_flight[operation.stage]
               ? "too far ahead of the others"
               : NULL;
}

gboolean
pd_event_track_begin(PdEventTrack *track, const PdEvent *event, PdVersions *counted, GError **error)
{
    const gboolean wait = pd_event_is_wait(event);
    const gint64 place_ns = wait ? event->end_ns : event->start_ns;
    const gint64 m = event->operation.micro_batch;
    const char *why;

    g_assert(event->start_ns == track->filled_ns[event->device]);
    if (place_ns < track->now_ns)
        return fail(event, "before the event that is told before it", error);
    track->now_ns = place_ns;
    track->filled_ns[event->device] = event->end_ns;
    *pd_event_track_length(track, event->operation) = event->end_ns - event->start_ns;
    *counted = (PdVersions){ 0 };
    if (wait)
        return (m >= 0 && m <= track->scenario->n_micro_batches) ||
               fail(event, "but the run has no such micro-batch", error);
    why = obstacle(track, event);
    if (why != NULL)
        return fail(event, why, error);
    *counted = pd_device_begin(&track->devices[event->device], event->operation);
    return TRUE;
}

/* Versions are those that the updates so far can have made. What is stashed goes by them. */
static gboolean
versions_are_possible(const PdEventTrack *self, const PdEvent *event, PdVersions counted)
{
    const PdScenario *scenario = self->scenario;
    const gint64 first = scenario->first / scenario->accumulation;

    if (event->forward_version < first || event->forward_version > event->version ||
        event->version > counted.visible)
        return FALSE;
    if (scenario->stash)
        return event->forward_version == counted.forward && event->version == counted.visible;
    return event->operation.kind != PD_UPDATE ||
           (event->version == event->forward_version + 1 &&
            event->forward_version >= self->newest[event->operation.stage]);
}

gboolean
pd_event_track_end(PdEventTrack *track, const PdEvent *event, PdVersions counted, GError **error)
{
    const PdOperation operation = event->operation;
    PdMessage message;

    if (pd_event_is_wait(event))
        return TRUE;
    if (!versions_are_possible(track, event, counted))
        return fail(event, "with weight versions that cannot be", error);
    if (operation.kind == PD_BACKWARD || operation.kind == PD_WEIGHT)
        track->newest[operation.stage] =
            MAX(track->newest[operation.stage], event->forward_version);
    track->expected[(gsize)operation.stage * PD_N_KINDS + operation.kind] =
        operation.micro_batch + 1;
    /* operations come in the order of their starts: whoever takes this message has not begun */
    message = pd_device_end(&track->devices[event->device], operation);
    if (message.present)
        pd_device_receive(device_of(track, message.stage), message);
    return TRUE;
}

gboolean
pd_event_track_check_end(const PdEventTrack *track, GError **error)
{
    const PdScenario *scenario = track->scenario;
    const gint64 end = pd_series_count(&track->devices[0].stages[0].forwards);

    for (guint s = 0; s < scenario->n_stages; s++) {
        const PdDevice *device = device_of(track, s);
        const PdStage *stage = pd_device_stage(device, s);

        if (track->filled_ns[device->number] != track->filled_ns[0] || stage->ended.prefix != end ||
            pd_series_count(&stage->forwards) != end || end % scenario->mini_batch != 0 ||
            pd_device_update_is_due(device)) {
            g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                        "the run ends before device %u has done its part", device->number);
            return FALSE;
        }
    }
    return TRUE;
}

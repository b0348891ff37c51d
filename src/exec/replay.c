#include "replay.h"

#include "errors.h"

static PdWork *
work_of(const PdReplay *self, guint stage)
{
    return self->works[pd_scenario_device(self->scenario, stage)];
}

/* The weights' own counters and whoever made the order count the same updates. */
static gboolean
check_versions(const PdEvent *event, PdVersions versions, GError **error)
{
    if (versions.forward == event->forward_version && versions.visible == event->version)
        return TRUE;
    g_autofree char *name = pd_operation_name(event->operation);
    g_set_error(error, PD_ERROR, PD_ERROR_SCHEDULE,
                "%s met the weight versions %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
                ", not %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT " as was foreseen",
                name, versions.forward, versions.visible, event->forward_version, event->version);
    return FALSE;
}

static gboolean
carry_out(PdReplay *self, const PdEvent *event, GError **error)
{
    const PdOperation operation = event->operation;
    const PdMessage message = pd_message_of(self->scenario, operation);
    const gboolean carries = pd_message_carries(message, operation);
    PdWork *work = work_of(self, operation.stage), *receiver;
    PdVersions versions = { 0 };

    if (!work->run(work, operation, carries ? self->payload : NULL, &versions, error) ||
        !check_versions(event, versions, error))
        return FALSE;
    if (carries) {
        receiver = work_of(self, message.stage);
        receiver->accept(receiver, message, self->payload);
    }
    return TRUE;
}

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    PdReplay *self = (PdReplay *)sink;

    for (gsize i = 0; i < n && self->error == NULL; i++)
        if (!pd_event_is_wait(&events[i]) && !carry_out(self, &events[i], &self->error) &&
            self->stream != NULL)
            pd_stream_wish(self->stream, PD_WISH_STOP);
}

void
pd_replay_init(PdReplay *replay, const PdScenario *scenario, PdWork *const *works, PdStream *stream)
{
    *replay = (PdReplay){
        .sink.consume = consume,
        .scenario = scenario,
        .works = works,
        .stream = stream,
        .payload = g_malloc(works[0]->message_bytes),
    };
}

void
pd_replay_clear(PdReplay *replay)
{
    g_clear_pointer(&replay->payload, g_free);
    g_clear_error(&replay->error);
}

gboolean
pd_replay_check(PdReplay *replay, GError **error)
{
    if (replay->error == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&replay->error));
    return FALSE;
}

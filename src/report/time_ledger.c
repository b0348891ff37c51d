#include "time_ledger.h"

/* Device 0's events set the marks. */
static void
set_marks(PdTimeLedger *self, const PdEvent *event)
{
    const PdScenario *scenario = self->scenario;
    const PdOperation operation = event->operation;
    const gboolean begin_is_open = self->marks_ns[PD_STEADY_BEGIN] == G_MAXINT64;
    const gint64 last_mini_batch = scenario->n_micro_batches - scenario->mini_batch;

    if (scenario->schedule->update == PD_UPDATE_AT_FLUSH) {
        if (operation.kind == PD_UPDATE && begin_is_open)
            self->marks_ns[PD_STEADY_BEGIN] = event->end_ns;
        if (operation.kind == PD_FORWARD && operation.stage == 0 &&
            operation.micro_batch == last_mini_batch)
            self->marks_ns[PD_STEADY_END] = event->start_ns;
    } else {
        if (operation.kind == PD_BACKWARD && begin_is_open)
            self->marks_ns[PD_STEADY_BEGIN] = event->start_ns;
        if (operation.kind == PD_FORWARD && operation.micro_batch == scenario->n_micro_batches - 1)
            self->marks_ns[PD_STEADY_END] = event->end_ns;
    }
}

/*
 * Note the busy time up to each mark that lies not after at_ns. A mark is never set in the past of
 * the stream, so the device's last operation alone can reach beyond it.
 */
static void
pass_marks(const PdTimeLedger *self, PdDeviceTime *device, gint64 at_ns)
{
    while (device->passed < PD_N_MARKS && self->marks_ns[device->passed] <= at_ns) {
        const gint64 mark_ns = self->marks_ns[device->passed];

        device->busy_at_ns[device->passed++] =
            device->busy_ns - MAX(device->last_end_ns - mark_ns, 0);
    }
}

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    PdTimeLedger *self = (PdTimeLedger *)sink;

    for (const PdEvent *event = events; event < events + n; event++) {
        PdDeviceTime *device = &self->devices[event->device];
        const gint64 length_ns = event->end_ns - event->start_ns;

        self->makespan_ns = MAX(self->makespan_ns, event->end_ns);
        if (pd_event_is_wait(event)) {
            device->idle_ns[event->operation.cause] += length_ns;
            continue;
        }
        if (event->device == 0)
            set_marks(self, event);
        pass_marks(self, device, event->start_ns);
        if (device->operations++ == 0)
            device->first_start_ns = event->start_ns;
        device->busy_ns += length_ns;
        device->last_end_ns = event->end_ns;
    }
}

void
pd_time_ledger_init(PdTimeLedger *ledger, const PdScenario *scenario)
{
    *ledger = (PdTimeLedger){
        .sink.consume = consume,
        .scenario = scenario,
        .devices = g_new0(PdDeviceTime, scenario->n_devices),
        .marks_ns = { G_MAXINT64, G_MAXINT64 },
    };
}

void
pd_time_ledger_clear(PdTimeLedger *ledger)
{
    g_clear_pointer(&ledger->devices, g_free);
}

gboolean
pd_time_ledger_steady_bubble(PdTimeLedger *ledger, double *fraction)
{
    const gint64 window_ns = ledger->marks_ns[PD_STEADY_END] - ledger->marks_ns[PD_STEADY_BEGIN];
    double idle_ns = 0;

    if (ledger->marks_ns[PD_STEADY_BEGIN] == G_MAXINT64 ||
        ledger->marks_ns[PD_STEADY_END] == G_MAXINT64 || window_ns <= 0)
        return FALSE;
    for (guint i = 0; i < ledger->scenario->n_devices; i++) {
        PdDeviceTime *device = &ledger->devices[i];

        pass_marks(ledger, device, G_MAXINT64);
        idle_ns += (double)(window_ns - (device->busy_at_ns[PD_STEADY_END] -
                                         device->busy_at_ns[PD_STEADY_BEGIN]));
    }
    *fraction = idle_ns / ((double)window_ns * ledger->scenario->n_devices);
    return TRUE;
}

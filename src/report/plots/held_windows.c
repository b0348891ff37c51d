#include "held_windows.h"

#include <string.h>

/* Whether a time that ends before its end lies in the windows; an instant may lie at their ends. */
static gboolean
is_inside(const PdWindows *windows, gint64 start_ns, gint64 end_ns)
{
    return windows->n > 0 &&
           (start_ns == end_ns ? start_ns >= windows->from_ns && end_ns <= windows->to_ns
                               : start_ns < windows->to_ns && end_ns > windows->from_ns);
}

/* So much was held from one instant to another. */
static void
note(PdHeldWindows *self, guint place, gint64 start_ns, gint64 end_ns, gint64 bytes,
     const gint64 *parts_bytes)
{
    PdHeld *held = self->held + (gsize)place * self->windows.n;
    guint window;

    if (!is_inside(&self->windows, start_ns, end_ns))
        return;
    window = pd_windows_at(&self->windows, start_ns);
    do {
        if (bytes > held[window].bytes) {
            held[window].bytes = bytes;
            memcpy(held[window].parts_bytes, parts_bytes, sizeof held[window].parts_bytes);
        }
        window++;
    } while (window < self->windows.n && pd_windows_start(&self->windows, window) < end_ns);
}

/*
 * The ledger takes an operation at once, at its start and at its end. During it the device holds
 * what it held before, or the peak that the operation makes; an update makes one at its end alone,
 * which is what the next event begins with.
 */
static void
account(PdHeldWindows *self, guint place, const PdEvent *event)
{
    PdDeviceMemory *device = &self->ledger.devices[event->device];

    pd_memory_ledger_begin_peak(&self->ledger, event->device, event->start_ns);
    if (pd_event_is_wait(event) || event->operation.kind == PD_UPDATE)
        note(self, place, event->start_ns, event->end_ns, device->peak_bytes,
             device->peak_parts_bytes);
    self->ledger.sink.consume(&self->ledger.sink, event, 1);
    if (!pd_event_is_wait(event) && event->operation.kind != PD_UPDATE)
        note(self, place, event->start_ns, event->end_ns, device->peak_bytes,
             device->peak_parts_bytes);
}

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    PdHeldWindows *self = (PdHeldWindows *)sink;

    for (const PdEvent *event = events; event < events + n; event++)
        if (self->places[event->device] >= 0)
            account(self, (guint)self->places[event->device], event);
}

PdHeldWindows *
pd_held_windows_new(const PdPlot *plot, const PdPlotRun *run, const guint *devices, guint n,
                    guint most)
{
    PdHeldWindows *self = g_new(PdHeldWindows, 1);
    PdWindows windows = pd_windows_of(plot->from_ns, plot->to_ns, most);

    windows =
        pd_windows(plot->from_ns, MIN(plot->to_ns, run->report->makespan_ns), windows.length_ns);
    *self = (PdHeldWindows){
        .sink.consume = consume,
        .windows = windows,
        .n_devices = n,
        .places = g_new(gint, run->report->n_devices),
        .held = g_new(PdHeld, (gsize)n * windows.n),
    };
    pd_memory_ledger_init(&self->ledger, run->scenario);
    for (guint device = 0; device < run->report->n_devices; device++)
        self->places[device] = -1;
    for (guint i = 0; i < n; i++)
        self->places[devices[i]] = (gint)i;
    for (gsize i = 0; i < (gsize)n * windows.n; i++)
        self->held[i] = (PdHeld){ .bytes = -1 };
    return self;
}

void
pd_held_windows_free(PdHeldWindows *self)
{
    pd_memory_ledger_clear(&self->ledger);
    g_free(self->places);
    g_free(self->held);
    g_free(self);
}

const PdHeld *
pd_held_windows_of(const PdHeldWindows *self, guint device)
{
    g_assert(self->places[device] >= 0);
    return self->held + (gsize)self->places[device] * self->windows.n;
}

#include "busy_windows.h"

#include <math.h>

/* Windows of a run with fewer cycles than this show the inside of each. */
#define FEW_CYCLES 10

/* The time from one micro-batch to the next, in the steady state where there is one. */
static double
period_ns(const PdPlotRun *run)
{
    const PdReport *report = run->report;
    const double micro_batches = (double)MAX(report->micro_batches, 1);
    const double idle = report->steady_bubble_fraction;
    double busy_ns = 0;

    if (isnan(idle) || idle >= 1)
        return (double)report->makespan_ns / micro_batches;
    for (guint device = 0; device < report->n_devices; device++)
        busy_ns += (double)report->devices[device].busy_ns;
    return busy_ns / micro_batches / report->n_devices / (1 - idle);
}

/* Micro-batches after which a run repeats itself. */
static gint64
cycle_of(const PdPlotRun *run)
{
    const PdScenario *scenario = run->scenario;
    const gint64 cycle = run->report->synchronous ? scenario->mini_batch
                                                  : scenario->schedule->max_in_flight(scenario, 0);

    return MAX(MIN(cycle, run->report->micro_batches), 1);
}

static double
cycle_ns(const PdPlotRun *run)
{
    return MAX((double)cycle_of(run) * period_ns(run), 1);
}

/* Runs side by side are shown alike: in parts of cycles if one of them has few. */
static gboolean
has_few_cycles(const PdPlot *plot, double span_ns)
{
    for (guint i = 0; i < plot->n_runs; i++)
        if (span_ns / cycle_ns(&plot->runs[i]) < FEW_CYCLES)
            return TRUE;
    return FALSE;
}

/* How long a window is, such that there are at most so many in the time. */
static gint64
choose_length(const PdPlot *plot, const PdPlotRun *run, guint most)
{
    const double span_ns = (double)(plot->to_ns - plot->from_ns);
    const double n_cycles = span_ns / cycle_ns(run);
    /* a flush idles as long as p−1 micro-batches take */
    const double n_parts =
        (double)cycle_of(run) + (run->report->synchronous ? run->scenario->n_devices - 1 : 0);
    const double cycles = n_cycles < most && has_few_cycles(plot, span_ns)
                              ? 1 / floor(CLAMP(most / n_cycles, 1, n_parts))
                              : ceil(n_cycles / most);

    const double length_ns = MAX(cycle_ns(run) * cycles + 0.5, span_ns / most);

    /* a cycle may be longer than all that is drawn, and than a clock can tell */
    return length_ns < span_ns ? MAX((gint64)length_ns, 1) : plot->to_ns - plot->from_ns;
}

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    PdBusyWindows *self = (PdBusyWindows *)sink;
    const PdWindows *windows = &self->windows;

    for (const PdEvent *event = events; event < events + n; event++) {
        const gint64 start_ns = MAX(event->start_ns, windows->from_ns);
        const gint64 end_ns = MIN(event->end_ns, windows->to_ns);
        gint64 *busy_ns = self->busy_ns + (gsize)event->device * windows->n;

        if (pd_event_is_wait(event) || start_ns >= end_ns)
            continue;
        for (guint window = pd_windows_at(windows, start_ns);
             window < windows->n && pd_windows_start(windows, window) < end_ns; window++)
            busy_ns[window] += MIN(end_ns, pd_windows_end(windows, window)) -
                               MAX(start_ns, pd_windows_start(windows, window));
    }
}

PdBusyWindows *
pd_busy_windows_new(const PdPlot *plot, const PdPlotRun *run, guint most)
{
    PdBusyWindows *self = g_new(PdBusyWindows, 1);
    const gint64 to_ns = MIN(plot->to_ns, run->report->makespan_ns);

    *self = (PdBusyWindows){
        .sink.consume = consume,
        .n_devices = run->report->n_devices,
        .windows = pd_windows(plot->from_ns, to_ns, choose_length(plot, run, most)),
    };
    self->busy_ns = g_new0(gint64, (gsize)self->n_devices * self->windows.n);
    return self;
}

void
pd_busy_windows_free(PdBusyWindows *self)
{
    g_free(self->busy_ns);
    g_free(self);
}

double
pd_busy_windows_share(const PdBusyWindows *self, guint first_device, guint n_devices,
                      guint first_window, guint end_window)
{
    double busy_ns = 0, span_ns = 0;

    if (first_window < end_window)
        span_ns = (double)(pd_windows_end(&self->windows, end_window - 1) -
                           pd_windows_start(&self->windows, first_window));
    for (guint device = first_device; device < first_device + n_devices; device++)
        for (guint window = first_window; window < end_window; window++)
            busy_ns += (double)self->busy_ns[(gsize)device * self->windows.n + window];
    return span_ns > 0 ? busy_ns / (span_ns * n_devices) : (double)NAN;
}

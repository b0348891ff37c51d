#include "calibration.h"

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    PdCalibration *self = (PdCalibration *)sink;

    for (const PdEvent *event = events; event < events + n; event++) {
        const gsize i = (gsize)event->operation.stage * PD_N_KINDS + event->operation.kind;

        if (pd_event_is_wait(event))
            continue;
        self->sum_ns[i] += event->end_ns - event->start_ns;
        self->n[i]++;
    }
}

void
pd_calibration_init(PdCalibration *calibration, const PdScenario *scenario)
{
    *calibration = (PdCalibration){
        .sink.consume = consume,
        .scenario = scenario,
        .sum_ns = g_new0(gint64, (gsize)scenario->n_stages * PD_N_KINDS),
        .n = g_new0(gint64, (gsize)scenario->n_stages * PD_N_KINDS),
    };
}

void
pd_calibration_clear(PdCalibration *calibration)
{
    g_clear_pointer(&calibration->sum_ns, g_free);
    g_clear_pointer(&calibration->n, g_free);
}

void
pd_calibration_apply(const PdCalibration *calibration, PdScenario *scenario)
{
    for (gsize i = 0; i < (gsize)scenario->n_stages * PD_N_KINDS; i++)
        if (calibration->n[i] > 0)
            scenario->duration_ns[i] = calibration->sum_ns[i] / calibration->n[i];
    for (guint link = 0; link < scenario->n_links; link++) {
        scenario->hold_ns[link] = 0;
        scenario->costs.values[PD_COST_LATENCY][link] = 0;
    }
    scenario->barrier_ns = 0;
    scenario->jitter = 0;
}

#include "sweep_point.h"

#include "errors.h"
#include "experiment.h"
#include "interrupt.h"
#include "scalars.h"
#include "simulator.h"
#include "sweep_names.h"

static gboolean
varies_a_file(const PdSpace *space)
{
    for (guint i = 0; i < pd_space_n_keys(space); i++)
        if (pd_space_vary(space, i)->key == PD_KEY_MODEL_FILE ||
            pd_space_vary(space, i)->key == PD_KEY_HARDWARE_FILE)
            return TRUE;
    return FALSE;
}

gboolean
pd_sweep_init(PdSweep *sweep, PdConfig *config, const PdSpace *space, const char *path,
              GError **error)
{
    *sweep = (PdSweep){
        .base = config, .base_is_all = !varies_a_file(space), .space = space, .path = path
    };
    return !sweep->base_is_all || pd_config_include(config, error);
}

void
pd_sweep_clear(PdSweep *sweep)
{
    g_clear_pointer(&sweep->base, pd_config_free);
}

/* A sink that ends a run when an interrupt comes. */
typedef struct {
    PdSink sink;
    PdStream *stream;
} Stopper;

static void
stop_on_interrupt(PdSink *sink, G_GNUC_UNUSED const PdEvent *events, G_GNUC_UNUSED gsize n)
{
    if (pd_interrupted())
        pd_stream_wish(((Stopper *)sink)->stream, PD_WISH_STOP);
}

static PdReport *
simulate(const PdScenario *scenario, GError **error)
{
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(scenario, FALSE);
    PdSink *sinks[PD_N_LEDGERS + 2] = { NULL };
    PdStream stream;
    Stopper stopper = { .sink.consume = stop_on_interrupt, .stream = &stream };

    pd_ledgers_sinks(ledgers, sinks);
    sinks[PD_N_LEDGERS] = &stopper.sink;
    pd_stream_init(&stream, sinks);
    return pd_simulate(scenario, &stream, error) ? pd_report_new(ledgers, "simulator") : NULL;
}

static gboolean
set_values(const PdSweep *self, PdConfig *config, gint64 point, GError **error)
{
    for (guint i = 0; i < pd_space_n_keys(self->space); i++)
        if (!pd_config_set(config, "--vary", pd_space_vary(self->space, i)->key,
                           pd_space_value(self->space, point, i), error))
            return FALSE;
    return self->base_is_all || pd_config_include(config, error);
}

static PdReport *
run(const PdSweep *self, PdConfig *config, gint64 point, GError **error)
{
    g_autoptr(PdScenario) scenario = NULL;
    PdReport *report;

    if (!set_values(self, config, point, error))
        return NULL;
    scenario = pd_experiment_scenario(config, error);
    if (scenario == NULL)
        return NULL;
    report = simulate(scenario, error);
    if (report == NULL)
        pd_error_prefix(self->path, error);
    return report;
}

/* The results, then the varied keys: in the order of their names. */
static PdValue *
values_of(const PdReport *report, const PdSpace *space, gint64 point)
{
    const guint n = pd_n_scalars(), n_keys = pd_space_n_keys(space);
    PdValue *values = g_new(PdValue, n + n_keys);

    for (guint i = 0; i < n; i++)
        values[i] = pd_scalars[i].get(report);
    for (guint key = 0; key < n_keys; key++)
        values[n + key] =
            pd_sweep_key_value(pd_space_vary(space, key)->name, pd_space_value(space, point, key));
    return values;
}

PdSweepRow *
pd_sweep_run(const PdSweep *sweep, PdConfig *own, gint64 point)
{
    g_autoptr(PdConfig) config = sweep->base_is_all ? NULL : pd_config_copy(sweep->base);
    g_autoptr(GError) failure = NULL;
    g_autoptr(PdReport) report =
        pd_interrupted() ? NULL : run(sweep, config == NULL ? own : config, point, &failure);
    g_autoptr(PdSweepRow) row = NULL;

    if (pd_interrupted())
        return NULL;
    row = g_new(PdSweepRow, 1);
    *row = (PdSweepRow){ .point = point };
    if (report == NULL) {
        row->error = g_strdup(failure->message);
    } else {
        row->values = values_of(report, sweep->space, point);
        row->title = g_steal_pointer(&report->title);
    }
    return g_steal_pointer(&row);
}

#include "plot_runs.h"

#include "errors.h"
#include "experiment.h"

/* Add a run to the plot. (transfer none) */
static PdPlotRun *
add_run(PdPlot *plot, const char *name)
{
    PdPlotRun *run;

    plot->runs = g_renew(PdPlotRun, plot->runs, plot->n_runs + 1);
    run = &plot->runs[plot->n_runs++];
    *run = (PdPlotRun){ .name = g_strdup(name) };
    return run;
}

/* A scenario under one schedule, simulated for its report. */
static gboolean
add_scenario(PdPlot *plot, const PdOptions *options, const PdConfig *config, const char *schedule,
             GError **error)
{
    PdPlotRun *run = add_run(plot, schedule);

    run->scenario = pd_experiment_scenario_under(config, schedule, error);
    if (run->scenario == NULL)
        return FALSE;
    run->report =
        pd_experiment_simulate(options, run->scenario, plot->kind->per_micro_batch, NULL, error);
    return run->report != NULL;
}

static gboolean
add_scenarios(PdPlot *plot, const PdOptions *options, const char *path, const char *schedules,
              GError **error)
{
    g_autoptr(PdConfig) config = pd_experiment_load(options, path, error);
    g_auto(GStrv) names = NULL;

    if (config == NULL)
        return FALSE;
    if (plot->title == NULL)
        plot->title = g_strdup(pd_config_text(config, PD_KEY_SCENARIO_TITLE));
    names = g_strsplit(
        schedules != NULL ? schedules : pd_config_text(config, PD_KEY_PIPELINE_SCHEDULE), ",", -1);
    for (char **name = names; *name != NULL; name++)
        if (!add_scenario(plot, options, config, *name, error))
            return FALSE;
    return TRUE;
}

/* The second pass: the kind knows all reports, and says what it wants of the events. */
static gboolean
collect(PdPlot *plot, const PdOptions *options, GError **error)
{
    for (guint i = 0; i < plot->n_runs; i++) {
        PdPlotRun *run = &plot->runs[i];
        g_autoptr(PdReport) again = NULL;

        run->collector = plot->kind->new_collector(plot, run);
        again = pd_experiment_simulate(options, run->scenario, FALSE, run->collector, error);
        if (again == NULL)
            return FALSE;
    }
    return TRUE;
}

gboolean
pd_plot_runs_load(PdPlot *plot, const PdOptions *options, const char *schedules, GError **error)
{
    for (char **path = options->arguments + 1; *path != NULL; path++)
        if (!add_scenarios(plot, options, *path, schedules, error))
            return FALSE;
    if (plot->n_runs > plot->kind->most_runs) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "plot %s: draws up to %u runs side by side, and these are %u", plot->kind->name,
                    plot->kind->most_runs, plot->n_runs);
        return FALSE;
    }
    pd_plot_settle(plot);
    return plot->kind->new_collector == NULL || collect(plot, options, error);
}

#include "plot_runs.h"

#include <stdio.h>
#include <string.h>

#include "errors.h"
#include "experiment.h"
#include "frame.h"
#include "json_read.h"
#include "schedules.h"
#include "units.h"
#include "validation_run.h"

/* Of the machine's memory, what the crossings of one run may take. */
#define CROSSINGS_SHARE 4

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FILE, fclose)

/* The plot that is loaded, and what for. */
typedef struct {
    PdPlot *plot;
    const PdOptions *options;
    const char *schedules; /* of --schedules; NULL: none were named */
    GPtrArray *paths;      /* of each run, the argument that it comes from */
    gboolean is_titled;    /* by the user */
    guint n_titles;        /* of inputs so far, none counted too */
} Loading;

/* What an argument is. */
typedef enum { SCENARIO, SAVED_REPORTS, SAVED_SWEEP, EVENTS, TRAINING_LOG } Input;

/* Told by how it begins; what cannot be looked at twice, as a pipe, is a scenario. Kinds that draw
 * training logs take nothing else. */
static Input
input_of(const PdPlotKind *kind, const char *path)
{
    g_autoptr(FILE) file = g_file_test(path, G_FILE_TEST_IS_REGULAR) ? fopen(path, "rb") : NULL;
    int c = ' ';

    while (file != NULL && c != EOF && g_ascii_isspace(c))
        c = fgetc(file);
    if (kind->source == PD_PLOT_CURVES || pd_training_curve_is(path))
        return TRAINING_LOG;
    if (pd_sweep_rows_is(path))
        return SAVED_SWEEP;
    return c == '{' ? SAVED_REPORTS : pd_event_file_is(path) ? EVENTS : SCENARIO;
}

/* Add a run to the plot. report: (transfer full), NULL if it is to come. (transfer none) */
static PdPlotRun *
add_run(Loading *loading, const char *path, const char *name, PdReport *report)
{
    PdPlot *plot = loading->plot;
    PdPlotRun *run;

    plot->runs = g_renew(PdPlotRun, plot->runs, plot->n_runs + 1);
    run = &plot->runs[plot->n_runs++];
    *run = (PdPlotRun){ .name = g_strdup(name), .report = report };
    g_ptr_array_add(loading->paths, (gpointer)path);
    return run;
}

/* The title of all inputs is the one that they have in common, if they do. */
static void
take_title(Loading *loading, const char *title)
{
    PdPlot *plot = loading->plot;

    if (loading->is_titled)
        return;
    if (loading->n_titles++ == 0)
        plot->title = g_strdup(title);
    else if (g_strcmp0(plot->title, title) != 0)
        g_clear_pointer(&plot->title, g_free);
}

/* --- scenarios -------------------------------------------------------------------------------- */

/* Whether there is memory for the crossing of every micro-batch; a kind can do without. */
static gboolean
keeps_crossings(const Loading *loading, const PdScenario *scenario)
{
    const PdU128 bytes = pd_wide(scenario->n_micro_batches) * scenario->n_stages * sizeof(guint32);
    const gboolean fits = bytes <= pd_wide(pd_machine_memory_bytes() / CROSSINGS_SHARE);

    if (loading->plot->kind->per_micro_batch && !fits)
        pd_options_say(loading->options,
                       "note: the run is too long to draw the crossing of every micro-batch");
    return loading->plot->kind->per_micro_batch && fits;
}

static gboolean
add_scenarios(Loading *loading, const char *path, GError **error)
{
    const PdPlot *plot = loading->plot;
    g_autoptr(PdConfig) config = pd_experiment_load(loading->options, path, error);
    const char *list = loading->schedules;
    g_autoptr(GPtrArray) scenarios = NULL;

    if (config == NULL)
        return FALSE;
    take_title(loading, pd_config_text(config, PD_KEY_SCENARIO_TITLE));
    if (list == NULL && !plot->kind->all_schedules)
        list = pd_config_text(config, PD_KEY_PIPELINE_SCHEDULE);
    scenarios = pd_experiment_scenarios(loading->options, config, list, error);
    while (scenarios != NULL && scenarios->len > 0) {
        PdScenario *scenario = g_ptr_array_steal_index(scenarios, 0);
        PdPlotRun *run = add_run(loading, path, scenario->schedule->name, NULL);

        run->scenario = scenario;
        run->report = pd_experiment_simulate(loading->options, scenario,
                                             keeps_crossings(loading, scenario), NULL, error);
        if (run->report == NULL)
            return pd_error_prefix(path, error);
    }
    return scenarios != NULL;
}

/* --- recorded runs ---------------------------------------------------------------------------- */

static gboolean
add_events(Loading *loading, const char *path, GError **error)
{
    g_autoptr(PdEventFile) file = NULL;
    const PdScenario *scenario;
    PdPlotRun *run;

    if (loading->schedules != NULL || loading->options->overrides != NULL) {
        g_autofree char *origin = pd_printable(path);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "%s: has no use with %s, a run that is over; name its scenario",
                    loading->schedules != NULL ? "--schedules" : "--set", origin);
        return FALSE;
    }
    file = pd_event_file_open(path, pd_schedules, error);
    if (file == NULL)
        return FALSE;
    scenario = pd_event_file_scenario(file);
    take_title(loading, scenario->title);
    run = add_run(loading, path, scenario->schedule->name, NULL);
    run->scenario = scenario;
    run->events = g_steal_pointer(&file);
    run->report = pd_experiment_read_events(loading->options, run->events,
                                            keeps_crossings(loading, scenario), NULL, error);
    return run->report != NULL;
}

/* --- saved reports ---------------------------------------------------------------------------- */

static void
add_report(Loading *loading, const char *path, PdReport *report, const char *suffix)
{
    g_autofree char *name = g_strconcat(report->schedule, suffix, NULL);

    take_title(loading, report->title);
    add_run(loading, path, name, report);
}

static void
add_validation(Loading *loading, const char *path, PdValidation *validation)
{
    add_report(loading, path, g_steal_pointer(&validation->predicted), ", predicted");
    add_report(loading, path, g_steal_pointer(&validation->measured), ", measured");
}

static gboolean
add_saved_reports(Loading *loading, const char *path, GError **error)
{
    const PdPlotKind *kind = loading->plot->kind;
    g_auto(PdSavedReports) saved = { .reports = NULL };

    if (kind->source != PD_PLOT_REPORTS) {
        g_autofree char *origin = pd_printable(path);

        g_set_error(
            error, PD_ERROR, PD_ERROR_INPUT,
            "%s: is a saved report, which does not tell what plot %s draws; name a scenario",
            origin, kind->name);
        return FALSE;
    }
    if (!pd_saved_reports_load(&saved, path, error))
        return FALSE;
    while (saved.reports->len > 0)
        add_report(loading, path, g_ptr_array_steal_index(saved.reports, 0), "");
    if (saved.validation != NULL)
        add_validation(loading, path, saved.validation);
    return TRUE;
}

/* --- training logs ---------------------------------------------------------------------------- */

/* What is for scenarios only. */
static gboolean
check_log(const Loading *loading, const char *path, GError **error)
{
    const PdPlotKind *kind = loading->plot->kind;
    g_autofree char *origin = pd_printable(path);

    if (kind->source == PD_PLOT_CURVES && loading->schedules == NULL &&
        loading->options->overrides == NULL)
        return TRUE;
    if (kind->source == PD_PLOT_CURVES)
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "%s: has no use with %s, the log of a training",
                    loading->schedules != NULL ? "--schedules" : "--set", origin);
    else
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "%s: is a training log, which plot loss draws; plot %s needs a scenario",
                    origin, kind->name);
    return FALSE;
}

static gboolean
add_log(Loading *loading, const char *path, GError **error)
{
    g_autofree char *name = g_filename_display_basename(path);
    PdPlotRun *run;

    if (!check_log(loading, path, error))
        return FALSE;
    if (g_str_has_suffix(name, ".csv") && strlen(name) > strlen(".csv"))
        name[strlen(name) - strlen(".csv")] = '\0';
    run = add_run(loading, path, name, NULL);
    run->curve = pd_training_curve_load(path, error);
    return run->curve != NULL;
}

/* --- saved sweeps ----------------------------------------------------------------------------- */

static gboolean
refuse_sweep(const Loading *loading, const char *path, GError **error)
{
    g_autofree char *origin = pd_printable(path);

    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "%s: is a saved sweep, which plot sweep and plot pareto draw; plot %s needs a "
                "scenario",
                origin, loading->plot->kind->name);
    return FALSE;
}

/* --- a prediction beside a measurement -------------------------------------------------------- */

static gboolean
validate_scenario(Loading *loading, const char *path, GError **error)
{
    g_autoptr(PdValidation) validation = NULL;

    if (loading->schedules != NULL) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--schedules: plot %s trains under the scenario's own; write --set "
                    "pipeline.schedule=NAME",
                    loading->plot->kind->name);
        return FALSE;
    }
    validation = pd_validation_run(loading->options, path, -1, FALSE, error);
    if (validation == NULL)
        return FALSE;
    add_validation(loading, path, validation);
    return TRUE;
}

static gboolean
check_validation(const PdPlot *plot, GError **error)
{
    const PdReport *predicted = plot->runs[0].report, *measured;

    if (plot->n_runs != 2) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "plot %s: draws a prediction and a measurement, and this is one run; name a "
                    "validation or a second one",
                    plot->kind->name);
        return FALSE;
    }
    measured = plot->runs[1].report;
    if (predicted->n_devices == measured->n_devices && predicted->n_stages == measured->n_stages)
        return TRUE;
    g_set_error(
        error, PD_ERROR, PD_ERROR_INPUT,
        "plot %s: the runs have %u and %u devices, %u and %u stages; these have to be equal",
        plot->kind->name, predicted->n_devices, measured->n_devices, predicted->n_stages,
        measured->n_stages);
    return FALSE;
}

/* --- all -------------------------------------------------------------------------------------- */

static gboolean
add_input(Loading *loading, const char *path, gboolean alone, GError **error)
{
    switch (input_of(loading->plot->kind, path)) {
    case TRAINING_LOG:
        return add_log(loading, path, error);
    case SAVED_REPORTS:
        return add_saved_reports(loading, path, error);
    case SAVED_SWEEP:
        return refuse_sweep(loading, path, error);
    case EVENTS:
        return add_events(loading, path, error);
    case SCENARIO:
        break;
    }
    return loading->plot->kind->validates && alone ? validate_scenario(loading, path, error)
                                                   : add_scenarios(loading, path, error);
}

/* Runs of one name get that of their file behind it; logs, which have it already, all of the path.
 */
static void
tell_apart(Loading *loading)
{
    PdPlot *plot = loading->plot;
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) before = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < plot->n_runs; i++) {
        char *name = plot->runs[i].name;

        g_ptr_array_add(before, name);
        g_hash_table_insert(
            counts, name,
            GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(counts, name)) + 1));
    }
    for (guint i = 0; i < plot->n_runs; i++) {
        const char *path = loading->paths->pdata[i];
        g_autofree char *file = g_path_get_basename(path);
        const gboolean alone = GPOINTER_TO_UINT(g_hash_table_lookup(counts, before->pdata[i])) == 1;

        if (alone)
            plot->runs[i].name = g_strdup(before->pdata[i]);
        else if (plot->runs[i].curve != NULL)
            plot->runs[i].name = g_filename_display_name(path);
        else
            plot->runs[i].name = g_strdup_printf("%s, %s", (char *)before->pdata[i], file);
    }
}

/* Behind the end of all runs there is nothing to draw. */
static gboolean
check_begin(const PdPlot *plot, GError **error)
{
    const gint64 end_ns = pd_frame_end_ns(plot);
    g_autofree char *end = pd_duration_format(end_ns);

    if (plot->from_ns <= 0 || plot->from_ns < end_ns)
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "--from: is not before the end, which is at %s",
                end);
    return FALSE;
}

static gboolean
check_runs(const PdPlot *plot, GError **error)
{
    if (plot->n_runs > plot->kind->most_runs) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "plot %s: draws up to %u runs side by side, and these are %u", plot->kind->name,
                    plot->kind->most_runs, plot->n_runs);
        return FALSE;
    }
    return check_begin(plot, error) && (!plot->kind->validates || check_validation(plot, error));
}

/* The second pass: the kind knows all reports, and says what it wants of the events. */
static gboolean
collect(PdPlot *plot, const PdOptions *options, GError **error)
{
    for (guint i = 0; i < plot->n_runs; i++) {
        PdPlotRun *run = &plot->runs[i];
        g_autoptr(PdReport) again = NULL;
        PdSink *sinks[] = { NULL, NULL };

        sinks[0] = run->collector = plot->kind->new_collector(plot, run);
        again = run->events != NULL
                    ? pd_experiment_read_events(options, run->events, FALSE, sinks, error)
                    : pd_experiment_simulate(options, run->scenario, FALSE, sinks, error);
        if (again == NULL)
            return FALSE;
    }
    return TRUE;
}

gboolean
pd_plot_runs_load(PdPlot *plot, const PdOptions *options, const char *schedules, GError **error)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new();
    Loading loading = { plot, options, schedules, paths, plot->title != NULL, 0 };
    char **first = options->arguments + 1;

    for (char **path = first; *path != NULL; path++)
        if (!add_input(&loading, *path, first[1] == NULL, error))
            return FALSE;
    if (!check_runs(plot, error))
        return FALSE;
    tell_apart(&loading);
    pd_plot_settle(plot);
    return plot->kind->new_collector == NULL || collect(plot, options, error);
}

#include "plot_points.h"

#include <math.h>
#include <string.h>

#include "criterion.h"
#include "errors.h"
#include "experiment.h"
#include "expression.h"
#include "pareto.h"
#include "scalars.h"
#include "sweep_grid.h"
#include "sweep_names.h"
#include "sweep_run.h"

/* Points that are kept in memory and drawn. */
#define MOST_POINTS 1000000

void
pd_points_options_clear(PdPointsOptions *own)
{
    g_strfreev(own->vary);
    g_strfreev(own->results);
    g_free(own->where);
}

gboolean
pd_plot_points_check(const PdPlotKind *kind, const PdPointsOptions *own, GError **error)
{
    const char *option = own->vary != NULL      ? "--vary"
                         : own->where != NULL   ? "--where"
                         : own->results != NULL ? "--result"
                                                : NULL;

    if (kind->source == PD_PLOT_POINTS || option == NULL)
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "%s: plot %s draws no sweep; plot sweep and plot pareto do", option, kind->name);
    return FALSE;
}

/* --- points ----------------------------------------------------------------------------------- */

/* What is said of the invalid points once the plot is known to be right: --where drops them. */
static char *
tell_invalid(const PdSweepRows *rows, gboolean dropped)
{
    const char *first = NULL;
    guint n = 0;

    for (guint i = 0; i < rows->rows->len; i++) {
        const PdSavedRow *row = rows->rows->pdata[i];

        first = first == NULL ? row->error : first;
        n += row->error != NULL ? 1 : 0;
    }
    return n == 0 ? NULL
                  : g_strdup_printf("note: %u of %u points %s invalid%s; the first: %s", n,
                                    rows->rows->len, n == 1 ? "is" : "are",
                                    dropped ? " and left out" : "", first);
}

/* What a sweep has come to, as rows that were saved. (transfer full) */
static PdSweepRows *
rows_of(const PdSweepRun *run)
{
    const PdSpace *space = run->sweep->space;
    const guint n_keys = pd_space_n_keys(space);
    g_autofree const char **texts = g_new0(const char *, n_keys + 1);
    PdSweepRows *rows;

    for (guint key = 0; key < n_keys; key++)
        texts[key] = pd_space_vary(space, key)->name;
    rows = pd_sweep_rows_new(texts);
    for (guint i = 0; i < run->rows->len; i++) {
        const PdSweepRow *row = run->rows->pdata[i];

        for (guint key = 0; key < n_keys; key++)
            texts[key] = pd_space_value(space, row->point, key);
        pd_sweep_rows_add(rows, texts, row->values, row->error);
    }
    return rows;
}

static gboolean
check_size(const PdSpace *space, GError **error)
{
    if (space->n_points <= MOST_POINTS)
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "--vary: makes %" G_GINT64_FORMAT " points, and a plot draws up to %d",
                space->n_points, MOST_POINTS);
    return FALSE;
}

/* Run the sweep of a scenario. (transfer full) */
static PdSweepRows *
sweep(const PdOptions *options, char *const *vary, const char *path, GError **error)
{
    g_auto(PdSpace) space = { 0 };
    g_auto(PdSweep) all = { 0 };
    g_auto(PdSweepRun) run = { .sweep = &all, .quiet = options->quiet };
    PdConfig *config;

    if (!pd_space_init(&space, (const char *const *)vary, FALSE, error) ||
        !check_size(&space, error))
        return NULL;
    config = pd_experiment_read(options, path, error);
    if (config == NULL || !pd_sweep_init(&all, config, &space, path, error))
        return NULL;
    run.n_jobs = (guint)MIN((gint64)g_get_num_processors(), space.n_points);
    if (!pd_sweep_run_all(&run, error))
        return NULL;
    if (run.n_done == space.n_points)
        return rows_of(&run);
    g_set_error(error, PD_ERROR, PD_ERROR_SYSTEM,
                "interrupted behind point %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, run.n_done,
                space.n_points);
    return NULL;
}

static gboolean
fail_use(const char *option, const char *path, GError **error)
{
    g_autofree char *origin = pd_printable(path);

    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "%s: has no use with %s, a sweep that is over; name its scenario", option, origin);
    return FALSE;
}

static PdSweepRows *
load(const PdOptions *options, const PdPointsOptions *own, const char *path, GError **error)
{
    const gboolean saved = pd_sweep_rows_is(path);

    if (saved && (own->vary != NULL || options->overrides != NULL)) {
        fail_use(own->vary != NULL ? "--vary" : "--set", path, error);
        return NULL;
    }
    return own->vary != NULL ? sweep(options, own->vary, path, error)
                             : pd_sweep_rows_load(path, error);
}

/* Keep the rows of which an expression holds; nothing holds of an invalid point. */
static gboolean
filter(PdSweepRows *rows, const char *where, GError **error)
{
    g_autofree PdName *names = pd_sweep_names((const char *const *)rows->names);
    g_autoptr(PdExpression) expression = pd_expression_parse(where, names, error);
    const guint n = pd_n_scalars();
    g_autofree PdValue *values = g_new(PdValue, n + rows->n_keys);
    guint kept = 0;

    if (expression == NULL) {
        g_prefix_error(error, "--where: ");
        return FALSE;
    }
    for (guint i = 0; i < rows->rows->len; i++) {
        PdSavedRow *row = rows->rows->pdata[i];

        if (row->error != NULL)
            continue;
        memcpy(values, row->values, n * sizeof *values);
        for (guint key = 0; key < rows->n_keys; key++)
            values[n + key] = pd_sweep_key_value(rows->names[key], row->keys[key]);
        if (!pd_expression_holds(expression, values))
            continue;
        rows->rows->pdata[i] = rows->rows->pdata[kept];
        rows->rows->pdata[kept++] = row;
    }
    g_ptr_array_set_size(rows->rows, (int)kept);
    if (kept > 0)
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "--where: holds of no point");
    return FALSE;
}

/* --- results ---------------------------------------------------------------------------------- */

/* Whether any point has a result. */
static gboolean
is_known(const PdSweepRows *rows, guint scalar)
{
    for (guint i = 0; i < rows->rows->len; i++)
        if (!isnan(pd_value_number(((const PdSavedRow *)rows->rows->pdata[i])->values[scalar])))
            return TRUE;
    return FALSE;
}

/* What tells most of the points that there are. (transfer full) */
static char *
default_results(const PdPlot *plot)
{
    const PdSweepRows *rows = plot->sweep.rows;
    const char *throughput = is_known(rows, pd_scalar_number("throughput_tokens_per_s"))
                                 ? "throughput_tokens_per_s"
                                 : "throughput_micro_batches_per_s";
    const char *bubble = is_known(rows, pd_scalar_number("steady_bubble_fraction"))
                             ? "steady_bubble_fraction"
                             : "bubble_fraction";

    return plot->kind->front
               ? g_strdup_printf("-max_peak_memory_bytes,%s,-max_crossing", throughput)
               : g_strdup_printf("%s,%s,max_peak_memory_bytes,max_crossing", throughput, bubble);
}

static gboolean
check_results(const PdPlot *plot, const PdCriterion *results, guint n, gboolean named,
              GError **error)
{
    const guint least = plot->kind->front ? 2 : 1,
                most = plot->kind->front ? 3 : PD_PLOT_MOST_RESULTS;

    if (n < least || n > most) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--result: plot %s draws %u to %u results, and these are %u", plot->kind->name,
                    least, most, n);
        return FALSE;
    }
    for (guint i = 0; i < n && named; i++) {
        if (results[i].opposite && !plot->kind->front) {
            g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                        "--result: a minus has no use with plot %s; write %s", plot->kind->name,
                        pd_scalars[results[i].name].name);
            return FALSE;
        }
        if (!is_known(plot->sweep.rows, results[i].name)) {
            g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "--result: no point has a %s",
                        pd_scalars[results[i].name].name);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
choose_results(PdPlot *plot, char *const *named, const PdName *names, GError **error)
{
    g_autofree char *text = named == NULL ? default_results(plot) : g_strjoinv(",", (char **)named);
    guint n;
    g_autofree PdCriterion *results = pd_criteria_parse("--result", text, names, TRUE, &n, error);

    if (results == NULL || !check_results(plot, results, n, named != NULL, error))
        return FALSE;
    for (guint i = 0; i < n; i++)
        plot->sweep.results[i] = (PdPlotResult){ results[i].name, results[i].opposite };
    plot->sweep.n_results = n;
    return TRUE;
}

/* --- what the kind needs of them -------------------------------------------------------------- */

/* What does not fit the memory is no choice, and so not on the front. */
static void
find_front(PdPlot *plot)
{
    const guint n = plot->sweep.rows->rows->len;
    g_autofree double *values = g_new(double, 2 * (gsize)n);

    for (guint row = 0; row < n; row++) {
        const gboolean fits = !pd_sweep_is_too_large(pd_sweep_row(plot, row));

        for (guint i = 0; i < 2; i++) {
            const double value = fits ? pd_sweep_result(plot, row, i) : (double)NAN;

            values[2 * (gsize)row + i] = plot->sweep.results[i].smaller ? -value : value;
        }
    }
    plot->sweep.front = pd_pareto_front(values, n, 2);
}

/* The title of the first valid point. */
static void
take_title(PdPlot *plot)
{
    const guint title = pd_scalar_number("title");

    for (guint row = 0; row < plot->sweep.rows->rows->len && plot->title == NULL; row++) {
        const PdValue value = pd_sweep_row(plot, row)->values[title];

        if (value.type == PD_VALUE_TEXT)
            plot->title = g_strdup(value.text);
    }
}

gboolean
pd_plot_points_load(PdPlot *plot, const PdOptions *options, const PdPointsOptions *own,
                    GError **error)
{
    g_autofree PdName *names = pd_sweep_names(NULL);
    g_autofree char *invalid = NULL;
    char *const *paths = options->arguments + 1;

    if (paths[1] != NULL) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "plot %s: draws one sweep", plot->kind->name);
        return FALSE;
    }
    plot->sweep.rows = load(options, own, paths[0], error);
    if (plot->sweep.rows == NULL)
        return FALSE;
    invalid = tell_invalid(plot->sweep.rows, own->where != NULL);
    if ((own->where != NULL && !filter(plot->sweep.rows, own->where, error)) ||
        !choose_results(plot, own->results, names, error) ||
        (!plot->kind->front && !pd_sweep_grid_check(plot, error)))
        return FALSE;
    take_title(plot);
    if (plot->kind->front)
        find_front(plot);
    if (invalid != NULL)
        pd_options_say(options, "%s", invalid);
    return TRUE;
}

#include "plot.h"

#include <string.h>

#include "data.h"
#include "errors.h"
#include "experiment.h"
#include "gnuplot.h"
#include "plot_points.h"
#include "plot_runs.h"
#include "terminal.h"
#include "units.h"

typedef struct {
    char *schedules;
    char *from, *to;
    char *size;
    char *title;
    char *data;
    gboolean dark, idle, links;
    PdPointsOptions points;
} OwnOptions;

static void
own_options_clear(OwnOptions *own)
{
    g_free(own->schedules);
    g_free(own->from);
    g_free(own->to);
    g_free(own->size);
    g_free(own->title);
    g_free(own->data);
    pd_points_options_clear(&own->points);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OwnOptions, own_options_clear)

/* --- what was asked for ----------------------------------------------------------------------- */

static const PdPlotKind *
find_kind(const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *quoted = pd_quote(name), *known = NULL;
    const char *near;

    for (const PdPlotKind *const *kind = pd_plot_kinds; *kind != NULL; kind++) {
        if (strcmp((*kind)->name, name) == 0)
            return *kind;
        g_ptr_array_add(names, (gpointer)(*kind)->name);
    }
    g_ptr_array_add(names, NULL);
    known = g_strjoinv(", ", (char **)names->pdata);
    near = pd_nearest(name, (const char *const *)names->pdata);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "plot %s is unknown; %s%s%sthere are %s", quoted,
                near != NULL ? "did you mean " : "", near != NULL ? near : "",
                near != NULL ? "? " : "", known);
    return NULL;
}

static gboolean
parse_time(const char *option, const char *text, gint64 *time_ns, GError **error)
{
    *time_ns = -1;
    if (text == NULL || pd_quantity_parse(text, PD_DURATION, time_ns, error))
        return TRUE;
    g_prefix_error(error, "%s: ", option);
    return FALSE;
}

static gboolean
parse_size(const char *text, PdPlot *plot, GError **error)
{
    guint64 width = 0, height = 0;
    g_auto(GStrv) parts = g_strsplit(text == NULL ? "" : text, "x", -1);

    if (text == NULL)
        return TRUE;
    if (g_strv_length(parts) == 2 &&
        g_ascii_string_to_unsigned(parts[0], 10, 200, 10000, &width, NULL) &&
        g_ascii_string_to_unsigned(parts[1], 10, 150, 10000, &height, NULL)) {
        plot->width = (guint)width;
        plot->height = (guint)height;
        return TRUE;
    }
    g_autofree char *quoted = pd_quote(text);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "--size: %s is no size; write WIDTHxHEIGHT in px, from 200x150 to 10000x10000, "
                "such as 960x400",
                quoted);
    return FALSE;
}

/* The terminal that an output's extension asks for; NULL for the terminal of the user. */
static gboolean
parse_output(const char *path, PdPlot *plot, GError **error)
{
    static const char *const terminals[] = { "svg", "pdf", "png" };

    if (path == NULL || strcmp(path, "-") == 0)
        return TRUE;
    for (guint i = 0; i < G_N_ELEMENTS(terminals); i++) {
        g_autofree char *extension = g_strconcat(".", terminals[i], NULL);

        if (g_str_has_suffix(path, extension))
            plot->terminal = terminals[i];
    }
    if (plot->terminal != NULL)
        return TRUE;
    g_autofree char *printable = pd_printable(path);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "--output: %s ends in none of .svg, .pdf, .png, and is not - for a drawing in the "
                "terminal",
                printable);
    return FALSE;
}

static gboolean
check_window(const PdPlot *plot, GError **error)
{
    const gboolean given = plot->from_ns >= 0 || plot->to_ns >= 0;
    const gint64 to_ns = plot->to_ns < 0 ? PD_NEVER_NS : plot->to_ns;

    if (given && (plot->kind->source == PD_PLOT_REPORTS || plot->kind->source == PD_PLOT_POINTS)) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "%s: has no use with plot %s, which draws whole runs",
                    plot->from_ns >= 0 ? "--from" : "--to", plot->kind->name);
        return FALSE;
    }
    if (MAX(plot->from_ns, 0) < to_ns)
        return TRUE;
    if (plot->to_ns == 0)
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "--to: is where runs begin");
    else
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "--from: is not before --to");
    return FALSE;
}

static gboolean
check_details(const PdPlot *plot, GError **error)
{
    if (plot->kind->has_details || !(plot->idle || plot->links))
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s: has no use with plot %s; plot timeline has",
                plot->idle ? "--idle" : "--links", plot->kind->name);
    return FALSE;
}

static gboolean
check_data(const OwnOptions *own, const PdPlot *plot, GError **error)
{
    if (own->data == NULL || plot->terminal != NULL)
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "--data: is what gnuplot draws, and has no use for a drawing in the terminal");
    return FALSE;
}

static gboolean
plot_init(PdPlot *plot, const PdOptions *options, const OwnOptions *own, GError **error)
{
    plot->kind = find_kind(options->arguments[0], error);
    plot->title = g_strdup(own->title);
    plot->dark = own->dark;
    plot->idle = own->idle;
    plot->links = own->links;
    pd_terminal_look(&plot->columns, &plot->colours);
    return plot->kind != NULL && parse_output(options->output, plot, error) &&
           parse_size(own->size, plot, error) &&
           parse_time("--from", own->from, &plot->from_ns, error) &&
           parse_time("--to", own->to, &plot->to_ns, error) && check_window(plot, error) &&
           check_details(plot, error) && check_data(own, plot, error) &&
           pd_plot_points_check(plot->kind, &own->points, error);
}

/* --- the picture ------------------------------------------------------------------------------ */

/* What the user typed, as a shell would take it again. */
static char *
command_line(char **words)
{
    g_autoptr(GPtrArray) quoted = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(quoted, g_strdup("pipedrift"));
    for (; *words != NULL; words++)
        g_ptr_array_add(quoted, strpbrk(*words, " \t\n'\"\\$`*?[]{}()<>|&;#!~") == NULL
                                    ? g_strdup(*words)
                                    : g_shell_quote(*words));
    g_ptr_array_add(quoted, NULL);
    return g_strjoinv(" ", (char **)quoted->pdata);
}

static gboolean
draw_text(const PdPlot *plot, const PdOptions *options, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const PdOptions to_terminal = { .quiet = options->quiet };

    pd_plot_draw(plot, text);
    return pd_options_write(&to_terminal, text->str, error);
}

static gboolean
draw_picture(const PdPlot *plot, const PdOptions *options, const char *command, const char *data,
             GError **error)
{
    g_autofree char *name = g_strconcat(plot->kind->name, ".gp", NULL);
    g_autofree char *path = pd_data_find("plots", name, error);
    g_autofree char *folder = path == NULL ? NULL : g_path_get_dirname(path);
    g_autofree char *script = path == NULL ? NULL : pd_plot_script(plot, command, folder);
    const PdOptions keep = { .output = (char *)data };
    g_autoptr(GBytes) picture = NULL;

    if (script == NULL || (data != NULL && !pd_options_write(&keep, script, error)))
        return FALSE;
    picture = pd_gnuplot_draw(script, error);
    return picture != NULL && pd_options_write_bytes(options, picture, error);
}

/* What the inputs hold that the kind draws. */
static gboolean
load(PdPlot *plot, const PdOptions *options, const OwnOptions *own, GError **error)
{
    if (plot->kind->source != PD_PLOT_POINTS)
        return pd_plot_runs_load(plot, options, own->schedules, error);
    if (own->schedules != NULL) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--schedules: plot %s draws a sweep; write --vary pipeline.schedule=%s",
                    plot->kind->name, own->schedules);
        return FALSE;
    }
    if (!pd_plot_points_load(plot, options, &own->points, error))
        return FALSE;
    pd_plot_settle(plot);
    return TRUE;
}

static int
run(int argc, char **argv, GError **error)
{
    g_auto(OwnOptions) own = { 0 };
    const GOptionEntry extra[] = {
        { "schedules", 0, 0, G_OPTION_ARG_STRING, &own.schedules,
          "the schedules to draw, separated by commas (default: the scenario's)", "SCHEDULES" },
        { "from", 0, 0, G_OPTION_ARG_STRING, &own.from, "the first instant to draw", "TIME" },
        { "to", 0, 0, G_OPTION_ARG_STRING, &own.to, "the last instant to draw", "TIME" },
        { "idle", 0, 0, G_OPTION_ARG_NONE, &own.idle, "colour idle times by cause", NULL },
        { "links", 0, 0, G_OPTION_ARG_NONE, &own.links, "draw messages between devices", NULL },
        { "vary", 0, 0, G_OPTION_ARG_STRING_ARRAY, &own.points.vary,
          "sweep and pareto: a key and its values, as for sweep (repeatable)", "SECTION.KEY=LIST" },
        { "where", 0, 0, G_OPTION_ARG_STRING, &own.points.where,
          "sweep and pareto: draw the points of which this holds", "EXPRESSION" },
        { "result", 0, 0, G_OPTION_ARG_STRING_ARRAY, &own.points.results,
          "sweep: what is drawn (repeatable); pareto: X,Y and a third for colour, of which "
          "-NAME: the smaller the better",
          "NAMES" },
        { "title", 0, 0, G_OPTION_ARG_STRING, &own.title, "the title", "TEXT" },
        { "size", 0, 0, G_OPTION_ARG_STRING, &own.size, "in px, such as 960x400", "WIDTHxHEIGHT" },
        { "dark", 0, 0, G_OPTION_ARG_NONE, &own.dark, "light on dark", NULL },
        { "data", 0, 0, G_OPTION_ARG_FILENAME, &own.data, "keep what gnuplot draws, to be restyled",
          "FILE" },
        G_OPTION_ENTRY_NULL,
    };
    g_auto(PdOptions) options = { 0 };
    g_auto(PdPlot) plot = { 0 };
    g_auto(GStrv) words = g_strdupv(argv);
    g_autofree char *command = command_line(words);
    gboolean drawn;

    if (!pd_options_parse(&options, &pd_command_plot, extra, argc, argv, error) ||
        !plot_init(&plot, &options, &own, error) || !pd_options_check_output(&options, error) ||
        !load(&plot, &options, &own, error))
        return -1;
    drawn = plot.terminal == NULL ? draw_text(&plot, &options, error)
                                  : draw_picture(&plot, &options, command, own.data, error);
    return drawn ? 0 : -1;
}

/* The kinds, as words that the first argument may be. */
static PdChoice
choice(guint i)
{
    const PdPlotKind *kind = pd_plot_kinds[i];

    return kind == NULL ? (PdChoice){ NULL, NULL } : (PdChoice){ kind->name, kind->summary };
}

static const PdExample examples[] = {
    { "two schedules over each other, in the terminal",
      "pipedrift plot timeline quickstart.ini --schedules 1f1b,paci" },
    { "for a talk", "pipedrift plot timeline quickstart.ini --idle --dark --output idle.png" },
    { "trainings compared", "pipedrift plot loss 1f1b.csv paci.csv --output loss.svg" },
    { "when is a flush cheap enough?",
      "pipedrift plot sweep quickstart.ini --vary pipeline.micro-batches=8..64*2" },
    { "to be restyled", "pipedrift plot timeline quickstart.ini --output a.svg --data a.gp" },
    { NULL, NULL },
};

const PdCommand pd_command_plot = {
    .name = "plot",
    .arguments = "KIND INPUT...",
    .min_arguments = 2,
    .max_arguments = PD_ANY_NUMBER,
    .summary = "Draw a run, as a picture or in the terminal.",
    .description =
        "An input is a scenario, which is simulated, or the events of a run that simulate\n"
        "or train have kept with --events; of plot loss, the logs of train --log; of plot\n"
        "sweep and plot pareto, what sweep has saved, or a scenario with --vary. The\n"
        "extension of --output chooses between .svg, .pdf and .png, drawn by gnuplot;\n"
        "without --output, or with -, the drawing is text in the terminal.",
    .examples = examples,
    .choice = choice,
    .run = run,
};

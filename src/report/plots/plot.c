#include "plot.h"

#include "errors.h"
#include "frame.h"
#include "labels.h"
#include "script.h"

#define CHARACTER 8.2 /* px, of the title */

extern const PdPlotKind pd_plot_timeline, pd_plot_utilization, pd_plot_bubble, pd_plot_memory,
    pd_plot_crossings, pd_plot_compare, pd_plot_loss, pd_plot_validate, pd_plot_sweep,
    pd_plot_pareto;

const PdPlotKind *const pd_plot_kinds[] = {
    &pd_plot_timeline,
    &pd_plot_utilization,
    &pd_plot_bubble,
    &pd_plot_memory,
    &pd_plot_crossings,
    &pd_plot_compare,
    &pd_plot_loss,
    &pd_plot_validate,
    &pd_plot_sweep,
    &pd_plot_pareto,
    NULL,
};

void
pd_plot_clear(PdPlot *plot)
{
    for (guint i = 0; i < plot->n_runs; i++) {
        PdPlotRun *run = &plot->runs[i];

        if (run->collector != NULL)
            plot->kind->free_collector(run->collector);
        pd_report_free(run->report);
        if (run->events == NULL)
            pd_scenario_free((PdScenario *)run->scenario);
        pd_event_file_free(run->events);
        pd_training_curve_free(run->curve);
        g_free(run->name);
    }
    g_clear_pointer(&plot->runs, g_free);
    g_clear_pointer(&plot->sweep.rows, pd_sweep_rows_free);
    g_clear_pointer(&plot->sweep.front, g_free);
    g_clear_pointer(&plot->title, g_free);
}

void
pd_plot_settle(PdPlot *plot)
{
    const gboolean text = plot->terminal == NULL;

    plot->width = plot->width > 0 ? plot->width : PD_FRAME_WIDTH;
    if (plot->title != NULL) {
        g_autofree char *title = g_steal_pointer(&plot->title);

        plot->title = pd_label_wrap(title, text ? plot->columns : (guint)(plot->width / CHARACTER));
    }
    for (guint i = 0; text && i < plot->n_runs; i++) {
        g_autofree char *name = g_steal_pointer(&plot->runs[i].name);

        plot->runs[i].name = pd_label_fit(name, plot->columns / 2);
    }
    plot->kind->settle(plot);
}

void
pd_plot_draw(const PdPlot *plot, GString *text)
{
    if (plot->title != NULL)
        g_string_append_printf(text, "%s\n\n", plot->title);
    plot->kind->draw(plot, text);
}

/* A comment that says where the text comes from, and how to draw it. */
static void
print_head(const char *command, GString *script)
{
    g_autofree char *valid = g_utf8_make_valid(command, -1);
    g_autofree char *escaped = g_strescape(valid, NULL);

    g_string_append_printf(script,
                           "# %s\n"
                           "# Draw it again, with other settings or another plots/*.gp:\n"
                           "#   gnuplot THIS_FILE > PICTURE\n",
                           escaped);
}

char *
pd_plot_script(const PdPlot *plot, const char *command, const char *folder)
{
    GString *script = g_string_new(NULL);
    g_autofree char *with_slash = g_strconcat(folder, "/", NULL);

    print_head(command, script);
    pd_script_text(script, "plots", with_slash);
    pd_script_text(script, "terminal", plot->terminal);
    pd_script_integer(script, "width", plot->width);
    pd_script_integer(script, "height", plot->height);
    pd_script_integer(script, "dark", plot->dark);
    pd_script_text(script, "title", plot->title == NULL ? "" : plot->title);
    plot->kind->print(plot, script);
    g_string_append_printf(script, "load plots.\"%s.gp\"\n", plot->kind->name);
    return g_string_free(script, FALSE);
}

#include "panels.h"

#include "labels.h"
#include "scale.h"
#include "script.h"

#define CHARACTER 8.0 /* px */

guint
pd_panels_rows(const PdPanels *panels)
{
    return (panels->n + panels->columns - 1) / panels->columns;
}

/* One of n equal parts of a length, with gaps between them. */
static double
part(double length, guint n, double gap)
{
    return MAX((length - (n - 1) * gap) / n, 1);
}

double
pd_panels_width(const PdPanels *panels, const PdPlot *plot)
{
    return part(plot->width - panels->left - panels->right, panels->columns, panels->gap_x);
}

double
pd_panels_height(const PdPanels *panels, const PdPlot *plot)
{
    return part(plot->height - panels->top - panels->bottom, pd_panels_rows(panels), panels->gap_y);
}

guint
pd_panels_picture_height(const PdPanels *panels, double height)
{
    const guint rows = pd_panels_rows(panels);

    return (guint)(panels->top + panels->bottom + rows * height + (rows - 1) * panels->gap_y);
}

void
pd_panels_print(const PdPanels *panels, const PdPlot *plot, GString *script)
{
    const double width = pd_panels_width(panels, plot), height = pd_panels_height(panels, plot);
    g_autofree double *left = g_new(double, panels->n), *right = g_new(double, panels->n);
    g_autofree double *top = g_new(double, panels->n), *bottom = g_new(double, panels->n);

    for (guint i = 0; i < panels->n; i++) {
        left[i] = panels->left + i % panels->columns * (width + panels->gap_x);
        right[i] = left[i] + width;
        top[i] = panels->top + i / panels->columns * (height + panels->gap_y);
        bottom[i] = top[i] + height;
    }
    pd_script_integer(script, "n_panels", panels->n);
    pd_script_integer(script, "panel_columns", panels->columns);
    pd_script_reals(script, "panel_left", left, panels->n);
    pd_script_reals(script, "panel_right", right, panels->n);
    pd_script_reals(script, "panel_top", top, panels->n);
    pd_script_reals(script, "panel_bottom", bottom, panels->n);
}

guint
pd_panels_group(guint n, double width, double least_px)
{
    guint per = 1;

    while (per < n && width / ((n + per - 1) / per) < least_px)
        per *= 2;
    return per;
}

double
pd_panels_tic(double n, double width, double least_px)
{
    return MAX(pd_scale_step(n, width / least_px), 1);
}

void
pd_panels_print_names(const PdPlot *plot, const char *name, double width, GString *script)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (guint r = 0; r < plot->n_runs; r++)
        g_ptr_array_add(names, pd_label_fit(plot->runs[r].name, pd_panels_characters(width)));
    pd_script_texts(script, name, (const char *const *)names->pdata, plot->n_runs);
}

guint
pd_panels_characters(double width)
{
    return (guint)MAX(width / CHARACTER, 1);
}

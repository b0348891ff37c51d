/* A sweep: results over one or two varied keys, a panel per result; as lines, or as maps of cells
 * (sweep_map.c). Points without a number are marked below the lines. */
#include <math.h>
#include <string.h>

#include "frame.h"
#include "labels.h"
#include "legend.h"
#include "panels.h"
#include "script.h"
#include "sweep_map.h"

#define LEFT        64 /* px around the panels: numbers, ... */
#define RIGHT       18
#define HEAD        30 /* ... the name of a result, ... */
#define AXIS        52 /* ... the axis of the first key, above the legend, ... */
#define NOTE        20 /* ... and what the marks mean */
#define GAP_Y       26 /* with the numbers of the panel above */
#define HEIGHT      250
#define ALONE       330 /* px that one panel is high */
#define LEAST_PANEL 220
#define LEAST_HIGH  60
#define SEVERAL     3 /* panels beside each other, of more than 4 */
#define LEAST_TIC   44
#define MARK        11 /* px of a row of points without a number */
#define LEAST_POINT 9  /* px from one point to the next, where they are drawn */

typedef struct {
    const PdPlot *plot;
    PdSweepGrid grid;
    PdPanels panels;
    PdLegendEntry entries[PD_SWEEP_MOST_LINES];
    char *names[PD_SWEEP_MOST_LINES]; /* of the entries */
    guint n_entries;
    char *note;
} Layout;

static void
layout_clear(Layout *layout)
{
    pd_sweep_grid_clear(&layout->grid);
    for (guint i = 0; i < layout->n_entries; i++)
        g_free(layout->names[i]);
    g_free(layout->note);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Layout, layout_clear)

/* --- layout ----------------------------------------------------------------------------------- */

/* What the colours of lines mean: the second key. */
static void
fill_legend(Layout *layout)
{
    static const char *const colours[PD_SWEEP_MOST_LINES] = {
        "series_1", "series_2", "series_3", "series_4",
        "series_5", "series_6", "series_7", "series_8",
    };
    const PdSweepGrid *grid = &layout->grid;

    if (grid->map || grid->n_keys < 2)
        return;
    for (guint i = 0; i < grid->n_y; i++) {
        g_autofree char *name = g_strdup_printf("%s %s", strchr(grid->axes[1].name, '.') + 1,
                                                (char *)grid->axes[1].values->pdata[i]);

        layout->names[i] = pd_label_fit(name, pd_panels_characters(layout->plot->width * 0.8));
        layout->entries[i] = (PdLegendEntry){ layout->names[i], colours[i] };
        layout->n_entries = i + 1;
    }
}

/* Panels beside each other, as long as they are wide enough; more where a picture of a given size
 * has no room for as many rows. */
static guint
columns_of(const PdPlot *plot, PdPanels panels)
{
    panels.columns = panels.n <= SEVERAL ? panels.n : panels.n == 4 ? 2 : SEVERAL;
    while (panels.columns > 1 && pd_panels_width(&panels, plot) < LEAST_PANEL)
        panels.columns--;
    while (plot->height > 0 && panels.columns < panels.n &&
           pd_panels_height(&panels, plot) < LEAST_HIGH)
        panels.columns++;
    return panels.columns;
}

static void
lay_out(Layout *layout, const PdPlot *plot)
{
    *layout = (Layout){ .plot = plot };
    pd_sweep_grid_init(&layout->grid, plot);
    fill_legend(layout);
    layout->note = layout->grid.map ? pd_sweep_note(plot, "crossed out", "×")
                                    : pd_sweep_note(plot, "hollow", "×");
    layout->panels = (PdPanels){
        .n = plot->sweep.n_results,
        .left = layout->grid.map ? pd_sweep_map_left(&layout->grid) : LEFT,
        .right = RIGHT,
        .top = pd_frame_title_height(plot->title) + HEAD,
        .bottom = AXIS + pd_legend_height(layout->entries, layout->n_entries, plot->width) +
                  (*layout->note == '\0' ? 0 : NOTE),
        .gap_x = layout->grid.map ? RIGHT + 6 : LEFT,
        .gap_y = HEAD + GAP_Y,
    };
    layout->panels.columns = columns_of(plot, layout->panels);
}

static void
settle(PdPlot *plot)
{
    g_auto(Layout) layout = { 0 };

    if (plot->height > 0 || plot->terminal == NULL)
        return;
    lay_out(&layout, plot);
    plot->height =
        pd_panels_picture_height(&layout.panels, layout.grid.map ? pd_sweep_map_height(&layout.grid)
                                                 : plot->sweep.n_results == 1 ? ALONE
                                                                              : HEIGHT);
}

/* --- lines ------------------------------------------------------------------------------------ */

/* The axis of a result. */
typedef struct {
    PdScale scale;
    double from, to;
    double per_px;
} Axis;

/* Whether a line has a point without a number. */
static gboolean
has_gap(const Layout *layout, guint result, guint line)
{
    for (guint x = 0; x < layout->grid.n_x; x++) {
        const gint row = pd_sweep_grid_row(&layout->grid, x, line);

        if (row >= 0 && isnan(pd_sweep_result(layout->plot, (guint)row, result)))
            return TRUE;
    }
    return FALSE;
}

/* Lines that have gaps each have a row for them below the others. Returns how many do. */
static guint
n_gap_rows(const Layout *layout, guint result, guint end_line)
{
    guint n = 0;

    for (guint line = 0; line < end_line; line++)
        n += has_gap(layout, result, line) ? 1 : 0;
    return n;
}

static Axis
axis_of(const Layout *layout, guint result)
{
    const double height = pd_panels_height(&layout->panels, layout->plot);
    const guint rows = n_gap_rows(layout, result, layout->grid.n_y);
    Axis axis;

    pd_sweep_result_range(layout->plot, result, &axis.scale, &axis.from, &axis.to);
    axis.per_px = (axis.to - axis.from) / fmax(height - MARK * (rows + 0.5 * (rows > 0)), 1);
    return axis;
}

typedef enum { ALL, LARGE, GAPS } Marks;

/* Rows: x, y, number of one line; of LARGE and GAPS only the points that are. Returns how many
 * there are.
 */
static gboolean
put_line(const Layout *layout, const Axis *axis, guint result, guint line, Marks marks,
         GString *script)
{
    const PdSweepGrid *grid = &layout->grid;
    const double gap = axis->from - axis->per_px * MARK * (n_gap_rows(layout, result, line) + 0.5);
    gboolean any = FALSE;

    for (guint x = 0; x < grid->n_x; x++) {
        const gint row = pd_sweep_grid_row(grid, x, line);
        const double value =
            row < 0 ? (double)NAN
                    : pd_sweep_result(layout->plot, (guint)row, result) / axis->scale.per_unit;
        const gboolean large = row >= 0 && !isnan(value) &&
                               pd_sweep_is_too_large(pd_sweep_row(layout->plot, (guint)row));

        if (row < 0 || (marks == LARGE && !large) || (marks == GAPS && !isnan(value)))
            continue;
        const double drawn[] = { grid->axes[0].at[x], marks == GAPS ? gap : value, line + 1 };

        pd_script_row(script, drawn, G_N_ELEMENTS(drawn));
        any = TRUE;
    }
    return any;
}

/* A block with a set per panel and line, and whether each panel has any point. */
static void
put_lines(const Layout *layout, const char *name, Marks marks, GString *script)
{
    g_autofree char *total = g_strconcat("n_", name, NULL);
    double any[PD_PLOT_MOST_RESULTS] = { 0 };

    for (guint result = 0; result < layout->plot->sweep.n_results; result++) {
        const Axis axis = axis_of(layout, result);

        for (guint line = 0; line < layout->grid.n_y; line++) {
            pd_script_begin_set(script, name, result * layout->grid.n_y + line, 3);
            if (put_line(layout, &axis, result, line, marks, script))
                any[result] = 1;
        }
    }
    pd_script_end_block(script);
    pd_script_reals(script, total, any, layout->plot->sweep.n_results);
}

static void
print_lines(const Layout *layout, GString *script)
{
    const guint n = layout->plot->sweep.n_results;
    const double height = pd_panels_height(&layout->panels, layout->plot);
    const double width = pd_panels_width(&layout->panels, layout->plot);
    double from[PD_PLOT_MOST_RESULTS], to[PD_PLOT_MOST_RESULTS], step[PD_PLOT_MOST_RESULTS],
        first[PD_PLOT_MOST_RESULTS];

    for (guint result = 0; result < n; result++) {
        const Axis axis = axis_of(layout, result);

        step[result] = pd_sweep_result_step(layout->plot, result, axis.scale, axis.to - axis.from,
                                            height / LEAST_TIC);
        first[result] = step[result] * ceil(axis.from / step[result] - 1e-9);
        from[result] = axis.to - axis.per_px * height;
        to[result] = axis.to;
    }
    pd_script_integer(script, "n_lines", layout->grid.n_y);
    pd_script_integer(script, "with_points", width >= LEAST_POINT * layout->grid.n_x);
    pd_script_reals(script, "y_from", from, n);
    pd_script_reals(script, "y_to", to, n);
    pd_script_reals(script, "y_first", first, n);
    pd_script_reals(script, "y_step", step, n);
    put_lines(layout, "points", ALL, script);
    put_lines(layout, "large", LARGE, script);
    put_lines(layout, "missing", GAPS, script);
}

/* --- the picture ------------------------------------------------------------------------------ */

static void
print_titles(const Layout *layout, GString *script)
{
    const PdPlot *plot = layout->plot;
    const double room = pd_panels_width(&layout->panels, plot) + layout->panels.gap_x;
    g_autoptr(GPtrArray) titles = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *x_title = pd_sweep_axis_title(&layout->grid.axes[0]);
    g_autofree char *x_fit = pd_label_fit(x_title, pd_panels_characters(room));

    for (guint result = 0; result < plot->sweep.n_results; result++) {
        double least, most = 0;
        g_autofree char *title = NULL;

        pd_sweep_result_span(plot, result, &least, &most);
        title = pd_sweep_result_title(plot, result, pd_sweep_result_scale(plot, result, most));
        g_ptr_array_add(titles, pd_label_fit(title, pd_panels_characters(room)));
    }
    pd_script_texts(script, "titles", (const char *const *)titles->pdata, titles->len);
    pd_script_text(script, "x_title", x_fit);
    pd_script_text(script, "note", layout->note);
    pd_script_real(script, "note_px", *layout->note == '\0' ? 0 : NOTE);
}

static void
print(const PdPlot *plot, GString *script)
{
    g_auto(Layout) layout = { 0 };
    double from, to;

    lay_out(&layout, plot);
    pd_legend_print(layout.entries, layout.n_entries, plot->width, script);
    pd_panels_print(&layout.panels, plot, script);
    print_titles(&layout, script);
    pd_script_integer(script, "map", layout.grid.map);
    pd_script_integer(script, "numeric", layout.grid.axes[0].numeric);
    pd_sweep_axis_range(&layout.grid.axes[0], &from, &to);
    pd_script_real(script, "x_from", from);
    pd_script_real(script, "x_to", to);
    pd_sweep_axis_print(&layout.grid.axes[0], "x", pd_panels_width(&layout.panels, plot), script);
    if (layout.grid.map)
        pd_sweep_map_print(plot, &layout.grid, &layout.panels, script);
    else
        print_lines(&layout, script);
}

const PdPlotKind pd_plot_sweep = {
    .name = "sweep",
    .summary = "results of a sweep over one or two varied keys, as lines or as a map",
    .source = PD_PLOT_POINTS,
    .settle = settle,
    .print = print,
    .draw = pd_sweep_draw,
};

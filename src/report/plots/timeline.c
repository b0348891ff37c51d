/* The picture of every pipeline paper: a row per device, its operations over time. */
#include "frame.h"
#include "legend.h"
#include "panels.h"
#include "script.h"
#include "timeline_blocks.h"
#include "timeline_text.h"

#define BOTTOM 58 /* px of the axis, above the legend */
#define SLOTS  30 /* forwards and backwards of a micro-batch in a window */

#define MOST_ENTRIES 16

/* What the colours mean. Returns how many there are. */
static guint
legend(const PdPlot *plot, PdLegendEntry entries[MOST_ENTRIES])
{
    const gboolean splits = plot->runs[0].scenario->schedule->splits_backward;
    guint n = 0;

    entries[n++] = (PdLegendEntry){ "forward", "forward_colour" };
    entries[n++] = (PdLegendEntry){ splits ? "input gradient" : "backward", "backward_colour" };
    if (splits)
        entries[n++] = (PdLegendEntry){ "weight gradient", "weight_colour" };
    entries[n++] = (PdLegendEntry){ "update", "update_colour" };
    if (pd_timeline_has_strips(plot))
        entries[n++] = (PdLegendEntry){ "weight version", "odd_colour" };
    if (!plot->idle)
        entries[n++] = (PdLegendEntry){ "idle", "faint" };
    for (PdCause cause = PD_STARTUP; plot->idle && cause < PD_N_CAUSES; cause++)
        if (pd_frame_meets_cause(plot, cause))
            entries[n++] = pd_legend_cause(cause, TRUE);
    return n;
}

static guint
bottom_px(const PdPlot *plot)
{
    PdLegendEntry entries[MOST_ENTRIES];

    return BOTTOM + pd_legend_height(entries, legend(plot, entries), plot->width);
}

static void
settle(PdPlot *plot)
{
    const gint64 n_slots = plot->terminal == NULL
                               ? MAX((plot->columns - PD_TIMELINE_TEXT_LEFT) / 5, 4)
                               : MAX(SLOTS, 2 * plot->runs[0].scenario->n_devices);
    const gboolean from_is_given = plot->from_ns >= 0, to_is_given = plot->to_ns >= 0;
    gint64 from_ns, to_ns;

    if (plot->height == 0)
        plot->height = pd_timeline_height(plot, bottom_px(plot));
    pd_timeline_window(plot->runs, plot->n_runs, n_slots, &from_ns, &to_ns);
    if (!from_is_given)
        plot->from_ns = to_is_given ? MAX(plot->to_ns - (to_ns - from_ns), 0) : from_ns;
    if (!to_is_given)
        plot->to_ns = from_is_given ? plot->from_ns + (to_ns - from_ns) : to_ns;
}

static PdSink *
new_collector(const PdPlot *plot, const PdPlotRun *run)
{
    return &pd_timeline_events_new(run->scenario, plot->from_ns, plot->to_ns,
                                   plot->terminal == NULL ? 8 * plot->columns : plot->width,
                                   plot->terminal != NULL && plot->links)
                ->sink;
}

static void
free_collector(PdSink *collector)
{
    pd_timeline_events_free((PdTimelineEvents *)collector);
}

/* Names of rows, as many as there is room for. */
static void
print_rows(const PdTimelineLayout *layout, GString *script)
{
    const PdPlot *plot = layout->plot;
    g_autofree double *rows = g_new(double, plot->n_runs), *devices = g_new(double, plot->n_runs);
    guint step = 1;

    while (step * layout->row_px < 14)
        step *= 2;
    pd_script_integer(script, "label_step", step);
    for (guint r = 0; r < plot->n_runs; r++) {
        rows[r] = pd_timeline_first_row(layout, r);
        devices[r] = plot->runs[r].scenario->n_devices;
    }
    pd_panels_print_names(plot, "run_names", plot->width - PD_TIMELINE_LEFT - PD_TIMELINE_RIGHT,
                          script);
    pd_script_integer(script, "n_runs", plot->n_runs);
    pd_script_reals(script, "run_rows", rows, plot->n_runs);
    pd_script_reals(script, "run_devices", devices, plot->n_runs);
}

static void
print(const PdPlot *plot, GString *script)
{
    const PdTimelineLayout layout = pd_timeline_layout(plot, bottom_px(plot));
    PdLegendEntry entries[MOST_ENTRIES];

    pd_legend_print(entries, legend(plot, entries), plot->width, script);
    pd_script_text(script, "unit", layout.scale.unit);
    pd_script_real(script, "from", pd_timeline_x(&layout, plot->from_ns));
    pd_script_real(script, "to", pd_timeline_x(&layout, plot->to_ns));
    pd_script_real(script, "rows", layout.rows);
    pd_script_real(script, "row_px", layout.row_px);
    pd_script_real(script, "operations_share",
                   layout.operations_bottom - PD_TIMELINE_OPERATIONS_TOP);
    pd_script_real(script, "strip_share", PD_TIMELINE_ROW_BOTTOM - PD_TIMELINE_STRIP_TOP);
    pd_script_real(script, "left_px", PD_TIMELINE_LEFT);
    pd_script_real(script, "right_px", PD_TIMELINE_RIGHT);
    pd_script_real(script, "top_px", layout.top);
    pd_script_real(script, "bottom_px", layout.bottom);
    pd_script_integer(script, "number_font", layout.font);
    pd_script_integer(script, "version_font", PD_TIMELINE_SMALLEST_FONT);
    pd_script_integer(script, "idle", plot->idle);
    pd_script_integer(script, "links", plot->links);
    print_rows(&layout, script);
    pd_timeline_print_blocks(&layout, script);
}

const PdPlotKind pd_plot_timeline = {
    .name = "timeline",
    .summary = "the operations of each device over time, with micro-batches and weight versions",
    .source = PD_PLOT_EVENTS,
    .has_details = TRUE,
    .most_runs = 8,
    .new_collector = new_collector,
    .free_collector = free_collector,
    .settle = settle,
    .print = print,
    .draw = pd_timeline_draw,
};

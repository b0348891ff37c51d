/* The picture of every pipeline paper: a row per device, its operations over time. */
#include <math.h>

#include "frame.h"
#include "legend.h"
#include "scale.h"
#include "script.h"
#include "timeline_events.h"
#include "timeline_text.h"

#define LEFT        84 /* px around the rows, below the title: names of devices, ... */
#define RIGHT       18
#define BOTTOM      58  /* ... the axis, above the legend */
#define AROUND      120 /* all these together, about */
#define ROW         34  /* px, where there is room for it */
#define ROWS_HEIGHT 900
#define SMALLEST    4
#define GAP         24 /* px above a run, with its name, where there are several */
#define SLOTS       30 /* forwards and backwards of a micro-batch in a window */

#define LARGEST_FONT  11
#define SMALLEST_FONT 7

/* The parts of a row: operations above, the strip of weight versions below if there is room. */
#define OPERATIONS_TOP 0.06
#define STRIP_TOP      0.72
#define ROW_BOTTOM     0.94
#define ROW_WITH_STRIP 10 /* px, at least */

/* Where everything lies. The unit of y is a row. */
typedef struct {
    const PdPlot *plot;
    PdScale scale;
    double rows;        /* in all, with gaps */
    double gap;         /* above each run */
    double top, bottom; /* px */
    double row_px;
    double px_per_ns;
    double operations_bottom; /* of a row */
    int font;                 /* px, of the numbers in boxes; 0: none fit */
} Layout;

static guint
n_devices(const PdPlot *plot, guint n_runs)
{
    guint n = 0;

    for (guint i = 0; i < n_runs; i++)
        n += plot->runs[i].scenario->n_devices;
    return n;
}

static guint
gaps_px(const PdPlot *plot)
{
    return plot->n_runs > 1 ? GAP * plot->n_runs : 0;
}

/* Whether rows are high enough to tell weight versions; of a picture without a size, they will be
 * as high as they can. */
static gboolean
has_strips(const PdPlot *plot)
{
    const guint height = plot->height == 0 ? ROWS_HEIGHT : MAX(plot->height, AROUND) - AROUND;

    return height / n_devices(plot, plot->n_runs) >= ROW_WITH_STRIP;
}

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
    if (has_strips(plot))
        entries[n++] = (PdLegendEntry){ "weight version", "odd_colour" };
    if (!plot->idle)
        entries[n++] = (PdLegendEntry){ "idle", "faint" };
    for (PdCause cause = PD_STARTUP; plot->idle && cause < PD_N_CAUSES; cause++)
        entries[n++] = pd_legend_cause(cause, TRUE);
    return n;
}

static guint
bottom_px(const PdPlot *plot)
{
    PdLegendEntry entries[MOST_ENTRIES];

    return BOTTOM + pd_legend_height(entries, legend(plot, entries), plot->width);
}

static const PdTimelineEvents *
events_of(const PdPlotRun *run)
{
    return (const PdTimelineEvents *)run->collector;
}

static void
settle(PdPlot *plot)
{
    const double rows = n_devices(plot, plot->n_runs);
    const gint64 n_slots = plot->terminal == NULL
                               ? MAX((plot->columns - PD_TIMELINE_TEXT_LEFT) / 5, 4)
                               : MAX(SLOTS, 2 * plot->runs[0].scenario->n_devices);
    const gboolean from_is_given = plot->from_ns >= 0, to_is_given = plot->to_ns >= 0;
    gint64 from_ns, to_ns;

    if (plot->height == 0)
        plot->height = pd_frame_title_height(plot->title) + bottom_px(plot) + gaps_px(plot) +
                       (guint)(rows * CLAMP(ROWS_HEIGHT / rows, SMALLEST, ROW));
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
                                   plot->terminal == NULL ? 8 * plot->columns : plot->width)
                ->sink;
}

static void
free_collector(PdSink *collector)
{
    pd_timeline_events_free((PdTimelineEvents *)collector);
}

/* --- boxes ------------------------------------------------------------------------------------ */

static double
x_of(const Layout *layout, gint64 at_ns)
{
    return (double)at_ns / layout->scale.per_unit;
}

static void
put_box(const Layout *layout, GString *script, gint64 start_ns, gint64 end_ns, double top,
        double bottom)
{
    const double row[] = { x_of(layout, start_ns), x_of(layout, end_ns), top, bottom };

    pd_script_row(script, row, G_N_ELEMENTS(row));
}

/* Where the rows of a run begin. */
static double
first_row(const Layout *layout, guint run)
{
    return n_devices(layout->plot, run) + layout->gap * (run + 1);
}

/* Boxes of all events that a block is for. */
static void
put_boxes(const Layout *layout, GString *script, const char *name, PdKind kind, PdCause cause)
{
    const PdPlot *plot = layout->plot;

    pd_script_begin_block(script, name, 4);
    for (guint r = 0; r < plot->n_runs; r++) {
        const GArray *events = events_of(&plot->runs[r])->events;

        for (guint i = 0; i < events->len; i++) {
            const PdEvent *event = &g_array_index(events, PdEvent, i);
            const double row = first_row(layout, r) + event->device;

            if (event->operation.cause == cause &&
                (cause != PD_NOT_WAITING || event->operation.kind == kind))
                put_box(layout, script, event->start_ns, event->end_ns, row + OPERATIONS_TOP,
                        row + layout->operations_bottom);
        }
    }
    pd_script_end_block(script);
}

static void
put_backgrounds(const Layout *layout, GString *script)
{
    const PdPlot *plot = layout->plot;

    pd_script_begin_block(script, "rows", 4);
    for (guint r = 0; r < plot->n_runs; r++) {
        const gint64 end_ns = MIN(plot->to_ns, plot->runs[r].report->makespan_ns);

        for (guint d = 0; d < plot->runs[r].scenario->n_devices && end_ns > plot->from_ns; d++)
            put_box(layout, script, plot->from_ns, end_ns,
                    first_row(layout, r) + d + OPERATIONS_TOP,
                    first_row(layout, r) + d + layout->operations_bottom);
    }
    pd_script_end_block(script);
}

static void
put_idle(const Layout *layout, GString *script)
{
    for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++) {
        g_autofree char *name = g_strdup_printf("idle_%s", pd_cause_name(cause));

        put_boxes(layout, script, name, PD_N_KINDS, cause);
    }
}

/* --- numbers ---------------------------------------------------------------------------------- */

static guint
n_digits(gint64 number)
{
    guint n = 1;

    for (; number >= 10; number /= 10)
        n++;
    return n;
}

/* Whether a number of so many characters fits into a box of a row. */
static gboolean
fits(const Layout *layout, guint n_characters, gint64 length_ns, double height, int font)
{
    return n_characters * 0.62 * font + 3 <= (double)length_ns * layout->px_per_ns &&
           font + 2 <= height * layout->row_px;
}

static gboolean
has_number(const PdEvent *event)
{
    return !pd_event_is_wait(event) && event->operation.kind != PD_UPDATE;
}

static gboolean
number_fits(const Layout *layout, const PdEvent *event, int font)
{
    return fits(layout, n_digits(event->operation.micro_batch), event->end_ns - event->start_ns,
                layout->operations_bottom - OPERATIONS_TOP, font);
}

/* The largest size in which nearly all numbers fit; at the smallest one, some will do. */
static int
choose_font(const Layout *layout)
{
    const PdPlot *plot = layout->plot;

    for (int font = LARGEST_FONT; font >= SMALLEST_FONT; font--) {
        guint n = 0, n_fit = 0;

        for (guint r = 0; r < plot->n_runs; r++) {
            const GArray *events = events_of(&plot->runs[r])->events;

            for (guint i = 0; i < events->len; i++) {
                const PdEvent *event = &g_array_index(events, PdEvent, i);

                if (!has_number(event))
                    continue;
                n++;
                n_fit += number_fits(layout, event, font) ? 1 : 0;
            }
        }
        if (n_fit > 0 && n_fit >= (font == SMALLEST_FONT ? 0.2 : 0.9) * n)
            return font;
    }
    return 0;
}

static void
put_label(const Layout *layout, GString *script, gint64 at_ns, double row, const char *prefix,
          gint64 number)
{
    g_autofree char *text = g_strdup_printf("%s%" G_GINT64_FORMAT, prefix, number);

    pd_script_label(script, x_of(layout, at_ns), row, text);
}

static void
put_numbers(const Layout *layout, GString *script)
{
    const PdPlot *plot = layout->plot;

    pd_script_begin_labels(script, "numbers");
    for (guint r = 0; layout->font > 0 && r < plot->n_runs; r++) {
        const GArray *events = events_of(&plot->runs[r])->events;

        for (guint i = 0; i < events->len; i++) {
            const PdEvent *event = &g_array_index(events, PdEvent, i);

            if (has_number(event) && number_fits(layout, event, layout->font))
                put_label(layout, script, event->start_ns / 2 + event->end_ns / 2,
                          first_row(layout, r) + event->device +
                              (OPERATIONS_TOP + layout->operations_bottom) / 2,
                          "", event->operation.micro_batch);
        }
    }
    pd_script_end_block(script);
}

/* --- weight versions -------------------------------------------------------------------------- */

typedef void (*PutVersion)(const Layout *layout, GString *script, double row, gint64 from_ns,
                           gint64 to_ns, gint64 version);

static void
put_even(const Layout *layout, GString *script, double row, gint64 from_ns, gint64 to_ns,
         gint64 version)
{
    if (version % 2 == 0)
        put_box(layout, script, from_ns, to_ns, row + STRIP_TOP, row + ROW_BOTTOM);
}

static void
put_odd(const Layout *layout, GString *script, double row, gint64 from_ns, gint64 to_ns,
        gint64 version)
{
    if (version % 2 == 1)
        put_box(layout, script, from_ns, to_ns, row + STRIP_TOP, row + ROW_BOTTOM);
}

static void
put_version_number(const Layout *layout, GString *script, double row, gint64 from_ns, gint64 to_ns,
                   gint64 version)
{
    /* at updates only, not at the window's begin */
    if (from_ns > layout->plot->from_ns && fits(layout, n_digits(version) + 2, to_ns - from_ns,
                                                1.4 * (ROW_BOTTOM - STRIP_TOP), SMALLEST_FONT))
        put_label(layout, script, from_ns, row + (STRIP_TOP + ROW_BOTTOM) / 2, "v", version);
}

/* Go along the versions of one device's first stage. */
static void
walk_versions(const Layout *layout, GString *script, guint run, guint device, PutVersion put)
{
    const PdPlot *plot = layout->plot;
    const PdTimelineEvents *kept = events_of(&plot->runs[run]);
    const double row = first_row(layout, run) + device;
    gint64 version = kept->versions[device], since_ns = plot->from_ns;

    for (guint i = 0; i < kept->events->len; i++) {
        const PdEvent *event = &g_array_index(kept->events, PdEvent, i);

        if (event->device != device || event->operation.kind != PD_UPDATE ||
            pd_event_is_wait(event) || event->operation.stage != device)
            continue;
        put(layout, script, row, since_ns, event->end_ns, version);
        version = event->version;
        since_ns = event->end_ns;
    }
    put(layout, script, row, since_ns, MIN(plot->to_ns, plot->runs[run].report->makespan_ns),
        version);
}

/* Go along the versions of all devices, and end the block that was begun for them. */
static void
put_versions(const Layout *layout, GString *script, PutVersion put)
{
    const PdPlot *plot = layout->plot;

    for (guint r = 0; has_strips(plot) && r < plot->n_runs; r++)
        for (guint d = 0; d < plot->runs[r].scenario->n_devices; d++)
            if (plot->from_ns < plot->runs[r].report->makespan_ns)
                walk_versions(layout, script, r, d, put);
    pd_script_end_block(script);
}

/* --- messages --------------------------------------------------------------------------------- */

/* When the messages of one direction of each link have passed it. */
typedef struct {
    gint64 *activations_ns;
    gint64 *gradients_ns;
} Links;

/* A message leaves when its operation ends and its link is free, as the scenario's link has it. */
static void
put_message(const Layout *layout, GString *script, guint run, Links *links, const PdEvent *event,
            gboolean gradient)
{
    const PdScenario *scenario = layout->plot->runs[run].scenario;
    const guint p = scenario->n_devices, from = event->device;
    const guint to = gradient ? (from + p - 1) % p : (from + 1) % p;
    const guint link = gradient ? to : from;
    gint64 *free_ns = gradient ? &links->gradients_ns[link] : &links->activations_ns[link];
    const gint64 leaves_ns = MAX(event->end_ns, *free_ns);
    const double middle = (OPERATIONS_TOP + layout->operations_bottom) / 2;
    double values[4];

    *free_ns = leaves_ns + scenario->hold_ns[link];
    values[0] = x_of(layout, event->end_ns);
    values[1] = first_row(layout, run) + from + middle;
    values[2] = x_of(layout, *free_ns + pd_scenario_cost(scenario, PD_COST_LATENCY, link));
    values[3] = first_row(layout, run) + to + middle;
    if (event->end_ns < layout->plot->to_ns)
        pd_script_row(script, values, G_N_ELEMENTS(values));
}

static void
put_messages(const Layout *layout, GString *script, const char *name, PdKind kind)
{
    const PdPlot *plot = layout->plot;

    pd_script_begin_block(script, name, 4);
    for (guint r = 0; plot->links && r < plot->n_runs; r++) {
        const PdScenario *scenario = plot->runs[r].scenario;
        const GArray *events = events_of(&plot->runs[r])->events;
        g_autofree gint64 *free_ns = g_new0(gint64, 2 * scenario->n_devices);
        Links links = { free_ns, free_ns + scenario->n_devices };

        for (guint i = 0; i < events->len; i++) {
            const PdEvent *event = &g_array_index(events, PdEvent, i);
            const guint to = event->operation.stage + (kind == PD_FORWARD ? 1 : G_MAXUINT);

            if (!pd_event_is_wait(event) && event->operation.kind == kind &&
                to < scenario->n_stages && pd_scenario_device(scenario, to) != event->device)
                put_message(layout, script, r, &links, event, kind == PD_BACKWARD);
        }
    }
    pd_script_end_block(script);
}

/* --- the picture ------------------------------------------------------------------------------ */

static Layout
lay_out(const PdPlot *plot)
{
    const guint n = n_devices(plot, plot->n_runs);
    Layout layout = {
        .plot = plot,
        .scale = pd_scale_time(plot->to_ns),
        .top = pd_frame_title_height(plot->title),
        .bottom = bottom_px(plot),
    };

    layout.row_px = MAX((plot->height - layout.top - layout.bottom - gaps_px(plot)) / n, 1);
    layout.gap = plot->n_runs > 1 ? GAP / layout.row_px : 0;
    layout.rows = n + layout.gap * plot->n_runs;
    layout.operations_bottom = has_strips(plot) ? STRIP_TOP - 0.02 : ROW_BOTTOM;
    layout.px_per_ns = (double)(plot->width - LEFT - RIGHT) / (double)(plot->to_ns - plot->from_ns);
    layout.font = choose_font(&layout);
    return layout;
}

/* Names of rows, as many as there is room for. */
static void
print_rows(const Layout *layout, GString *script)
{
    const PdPlot *plot = layout->plot;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    guint step = 1;

    while (step * layout->row_px < 14)
        step *= 2;
    pd_script_integer(script, "label_step", step);
    for (guint r = 0; r < plot->n_runs; r++)
        g_ptr_array_add(names, plot->runs[r].name);
    pd_script_texts(script, "run_names", (const char *const *)names->pdata, plot->n_runs);
    pd_script_integer(script, "n_runs", plot->n_runs);
    g_string_append_printf(script, "array run_rows[%u]\narray run_devices[%u]\n", plot->n_runs,
                           plot->n_runs);
    for (guint r = 0; r < plot->n_runs; r++) {
        g_autofree char *row = g_strdup_printf("run_rows[%u]", r + 1);
        g_autofree char *devices = g_strdup_printf("run_devices[%u]", r + 1);

        pd_script_real(script, row, first_row(layout, r));
        pd_script_integer(script, devices, plot->runs[r].scenario->n_devices);
    }
}

static void
print(const PdPlot *plot, GString *script)
{
    const Layout layout = lay_out(plot);
    PdLegendEntry entries[MOST_ENTRIES];

    pd_legend_print(entries, legend(plot, entries), plot->width, script);
    pd_script_text(script, "unit", layout.scale.unit);
    pd_script_real(script, "from", x_of(&layout, plot->from_ns));
    pd_script_real(script, "to", x_of(&layout, plot->to_ns));
    pd_script_real(script, "rows", layout.rows);
    pd_script_real(script, "row_px", layout.row_px);
    pd_script_real(script, "operations_share", layout.operations_bottom - OPERATIONS_TOP);
    pd_script_real(script, "strip_share", ROW_BOTTOM - STRIP_TOP);
    pd_script_real(script, "left_px", LEFT);
    pd_script_real(script, "right_px", RIGHT);
    pd_script_real(script, "top_px", layout.top);
    pd_script_real(script, "bottom_px", layout.bottom);
    pd_script_integer(script, "number_font", layout.font);
    pd_script_integer(script, "version_font", SMALLEST_FONT);
    pd_script_integer(script, "idle", plot->idle);
    pd_script_integer(script, "links", plot->links);
    print_rows(&layout, script);
    put_backgrounds(&layout, script);
    put_boxes(&layout, script, "forwards", PD_FORWARD, PD_NOT_WAITING);
    put_boxes(&layout, script, "backwards", PD_BACKWARD, PD_NOT_WAITING);
    put_boxes(&layout, script, "weight_gradients", PD_WEIGHT, PD_NOT_WAITING);
    put_boxes(&layout, script, "updates", PD_UPDATE, PD_NOT_WAITING);
    put_idle(&layout, script);
    put_numbers(&layout, script);
    pd_script_begin_block(script, "even_versions", 4);
    put_versions(&layout, script, put_even);
    pd_script_begin_block(script, "odd_versions", 4);
    put_versions(&layout, script, put_odd);
    pd_script_begin_labels(script, "version_numbers");
    put_versions(&layout, script, put_version_number);
    put_messages(&layout, script, "activations", PD_FORWARD);
    put_messages(&layout, script, "gradients", PD_BACKWARD);
}

const PdPlotKind pd_plot_timeline = {
    .name = "timeline",
    .summary = "the operations of each device over time, with micro-batches and weight versions",
    .source = PD_PLOT_EVENTS,
    .most_runs = 8,
    .new_collector = new_collector,
    .free_collector = free_collector,
    .settle = settle,
    .print = print,
    .draw = pd_timeline_draw,
};

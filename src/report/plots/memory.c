/* What devices hold over time, by part: stacked areas, one panel per device. */
#include "memory.h"

#include "frame.h"
#include "legend.h"
#include "panels.h"
#include "scale.h"
#include "script.h"
#include "units.h"

#define LEFT         74 /* px around the panels: numbers of the axis, ... */
#define RIGHT        20
#define AXIS         62  /* ... the time below them, ... */
#define BETWEEN      34  /* ... a gap from one to the next, ... */
#define NAME         24  /* ... the name above each, ... */
#define BEHIND       12  /* ... a gap below it */
#define PROFILE      90  /* px of the peaks of all devices */
#define WINDOW       2   /* px */
#define TIC          22  /* px from one number of the axis to the next, at least */
#define NARROW       300 /* px: narrower panels say less */
#define MOST_ENTRIES (PD_N_PARTS + 1)

/* --- layout ----------------------------------------------------------------------------------- */

/* What is drawn, and in what. */
typedef struct {
    const PdPlot *plot;
    PdPanels panels;
    PdScale time, size;
    double most;                       /* where the axis of bytes ends, in its unit */
    guint profile_top, profile_bottom; /* px from the top; equal: there is none */
} Layout;

/* Whether a part is held at any time that is shown. */
static gboolean
has_part(const PdPlot *plot, PdMemoryPart part)
{
    for (guint i = 0; i < plot->n_runs; i++) {
        const PdHeldWindows *held = pd_memory_held(&plot->runs[i]);

        for (gsize j = 0; j < (gsize)held->n_devices * held->windows.n; j++)
            if (held->held[j].parts_bytes[part] > 0)
                return TRUE;
    }
    return FALSE;
}

/* The colours of the parts, then of the capacity. */
static const PdLegendEntry all_entries[MOST_ENTRIES] = {
    [PD_PART_WEIGHTS] = { "weights", "part_weights" },
    [PD_PART_GRADIENTS] = { "gradients", "part_gradients" },
    [PD_PART_OPTIMIZER] = { "optimizer", "part_optimizer" },
    [PD_PART_ACTIVATIONS] = { "activations", "part_activations" },
    [PD_PART_STASHED_WEIGHTS] = { "stashed weights", "part_stashed_weights" },
    [PD_N_PARTS] = { "capacity", "capacity_colour" },
};

/* What the colours mean. Returns how many there are. capacity: whether a line is drawn. */
static guint
legend(const PdPlot *plot, gboolean capacity, PdLegendEntry entries[MOST_ENTRIES])
{
    guint n = 0;

    for (PdMemoryPart part = 0; part < PD_N_PARTS; part++)
        if (has_part(plot, part))
            entries[n++] = all_entries[part];
    if (capacity)
        entries[n++] = all_entries[PD_N_PARTS];
    return n;
}

/* px for a legend with all that may be in it: what is, events tell, for which the picture must have
 * its size. */
static guint
legend_height(const PdPlot *plot)
{
    return pd_legend_height(all_entries, MOST_ENTRIES, plot->width);
}

static guint
profile_height(const PdPlot *plot)
{
    return pd_memory_leaves_out(plot) ? NAME + PROFILE + AXIS : 0;
}

static guint
n_panels(const PdPlot *plot)
{
    guint devices[PD_MEMORY_MOST], n = 0;

    for (guint i = 0; i < plot->n_runs; i++)
        n += pd_memory_devices(plot, &plot->runs[i], devices);
    return n;
}

static PdPanels
panels_of(const PdPlot *plot)
{
    const guint n = n_panels(plot);

    return (PdPanels){
        .n = n,
        .columns = n == 1 || n == 3 ? 1 : 2,
        .left = LEFT,
        .right = RIGHT,
        .top = pd_frame_title_height(plot->title) + NAME,
        .bottom = AXIS + profile_height(plot) + legend_height(plot),
        .gap_x = BETWEEN,
        .gap_y = BEHIND + NAME,
    };
}

static void
settle(PdPlot *plot)
{
    static const guint heights[] = { 240, 150, 105 };
    const PdPanels panels = panels_of(plot);
    const guint rows = pd_panels_rows(&panels);

    pd_frame_show_all(plot);
    if (plot->height == 0)
        plot->height =
            pd_panels_picture_height(&panels, heights[MIN(rows, G_N_ELEMENTS(heights)) - 1]);
}

/* Windows of a panel. */
static guint
n_windows(const PdPlot *plot)
{
    const PdPanels panels = panels_of(plot);

    return MAX((guint)pd_panels_width(&panels, plot) / WINDOW, 1);
}

static PdSink *
new_collector(const PdPlot *plot, const PdPlotRun *run)
{
    guint devices[PD_MEMORY_MOST];
    const guint n = pd_memory_devices(plot, run, devices);

    return &pd_held_windows_new(plot, run, devices, n,
                                plot->terminal == NULL ? pd_memory_columns(plot) : n_windows(plot))
                ->sink;
}

static void
free_collector(PdSink *collector)
{
    pd_held_windows_free((PdHeldWindows *)collector);
}

static Layout
lay_out(const PdPlot *plot)
{
    const gint64 most = pd_memory_most_bytes(plot);
    const guint below = legend_height(plot) + AXIS;
    Layout layout = {
        .plot = plot,
        .panels = panels_of(plot),
        .time = pd_scale_time(plot->to_ns),
        .size = pd_scale_size(most),
        .profile_bottom = plot->height - MIN(plot->height, below),
    };

    layout.most = 1.06 * (double)most / layout.size.per_unit;
    layout.profile_top = layout.profile_bottom -
                         (pd_memory_leaves_out(plot) ? MIN(PROFILE, layout.profile_bottom) : 0);
    return layout;
}

/* Whether panels have room for all that is to be said. */
static gboolean
is_wide(const Layout *layout)
{
    return pd_panels_width(&layout->panels, layout->plot) >= NARROW;
}

/* --- areas ------------------------------------------------------------------------------------ */

/* Steps of a part on top of those below it, joined where they stay. */
typedef struct {
    const Layout *layout;
    GString *script;
    double from, to, bytes; /* the step that has begun */
    gboolean begun;
} Steps;

static void
end_step(Steps *steps)
{
    const double start[] = { steps->from, steps->bytes / steps->layout->size.per_unit };
    const double end[] = { steps->to, start[1] };

    if (!steps->begun)
        return;
    pd_script_row(steps->script, start, G_N_ELEMENTS(start));
    pd_script_row(steps->script, end, G_N_ELEMENTS(end));
}

static void
put_step(Steps *steps, double from, double to, const gint64 *parts_bytes, PdMemoryPart part)
{
    double bytes = 0;

    for (PdMemoryPart i = 0; i <= part; i++)
        bytes += (double)parts_bytes[i];
    if (!steps->begun || bytes != steps->bytes) {
        end_step(steps);
        steps->from = from;
        steps->bytes = bytes;
        steps->begun = TRUE;
    }
    steps->to = to;
}

static void
put_device(const Layout *layout, GString *script, const PdPlotRun *run, guint device,
           PdMemoryPart part)
{
    const PdHeldWindows *kept = pd_memory_held(run);
    const PdHeld *held = pd_held_windows_of(kept, device);
    Steps steps = { .layout = layout, .script = script };

    for (guint window = 0; window < kept->windows.n; window++)
        put_step(&steps, (double)pd_windows_start(&kept->windows, window) / layout->time.per_unit,
                 (double)pd_windows_end(&kept->windows, window) / layout->time.per_unit,
                 held[window].parts_bytes, part);
    end_step(&steps);
}

/* The panels' areas of a part, a set of rows each. */
static void
put_part(const Layout *layout, GString *script, PdMemoryPart part)
{
    const PdPlot *plot = layout->plot;
    guint panel = 0;

    for (guint i = 0; i < plot->n_runs; i++) {
        guint devices[PD_MEMORY_MOST];
        const guint n = pd_memory_devices(plot, &plot->runs[i], devices);

        for (guint j = 0; j < n; j++) {
            pd_script_begin_set(script, pd_memory_part_name(part), panel++, 2);
            put_device(layout, script, &plot->runs[i], devices[j], part);
        }
    }
    pd_script_end_block(script);
}

/* The peaks of all devices. */
static void
put_profile(const Layout *layout, GString *script, PdMemoryPart part)
{
    const PdReport *report = layout->plot->runs[0].report;
    g_autofree char *name = g_strconcat("peak_", pd_memory_part_name(part), NULL);
    Steps steps = { .layout = layout, .script = script };

    pd_script_begin_block(script, name, 2);
    for (guint device = 0; pd_memory_leaves_out(layout->plot) && device < report->n_devices;
         device++)
        put_step(&steps, device - 0.5, device + 0.5,
                 report->devices[device].peak_memory_parts_bytes, part);
    end_step(&steps);
    pd_script_end_block(script);
}

/* The capacities of all devices. */
static void
put_capacities(const Layout *layout, GString *script)
{
    const PdReport *report = layout->plot->runs[0].report;
    Steps steps = { .layout = layout, .script = script };

    pd_script_begin_block(script, "capacities", 2);
    for (guint device = 0; report->has_capacity && device < report->n_devices; device++)
        put_step(&steps, device - 0.5, device + 0.5, &report->devices[device].capacity_bytes, 0);
    end_step(&steps);
    pd_script_end_block(script);
}

/* --- panels ----------------------------------------------------------------------------------- */

/* What the script is told of each panel. */
typedef struct {
    GPtrArray *names, *notes;   /* at its left and its right */
    double *peak_at, *peak;     /* in units; −1: not in the part of the time that is drawn */
    double *capacity;           /* in its unit; −1: none, or far above */
    gboolean has_capacity_line; /* any of them */
} Panels;

static void
describe(const Layout *layout, Panels *panels, const PdPlotRun *run, guint device)
{
    const PdPlot *plot = layout->plot;
    const PdDeviceReport *report = &run->report->devices[device];
    const gboolean highest = pd_memory_leaves_out(plot) && device == pd_memory_highest(run);
    g_autofree char *peak = pd_size_format(report->peak_memory_bytes);
    g_autofree char *at = pd_duration_format(report->peak_memory_at_ns);
    g_autofree char *capacity = pd_size_format(MAX(report->capacity_bytes, 0));
    GString *note = g_string_new(NULL);

    g_string_append_printf(note, "%s %s", highest ? "highest peak" : "peak", peak);
    if (is_wide(layout))
        g_string_append_printf(note, " at %s", at);
    if (report->capacity_bytes >= 0 && is_wide(layout))
        g_string_append_printf(note, ", capacity %s", capacity);
    g_ptr_array_add(panels->notes, g_string_free(note, FALSE));
    g_ptr_array_add(panels->names, plot->n_runs == 1
                                       ? g_strdup_printf("device %u", device)
                                       : g_strdup_printf("%s, device %u", run->name, device));
}

static void
fill_panel(const Layout *layout, Panels *panels, guint i, const PdPlotRun *run, guint device)
{
    const PdPlot *plot = layout->plot;
    const PdDeviceReport *report = &run->report->devices[device];
    const double capacity = (double)report->capacity_bytes / layout->size.per_unit;
    const gboolean inside =
        report->peak_memory_at_ns >= plot->from_ns && report->peak_memory_at_ns <= plot->to_ns;
    const gboolean has_line = report->capacity_bytes >= 0 && capacity <= layout->most;

    panels->peak_at[i] = inside ? (double)report->peak_memory_at_ns / layout->time.per_unit : -1;
    panels->peak[i] = (double)report->peak_memory_bytes / layout->size.per_unit;
    panels->capacity[i] = has_line ? capacity : -1;
    panels->has_capacity_line = panels->has_capacity_line || has_line;
    describe(layout, panels, run, device);
}

static void
print_panels(const Layout *layout, GString *script)
{
    const PdPlot *plot = layout->plot;
    const guint n = layout->panels.n;
    g_autofree double *peaks_at = g_new(double, n), *peaks = g_new(double, n);
    g_autofree double *capacities = g_new(double, n);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    Panels panels = { names, notes, peaks_at, peaks, capacities, FALSE };
    PdLegendEntry entries[MOST_ENTRIES];
    guint i = 0;

    for (guint r = 0; r < plot->n_runs; r++) {
        guint devices[PD_MEMORY_MOST];
        const guint n_devices = pd_memory_devices(plot, &plot->runs[r], devices);

        for (guint j = 0; j < n_devices; j++)
            fill_panel(layout, &panels, i++, &plot->runs[r], devices[j]);
    }
    pd_panels_print(&layout->panels, plot, script);
    pd_script_texts(script, "names", (const char *const *)names->pdata, n);
    pd_script_texts(script, "notes", (const char *const *)notes->pdata, n);
    pd_script_reals(script, "peak_at", peaks_at, n);
    pd_script_reals(script, "peak", peaks, n);
    pd_script_reals(script, "capacity", capacities, n);
    pd_legend_print(entries, legend(plot, panels.has_capacity_line, entries), plot->width, script);
}

static void
print(const PdPlot *plot, GString *script)
{
    const Layout layout = lay_out(plot);
    g_autofree char *length = pd_duration_format(pd_memory_held(&plot->runs[0])->windows.length_ns);

    pd_script_text(script, "unit", layout.time.unit);
    pd_script_text(script, "size_unit", layout.size.unit);
    pd_script_text(script, "window", is_wide(&layout) ? length : "");
    pd_script_real(script, "from", (double)plot->from_ns / layout.time.per_unit);
    pd_script_real(script, "to", (double)plot->to_ns / layout.time.per_unit);
    pd_script_real(script, "most", layout.most);
    pd_script_real(
        script, "size_step",
        pd_scale_step(layout.most, MAX(pd_panels_height(&layout.panels, plot) / TIC, 2)));
    pd_script_integer(script, "left_px", LEFT);
    pd_script_integer(script, "right_px", RIGHT);
    pd_script_integer(script, "profile_top", layout.profile_top);
    pd_script_integer(script, "profile_bottom", layout.profile_bottom);
    pd_script_integer(script, "devices", plot->runs[0].report->n_devices);
    print_panels(&layout, script);
    put_capacities(&layout, script);
    for (PdMemoryPart part = 0; part < PD_N_PARTS; part++) {
        put_part(&layout, script, part);
        put_profile(&layout, script, part);
    }
}

const PdPlotKind pd_plot_memory = {
    .name = "memory",
    .summary = "the bytes that devices hold over time, by part, and their peaks",
    .source = PD_PLOT_EVENTS,
    .most_runs = 8,
    .new_collector = new_collector,
    .free_collector = free_collector,
    .settle = settle,
    .print = print,
    .draw = pd_memory_draw,
};

#include "timeline_text.h"

#include <string.h>

#include "frame.h"
#include "paint.h"
#include "text_bars.h"
#include "timeline_events.h"
#include "units.h"

/* What a cell shows without a number. */
static const char kind_cells[PD_N_KINDS] = {
    [PD_FORWARD] = '>',
    [PD_BACKWARD] = '<',
    [PD_WEIGHT] = '~',
    [PD_UPDATE] = '|',
};

/* The event that takes most of a cell's time, of those of one device. */
typedef struct {
    const PdEvent *event; /* NULL: the run is over */
    gint64 overlap_ns;
} Cell;

static gint64
cell_start(const PdPlot *plot, guint cell, guint n_cells)
{
    const PdU128 span_ns = pd_wide(plot->to_ns - plot->from_ns);

    return plot->from_ns + (gint64)(span_ns * cell / n_cells);
}

static void
fill(const PdPlot *plot, Cell *cells, guint n_cells, const PdEvent *event)
{
    const gint64 span_ns = plot->to_ns - plot->from_ns;
    guint cell = (guint)((double)(event->start_ns - plot->from_ns) / (double)span_ns * n_cells);

    for (cell = cell > 0 ? cell - 1 : 0; cell < n_cells; cell++) {
        const gint64 start_ns = cell_start(plot, cell, n_cells);
        const gint64 end_ns = cell_start(plot, cell + 1, n_cells);
        const gint64 overlap_ns = MIN(event->end_ns, end_ns) - MAX(event->start_ns, start_ns);

        if (start_ns >= event->end_ns)
            break;
        if (overlap_ns > cells[cell].overlap_ns)
            cells[cell] = (Cell){ event, overlap_ns };
    }
}

/* One event's cells: its number where it fits, then what stands for its kind. */
static void
draw_event(const PdPlot *plot, GString *text, const PdEvent *event, guint n_cells)
{
    const gboolean wait = pd_event_is_wait(event);
    const char *begin =
        wait ? pd_paint_cause(plot->colours && plot->idle, (PdCause)event->operation.cause)
             : pd_paint_kind(plot->colours, (PdKind)event->operation.kind);
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, event->operation.micro_batch);
    const guint length = (guint)strlen(number);
    const gboolean numbered = !wait && event->operation.kind != PD_UPDATE && length <= n_cells &&
                              (length < n_cells || plot->colours);
    const char cell = !wait        ? kind_cells[event->operation.kind]
                      : plot->idle ? pd_paint_cause_letter((PdCause)event->operation.cause)
                                   : '.';

    g_string_append(text, begin);
    if (numbered)
        g_string_append(text, number);
    for (guint i = numbered ? length : 0; i < n_cells; i++)
        g_string_append_c(text, cell);
    if (*begin != '\0')
        g_string_append(text, pd_paint_end(TRUE));
}

static void
draw_device(const PdPlot *plot, GString *text, const PdPlotRun *run, guint device)
{
    const GArray *events = ((const PdTimelineEvents *)run->collector)->events;
    const guint n_cells = plot->columns - PD_TIMELINE_TEXT_LEFT;
    g_autofree Cell *cells = g_new0(Cell, n_cells);

    for (guint i = 0; i < events->len; i++) {
        const PdEvent *event = &g_array_index(events, PdEvent, i);

        if (event->device == device)
            fill(plot, cells, n_cells, event);
    }
    g_string_append_printf(text, "%*u ", PD_TIMELINE_TEXT_LEFT - 1, device);
    for (guint i = 0, n = 1; i < n_cells; i += n, n = 1) {
        while (i + n < n_cells && cells[i + n].event == cells[i].event)
            n++;
        if (cells[i].event != NULL)
            draw_event(plot, text, cells[i].event, n);
    }
    g_string_append_c(text, '\n');
}

static void
draw_kind(const PdPlot *plot, PdKind kind, const char *cell, const char *name, GString *text)
{
    pd_text_flow(text, plot->columns, "%s%s%s %s", pd_paint_kind(plot->colours, kind), cell,
                 pd_paint_end(plot->colours), name);
}

static void
draw_legend(const PdPlot *plot, GString *text)
{
    const gboolean splits = plot->runs[0].scenario->schedule->splits_backward;

    g_string_append_c(text, '\n');
    draw_kind(plot, PD_FORWARD, "12>", "forward of micro-batch 12", text);
    draw_kind(plot, PD_BACKWARD, "12<", splits ? "input gradient" : "backward", text);
    if (splits)
        draw_kind(plot, PD_WEIGHT, "12~", "weight gradient", text);
    draw_kind(plot, PD_UPDATE, "|", "update", text);
    if (!plot->idle)
        pd_text_flow(text, plot->columns, ". idle");
    g_string_append_c(text, '\n');
    if (plot->idle)
        pd_frame_draw_causes(plot, "idle:", text);
}

void
pd_timeline_draw(const PdPlot *plot, GString *text)
{
    for (guint r = 0; r < plot->n_runs; r++) {
        const PdPlotRun *run = &plot->runs[r];

        g_string_append_printf(text, "%s\n", run->name);
        for (guint d = 0; d < run->scenario->n_devices; d++)
            draw_device(plot, text, run, d);
        if (r + 1 < plot->n_runs)
            g_string_append_c(text, '\n');
    }
    pd_text_time_axis(text, plot->from_ns, plot->to_ns, PD_TIMELINE_TEXT_LEFT,
                      plot->columns - PD_TIMELINE_TEXT_LEFT);
    draw_legend(plot, text);
}

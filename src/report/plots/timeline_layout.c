#include "timeline_layout.h"

#include "frame.h"

#define AROUND      120 /* px around the rows, about */
#define ROW         34  /* px, where there is room for it */
#define ROWS_HEIGHT 900
#define SMALLEST    4
#define GAP         24 /* px above a run, with its name, where there are several */

#define LARGEST_FONT   11
#define ROW_WITH_STRIP 10 /* px, at least */

const PdTimelineEvents *
pd_timeline_events_of(const PdPlotRun *run)
{
    return (const PdTimelineEvents *)run->collector;
}

guint
pd_timeline_devices(const PdPlot *plot, guint n_runs)
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

gboolean
pd_timeline_has_strips(const PdPlot *plot)
{
    const guint height = plot->height == 0 ? ROWS_HEIGHT : MAX(plot->height, AROUND) - AROUND;

    return height / pd_timeline_devices(plot, plot->n_runs) >= ROW_WITH_STRIP;
}

guint
pd_timeline_height(const PdPlot *plot, guint bottom)
{
    const double rows = pd_timeline_devices(plot, plot->n_runs);

    return pd_frame_title_height(plot->title) + bottom + gaps_px(plot) +
           (guint)(rows * CLAMP(ROWS_HEIGHT / rows, SMALLEST, ROW));
}

double
pd_timeline_x(const PdTimelineLayout *layout, gint64 at_ns)
{
    return (double)at_ns / layout->scale.per_unit;
}

double
pd_timeline_first_row(const PdTimelineLayout *layout, guint run)
{
    return pd_timeline_devices(layout->plot, run) + layout->gap * (run + 1);
}

guint
pd_timeline_digits(gint64 number)
{
    guint n = 1;

    for (; number >= 10; number /= 10)
        n++;
    return n;
}

gboolean
pd_timeline_fits(const PdTimelineLayout *layout, guint n_characters, gint64 length_ns,
                 double height, int font)
{
    return n_characters * 0.62 * font + 3 <= (double)length_ns * layout->px_per_ns &&
           font + 2 <= height * layout->row_px;
}

gboolean
pd_timeline_has_number(const PdEvent *event)
{
    return !pd_event_is_wait(event) && event->operation.kind != PD_UPDATE;
}

gboolean
pd_timeline_number_fits(const PdTimelineLayout *layout, const PdEvent *event, int font)
{
    return pd_timeline_fits(layout, pd_timeline_digits(event->operation.micro_batch),
                            event->end_ns - event->start_ns,
                            layout->operations_bottom - PD_TIMELINE_OPERATIONS_TOP, font);
}

/* The largest size in which nearly all numbers fit; at the smallest one, some will do. */
static int
choose_font(const PdTimelineLayout *layout)
{
    const PdPlot *plot = layout->plot;

    for (int font = LARGEST_FONT; font >= PD_TIMELINE_SMALLEST_FONT; font--) {
        guint n = 0, n_fit = 0;

        for (guint r = 0; r < plot->n_runs; r++) {
            const GArray *events = pd_timeline_events_of(&plot->runs[r])->events;

            for (guint i = 0; i < events->len; i++) {
                const PdEvent *event = &g_array_index(events, PdEvent, i);

                if (!pd_timeline_has_number(event))
                    continue;
                n++;
                n_fit += pd_timeline_number_fits(layout, event, font) ? 1 : 0;
            }
        }
        if (n_fit > 0 && n_fit >= (font == PD_TIMELINE_SMALLEST_FONT ? 0.2 : 0.9) * n)
            return font;
    }
    return 0;
}

PdTimelineLayout
pd_timeline_layout(const PdPlot *plot, guint bottom)
{
    const guint n = pd_timeline_devices(plot, plot->n_runs);
    PdTimelineLayout layout = {
        .plot = plot,
        .scale = pd_scale_time(plot->to_ns),
        .top = pd_frame_title_height(plot->title),
        .bottom = bottom,
    };

    layout.row_px = MAX((plot->height - layout.top - layout.bottom - gaps_px(plot)) / n, 1);
    layout.gap = plot->n_runs > 1 ? GAP / layout.row_px : 0;
    layout.rows = n + layout.gap * plot->n_runs;
    layout.operations_bottom =
        pd_timeline_has_strips(plot) ? PD_TIMELINE_STRIP_TOP - 0.02 : PD_TIMELINE_ROW_BOTTOM;
    layout.px_per_ns = (double)(plot->width - PD_TIMELINE_LEFT - PD_TIMELINE_RIGHT) /
                       (double)(plot->to_ns - plot->from_ns);
    layout.font = choose_font(&layout);
    return layout;
}

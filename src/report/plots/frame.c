#include "frame.h"

#include "labels.h"
#include "paint.h"
#include "text_bars.h"

#define LINE   22 /* px */
#define MARGIN 10

guint
pd_frame_title_height(const char *title)
{
    return MARGIN + LINE * pd_label_lines(title);
}

gboolean
pd_frame_is_virtual(const PdPlot *plot)
{
    for (guint i = 0; i < plot->n_runs; i++)
        if (!plot->runs[i].curve->virtual_time)
            return FALSE;
    return TRUE;
}

static gint64
end_of_curve_ns(const PdTrainingCurve *curve, gboolean virtual_time)
{
    const PdTrainingPoint *last = &curve->points[curve->n_points - 1];

    return virtual_time ? last->virtual_ns : last->real_ns;
}

gint64
pd_frame_end_ns(const PdPlot *plot)
{
    const gboolean curves = plot->kind->source == PD_PLOT_CURVES;
    const gboolean virtual_time = curves && pd_frame_is_virtual(plot);
    gint64 end_ns = 0;

    for (guint i = 0; i < plot->n_runs; i++)
        end_ns = MAX(end_ns, curves ? end_of_curve_ns(plot->runs[i].curve, virtual_time)
                                    : plot->runs[i].report->makespan_ns);
    return end_ns;
}

void
pd_frame_show_all(PdPlot *plot)
{
    if (plot->from_ns < 0)
        plot->from_ns = 0;
    if (plot->to_ns < 0)
        plot->to_ns = MAX(pd_frame_end_ns(plot), plot->from_ns + 1);
}

gboolean
pd_frame_meets_cause(const PdPlot *plot, PdCause cause)
{
    for (guint r = 0; r < plot->n_runs; r++)
        for (guint d = 0; d < plot->runs[r].report->n_devices; d++)
            if (plot->runs[r].report->devices[d].bubble_by_cause_ns[cause] > 0)
                return TRUE;
    return FALSE;
}

void
pd_frame_draw_causes(const PdPlot *plot, const char *begin, GString *text)
{
    g_string_append(text, begin);
    for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++)
        if (pd_frame_meets_cause(plot, cause))
            pd_text_flow(text, plot->columns, "%s%c%s %s", pd_paint_cause(plot->colours, cause),
                         pd_paint_cause_letter(cause), pd_paint_end(plot->colours),
                         pd_cause_name(cause));
    g_string_append_c(text, '\n');
}

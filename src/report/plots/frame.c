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

void
pd_frame_show_all(PdPlot *plot)
{
    if (plot->from_ns < 0)
        plot->from_ns = 0;
    if (plot->to_ns >= 0)
        return;
    for (guint i = 0; i < plot->n_runs; i++)
        plot->to_ns = MAX(plot->to_ns, plot->runs[i].report->makespan_ns);
    plot->to_ns = MAX(plot->to_ns, plot->from_ns + 1);
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

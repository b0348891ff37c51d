#include "loss_layout.h"

#include <math.h>

#include "frame.h"
#include "labels.h"

#define HEIGHT       450 /* px, below the title */
#define GAP          26  /* between the panels */
#define AXIS         58  /* below them */
#define CAPTION      16  /* a line below the legend */
#define CHARACTER    6.3
#define LONGEST_NAME 60 /* characters */
#define LEAST_ROOM   80 /* px for the curves, above all speed-ups */

void
pd_loss_settle(PdPlot *plot)
{
    if (plot->height == 0)
        plot->height = HEIGHT + pd_frame_title_height(plot->title);
    pd_frame_show_all(plot);
}

static PdLossAxis
axis_of(PdScale scale, gint64 from, gint64 to)
{
    return (PdLossAxis){ scale, (double)from / scale.per_unit, (double)to / scale.per_unit };
}

static char *
caption_of(const PdLossCurves *curves, guint width)
{
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_append_printf(text,
                           "Lines: moving averages over %u steps; faint: all "
                           "steps; points: validations.",
                           curves->window);
    if (!isnan(curves->common_loss))
        g_string_append_printf(text, " Compared by when they stay at a loss of %.3f or less.",
                               curves->common_loss);
    return pd_label_wrap(text->str, (guint)((width - 2 * PD_LOSS_MARGIN) / CHARACTER));
}

/* What the colours mean. */
static void
fill_legend(PdLossLayout *layout)
{
    static const char *const colours[PD_LOSS_MOST_CURVES] = {
        "series_1", "series_2", "series_3", "series_4",
        "series_5", "series_6", "series_7", "series_8",
    };

    for (guint c = 0; c < layout->curves.n; c++) {
        layout->names[c] =
            pd_label_fit(layout->plot->runs[c].name, MIN(layout->plot->width / 10, LONGEST_NAME));
        layout->entries[c] = (PdLegendEntry){ layout->names[c], colours[c] };
    }
}

/* The curves that are sooner, in the order of how much. */
static void
choose_arrows(PdLossLayout *layout)
{
    const PdLossCurves *curves = &layout->curves;

    for (guint c = 0; c < curves->n; c++) {
        guint at = layout->n_arrows;

        if (pd_loss_speed_up(curves, c) < PD_LOSS_LEAST_SPEED_UP)
            continue;
        for (; at > 0 && curves->reached_ns[layout->arrows[at - 1]] > curves->reached_ns[c]; at--)
            layout->arrows[at] = layout->arrows[at - 1];
        layout->arrows[at] = c;
        layout->n_arrows++;
    }
}

/* The losses that the panels show: all but those of the steep beginning. */
static void
find_range(PdLossLayout *layout)
{
    if (!pd_loss_range(&layout->curves, &layout->lowest, &layout->highest)) {
        layout->lowest = 0;
        layout->highest = 1;
    }
    for (guint c = 0; c < layout->curves.n; c++) {
        const PdTrainingCurve *curve = layout->curves.runs[c].curve;

        for (gsize i = 0; i < curve->n_points; i++)
            layout->lowest =
                fmin(layout->lowest, fmin(curve->points[i].loss, curve->points[i].validation_loss));
    }
}

/* The panels' height: curves above, speed-ups below. */
static void
scale_losses(PdLossLayout *layout)
{
    const double height = layout->plot->height - (double)layout->top - layout->bottom;

    find_range(layout);
    choose_arrows(layout);
    if (height - PD_LOSS_ARROW * layout->n_arrows < LEAST_ROOM)
        layout->n_arrows = 0;
    layout->px_per_nat =
        (MAX(height, PD_LOSS_MARGIN * 4) - PD_LOSS_ARROW * layout->n_arrows - 2 * PD_LOSS_MARGIN) /
        (layout->highest - layout->lowest);
    layout->highest += PD_LOSS_MARGIN / layout->px_per_nat;
    layout->lowest -= (PD_LOSS_MARGIN + PD_LOSS_ARROW * layout->n_arrows) / layout->px_per_nat;
}

void
pd_loss_layout_init(PdLossLayout *layout, const PdPlot *plot)
{
    gint64 tokens = 1;

    *layout = (PdLossLayout){ .plot = plot };
    pd_loss_curves_init(&layout->curves, plot);
    for (guint i = 0; i < plot->n_runs; i++) {
        const PdTrainingCurve *curve = plot->runs[i].curve;

        tokens = MAX(tokens, curve->points[curve->n_points - 1].tokens);
    }
    layout->axes[PD_LOSS_OVER_TOKENS] = axis_of(pd_scale_count(tokens), 0, tokens);
    layout->axes[PD_LOSS_OVER_TIME] =
        axis_of(pd_scale_time(plot->to_ns), plot->from_ns, plot->to_ns);
    layout->caption = caption_of(&layout->curves, plot->width);
    layout->caption_px = CAPTION * pd_label_lines(layout->caption);
    fill_legend(layout);
    layout->top = pd_frame_title_height(plot->title);
    layout->bottom =
        AXIS + pd_legend_height(layout->entries, plot->n_runs, plot->width) + layout->caption_px;
    layout->panel_px = (plot->width - 2.0 * PD_LOSS_SIDE - GAP) / 2;
    scale_losses(layout);
}

void
pd_loss_layout_clear(PdLossLayout *layout)
{
    for (guint c = 0; c < layout->curves.n; c++)
        g_free(layout->names[c]);
    g_free(layout->caption);
    pd_loss_curves_clear(&layout->curves);
}

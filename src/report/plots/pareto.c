/* The points of a sweep in the plane of two results, with the front of those that no other one
 * beats; coloured by a third result. */
#include <math.h>

#include "frame.h"
#include "labels.h"
#include "legend.h"
#include "panels.h"
#include "pareto_points.h"
#include "script.h"

#define LEFT        72 /* px around the points: numbers, ... */
#define RIGHT       24
#define MARGIN      14
#define AXIS        54 /* ... the axis, above the legend, ... */
#define NOTE        20 /* ... and what the marks mean */
#define HEIGHT      480
#define PAD         0.06 /* of an axis, at both ends */
#define LEAST_TIC   36
#define WIDE_TIC    70
#define CELL        2 /* px in which equal points are one */
#define CHARACTER   6.9
#define LINE        14 /* px that a label is high */
#define AWAY        8  /* px from a point to its label */
#define POINT       4  /* px of a point that a label keeps free */
#define MOST_LABEL  36 /* characters */
#define MOST_LABELS 60

typedef struct {
    PdScale scale;
    double from, to; /* in its unit */
    double px;       /* of the axis */
} Axis;

typedef struct {
    const PdPlot *plot;
    PdParetoPoints points;
    PdLegendEntry entries[PD_PARETO_MOST_GROUPS];
    guint n_entries;
    char *note;
    double top, bottom;
    Axis axes[2];
} Layout;

static void
layout_clear(Layout *layout)
{
    pd_pareto_points_clear(&layout->points);
    g_free(layout->note);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Layout, layout_clear)

/* --- layout ----------------------------------------------------------------------------------- */

static void
fill_legend(Layout *layout)
{
    static const char *const single[PD_PARETO_MOST_GROUPS] = {
        "series_1", "series_2", "series_3", "series_4",
        "series_5", "series_6", "series_7", "series_8",
    };
    static const char *const ranges[] = { "part_2", "part_3", "part_4", "part_5" };
    const PdParetoPoints *points = &layout->points;

    for (guint group = 0; group < points->n_groups && points->names[group] != NULL; group++)
        layout->entries[layout->n_entries++] =
            (PdLegendEntry){ points->names[group], points->ranges ? ranges[group] : single[group] };
}

static Axis
axis_of(const PdPlot *plot, guint result, double px)
{
    Axis axis = { .px = px };
    double least, most, pad;

    if (!pd_sweep_result_span(plot, result, &least, &most))
        least = most = 0;
    axis.scale = pd_sweep_result_scale(plot, result, most);
    pad = most > least ? PAD * (most - least) : most > 0 ? 0.5 * most : 1;
    axis.from = (least - pad) / axis.scale.per_unit;
    axis.to = (most + pad) / axis.scale.per_unit;
    return axis;
}

static void
lay_out(Layout *layout, const PdPlot *plot)
{
    *layout = (Layout){ .plot = plot };
    pd_pareto_points_init(&layout->points, plot);
    fill_legend(layout);
    layout->note = pd_sweep_note(plot, "hollow", "not drawn");
    layout->top = pd_frame_title_height(plot->title) + MARGIN;
    layout->bottom = AXIS + pd_legend_height(layout->entries, layout->n_entries, plot->width) +
                     (*layout->note == '\0' ? 0 : NOTE);
    layout->axes[0] = axis_of(plot, 0, fmax(plot->width - (double)LEFT - RIGHT, 1));
    layout->axes[1] = axis_of(plot, 1, fmax(plot->height - layout->top - layout->bottom, 1));
}

static void
settle(PdPlot *plot)
{
    if (plot->height == 0)
        plot->height = HEIGHT + pd_frame_title_height(plot->title);
}

/* Where a row lies, in the units of the axes. */
static double
at(const Layout *layout, guint row, guint axis)
{
    return pd_sweep_result(layout->plot, row, axis) / layout->axes[axis].scale.per_unit;
}

/* The same in px, rightwards and downwards. */
static void
find_px(const Layout *layout, guint row, double px[2])
{
    for (guint i = 0; i < 2; i++) {
        const Axis *axis = &layout->axes[i];
        const double share = (at(layout, row, i) - axis->from) / (axis->to - axis->from);

        px[i] = axis->px * (i == 0 ? share : 1 - share);
    }
}

/* --- points ----------------------------------------------------------------------------------- */

typedef enum { BEATEN, FRONT, LARGE } Mark;

static Mark
mark_of(const PdPlot *plot, guint row)
{
    return plot->sweep.front[row]                           ? FRONT
           : pd_sweep_is_too_large(pd_sweep_row(plot, row)) ? LARGE
                                                            : BEATEN;
}

/* Whether a point is the first of its few px. */
static gboolean
is_first(const Layout *layout, GHashTable *seen, guint row)
{
    double px[2];
    gint64 *cell = g_new(gint64, 1);

    find_px(layout, row, px);
    *cell = (gint64)(px[0] / CELL) * 100000 + (gint64)(px[1] / CELL);
    return g_hash_table_add(seen, cell);
}

/* A block with a set per group: x, y. */
static void
put_points(const Layout *layout, const char *name, Mark mark, GString *script)
{
    const PdPlot *plot = layout->plot;

    for (guint group = 0; group < layout->points.n_groups; group++) {
        g_autoptr(GHashTable) seen =
            g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

        pd_script_begin_set(script, name, group, 2);
        for (guint row = 0; row < plot->sweep.rows->rows->len; row++)
            if (pd_pareto_is_there(plot, row) && mark_of(plot, row) == mark &&
                pd_pareto_group(&layout->points, plot, row) == group && is_first(layout, seen, row))
                pd_script_row(script, (const double[]){ at(layout, row, 0), at(layout, row, 1) },
                              2);
    }
    pd_script_end_block(script);
}

/* The end of an axis at which a result is worst. */
static double
worst(const Layout *layout, guint axis)
{
    return layout->plot->sweep.results[axis].smaller ? layout->axes[axis].to
                                                     : layout->axes[axis].from;
}

/* What the front beats lies behind a line of steps, from one edge to the other. */
static void
put_front(const Layout *layout, GString *script)
{
    const GArray *front = layout->points.front;
    const gboolean smaller = layout->plot->sweep.results[0].smaller;

    pd_script_begin_block(script, "steps", 2);
    for (guint i = 0; i < front->len; i++) {
        const guint row = g_array_index(front, guint, i);
        const double x = at(layout, row, 0), y = at(layout, row, 1);
        const guint last = i == 0 ? row : g_array_index(front, guint, i - 1);
        const double corner_x = smaller || i == 0 ? x : at(layout, last, 0);
        const double corner_y = smaller && i > 0 ? at(layout, last, 1) : y;

        if (i == 0)
            pd_script_row(script,
                          smaller ? (const double[]){ x, worst(layout, 1) }
                                  : (const double[]){ worst(layout, 0), y },
                          2);
        else
            pd_script_row(script, (const double[]){ corner_x, corner_y }, 2);
        pd_script_row(script, (const double[]){ x, y }, 2);
        if (i + 1 == front->len)
            pd_script_row(script,
                          smaller ? (const double[]){ worst(layout, 0), y }
                                  : (const double[]){ x, worst(layout, 1) },
                          2);
    }
    pd_script_end_block(script);
}

/* --- labels ----------------------------------------------------------------------------------- */

typedef struct {
    double left, right, top, bottom; /* px */
} Box;

static gboolean
overlap(const Box *a, const Box *b)
{
    return a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom;
}

/* Beside the point: right or left of it, above or below. */
static Box
box_of(const double px[2], double width, guint place)
{
    const double left = place % 2 == 0 ? px[0] + AWAY : px[0] - AWAY - width;
    const double middle = px[1] + (place < 2 ? -AWAY : AWAY);

    return (Box){ left, left + width, middle - LINE / 2.0, middle + LINE / 2.0 };
}

/* Whether a label has room: inside, over no other one and over no point. */
static gboolean
is_free(const Layout *layout, const Box *box, const GArray *taken, const GArray *points)
{
    if (box->left < 0 || box->top < 0 || box->right > layout->axes[0].px ||
        box->bottom > layout->axes[1].px)
        return FALSE;
    for (guint i = 0; i < taken->len; i++)
        if (overlap(box, &g_array_index(taken, Box, i)))
            return FALSE;
    for (guint i = 0; i < points->len; i++)
        if (overlap(box, &g_array_index(points, Box, i)))
            return FALSE;
    return TRUE;
}

/* The room that points take. (transfer full) */
static GArray *
boxes_of_points(const Layout *layout)
{
    GArray *boxes = g_array_new(FALSE, FALSE, sizeof(Box));

    for (guint row = 0; row < layout->plot->sweep.rows->rows->len; row++) {
        double px[2];

        if (!pd_pareto_is_there(layout->plot, row))
            continue;
        find_px(layout, row, px);
        const Box box = { px[0] - POINT, px[0] + POINT, px[1] - POINT, px[1] + POINT };
        g_array_append_val(boxes, box);
    }
    return boxes;
}

/* Labels of points on the front, as many as have room. */
static void
put_labels(const Layout *layout, GString *script)
{
    const GArray *front = layout->points.front;
    g_autoptr(GArray) points = boxes_of_points(layout);
    g_autoptr(GArray) taken = g_array_new(FALSE, FALSE, sizeof(Box));
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    double places[MOST_LABELS], tops[MOST_LABELS], ends[MOST_LABELS];

    for (guint i = 0; i < front->len && taken->len < MOST_LABELS; i++) {
        const guint row = g_array_index(front, guint, i);
        g_autofree char *whole = pd_pareto_label(layout->plot, row);
        g_autofree char *text = pd_label_fit(whole, MOST_LABEL);
        double px[2];

        find_px(layout, row, px);
        for (guint place = 0; place < 4; place++) {
            const Box box = box_of(px, CHARACTER * (double)g_utf8_strlen(text, -1), place);

            if (!is_free(layout, &box, taken, points))
                continue;
            ends[taken->len] = place % 2;
            places[taken->len] = LEFT + (place % 2 == 0 ? box.left : box.right);
            tops[taken->len] = layout->top + (box.top + box.bottom) / 2;
            g_array_append_val(taken, box);
            g_ptr_array_add(texts, g_steal_pointer(&text));
            break;
        }
    }
    pd_script_integer(script, "n_labels", taken->len);
    pd_script_reals(script, "label_at", places, taken->len);
    pd_script_reals(script, "label_ends", ends, taken->len);
    pd_script_reals(script, "label_top", tops, taken->len);
    pd_script_texts(script, "label_texts", (const char *const *)texts->pdata, texts->len);
}

/* --- the picture ------------------------------------------------------------------------------ */

static void
print_axis(const Layout *layout, guint result, const char *name, double least_tic, GString *script)
{
    const Axis *axis = &layout->axes[result];
    g_autofree char *words = pd_sweep_result_title(layout->plot, result, axis->scale);
    g_autofree char *title = g_strconcat(name, "_title", NULL);
    g_autofree char *from = g_strconcat(name, "_from", NULL);
    g_autofree char *to = g_strconcat(name, "_to", NULL);
    g_autofree char *step = g_strconcat(name, "_step", NULL);

    pd_script_text(script, title, words);
    pd_script_real(script, from, axis->from);
    pd_script_real(script, to, axis->to);
    pd_script_real(script, step,
                   pd_sweep_result_step(layout->plot, result, axis->scale, axis->to - axis->from,
                                        axis->px / least_tic));
}

static void
print(const PdPlot *plot, GString *script)
{
    g_auto(Layout) layout = { 0 };

    lay_out(&layout, plot);
    pd_legend_print(layout.entries, layout.n_entries, plot->width, script);
    pd_script_text(script, "note", layout.note);
    pd_script_real(script, "note_px", *layout.note == '\0' ? 0 : NOTE);
    pd_script_real(script, "left_px", LEFT);
    pd_script_real(script, "right_px", RIGHT);
    pd_script_real(script, "top_px", layout.top);
    pd_script_real(script, "bottom_px", layout.bottom);
    pd_script_integer(script, "n_groups", layout.points.n_groups);
    pd_script_integer(script, "ranges", layout.points.ranges);
    print_axis(&layout, 0, "x", WIDE_TIC, script);
    print_axis(&layout, 1, "y", LEAST_TIC, script);
    put_points(&layout, "beaten", BEATEN, script);
    put_points(&layout, "front", FRONT, script);
    put_points(&layout, "large", LARGE, script);
    put_front(&layout, script);
    put_labels(&layout, script);
}

const PdPlotKind pd_plot_pareto = {
    .name = "pareto",
    .summary = "the points of a sweep by two results, and the front that no other point beats",
    .source = PD_PLOT_POINTS,
    .front = TRUE,
    .settle = settle,
    .print = print,
    .draw = pd_pareto_draw,
};

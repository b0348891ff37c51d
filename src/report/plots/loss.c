/* Loss and validation perplexity over tokens and over time, with the speed-up at equal loss. */
#include <math.h>
#include <string.h>

#include "frame.h"
#include "legend.h"
#include "loss_curves.h"
#include "loss_text.h"
#include "scale.h"
#include "script.h"

#define HEIGHT       450
#define SIDE         62 /* px left and right of the panels, for the axes of loss and perplexity */
#define GAP          26 /* between them */
#define AXIS         58 /* below them */
#define CAPTION      16 /* a line below the legend */
#define CHARACTER    6.3
#define LONGEST_NAME 60 /* characters */
#define ARROW        18 /* px from one speed-up to the next */
#define SPEED_UP     90 /* px, the text beside one */
#define LEAST_ROOM   80 /* px for the curves, above all of them */
#define MARGIN       8
#define TIC          28 /* px from one perplexity to the next */
#define WIDE_TIC     36 /* px from one number of tokens or time to the next, at least */
#define NARROW       8  /* times the lowest perplexity, where its tics are equally far apart */

#define RAW_BUCKET        3 /* px of which the lowest and the highest loss are drawn */
#define SMOOTHED_BUCKET   2 /* px of which the last one is */
#define VALIDATION_BUCKET 9

typedef enum { RAW, SMOOTHED, VALIDATION } Series;
typedef enum { OVER_TOKENS, OVER_TIME } Over;

/* A horizontal axis. */
typedef struct {
    PdScale scale;
    double from, to; /* in its unit */
} Axis;

/* Where everything lies. */
typedef struct {
    const PdPlot *plot;
    PdLossCurves curves;
    Axis axes[2]; /* over tokens, over time */
    guint top, bottom;
    double panel_px;                   /* a panel's width */
    double lowest, highest;            /* losses at the edges of the panels */
    double px_per_nat;                 /* of loss, upwards */
    guint arrows[PD_LOSS_MOST_CURVES]; /* the curves that are sooner, the most so first */
    guint n_arrows;
    PdLegendEntry entries[PD_LOSS_MOST_CURVES];
    char *names[PD_LOSS_MOST_CURVES]; /* of the entries */
    char *caption;                    /* in lines */
} Layout;

static void
layout_clear(Layout *layout)
{
    for (guint c = 0; c < layout->curves.n; c++)
        g_free(layout->names[c]);
    g_free(layout->caption);
    pd_loss_curves_clear(&layout->curves);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Layout, layout_clear)

/* --- where things lie ------------------------------------------------------------------------- */

static const PdTrainingPoint *
last_point(const PdPlotRun *run)
{
    return &run->curve->points[run->curve->n_points - 1];
}

/* Draw all of the time, where the user has not said which part. */
static void
settle(PdPlot *plot)
{
    g_auto(PdLossCurves) curves = { 0 };

    plot->height = plot->height > 0 ? plot->height : HEIGHT + pd_frame_title_height(plot->title);
    pd_loss_curves_init(&curves, plot);
    plot->from_ns = MAX(plot->from_ns, 0);
    if (plot->to_ns >= 0)
        return;
    for (guint i = 0; i < plot->n_runs; i++)
        plot->to_ns = MAX(plot->to_ns, pd_loss_time_ns(&curves, last_point(&plot->runs[i])));
    plot->to_ns = MAX(plot->to_ns, plot->from_ns + 1);
}

static Axis
axis_of(PdScale scale, gint64 from, gint64 to)
{
    return (Axis){ scale, (double)from / scale.per_unit, (double)to / scale.per_unit };
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
        g_string_append_printf(text, " Compared at a loss of %.3f, the lowest that all reach.",
                               curves->common_loss);
    return pd_plot_wrap(text->str, (guint)((width - 2 * MARGIN) / CHARACTER));
}

static guint
n_lines(const char *text)
{
    guint n = 1;

    for (; *text != '\0'; text++)
        n += *text == '\n';
    return n;
}

/* What the colours mean. */
static void
fill_legend(Layout *layout)
{
    static const char *const colours[PD_LOSS_MOST_CURVES] = {
        "series_1", "series_2", "series_3", "series_4",
        "series_5", "series_6", "series_7", "series_8",
    };

    for (guint c = 0; c < layout->curves.n; c++) {
        layout->names[c] =
            pd_loss_name(&layout->plot->runs[c], MIN(layout->plot->width / 10, LONGEST_NAME));
        layout->entries[c] = (PdLegendEntry){ layout->names[c], colours[c] };
    }
}

/* The curves that are sooner, in the order of how much. */
static void
choose_arrows(Layout *layout)
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
find_range(Layout *layout)
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
scale_losses(Layout *layout)
{
    const double height = layout->plot->height - (double)layout->top - layout->bottom;

    find_range(layout);
    choose_arrows(layout);
    if (height - ARROW * layout->n_arrows < LEAST_ROOM)
        layout->n_arrows = 0;
    layout->px_per_nat = (MAX(height, MARGIN * 4) - ARROW * layout->n_arrows - 2 * MARGIN) /
                         (layout->highest - layout->lowest);
    layout->highest += MARGIN / layout->px_per_nat;
    layout->lowest -= (MARGIN + ARROW * layout->n_arrows) / layout->px_per_nat;
}

static void
lay_out(Layout *layout, const PdPlot *plot)
{
    gint64 tokens = 1;

    *layout = (Layout){ .plot = plot };
    pd_loss_curves_init(&layout->curves, plot);
    for (guint i = 0; i < plot->n_runs; i++)
        tokens = MAX(tokens, last_point(&plot->runs[i])->tokens);
    layout->axes[OVER_TOKENS] = axis_of(pd_scale_count(tokens), 0, tokens);
    layout->axes[OVER_TIME] = axis_of(pd_scale_time(plot->to_ns), plot->from_ns, plot->to_ns);
    layout->caption = caption_of(&layout->curves, plot->width);
    fill_legend(layout);
    layout->top = pd_frame_title_height(plot->title);
    layout->bottom = AXIS + pd_legend_height(layout->entries, plot->n_runs, plot->width) +
                     CAPTION * n_lines(layout->caption);
    layout->panel_px = (plot->width - 2.0 * SIDE - GAP) / 2;
    scale_losses(layout);
}

/* --- curves ----------------------------------------------------------------------------------- */

static double
x_of(const Layout *layout, Over over, const PdTrainingPoint *point)
{
    const double at = over == OVER_TOKENS ? (double)point->tokens
                                          : (double)pd_loss_time_ns(&layout->curves, point);

    return at / layout->axes[over].scale.per_unit;
}

static double
y_of(const Layout *layout, Series series, guint run, gsize point)
{
    const PdTrainingPoint *of = &layout->curves.runs[run].curve->points[point];

    switch (series) {
    case RAW:
        return of->loss;
    case SMOOTHED:
        return layout->curves.smoothed[run][point];
    case VALIDATION:
        break;
    }
    return of->validation_loss;
}

/* The points of a few px of a panel. */
typedef struct {
    gint64 number;     /* −1: none yet */
    double x[3], y[3]; /* of the lowest, the highest and the last one */
} Bucket;

enum { LOWEST, HIGHEST, LAST };

static void
put_point(GString *script, guint run, double x, double y)
{
    const double row[] = { run + 1, x, y };

    pd_script_row(script, row, G_N_ELEMENTS(row));
}

static void
put_bucket(GString *script, guint run, const Bucket *bucket, Series series)
{
    const int first = bucket->x[LOWEST] <= bucket->x[HIGHEST] ? LOWEST : HIGHEST;
    const int second = LOWEST + HIGHEST - first;

    if (bucket->number < 0)
        return;
    if (series != RAW) {
        put_point(script, run, bucket->x[LAST], bucket->y[LAST]);
        return;
    }
    put_point(script, run, bucket->x[first], bucket->y[first]);
    if (bucket->x[first] < bucket->x[second])
        put_point(script, run, bucket->x[second], bucket->y[second]);
}

static void
fill_bucket(Bucket *bucket, double x, double y)
{
    const gboolean is[] = { y<bucket->y[LOWEST], y> bucket->y[HIGHEST], TRUE };

    for (int i = LOWEST; i <= LAST; i++) {
        if (is[i]) {
            bucket->x[i] = x;
            bucket->y[i] = y;
        }
    }
}

/* One run's points over an axis, as few as one cannot tell from all of them. */
static void
put_run(const Layout *layout, GString *script, guint run, Series series, Over over)
{
    static const int bucket_px[] = { RAW_BUCKET, SMOOTHED_BUCKET, VALIDATION_BUCKET };
    const PdTrainingCurve *curve = layout->curves.runs[run].curve;
    const Axis *axis = &layout->axes[over];
    const double buckets = layout->panel_px / bucket_px[series];
    Bucket bucket = { .number = -1 };

    for (gsize i = 0; i < curve->n_points; i++) {
        const double x = x_of(layout, over, &curve->points[i]), y = y_of(layout, series, run, i);
        const double number = (x - axis->from) / (axis->to - axis->from) * buckets;

        if (isnan(y) || x < axis->from || x > axis->to)
            continue;
        if ((gint64)number != bucket.number) {
            put_bucket(script, run, &bucket, series);
            bucket = (Bucket){ (gint64)number, { x, x, x }, { y, y, y } };
        }
        fill_bucket(&bucket, x, y);
    }
    put_bucket(script, run, &bucket, series);
}

/* A block of rows of a run's number, from 1, and a point. */
static void
put_series(const Layout *layout, GString *script, const char *name, Series series, Over over)
{
    pd_script_begin_block(script, name, 3);
    for (guint run = 0; run < layout->curves.n; run++)
        put_run(layout, script, run, series, over);
    pd_script_end_block(script);
}

/* --- speed-ups -------------------------------------------------------------------------------- */

/* When a curve reaches the common loss, on the axis. */
static double
reached_x(const Layout *layout, guint curve)
{
    return layout->curves.reached_ns[curve] / layout->axes[OVER_TIME].scale.per_unit;
}

static double
arrow_y(const Layout *layout, guint arrow)
{
    return layout->lowest +
           (MARGIN + ARROW * (layout->n_arrows - arrow - 0.5)) / layout->px_per_nat;
}

/* An arrow from when the slowest curve reaches the common loss to when a sooner one does, below
 * the curves, and lines down to it. */
static void
put_arrows(const Layout *layout, GString *script)
{
    const double loss = layout->curves.common_loss;

    pd_script_begin_block(script, "arrows", 4);
    for (guint a = 0; a < layout->n_arrows; a++) {
        const double row[] = { layout->arrows[a] + 1, reached_x(layout, layout->curves.slowest),
                               reached_x(layout, layout->arrows[a]), arrow_y(layout, a) };

        pd_script_row(script, row, G_N_ELEMENTS(row));
    }
    pd_script_end_block(script);
    /* the last one down to the lowest arrow */
    pd_script_begin_block(script, "drops", 4);
    for (guint a = 0; layout->n_arrows > 0 && a <= layout->n_arrows; a++) {
        const gboolean slowest = a == layout->n_arrows;
        const guint curve = slowest ? layout->curves.slowest : layout->arrows[a];
        const double row[] = { curve + 1, reached_x(layout, curve), loss,
                               arrow_y(layout, slowest ? a - 1 : a) };

        pd_script_row(script, row, G_N_ELEMENTS(row));
    }
    pd_script_end_block(script);
}

/* How much sooner it is, left of the arrow, or right of it where there is no room. */
static void
put_speed_ups(const Layout *layout, GString *script, const char *name, gboolean right)
{
    const Axis *axis = &layout->axes[OVER_TIME];
    const double room = SPEED_UP / layout->panel_px * (axis->to - axis->from);

    pd_script_begin_labels(script, name);
    for (guint a = 0; a < layout->n_arrows; a++) {
        const double head = reached_x(layout, layout->arrows[a]);
        g_autofree char *text =
            g_strdup_printf("%.2f× sooner", pd_loss_speed_up(&layout->curves, layout->arrows[a]));

        if ((head - axis->from < room) == right)
            pd_script_label(script, right ? reached_x(layout, layout->curves.slowest) : head,
                            arrow_y(layout, a), text);
    }
    pd_script_end_block(script);
}

/* --- the picture ------------------------------------------------------------------------------ */

/* The next round number above one: 1, 2 or 5 times a power of ten. */
static double
next_round(double above)
{
    const double power = pow(10, floor(log10(above * (1 + 1e-9)))), mantissa = above / power;

    return power * (mantissa < 2 - 1e-6 ? 2 : mantissa < 5 - 1e-6 ? 5 : 10);
}

/* Whether two perplexities are far enough apart on the axis for a number at each. */
static gboolean
are_apart(const Layout *layout, double low, double high)
{
    return log(high / low) * layout->px_per_nat >= TIC;
}

/* Append round perplexities from the lowest to the highest one: equal steps over a narrow range,
 * else 1, 2, 5, 10, ... */
static void
find_perplexities(const Layout *layout, double lowest, double highest, GArray *tics)
{
    const gboolean equal = highest < NARROW * lowest;
    double step = next_round(highest / 1000), at;

    while (equal && !are_apart(layout, highest - step, highest) && step < highest / 2)
        step = next_round(step);
    at = equal ? step * ceil(lowest / step) : next_round(lowest);
    for (double last = 0; at <= highest; at = equal ? at + step : next_round(at)) {
        if (last > 0 && !are_apart(layout, last, at))
            continue;
        g_array_append_val(tics, at);
        last = at;
    }
}

/* Tics on the axis of losses, whose exponentials perplexities are. */
static void
print_perplexities(const Layout *layout, GString *script)
{
    const double highest = exp(layout->highest);
    g_autoptr(GArray) tics = g_array_new(FALSE, FALSE, sizeof(double));

    if (isfinite(highest))
        find_perplexities(layout, exp(layout->lowest), highest, tics);
    pd_script_integer(script, "n_perplexities", tics->len);
    pd_script_reals(script, "perplexities", (const double *)(const void *)tics->data, tics->len);
}

/* From one tic of a horizontal axis to the next. */
static double
tic_step(const Layout *layout, Over over)
{
    const Axis *axis = &layout->axes[over];

    return next_round((axis->to - axis->from) * WIDE_TIC / layout->panel_px);
}

static void
print_axes(const Layout *layout, GString *script)
{
    const Axis *axes = layout->axes;
    g_autofree char *tokens =
        g_strdup_printf(*axes[OVER_TOKENS].scale.unit == '\0' ? "tokens" : "tokens (%s)",
                        axes[OVER_TOKENS].scale.unit);
    g_autofree char *time =
        g_strdup_printf("%s time (%s)", layout->curves.virtual_time ? "virtual" : "real",
                        axes[OVER_TIME].scale.unit);

    pd_script_text(script, "tokens_label", tokens);
    pd_script_real(script, "tokens_to", axes[OVER_TOKENS].to);
    pd_script_real(script, "tokens_step", tic_step(layout, OVER_TOKENS));
    pd_script_text(script, "time_label", time);
    pd_script_real(script, "time_from", axes[OVER_TIME].from);
    pd_script_real(script, "time_to", axes[OVER_TIME].to);
    pd_script_real(script, "time_step", tic_step(layout, OVER_TIME));
    pd_script_real(script, "lowest", layout->lowest);
    pd_script_real(script, "highest", layout->highest);
}

static void
print(const PdPlot *plot, GString *script)
{
    g_auto(Layout) layout = { 0 };

    lay_out(&layout, plot);
    pd_legend_print(layout.entries, plot->n_runs, plot->width, script);
    pd_script_text(script, "caption", layout.caption);
    pd_script_real(script, "caption_px", CAPTION * n_lines(layout.caption));
    pd_script_integer(script, "n_runs", plot->n_runs);
    pd_script_real(script, "side_px", SIDE);
    pd_script_real(script, "panel_px", layout.panel_px);
    pd_script_real(script, "top_px", layout.top);
    pd_script_real(script, "bottom_px", layout.bottom);
    print_axes(&layout, script);
    print_perplexities(&layout, script);
    put_series(&layout, script, "raw_over_tokens", RAW, OVER_TOKENS);
    put_series(&layout, script, "raw_over_time", RAW, OVER_TIME);
    put_series(&layout, script, "smoothed_over_tokens", SMOOTHED, OVER_TOKENS);
    put_series(&layout, script, "smoothed_over_time", SMOOTHED, OVER_TIME);
    put_series(&layout, script, "validation_over_tokens", VALIDATION, OVER_TOKENS);
    put_series(&layout, script, "validation_over_time", VALIDATION, OVER_TIME);
    put_arrows(&layout, script);
    put_speed_ups(&layout, script, "speed_ups_left", FALSE);
    put_speed_ups(&layout, script, "speed_ups_right", TRUE);
}

const PdPlotKind pd_plot_loss = {
    .name = "loss",
    .summary = "loss and validation perplexity of training logs over tokens and over time",
    .source = PD_PLOT_CURVES,
    .most_runs = PD_LOSS_MOST_CURVES,
    .settle = settle,
    .print = print,
    .draw = pd_loss_draw,
};

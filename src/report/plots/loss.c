/* Loss and validation perplexity over tokens and over time, with the speed-up at equal loss. */
#include <math.h>

#include "loss_layout.h"
#include "loss_text.h"
#include "script.h"

#define SPEED_UP 90 /* px, the text beside an arrow */
#define TIC      28 /* px from one perplexity to the next */
#define WIDE_TIC 36 /* px from one number of tokens or time to the next, at least */
#define NARROW   8  /* times the lowest perplexity, where its tics are equally far apart */

/* px of which one or two points are drawn */
#define RAW_BUCKET        3 /* the lowest and the highest loss */
#define SMOOTHED_BUCKET   2 /* the last one */
#define VALIDATION_BUCKET 9

typedef enum { RAW, SMOOTHED, VALIDATION } Series;

/* --- curves ----------------------------------------------------------------------------------- */

static double
x_of(const PdLossLayout *layout, PdLossOver over, const PdTrainingPoint *point)
{
    const double at = over == PD_LOSS_OVER_TOKENS ? (double)point->tokens
                                                  : (double)pd_loss_time_ns(&layout->curves, point);

    return at / layout->axes[over].scale.per_unit;
}

static double
y_of(const PdLossLayout *layout, Series series, guint run, gsize point)
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
put_run(const PdLossLayout *layout, GString *script, guint run, Series series, PdLossOver over)
{
    static const int bucket_px[] = { RAW_BUCKET, SMOOTHED_BUCKET, VALIDATION_BUCKET };
    const PdTrainingCurve *curve = layout->curves.runs[run].curve;
    const PdLossAxis *axis = &layout->axes[over];
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
put_series(const PdLossLayout *layout, GString *script, const char *name, Series series,
           PdLossOver over)
{
    pd_script_begin_block(script, name, 3);
    for (guint run = 0; run < layout->curves.n; run++)
        put_run(layout, script, run, series, over);
    pd_script_end_block(script);
}

/* --- speed-ups -------------------------------------------------------------------------------- */

/* When a curve reaches the common loss, on the axis. */
static double
reached_x(const PdLossLayout *layout, guint curve)
{
    return layout->curves.reached_ns[curve] / layout->axes[PD_LOSS_OVER_TIME].scale.per_unit;
}

static double
arrow_y(const PdLossLayout *layout, guint arrow)
{
    return layout->lowest +
           (PD_LOSS_MARGIN + PD_LOSS_ARROW * (layout->n_arrows - arrow - 0.5)) / layout->px_per_nat;
}

/* An arrow from when the slowest curve reaches the common loss to when a sooner one does, below
 * the curves, and lines down to it. */
static void
put_arrows(const PdLossLayout *layout, GString *script)
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
put_speed_ups(const PdLossLayout *layout, GString *script, const char *name, gboolean right)
{
    const PdLossAxis *axis = &layout->axes[PD_LOSS_OVER_TIME];
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
    return pd_scale_step(above * (1 + 1e-6), 1);
}

/* Whether two perplexities are far enough apart on the axis for a number at each. */
static gboolean
are_apart(const PdLossLayout *layout, double low, double high)
{
    return log(high / low) * layout->px_per_nat >= TIC;
}

/* Append round perplexities from the lowest to the highest one: equal steps over a narrow range,
 * else 1, 2, 5, 10, ... */
static void
find_perplexities(const PdLossLayout *layout, double lowest, double highest, GArray *tics)
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
print_perplexities(const PdLossLayout *layout, GString *script)
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
tic_step(const PdLossLayout *layout, PdLossOver over)
{
    const PdLossAxis *axis = &layout->axes[over];

    return pd_scale_step(axis->to - axis->from, layout->panel_px / WIDE_TIC);
}

static void
print_axes(const PdLossLayout *layout, GString *script)
{
    const PdLossAxis *axes = layout->axes;
    g_autofree char *tokens =
        g_strdup_printf(*axes[PD_LOSS_OVER_TOKENS].scale.unit == '\0' ? "tokens" : "tokens (%s)",
                        axes[PD_LOSS_OVER_TOKENS].scale.unit);
    g_autofree char *time =
        g_strdup_printf("%s time (%s)", layout->curves.virtual_time ? "virtual" : "real",
                        axes[PD_LOSS_OVER_TIME].scale.unit);

    pd_script_text(script, "tokens_label", tokens);
    pd_script_real(script, "tokens_to", axes[PD_LOSS_OVER_TOKENS].to);
    pd_script_real(script, "tokens_step", tic_step(layout, PD_LOSS_OVER_TOKENS));
    pd_script_text(script, "time_label", time);
    pd_script_real(script, "time_from", axes[PD_LOSS_OVER_TIME].from);
    pd_script_real(script, "time_to", axes[PD_LOSS_OVER_TIME].to);
    pd_script_real(script, "time_step", tic_step(layout, PD_LOSS_OVER_TIME));
    pd_script_real(script, "lowest", layout->lowest);
    pd_script_real(script, "highest", layout->highest);
}

static void
print(const PdPlot *plot, GString *script)
{
    g_auto(PdLossLayout) layout = { 0 };

    pd_loss_layout_init(&layout, plot);
    pd_legend_print(layout.entries, plot->n_runs, plot->width, script);
    pd_script_text(script, "caption", layout.caption);
    pd_script_real(script, "caption_px", layout.caption_px);
    pd_script_integer(script, "n_runs", plot->n_runs);
    pd_script_real(script, "side_px", PD_LOSS_SIDE);
    pd_script_real(script, "panel_px", layout.panel_px);
    pd_script_real(script, "top_px", layout.top);
    pd_script_real(script, "bottom_px", layout.bottom);
    print_axes(&layout, script);
    print_perplexities(&layout, script);
    put_series(&layout, script, "raw_over_tokens", RAW, PD_LOSS_OVER_TOKENS);
    put_series(&layout, script, "raw_over_time", RAW, PD_LOSS_OVER_TIME);
    put_series(&layout, script, "smoothed_over_tokens", SMOOTHED, PD_LOSS_OVER_TOKENS);
    put_series(&layout, script, "smoothed_over_time", SMOOTHED, PD_LOSS_OVER_TIME);
    put_series(&layout, script, "validation_over_tokens", VALIDATION, PD_LOSS_OVER_TOKENS);
    put_series(&layout, script, "validation_over_time", VALIDATION, PD_LOSS_OVER_TIME);
    put_arrows(&layout, script);
    put_speed_ups(&layout, script, "speed_ups_left", FALSE);
    put_speed_ups(&layout, script, "speed_ups_right", TRUE);
}

const PdPlotKind pd_plot_loss = {
    .name = "loss",
    .summary = "loss and validation perplexity of training logs over tokens and over time",
    .source = PD_PLOT_CURVES,
    .most_runs = PD_LOSS_MOST_CURVES,
    .settle = pd_loss_settle,
    .print = print,
    .draw = pd_loss_draw,
};

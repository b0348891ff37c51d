/*
 * Where everything of a loss plot lies: two panels that share the axis of losses, over tokens and
 * over time, with the speed-ups at the bottom of the second; below them legend and caption.
 */
#pragma once

#include "legend.h"
#include "loss_curves.h"
#include "scale.h"

/* px */
#define PD_LOSS_SIDE   62 /* left and right of the panels, for the axes of loss and perplexity */
#define PD_LOSS_ARROW  18 /* from one speed-up to the next */
#define PD_LOSS_MARGIN 8

/* The horizontal axes. */
typedef enum { PD_LOSS_OVER_TOKENS, PD_LOSS_OVER_TIME, PD_LOSS_N_AXES } PdLossOver;

typedef struct {
    PdScale scale;
    double from, to; /* in its unit */
} PdLossAxis;

typedef struct {
    const PdPlot *plot;
    PdLossCurves curves;
    PdLossAxis axes[PD_LOSS_N_AXES];
    guint top, bottom;      /* px */
    double panel_px;        /* a panel's width */
    double lowest, highest; /* losses at the edges of the panels */
    double px_per_nat;      /* of loss, upwards */

    guint arrows[PD_LOSS_MOST_CURVES]; /* the curves that are sooner, the most so first */
    guint n_arrows;                    /* 0 also where there is no room for them */

    PdLegendEntry entries[PD_LOSS_MOST_CURVES];
    char *names[PD_LOSS_MOST_CURVES]; /* of the entries */
    char *caption;                    /* in lines, which are caption_px high */
    guint caption_px;
} PdLossLayout;

/* See PdPlotKind.settle. All of the time is drawn, where the user has not said which part. */
void pd_loss_settle(PdPlot *plot);

/* Lay out a plot that is settled, and that outlives the layout. */
void pd_loss_layout_init(PdLossLayout *layout, const PdPlot *plot);
void pd_loss_layout_clear(PdLossLayout *layout);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdLossLayout, pd_loss_layout_clear)

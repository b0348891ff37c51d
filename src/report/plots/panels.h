/*
 * Panels: several small diagrams in one picture, in rows and columns of equal size. A script of
 * gnuplot goes into the i-th one (from 1) by `eval panel(i)`; see plots/style.gp.
 */
#pragma once

#include "plot.h"

typedef struct {
    guint n;
    guint columns;
    double left, right, top, bottom; /* px around all of them, within the picture */
    double gap_x, gap_y;             /* px between two */
} PdPanels;

guint pd_panels_rows(const PdPanels *panels);

/* px that a panel is wide and high in a plot that is settled. */
double pd_panels_width(const PdPanels *panels, const PdPlot *plot);
double pd_panels_height(const PdPanels *panels, const PdPlot *plot);

/* The height of a picture whose panels are so high. */
guint pd_panels_picture_height(const PdPanels *panels, double height);

/* Print where they are. */
void pd_panels_print(const PdPanels *panels, const PdPlot *plot, GString *script);

/* How many neighbours of n share a column so that each column is so many px wide: a power of 2. */
guint pd_panels_group(guint n, double width, double least_px);

/* The least round number (1, 2, 5, 10, ...) of steps between two tics that leaves a tic so many px.
 */
double pd_panels_tic(double n, double width, double least_px);

/* An array of the runs' names, each cut to a panel's width. */
void pd_panels_print_names(const PdPlot *plot, const char *name, double width, GString *script);

/* How many characters of a name or title fit into so many px; at least one. */
guint pd_panels_characters(double width);

/*
 * Plots for tests: runs to be drawn, and the blocks of data that a kind prints, read again.
 */
#pragma once

#include "plot.h"

/* Begin a plot of a kind. terminal: NULL: a text drawing, 80 columns wide. */
PdPlot test_plot(const PdPlotKind *kind, const char *terminal);

/* Add a run: simulate it for its report. scenario: (transfer full). */
void test_plot_add(PdPlot *plot, const char *name, PdScenario *scenario);

/* Settle the plot, and run all again for what the kind collects. */
void test_plot_collect(PdPlot *plot);

/* What the kind prints, or draws as text. (transfer full) */
char *test_plot_print(const PdPlot *plot);
char *test_plot_draw(const PdPlot *plot);

/* Assert that no line of a drawing without colours is wider than a terminal. */
void test_plot_check_width(const char *text, guint columns);

/* The numbers of a block's set, row by row, without its undefined first row. Fails the test if
 * there is no such block or a row has not so many columns. (transfer full) */
GArray *test_plot_block(const char *script, const char *name, guint set, guint columns);

/* The value of a variable. Fails the test if there is none. */
double test_plot_real(const char *script, const char *name);

/* Draw the plot as an SVG, and assert that it is well-formed. */
void test_plot_check_svg(const PdPlot *plot);

/*
 * Plots: pictures of one run, or of several side by side.
 *
 * A kind of plot is one file here that ends in one constant PdPlotKind, and one gnuplot script
 * plots/NAME.gp that draws what the kind prints: settings and data in gnuplot's own notation, as a
 * text that gnuplot reads from its standard input or from a file that a user has kept to restyle
 * it. The same kind draws itself as text for a terminal. What a kind needs of a run beyond its
 * report it collects from the stream of events.
 */
#pragma once

#include "event_file.h"
#include "report.h"
#include "sweep_rows.h"
#include "training_curve.h"

/* What a kind draws. */
typedef enum {
    PD_PLOT_EVENTS, /* the events of runs, and their reports */
    PD_PLOT_REPORTS,
    PD_PLOT_CURVES, /* training logs */
    PD_PLOT_POINTS, /* the points of one sweep */
} PdPlotSource;

/* One of the runs that are drawn. */
typedef struct {
    char *name;                 /* what it is called in the picture */
    const PdScenario *scenario; /* NULL where it has only been reported */
    PdEventFile *events;    /* the recorded run whose scenario it is; NULL: it is this run's own */
    PdReport *report;       /* NULL for a training log */
    PdTrainingCurve *curve; /* of a training log; else NULL */
    PdSink *collector;      /* what the kind has kept of the events; NULL where it keeps none */
} PdPlotRun;

/* A result of a sweep's points that is drawn. */
typedef struct {
    guint scalar;     /* its number in scalars.h */
    gboolean smaller; /* the smaller the better */
} PdPlotResult;

#define PD_PLOT_MOST_RESULTS 6

typedef struct {
    PdSweepRows *rows; /* one at least */
    PdPlotResult results[PD_PLOT_MOST_RESULTS];
    guint n_results;
    gboolean *front; /* per row, whether it is on the Pareto front of the first two results and fits
                        the memory; NULL where the kind draws none */
} PdPlotSweep;

typedef struct PdPlotKind PdPlotKind;

typedef struct {
    const PdPlotKind *kind;
    PdPlotRun *runs;
    guint n_runs;
    PdPlotSweep sweep; /* of PD_PLOT_POINTS, else without rows */

    char *title;          /* UTF-8 of any characters; NULL: none */
    const char *terminal; /* "svg", "pdf" or "png"; of a text drawing: NULL */
    guint width, height;  /* px (1/96 inch in a PDF); 0: as the kind likes it */
    gboolean dark;
    guint columns;    /* of a text drawing: how wide the terminal is */
    gboolean colours; /* of a text drawing: whether it may use them */

    gint64 from_ns, to_ns; /* the part of the time that is drawn; −1: as the kind likes it */
    gboolean idle;         /* idle times are coloured by cause */
    gboolean links;        /* messages are drawn */
} PdPlot;

struct PdPlotKind {
    const char *name;
    const char *summary; /* one line for people */
    PdPlotSource source;
    gboolean per_micro_batch; /* it needs reports that kept the crossing of every micro-batch */
    gboolean all_schedules;   /* a scenario is drawn under all schedules, unless some are named */
    gboolean validates;       /* it draws a prediction, then a measurement: a scenario alone is
                                 simulated and trained for them */
    gboolean front;           /* it draws a Pareto front of two results; a third one colours it */
    gboolean has_details;     /* it obeys --idle and --links */
    guint most_runs;          /* how many can be drawn together */

    /*
     * A sink that keeps what the kind needs of a run whose report is there, and the plot's with it;
     * NULL where reports are enough. It is freed with free_collector().
     */
    PdSink *(*new_collector)(const PdPlot *plot, const PdPlotRun *run);
    void (*free_collector)(PdSink *collector);

    /* Settle what the plot leaves to the kind, from all that it draws: height, window. */
    void (*settle)(PdPlot *plot);

    /* Append settings and data for the kind's script. */
    void (*print)(const PdPlot *plot, GString *script);

    /* Append a drawing as text, plot->columns wide, without the title. */
    void (*draw)(const PdPlot *plot, GString *text);
};

/* All kinds, ended by NULL. */
extern const PdPlotKind *const pd_plot_kinds[];

/* Free what a plot owns: its runs, its sweep and its title. */
void pd_plot_clear(PdPlot *plot);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdPlot, pd_plot_clear)

/* Settle all that has been left open, once the reports of all runs are there: size, window, lines
 * of the title, and names that a terminal can show. */
void pd_plot_settle(PdPlot *plot);

/* Append the plot, which is to be text, as a drawing below its title. */
void pd_plot_draw(const PdPlot *plot, GString *text);

/*
 * The whole text that gnuplot draws the plot from.
 *
 * command: what the user typed, for a comment at its head; any characters.
 * folder: where the scripts are.
 * Returns: (transfer full).
 */
char *pd_plot_script(const PdPlot *plot, const char *command, const char *folder);

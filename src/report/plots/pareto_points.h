/*
 * The points of a Pareto plot: in the plane of the first two results, in groups by a third one.
 */
#pragma once

#include "sweep_axis.h"
#include "sweep_result.h"

#define PD_PARETO_MOST_GROUPS 8

typedef struct {
    guint n_groups;                     /* 1 where there is no third result */
    double ends[PD_PARETO_MOST_GROUPS]; /* the most that a group has, ascending */
    char *names[PD_PARETO_MOST_GROUPS]; /* of groups; NULL where there is one */
    gboolean ranges;                    /* groups are ranges, not single values */
    GArray *front;                      /* of guint: rows on the front, by the first result */
} PdParetoPoints;

void pd_pareto_points_init(PdParetoPoints *points, const PdPlot *plot);
void pd_pareto_points_clear(PdParetoPoints *points);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdParetoPoints, pd_pareto_points_clear)

/* The group of a row, from 0. */
guint pd_pareto_group(const PdParetoPoints *points, const PdPlot *plot, guint row);

/* Whether a row has both results. */
gboolean pd_pareto_is_there(const PdPlot *plot, guint row);

/* The values of the varied keys of a row: "paci, 32". (transfer full) */
char *pd_pareto_label(const PdPlot *plot, guint row);

/* Append a drawing for a terminal. See PdPlotKind.draw. */
void pd_pareto_draw(const PdPlot *plot, GString *text);

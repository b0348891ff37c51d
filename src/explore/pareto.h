/*
 * The Pareto front of rows: those that no other row dominates. A row dominates another one if it is
 * as good in every objective and better in one. Equal rows do not dominate each other: if one is on
 * the front, all are. A row that lacks a number (NAN) is not on the front and dominates nobody.
 */
#pragma once

#include <glib.h>

/*
 * Find the front.
 *
 * rows: [row * n_objectives + objective]; more is better.
 * n: rows.
 * Returns: (transfer full) n booleans: whether a row is on the front.
 *
 * It takes n log n steps for one or two objectives, else n log n + n times the front.
 */
gboolean *pd_pareto_front(const double *rows, gsize n, guint n_objectives);

/*
 * A training log, read again: the CSV file that `train --log` writes, a row per mini-batch.
 *
 * A field that is empty is a value that was not there. The last line is left out where it has no
 * end, whatever stands on it: the training may be writing it. Where the clock goes back from one
 * row to the next, the training was resumed there and its clock began anew; times go on from the
 * row before.
 */
#pragma once

#include <glib.h>

/* The first line of a training log, without its end. */
#define PD_TRAINING_LOG_HEAD                                                                       \
    "step,tokens,real_ns,virtual_ns,loss,validation_loss,learning_rate,max_crossing"

/* A mini-batch. */
typedef struct {
    gint64 step; /* from 1 */
    gint64 tokens;
    gint64 real_ns;         /* since the training began, as virtual_ns */
    gint64 virtual_ns;      /* −1: there is no virtual time */
    double loss;            /* nats per byte; NAN: not there */
    double validation_loss; /* NAN: not validated behind this step */
    double learning_rate;   /* NAN: not there */
    gint64 max_crossing;    /* −1: not there */
} PdTrainingPoint;

typedef struct {
    PdTrainingPoint *points; /* steps and tokens rise, times do not fall */
    gsize n_points;          /* at least 1 */
    gboolean virtual_time;   /* every point has one */
} PdTrainingCurve;

void pd_training_curve_free(PdTrainingCurve *curve);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdTrainingCurve, pd_training_curve_free)

/*
 * Whether a file begins as a training log does. Only a regular file is opened for it, so that a
 * pipe keeps what it holds.
 */
gboolean pd_training_curve_is(const char *path);

/*
 * Read a training log.
 *
 * Errors: PD_ERROR_INPUT, "PATH: cannot be read: ..." or "PATH: line N: ...", for a head or a field
 * that is not right, steps or tokens that do not rise, a log without a whole row.
 */
PdTrainingCurve *pd_training_curve_load(const char *path, GError **error);

/* The same of a text. name: what it is called in errors. length: bytes, behind which is a NUL. */
PdTrainingCurve *pd_training_curve_parse(const char *name, const char *text, gsize length,
                                         GError **error);

/*
 * A validation: what was predicted of a run beside what was measured of it, two reports of one
 * shape.
 */
#pragma once

#include "report.h"

typedef struct {
    double agreement; /* share of micro-batches that crossed as many updates as predicted */
    gint64 largest_difference; /* of a micro-batch's crossings, either way */
    gint64 violations;         /* micro-batches that were measured above the schedule's bound */
} PdStageValidation;

typedef struct {
    PdReport *predicted;
    PdReport *measured;
    gboolean paced;            /* operations took the scenario's times; else: were calibrated */
    double makespan_error;     /* (predicted − measured) ÷ measured */
    double agreement;          /* over all stages */
    gint64 violations;         /* over all stages */
    double max_makespan_error; /* the limit to its absolute value; NAN: none */
    double min_agreement;      /* the limit; NAN: none */
    gboolean holds;            /* no violation, no limit missed */
    PdStageValidation *stages;
} PdValidation;

/*
 * Compare two reports of one scenario that kept their crossings.
 *
 * predicted, measured: (transfer full); they lose the crossings of single micro-batches.
 * Returns: (transfer full).
 */
PdValidation *pd_validation_new(PdReport *predicted, PdReport *measured, gboolean paced,
                                double max_makespan_error, double min_agreement);

void pd_validation_free(PdValidation *validation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdValidation, pd_validation_free)

/* For a terminal, 80 columns wide; as JSON, "pipedrift.validation/1". (transfer full) */
char *pd_validation_table(const PdValidation *validation);
char *pd_validation_json(const PdValidation *validation);

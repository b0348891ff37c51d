/*
 * Limits: what a scenario's [check] section asks of a run, and what its schedule promises by
 * itself, held against a report.
 *
 * A verdict says of one limit what is allowed, what was measured, how far inside that is and where
 * it was. Numbers are in the limit's unit; bytes and updates are whole and exact to 2^53.
 */
#pragma once

#include "config.h"
#include "report.h"

typedef enum {
    PD_UNIT_UPDATES,
    PD_UNIT_SHARE,
    PD_UNIT_BYTES,
    PD_UNIT_MICRO_BATCHES_PER_S,
} PdLimitUnit;

typedef struct {
    const char *name; /* as in the file; "crossing-bound": the schedule's own */
    PdLimitUnit unit;
    gboolean is_least; /* the least that is allowed; FALSE: the most */
    double limit;
    double value;        /* NAN: the run has no such number, which no limit allows */
    double margin;       /* how far inside the limit; negative: outside; NAN: no value */
    double margin_share; /* of the limit; NAN: no value, a limit of 0, or a count of updates */
    gboolean holds;
    gint64 stage; /* where the value was reached first; −1: at no stage in particular */
    gint64 micro_batch;
    gint64 device; /* the one that needs most, or is idle longest; −1 as above */
    gint64 at_ns;  /* −1 as above */
    guint64 seed;  /* of the run */
} PdVerdict;

/* Whether [check] has a limit on a run at all; of_time: one on bubbles or throughput. */
gboolean pd_limits_any(const PdConfig *config, gboolean of_time);

/*
 * Hold a report against its schedule's own bound, stage by stage, and the limits of [check].
 *
 * times: also against the limits on bubbles and throughput.
 * seed: of the run, for the verdicts.
 * Returns: (transfer full) of PdVerdict: the bound's, at the stage with the smallest margin, then
 * one per limit in the order of the keys. Reports of one scenario get the same ones.
 */
GArray *pd_limits_check(const PdConfig *config, const PdReport *report, gboolean times,
                        guint64 seed);

/* Keep the worse one of each verdict of two runs: the one without a value, or with less margin. */
void pd_verdicts_worsen(GArray *verdicts, const GArray *others);

/* How many verdicts do not hold. */
guint pd_verdicts_failed(const GArray *verdicts);

/* The unit's name for programs: "updates", "share", "bytes", "micro-batches/s". */
const char *pd_limit_unit_name(PdLimitUnit unit);

/* A number in a limit's unit, for a reader; "none" for NAN. (transfer full) */
char *pd_limit_format(PdLimitUnit unit, double number);

/* What a verdict says, in one sentence without the limit's name. with_seed: also of which run.
 * (transfer full) */
char *pd_verdict_sentence(const PdVerdict *verdict, gboolean with_seed);

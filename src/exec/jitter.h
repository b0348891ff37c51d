/*
 * Jitter: a log-normal factor of mean 1 on an operation's time, drawn from (seed, stage,
 * micro-batch, kind) and nothing else. Two schedules that are compared under one seed therefore
 * meet the same slow operations.
 *
 * With Z standard normal and s² = ln(1 + cv²), exp(s Z − s²/2) has mean 1 and coefficient of
 * variation cv. Z is the inverse normal distribution function of a uniform hash. All of it is built
 * from + − × ÷ and sqrt, which IEEE 754 defines to the last bit, and not from libm, whose last bits
 * depend on the machine: a factor is the same everywhere.
 */
#pragma once

#include "operation.h"

typedef struct {
    guint64 seed; /* mixed */
    double sigma; /* of the factor's logarithm; 0: no jitter */
    double shift; /* sigma²/2 */
} PdJitter;

/* cv: the coefficient of variation, 0 for none. */
void pd_jitter_init(PdJitter *jitter, guint64 seed, double cv);

/* The factor of one operation. */
double pd_jitter_factor(const PdJitter *jitter, PdOperation operation);

/* ns times the operation's factor, to the nearest ns, half up; saturating. */
gint64 pd_jitter_apply(const PdJitter *jitter, PdOperation operation, gint64 ns);

/* The parts, for tests against libm: relative error below 1e-14, absolute below 1e-14 for normal.
 */
double pd_exp(double x);
double pd_log(double x);
double pd_inverse_normal(double probability);

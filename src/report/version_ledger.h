/*
 * The version ledger: which weight versions each micro-batch met at each stage.
 *
 *   crossing    updates that became visible between the start of its forward and of its backward
 *   mismatch    the version that its backward computes with, less that of its forward: the
 *               crossing, or 0 where the version was stashed or the forward is run again
 *   delay       updates between the version of its forward and the update that applies its gradient
 */
#pragma once

#include "scenario.h"
#include "stream.h"
#include "version_runs.h"

/* How often each value 0 ... n−1 was seen; the last one at least once. */
typedef struct {
    guint n;
    guint n_allocated;
    gint64 *counts;
} PdHistogram;

/* How many values were seen. */
gint64 pd_histogram_count(const PdHistogram *histogram);

/* Mean of the values seen; 0 where there are none. */
double pd_histogram_mean(const PdHistogram *histogram);

/* The largest value seen; 0 where there are none. */
static inline gint64
pd_histogram_max(const PdHistogram *histogram)
{
    return histogram->n == 0 ? 0 : histogram->n - 1;
}

typedef struct {
    PdHistogram crossing;
    PdHistogram mismatch;
    PdHistogram delay;
    gint64 max_crossing_at; /* the first micro-batch that had the largest crossing; −1: none yet */
    gint64 max_mismatch_at;
    PdVersionRuns unapplied; /* the forward versions of gradients that wait for an update */
    gint64 updates;
    gint64 in_flight;
    gint64 peak_in_flight;
} PdStageVersions;

typedef struct {
    PdSink sink;
    const PdScenario *scenario;
    PdStageVersions *stages;
    guint32 **crossings; /* per stage and micro-batch of this run, where they were asked for; else
                            NULL */
} PdVersionLedger;

/* keep_all: keep the crossing of every micro-batch at every stage. */
void pd_version_ledger_init(PdVersionLedger *ledger, const PdScenario *scenario, gboolean keep_all);
void pd_version_ledger_clear(PdVersionLedger *ledger);

/* The gradients of a stage that no update has applied, at the end of the run. */
gint64 pd_stage_versions_unapplied(const PdStageVersions *stage);

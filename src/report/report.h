/*
 * A report: what a run did, whoever executed it. It is made from the ledgers after the run and owns
 * all its numbers, so that a prediction and a measurement are two values of one type.
 *
 * Times are in ns, sizes in bytes. A number that may not exist (throughput of a run that takes no
 * time, the steady bubble of a run without steady state) is NAN and reads null in JSON.
 */
#pragma once

#include "ledgers.h"

typedef struct {
    gint64 max;
    double mean;
    guint n;
    gint64 *histogram; /* count of 0, of 1, ..., n of them */
} PdDistribution;

typedef struct {
    gint64 first_start_ns;
    gint64 last_end_ns;
    gint64 busy_ns;
    gint64 bubble_ns;
    gint64 bubble_by_cause_ns[PD_N_CAUSES];
    gint64 operations;
    gint64 peak_memory_bytes;
    gint64 peak_memory_at_ns;
    gint64 peak_memory_parts_bytes[PD_N_PARTS];
    gint64 capacity_bytes; /* −1: not given */
    gboolean fits;
} PdDeviceReport;

typedef struct {
    guint device;
    gint64 updates;
    gint64 unapplied_gradients;
    gint64 peak_in_flight;
    gint64 bound; /* of crossings */
    PdDistribution crossing;
    PdDistribution mismatch;
    PdDistribution delay;
    gint64 max_crossing_at; /* the first micro-batch that had the largest; −1: not known */
    gint64 max_mismatch_at;
    guint32 *crossings; /* per micro-batch, where they were kept; else NULL */
} PdStageReport;

/* What a run of real numbers learnt. Losses are in nats per token. */
typedef struct {
    gint64 tokens;          /* seen since the training began */
    gint64 parameters;      /* of the whole model */
    double loss;            /* mean of the last mini-batch */
    double validation_loss; /* behind it */
    double entropy_floor;   /* what no model can beat on this source; NAN: not known */
} PdTrainingReport;

typedef struct {
    char *title;
    const char *schedule;
    const char *executor;
    guint n_stages;
    guint n_devices;
    gint64 micro_batches; /* that this run took through the pipeline */
    gint64 makespan_ns;
    gint64 updates; /* optimizer steps, over all stages */
    double throughput_micro_batches_per_s;
    double throughput_tokens_per_s;
    gint64 max_peak_memory_bytes;
    double bubble_fraction;
    double bubble_overhead;
    double steady_bubble_fraction;
    gint64 max_crossing;
    gint64 max_mismatch;
    gint64 crossing_bound;
    gboolean has_capacity;
    gboolean fits_memory;
    gboolean synchronous;
    gboolean recomputes; /* forwards are run again: mismatch 0 without a stash */
    gboolean has_training;
    PdTrainingReport training; /* where has_training */
    PdDeviceReport *devices;
    PdStageReport *stages;
} PdReport;

/*
 * Make the report of a run that has ended.
 *
 * executor: "simulator", "threads", "replay"; a constant.
 * ledgers: kept crossings move to the report.
 */
PdReport *pd_report_new(PdLedgers *ledgers, const char *executor);

void pd_report_free(PdReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdReport, pd_report_free)

/*
 * A scenario: one experiment, all its parameters resolved to whole numbers. It is made once, then
 * constant and shared by all who take part in a run.
 *
 * Costs are stated per stage, per device or per link. In a file they may be given as one value for
 * all or as lists; here each has one entry per stage (device, link), whatever the file said.
 */
#pragma once

#include "schedule.h"

/* Every cost that a file can state or a model can imply. */
typedef enum {
    /* per stage, ns */
    PD_COST_FORWARD,
    PD_COST_BACKWARD_INPUT, /* the whole backward where it is not known apart */
    PD_COST_BACKWARD_WEIGHT,
    PD_COST_UPDATE,
    /* per stage, bytes */
    PD_COST_WEIGHTS,
    PD_COST_GRADIENTS,
    PD_COST_OPTIMIZER,
    PD_COST_ACTIVATIONS, /* of one micro-batch */
    PD_COST_INPUTS,      /* of one micro-batch: what recomputation starts from */
    /* per device, bytes */
    PD_COST_CAPACITY,
    /* per link: ns, bytes, bit/s */
    PD_COST_LATENCY,
    PD_COST_MESSAGE,
    PD_COST_BANDWIDTH,
    PD_N_COSTS,
} PdCost;

/* The values of each cost; NULL where it is not stated. Entries as PdCost says. */
typedef struct {
    gint64 *values[PD_N_COSTS];
} PdCosts;

void pd_costs_clear(PdCosts *costs);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdCosts, pd_costs_clear)

struct PdScenario {
    char *title;
    guint64 seed;

    const PdSchedule *schedule;
    guint n_devices;    /* p */
    guint n_virtual;    /* v: stages per device; 1 unless the schedule cuts devices */
    guint n_stages;     /* N = p v; stage s is on device s mod p */
    guint n_links;      /* p−1, or p where the schedule closes the ring */
    guint n_processors; /* how many devices compute at once, at most p */
    gint64 mini_batch;  /* M: micro-batches per mini-batch */
    gint64 n_mini_batches;
    gint64 n_micro_batches; /* of the whole run */
    gint64 first;           /* micro-batch of this run, a multiple of M: 0, or where a run that was
                               drained goes on */
    gint64
        checkpoint_interval; /* micro-batches, multiples of M, at which the pipeline drains: no */
    gint64 validation_interval; /* stage admits a forward past them until all backwards have
                                   returned; 0: never */
    gint64 accumulation;        /* a: backwards of a stage per update */
    gint64 *in_flight;          /* L(s), per stage: the limit of a schedule that obeys one */
    gboolean stash;             /* a backward computes with the weights of its forward */
    gboolean recompute;         /* activations are computed again at backward time */
    gboolean has_barrier;       /* a flush waits for all devices, and barrier_ns more */
    gint64 barrier_ns;
    double jitter;           /* coefficient of variation of every operation's time */
    gint64 micro_batch_size; /* sequences per micro-batch: stated, or the global batch's part */
    gint64 tokens;           /* per micro-batch; 0 where the model is not known */
    gint64 *layers;          /* of the model, per stage; NULL where the model is not known */

    PdCosts costs;       /* every cost but capacity and bandwidth is present */
    gint64 *hold_ns;     /* per link: how long a message occupies it */
    gint64 *duration_ns; /* per stage and kind, before jitter: [stage * PD_N_KINDS + kind] */
};

/*
 * Resolve the pipeline: all that does not depend on costs. The result is completed by
 * pd_scenario_complete(); between the two, costs can be derived from a model, which needs to know
 * how many stages there are.
 *
 * registry: NULL-ended array of the schedules there are.
 * Returns: (transfer full) a scenario without costs; NULL with error set.
 * Errors: PD_ERROR_INPUT for a missing key, a value out of range, an unknown schedule, a pipeline
 * that the schedule refuses or that needs more memory than the machine has.
 */
PdScenario *pd_scenario_new(const PdConfig *config, const PdSchedule *const *registry,
                            GError **error);

/*
 * Complete a scenario with its costs: those that the config states, before those derived.
 *
 * derived: costs from elsewhere, each NULL or with the right number of entries.
 * Errors: PD_ERROR_INPUT for a list of the wrong length, a cost that is missing or contradicts
 * another one, a run whose busiest device works longer than the 64-bit clock can tell.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_scenario_complete(PdScenario *scenario,
                                                        const PdConfig *config,
                                                        const PdCosts *derived, GError **error);

void pd_scenario_free(PdScenario *scenario);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdScenario, pd_scenario_free)

/* The device that holds a stage, and the first entry of a device's stages is stage = device. */
static inline guint
pd_scenario_device(const PdScenario *scenario, guint stage)
{
    return scenario->n_virtual == 1 ? stage : stage % scenario->n_devices;
}

/* The first micro-batch behind `from` before which the pipeline drains, or the run's end. */
gint64 pd_scenario_next_drain(const PdScenario *scenario, gint64 from);

/* How long an operation takes before jitter, in ns. */
static inline gint64
pd_scenario_duration(const PdScenario *scenario, PdOperation operation)
{
    return scenario->duration_ns[(gsize)operation.stage * PD_N_KINDS + operation.kind];
}

static inline gint64
pd_scenario_cost(const PdScenario *scenario, PdCost cost, guint index)
{
    return scenario->costs.values[cost][index];
}

/*
 * Spread a list over stages: one value stands for every device, p values for the devices, N for
 * the stages. What stands for a device is divided among its stages in whole parts, where
 * `divided` says so.
 *
 * Returns: (transfer full) N values; NULL where n is none of 1, p, N.
 */
gint64 *pd_scenario_spread(const PdScenario *scenario, const gint64 *values, guint n,
                           gboolean divided);

/* A sentence for each key that is present and that the schedule has no use for. (transfer full) */
char **pd_scenario_unused_keys(const PdScenario *scenario, const PdConfig *config);

/* The machine's memory in bytes. */
gint64 pd_machine_memory_bytes(void);

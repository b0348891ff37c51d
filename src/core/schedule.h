/*
 * The one interface that matters: a schedule decides what a device does next.
 *
 * A schedule is one constant of type PdSchedule: some properties, the bounds that its theory
 * promises, and a pure function from what a device knows locally (device.h) to the operation that
 * it wants next. It keeps no clock, sends no message and holds no state; the same code runs under
 * every executor. When updates happen follows from `update` and is carried out by the device, so
 * that decide() speaks of forwards, backwards and weight gradients only.
 *
 * A schedule that needs data of its own (an explicit table of operations, say) embeds PdSchedule as
 * its first member: decide() finds it through the scenario.
 */
#pragma once

#include "config.h"
#include "operation.h"

typedef struct PdScenario PdScenario;
typedef struct PdDevice PdDevice;
typedef struct PdSchedule PdSchedule;

/* When a stage is updated. */
typedef enum {
    PD_UPDATE_AT_FLUSH,       /* after all M backwards of a mini-batch: a synchronous schedule */
    PD_UPDATE_EVERY_BACKWARD, /* accumulation 1 */
    PD_UPDATE_EVERY_A,        /* after every a-th backward; a is the scenario's accumulation */
} PdUpdateRule;

struct PdSchedule {
    const char *name;
    const char *summary; /* one line for people */
    const char *source;  /* the paper it follows */

    PdUpdateRule update;
    gboolean stashes;          /* a backward uses its forward's weights unless told otherwise */
    gboolean splits_backward;  /* input and weight gradient are operations of their own */
    gboolean limits_in_flight; /* it obeys the key in-flight */
    gboolean cuts_devices;     /* a device may hold several stages (the key virtual-stages) */

    /* Refuse a pipeline that the schedule cannot run, with pd_config_fail(). May be NULL. */
    gboolean (*check)(const PdScenario *scenario, const PdConfig *config, GError **error);

    /* The largest number of micro-batches that a stage ever has in flight. */
    gint64 (*max_in_flight)(const PdScenario *scenario, guint stage);

    /* The largest number of updates that a micro-batch can cross at a stage. */
    gint64 (*crossing_bound)(const PdScenario *scenario, guint stage);

    /*
     * What the device wants to do now. Called only while operations are left and no update is due.
     * An operation that cannot run yet comes with the cause of waiting.
     */
    PdOperation (*decide)(const PdScenario *scenario, const PdDevice *device);
};

/* The schedule of this name in a NULL-ended array; NULL if there is none. */
const PdSchedule *pd_schedule_find(const PdSchedule *const *registry, const char *name);

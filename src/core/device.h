/*
 * A device's progress: what it has begun and ended, what has arrived, which weight version each of
 * its stages has. This is all that a schedule may look at, and the one place where progress and
 * versions are counted, whatever executes the operations. A device belongs to one worker.
 *
 * The life of an operation: pd_device_choose() says what to do, pd_device_begin() starts it,
 * pd_device_end() ends it and says to whom its result goes; the executor carries the result there
 * and hands it over with pd_device_receive(). An executor decides when and how, never what.
 */
#pragma once

#include "scenario.h"
#include "series.h"

/* One stage of a device. "Begun" and "arrived" count micro-batches over the whole run. */
typedef struct {
    guint number;
    PdSeries inputs;       /* whose activation has arrived; at stage 0 all have */
    PdSeries gradients;    /* whose gradient has arrived; at the last stage: whose forward ended */
    PdSeries forwards;     /* whose forward has begun */
    PdSeries backwards;    /* whose backward has begun */
    PdSeries weights;      /* whose weight gradient has begun, where the backward is split */
    PdSeries inputs_ended; /* whose input gradient has ended, where the backward is split */
    PdSeries ended;        /* whose backward has ended, with its weight gradient */
    gint64 version;        /* of the weights; the updates that have become visible */
    gint64 accumulated;    /* gradients that no update has applied yet */
    gint64 last_ended;     /* the micro-batch that was accumulated last */
    gint64 *forward_version; /* version at the forward, of each micro-batch in flight */
    gint64 mask;             /* indices into it are micro-batch numbers & mask */
} PdStage;

struct PdDevice {
    const PdScenario *scenario;
    guint number;
    guint n_stages;
    PdStage *stages; /* ascending: number, number + p, ... */
    gint64 n_before; /* forwards, backwards and weight gradients of earlier micro-batches */
    gint64 n_begun;  /* these and those begun since */
    gint64 n_left;   /* how many have not ended, of those before the horizon */
    gint64 n_flush;  /* of these, how many end before the next flush */
    gint64 horizon;  /* no forward of this micro-batch or a later one runs before the pipeline has
                        drained */
    gint64 end;      /* the run ends before this micro-batch */
    guint due;       /* the first stage (index) whose update is due ... */
    guint due_end;   /* ... and the first behind it whose is not */
};

/* The weight versions of an operation; for an update, those before and after it. */
typedef struct {
    gint64 forward; /* that the forward of this micro-batch saw */
    gint64 visible; /* that is visible when the operation begins; after an update: the new one */
} PdVersions;

/* What an ended operation sends: the activation of an F to the next stage, the gradient of a B to
 * the one before. The last stage's forward makes its own gradient ready. */
typedef struct {
    gint64 micro_batch;
    guint32 stage;   /* the stage that receives it */
    guint8 present;  /* FALSE: nothing is sent */
    guint8 gradient; /* a gradient; FALSE: an activation */
} PdMessage;

/* The message that an operation sends when it ends. */
PdMessage pd_message_of(const PdScenario *scenario, PdOperation operation);

/* Whether a message of this operation carries a payload to another stage. */
static inline gboolean
pd_message_carries(PdMessage message, PdOperation operation)
{
    return message.present && message.stage != operation.stage;
}

/* A device that has done all before the scenario's first micro-batch, and nothing since. */
void pd_device_init(PdDevice *device, const PdScenario *scenario, guint number);
void pd_device_clear(PdDevice *device);

/*
 * Let forwards run up to another micro-batch: a later one when the pipeline has drained, or an
 * earlier one, of which none has begun.
 */
void pd_device_set_horizon(PdDevice *device, gint64 horizon);

/* The end of the mini-batch that the device's first stage is in: of none of its later micro-batches
 * has a forward begun. */
gint64 pd_device_mini_batch_end(const PdDevice *device);

/* End the run before a micro-batch of which no forward has begun. */
void pd_device_finish(PdDevice *device, gint64 end);

/* The device's entry for one of its stages, by the stage's number. */
static inline PdStage *
pd_device_stage(const PdDevice *device, guint stage)
{
    return &device->stages[device->n_stages == 1 ? 0 : stage / device->scenario->n_devices];
}

static inline gint64
pd_stage_in_flight(const PdStage *stage)
{
    return pd_series_count(&stage->forwards) - pd_series_count(&stage->ended);
}

/* Whether the operation could run now; if not, what it lacks. For schedules. */
static inline PdOperation
pd_stage_want(const PdStage *stage, PdKind kind, gint64 micro_batch)
{
    PdOperation operation = { micro_batch, stage->number, (guint8)kind, PD_NOT_WAITING };

    if (kind == PD_FORWARD && !pd_series_has(&stage->inputs, micro_batch))
        operation.cause = PD_ACTIVATION;
    if (kind == PD_BACKWARD && !pd_series_has(&stage->gradients, micro_batch))
        operation.cause = PD_GRADIENT;
    return operation;
}

/* A wait with a reason of the schedule's own. */
static inline PdOperation
pd_stage_wait(const PdStage *stage, PdKind kind, gint64 micro_batch, PdCause cause)
{
    return (PdOperation){ micro_batch, stage->number, (guint8)kind, (guint8)cause };
}

/* Whether an update must come before anything else. */
static inline gboolean
pd_device_update_is_due(const PdDevice *device)
{
    return device->due < device->due_end;
}

/* The update that is due first. */
static inline PdOperation
pd_device_due_update(const PdDevice *device)
{
    const PdStage *stage = &device->stages[device->due];

    return (PdOperation){ stage->last_ended, stage->number, PD_UPDATE, PD_NOT_WAITING };
}

/* Whether nothing is left for the device to do before its horizon. */
static inline gboolean
pd_device_is_drained(const PdDevice *device)
{
    return device->n_left == 0 && !pd_device_update_is_due(device);
}

/* Whether nothing is left for the device to do in this run. */
static inline gboolean
pd_device_is_done(const PdDevice *device)
{
    return pd_device_is_drained(device) && device->horizon >= device->end;
}

/* Whether the device has begun an operation in this run. */
static inline gboolean
pd_device_has_begun(const PdDevice *device)
{
    return device->n_begun > device->n_before;
}

/*
 * What the device does next: an update that is due, or what the schedule decides; the cause says
 * whether it must wait. Only for a device that is not drained.
 */
static inline PdOperation
pd_device_choose(const PdDevice *device)
{
    return pd_device_update_is_due(device)
               ? pd_device_due_update(device)
               : device->scenario->schedule->decide(device->scenario, device);
}

/* What is wrong with beginning an operation now: that it does not exist, has begun before, or lacks
 * an input, as a phrase behind its name; NULL where it may begin. */
const char *pd_device_obstacle(const PdDevice *device, PdOperation operation);

/*
 * Whether there is no such obstacle.
 *
 * Errors: PD_ERROR_SCHEDULE naming device and operation: the schedule is broken.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_device_check(const PdDevice *device, PdOperation operation,
                                                   GError **error);

/* Begin an operation that pd_device_check() accepts. Returns its weight versions. */
PdVersions pd_device_begin(PdDevice *device, PdOperation operation);

/* End an operation that was begun; an update's version is visible from here. Returns its message.
 */
PdMessage pd_device_end(PdDevice *device, PdOperation operation);

/* Take a message that has arrived. */
static inline void
pd_device_receive(PdDevice *device, PdMessage message)
{
    PdStage *stage = pd_device_stage(device, message.stage);

    pd_series_add(message.gradient ? &stage->gradients : &stage->inputs, message.micro_batch);
}

/*
 * Operations: what a device does, one at a time; and the reasons for which it does nothing.
 */
#pragma once

#include <glib.h>

typedef enum {
    PD_FORWARD,  /* F: one micro-batch forward through one stage */
    PD_BACKWARD, /* B: backward; the input gradient alone where the schedule splits the backward */
    PD_WEIGHT,   /* W: the weight gradient, where the schedule splits the backward */
    PD_UPDATE,   /* U: one optimizer step of one stage */
    PD_N_KINDS,
} PdKind;

/* Why a device is idle. In a report each has a share of the bubble, all but the first. */
typedef enum {
    PD_NOT_WAITING,
    PD_STARTUP,         /* before the device's first operation */
    PD_ACTIVATION,      /* its next operation is a forward whose input has not arrived */
    PD_GRADIENT,        /* its next operation is a backward whose gradient has not arrived */
    PD_IN_FLIGHT_LIMIT, /* it could run a forward, but has as many in flight as it may */
    PD_PROCESSOR,       /* it waits for a processor */
    PD_BARRIER,         /* it waits for the other devices before its updates */
    PD_DRAINED,         /* after the device's last operation */
    PD_N_CAUSES,
} PdCause;

/*
 * An operation of a stage, or, with a cause other than PD_NOT_WAITING, the operation that a device
 * wants next and the reason why it waits for it. The micro-batch of an update is the one whose
 * backward completed the accumulation. Sixteen bytes, returned in registers.
 */
typedef struct {
    gint64 micro_batch; /* over the whole run */
    guint32 stage;
    guint8 kind;  /* PdKind */
    guint8 cause; /* PdCause */
} PdOperation;

/* "F", "B", "W", "U". */
const char *pd_kind_letter(PdKind kind);

/* The cause's name in reports: "startup", "activation", ... */
const char *pd_cause_name(PdCause cause);

/* "F(12, 3)": the operation of micro-batch 12 at stage 3, for messages. (transfer full) */
char *pd_operation_name(PdOperation operation);

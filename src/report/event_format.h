/*
 * The format of event files, "pipedrift.events/1", for those who write and who read it:
 * docs/event-files.md describes it. A number is a varint: seven bits per byte, the lowest first,
 * and the eighth set in all bytes but the last (LEB128); one that may be negative is folded first,
 * so that 0, −1, 1, −2 ... become 0, 1, 2, 3 ...
 */
#pragma once

#include <glib.h>

#define PD_EVENT_FAMILY "pipedrift.events/"
#define PD_EVENT_FORMAT PD_EVENT_FAMILY "1"

/* The first byte of a record. */
enum {
    PD_EVENT_KIND = 3 << 0,        /* mask of the kind */
    PD_EVENT_CAUSE_SHIFT = 2,      /* where the cause is ... */
    PD_EVENT_CAUSE = 7,            /* ... and its mask, shifted */
    PD_EVENT_MICRO_BATCH = 1 << 5, /* the micro-batch is not the expected one */
    PD_EVENT_VERSIONS = 1 << 6,    /* the weight versions are not the counted ones */
    PD_EVENT_TRAILER = 1 << 7,     /* no event: the end */
};

static inline guint64
pd_event_fold(gint64 value)
{
    return value < 0 ? ~((guint64)value << 1) : (guint64)value << 1;
}

static inline gint64
pd_event_unfold(guint64 folded)
{
    const gint64 half = (gint64)(folded >> 1);

    return folded & 1 ? ~half : half;
}

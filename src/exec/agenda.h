/*
 * The agenda: when each device is next to be looked at. It holds at most one instant per device, and
 * time only goes forward, which allows better than a general priority queue: a hierarchy of slots,
 * in which an instant's place is given by the highest digit (base 64) in which it differs from now.
 * Putting and taking cost a few instructions each, whatever the scale of the times; an entry moves
 * down the hierarchy at most once per level, and in practice once or twice.
 *
 *   level 0     the 64 slots of one nanosecond around now
 *   level l     64 slots of 64^l ns each
 *
 * Invariant: an entry at level l agrees with `now` in all digits above l, and its digit l is larger
 * than that of now (level 0: not smaller). So the first slot of the lowest level that is not empty
 * holds the least instant.
 */
#pragma once

#include "device_set.h"

#define PD_AGENDA_LEVELS 11 /* 11 * 6 bits cover the 63 of a time */
#define PD_AGENDA_SLOTS  64

typedef struct {
    gint64 at_ns;
    gint32 next, previous; /* in the slot's list; a previous of −1 − place: the list's head */
    gint16 place;          /* level * 64 + slot; −1: not on the agenda */
} PdAgendaEntry;

typedef struct {
    gint64 now_ns;
    guint levels;                      /* bit l: level l has an entry */
    guint64 slots[PD_AGENDA_LEVELS];   /* bit i of l: slot i of level l has an entry */
    gint32 heads[PD_AGENDA_LEVELS * PD_AGENDA_SLOTS];
    PdAgendaEntry *entries;            /* per device */
} PdAgenda;

void pd_agenda_init(PdAgenda *agenda, guint n_devices);
void pd_agenda_clear(PdAgenda *agenda);

/* Put a device that is not on the agenda; not before now. */
void pd_agenda_put(PdAgenda *agenda, guint device, gint64 at_ns);

/* Take a device off, if it is on. */
void pd_agenda_remove(PdAgenda *agenda, guint device);

static inline gboolean
pd_agenda_has(const PdAgenda *agenda, guint device)
{
    return agenda->entries[device].place >= 0;
}

static inline gboolean
pd_agenda_is_empty(const PdAgenda *agenda)
{
    return agenda->levels == 0;
}

/*
 * Go to the least instant on the agenda, which must not be empty, take off all devices that are on
 * it for that instant, and add them to the set.
 *
 * Returns: the instant, from now on `now`.
 */
gint64 pd_agenda_advance(PdAgenda *agenda, PdDeviceSet *devices);

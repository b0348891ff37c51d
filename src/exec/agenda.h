/*
 * The agenda: when each device is next to be looked at. It holds at most one instant per device,
 * and time only goes forward, which allows better than a general priority queue: a hierarchy of
 * slots, in which an instant's place is given by the highest digit (base 256) in which it differs
 * from now. Putting and taking cost a few instructions each, whatever the scale of the times; an
 * entry moves down the hierarchy at most once per level, and in practice once or twice.
 *
 *   level 0     the 256 slots of one nanosecond around now
 *   level l     256 slots of 256^l ns each
 *
 * Invariant: an entry at level l agrees with `now` in all digits above l, and its digit l is larger
 * than that of now (level 0: not smaller). So the first slot of the lowest level that is not empty
 * holds the least instant.
 */
#pragma once

#include <glib.h>

#define PD_AGENDA_LEVELS 8 /* of 8 bits each: the 63 of a time */
#define PD_AGENDA_SLOTS  256

typedef struct {
    gint64 at_ns;
    gint32 next, previous; /* in the list of its place; −1: none */
    gint32 place;          /* level * 256 + slot; −1: not on the agenda */
} PdAgendaEntry;

typedef struct {
    gint64 now_ns;
    guint32 words; /* bit i: word i of the slots is not zero */
    guint64
        slots[PD_AGENDA_LEVELS * PD_AGENDA_SLOTS / 64]; /* bit i % 64 of i / 64: place i is taken */
    gint32 heads[PD_AGENDA_LEVELS * PD_AGENDA_SLOTS];
    PdAgendaEntry *entries; /* per device */
    guint *due;             /* the devices of the instant that was advanced to */
} PdAgenda;

void pd_agenda_init(PdAgenda *agenda, guint n_devices);
void pd_agenda_clear(PdAgenda *agenda);

/* Put a device that is not on the agenda; not before now. */
void pd_agenda_put(PdAgenda *agenda, guint device, gint64 at_ns);

/* Take a device off that is on the agenda. */
void pd_agenda_remove(PdAgenda *agenda, guint device);

static inline gboolean
pd_agenda_has(const PdAgenda *agenda, guint device)
{
    return agenda->entries[device].place >= 0;
}

static inline gboolean
pd_agenda_is_empty(const PdAgenda *agenda)
{
    return agenda->words == 0;
}

/*
 * Go to the least instant on the agenda, which must not be empty, and take off all devices that are
 * on it for that instant: agenda->due, in no order that means anything.
 *
 * Returns: how many there are. The instant is agenda->now_ns.
 */
guint pd_agenda_advance(PdAgenda *agenda);

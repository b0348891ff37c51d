#include "agenda.h"

#define BITS 6
#define NONE (-1)

void
pd_agenda_init(PdAgenda *agenda, guint n_devices)
{
    *agenda = (PdAgenda){ .entries = g_new(PdAgendaEntry, n_devices) };
    for (guint device = 0; device < n_devices; device++)
        agenda->entries[device].place = NONE;
    for (guint place = 0; place < G_N_ELEMENTS(agenda->heads); place++)
        agenda->heads[place] = NONE;
}

void
pd_agenda_clear(PdAgenda *agenda)
{
    g_clear_pointer(&agenda->entries, g_free);
}

/* The place of an instant, seen from now. */
static inline guint
place_of(const PdAgenda *agenda, gint64 at_ns)
{
    const guint64 difference = (guint64)(at_ns ^ agenda->now_ns);
    const guint highest = 63 - (guint)__builtin_clzll(difference | 1);
    const guint level = highest / BITS;

    return level * PD_AGENDA_SLOTS +
           (guint)((guint64)at_ns >> (level * BITS)) % PD_AGENDA_SLOTS;
}

void
pd_agenda_put(PdAgenda *agenda, guint device, gint64 at_ns)
{
    const guint place = place_of(agenda, at_ns);
    const gint32 head = agenda->heads[place];

    agenda->entries[device] =
        (PdAgendaEntry){ at_ns, head, NONE - (gint32)place, (gint16)place };
    if (head != NONE)
        agenda->entries[head].previous = (gint32)device;
    agenda->heads[place] = (gint32)device;
    agenda->levels |= 1U << place / PD_AGENDA_SLOTS;
    agenda->slots[place / PD_AGENDA_SLOTS] |= G_GUINT64_CONSTANT(1) << place % PD_AGENDA_SLOTS;
}

static inline void
empty_slot(PdAgenda *agenda, guint place)
{
    const guint level = place / PD_AGENDA_SLOTS;

    agenda->heads[place] = NONE;
    agenda->slots[level] &= ~(G_GUINT64_CONSTANT(1) << place % PD_AGENDA_SLOTS);
    if (agenda->slots[level] == 0)
        agenda->levels &= ~(1U << level);
}

void
pd_agenda_remove(PdAgenda *agenda, guint device)
{
    PdAgendaEntry *entry = &agenda->entries[device];

    if (entry->place < 0)
        return;
    if (entry->next != NONE)
        agenda->entries[entry->next].previous = entry->previous;
    if (entry->previous >= 0)
        agenda->entries[entry->previous].next = entry->next;
    else if (entry->next != NONE)
        agenda->heads[entry->place] = entry->next;
    else
        empty_slot(agenda, (guint)entry->place);
    entry->place = NONE;
}

gint64
pd_agenda_advance(PdAgenda *agenda, PdDeviceSet *devices)
{
    const guint level = (guint)__builtin_ctz(agenda->levels);
    const guint place =
        level * PD_AGENDA_SLOTS + (guint)__builtin_ctzll(agenda->slots[level]);
    const gint32 head = agenda->heads[place];
    gint64 least = agenda->entries[head].at_ns;

    for (gint32 i = agenda->entries[head].next; i != NONE; i = agenda->entries[i].next)
        least = MIN(least, agenda->entries[i].at_ns);
    empty_slot(agenda, place);
    agenda->now_ns = least;
    /* what else was in the slot has its place below, as seen from the new now */
    for (gint32 i = head, next; i != NONE; i = next) {
        PdAgendaEntry *entry = &agenda->entries[i];

        next = entry->next;
        entry->place = NONE;
        if (entry->at_ns == least)
            pd_device_set_add(devices, (guint)i);
        else
            pd_agenda_put(agenda, (guint)i, entry->at_ns);
    }
    return least;
}

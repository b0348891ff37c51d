#include "agenda.h"

#define BITS 8
#define NONE (-1)

G_STATIC_ASSERT(PD_AGENDA_SLOTS == 1 << BITS);
G_STATIC_ASSERT(PD_AGENDA_LEVELS *PD_AGENDA_SLOTS / 64 == 32);

void
pd_agenda_init(PdAgenda *agenda, guint n_devices)
{
    *agenda = (PdAgenda){
        .entries = g_new(PdAgendaEntry, n_devices),
        .due = g_new(guint, n_devices),
    };
    for (guint device = 0; device < n_devices; device++)
        agenda->entries[device].place = NONE;
}

void
pd_agenda_clear(PdAgenda *agenda)
{
    g_clear_pointer(&agenda->entries, g_free);
    g_clear_pointer(&agenda->due, g_free);
}

/* The place of an instant, seen from now. */
static inline guint
place_of(const PdAgenda *agenda, gint64 at_ns)
{
    const guint64 difference = (guint64)(at_ns ^ agenda->now_ns);
    const guint highest = 63 - (guint)__builtin_clzll(difference | 1);
    const guint level = highest / BITS;

    return level * PD_AGENDA_SLOTS + (guint8)((guint64)at_ns >> (level * BITS));
}

static inline void
put(PdAgenda *agenda, guint device, gint64 at_ns)
{
    const guint place = place_of(agenda, at_ns), word = place / 64;
    const guint64 bit = G_GUINT64_CONSTANT(1) << place % 64;
    PdAgendaEntry *entry = &agenda->entries[device];

    entry->at_ns = at_ns;
    entry->previous = NONE;
    entry->next = NONE;
    entry->place = (gint32)place;
    if (agenda->slots[word] & bit) {
        entry->next = agenda->heads[place];
        agenda->entries[entry->next].previous = (gint32)device;
    }
    agenda->heads[place] = (gint32)device;
    agenda->slots[word] |= bit;
    agenda->words |= 1U << word;
}

void
pd_agenda_put(PdAgenda *agenda, guint device, gint64 at_ns)
{
    put(agenda, device, at_ns);
}

static inline void
free_place(PdAgenda *agenda, guint place)
{
    const guint word = place / 64;

    agenda->slots[word] &= ~(G_GUINT64_CONSTANT(1) << place % 64);
    if (agenda->slots[word] == 0)
        agenda->words &= ~(1U << word);
}

void
pd_agenda_remove(PdAgenda *agenda, guint device)
{
    PdAgendaEntry *entry = &agenda->entries[device];

    if (entry->next != NONE)
        agenda->entries[entry->next].previous = entry->previous;
    if (entry->previous != NONE)
        agenda->entries[entry->previous].next = entry->next;
    else if (entry->next != NONE)
        agenda->heads[entry->place] = entry->next;
    else
        free_place(agenda, (guint)entry->place);
    entry->place = NONE;
}

guint
pd_agenda_advance(PdAgenda *agenda)
{
    const guint word = (guint)__builtin_ctz(agenda->words);
    const guint place = word * 64 + (guint)__builtin_ctzll(agenda->slots[word]);
    const gint32 head = agenda->heads[place];
    gint64 least = agenda->entries[head].at_ns;
    guint n = 0;

    for (gint32 i = agenda->entries[head].next; i != NONE; i = agenda->entries[i].next)
        least = MIN(least, agenda->entries[i].at_ns);
    free_place(agenda, place);
    agenda->now_ns = least;
    /* what else was in the slot has its place below, as seen from the new now */
    for (gint32 i = head, next; i != NONE; i = next) {
        PdAgendaEntry *entry = &agenda->entries[i];

        next = entry->next;
        entry->place = NONE;
        if (entry->at_ns == least)
            agenda->due[n++] = (guint)i;
        else
            put(agenda, (guint)i, entry->at_ns);
    }
    return n;
}

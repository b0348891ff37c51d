#include "slots.h"

#define FREE (-1)

void
pd_slots_init(PdSlots *slots, PdArena *arena, guint n)
{
    *slots = (PdSlots){ .keys = (gint64 *)pd_arena_take(arena, n * sizeof(gint64)), .n = n };
    for (guint place = 0; slots->keys != NULL && place < n; place++)
        slots->keys[place] = FREE;
}

/* The first place with this key; n where there is none. */
static guint
search(const PdSlots *slots, gint64 key)
{
    guint place = 0;

    while (place < slots->n && slots->keys[place] != key)
        place++;
    return place;
}

guint
pd_slots_take(PdSlots *slots, gint64 key)
{
    const guint place = search(slots, FREE);

    g_assert(place < slots->n && search(slots, key) == slots->n);
    slots->keys[place] = key;
    slots->n_used++;
    return place;
}

guint
pd_slots_find(const PdSlots *slots, gint64 key)
{
    const guint place = search(slots, key);

    g_assert(place < slots->n);
    return place;
}

void
pd_slots_release(PdSlots *slots, guint place)
{
    g_assert(slots->keys[place] != FREE);
    slots->keys[place] = FREE;
    slots->n_used--;
}

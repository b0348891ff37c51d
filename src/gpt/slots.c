#include "slots.h"

#define FREE (-1)

void
pd_slots_init(PdSlots *slots, guint n)
{
    slots->n = n;
    slots->keys = g_new(gint64, n);
    for (guint i = 0; i < n; i++)
        slots->keys[i] = FREE;
}

void
pd_slots_clear(PdSlots *slots)
{
    g_clear_pointer(&slots->keys, g_free);
}

guint
pd_slots_take(PdSlots *slots, gint64 key)
{
    const guint slot = pd_slots_find(slots, FREE);

    /* the bounds that a schedule promises are those that the arena was made for */
    g_assert(slot < slots->n);
    slots->keys[slot] = key;
    return slot;
}

void
pd_slots_release(PdSlots *slots, guint slot)
{
    slots->keys[slot] = FREE;
}

/*
 * Slots: so many places, each taken by at most one key (a micro-batch, a weight version) at a time.
 * There are few, so looking for one is looking at all.
 */
#pragma once

#include <glib.h>

typedef struct {
    gint64 *keys; /* per slot; −1: free */
    guint n;
} PdSlots;

void pd_slots_init(PdSlots *slots, guint n);
void pd_slots_clear(PdSlots *slots);

/* The slot that a key has; n where it has none. */
static inline guint
pd_slots_find(const PdSlots *slots, gint64 key)
{
    guint slot = 0;

    while (slot < slots->n && slots->keys[slot] != key)
        slot++;
    return slot;
}

/* Give a key that has none a slot; there must be a free one. */
guint pd_slots_take(PdSlots *slots, gint64 key);

void pd_slots_release(PdSlots *slots, guint slot);

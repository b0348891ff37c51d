/*
 * Places for things that come and go in any order: which of n places holds what belongs to a key (a
 * micro-batch, or a weight version). n is the number of micro-batches in flight, so that a search
 * through all of them is the fastest.
 */
#pragma once

#include "arena.h"

typedef struct {
    gint64 *keys; /* per place; −1: free */
    guint n;
    guint n_used;
} PdSlots;

/* Places without content. The keys are taken from the arena. */
void pd_slots_init(PdSlots *slots, PdArena *arena, guint n);

/* A free place for a key that has none. There must be one. */
guint pd_slots_take(PdSlots *slots, gint64 key);

/* The place of a key that has one. */
guint pd_slots_find(const PdSlots *slots, gint64 key);

/* Free a place in use. */
void pd_slots_release(PdSlots *slots, guint place);

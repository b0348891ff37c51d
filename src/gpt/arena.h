/*
 * An arena: one block of memory, cut into parts that live as long as it does.
 *
 * What is cut from it is written down once, as code that takes part after part. Run on an empty
 * arena the code only measures (every part is NULL); after pd_arena_allocate() the same code
 * receives the parts.
 */
#pragma once

#include <glib.h>

typedef struct {
    guint8 *base; /* NULL: measuring */
    gsize used;   /* bytes taken so far */
} PdArena;

/* The next part, aligned to a cache line. bytes may be 0. Returns: (transfer none) zeros, or NULL.
 */
void *pd_arena_take(PdArena *arena, gsize bytes);

/* The same for n floats. */
float *pd_arena_floats(PdArena *arena, gsize n);

/* Allocate all that has been taken while measuring, and begin from the start. */
void pd_arena_allocate(PdArena *arena);

void pd_arena_clear(PdArena *arena);

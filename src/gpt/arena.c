#include "arena.h"

#define ALIGNMENT 64

void *
pd_arena_take(PdArena *arena, gsize bytes)
{
    const gsize at = arena->used;

    arena->used += (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return arena->base == NULL ? NULL : arena->base + at;
}

float *
pd_arena_floats(PdArena *arena, gsize n)
{
    return (float *)pd_arena_take(arena, n * sizeof(float));
}

void
pd_arena_allocate(PdArena *arena)
{
    g_assert(arena->base == NULL);
    arena->base = (guint8 *)g_aligned_alloc0(1, arena->used, ALIGNMENT);
    arena->used = 0;
}

void
pd_arena_clear(PdArena *arena)
{
    g_clear_pointer(&arena->base, g_aligned_free);
}

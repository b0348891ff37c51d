/*
 * A set of devices, taken out in ascending order. Two levels of bits: looking for the first member
 * costs one step per 4,096 devices.
 */
#pragma once

#include <glib.h>

typedef struct {
    guint n_groups;
    guint64 *words;  /* bit i of word w: device 64 w + i is a member */
    guint64 *groups; /* bit i of group g: word 64 g + i is not zero */
} PdDeviceSet;

void pd_device_set_init(PdDeviceSet *set, guint n_devices);
void pd_device_set_clear(PdDeviceSet *set);

static inline void
pd_device_set_add(PdDeviceSet *set, guint device)
{
    set->words[device / 64] |= G_GUINT64_CONSTANT(1) << device % 64;
    set->groups[device / 4096] |= G_GUINT64_CONSTANT(1) << device / 64 % 64;
}

/* Take the member with the lowest number. FALSE where the set is empty. */
static inline gboolean
pd_device_set_take(PdDeviceSet *set, guint *device)
{
    for (guint group = 0; group < set->n_groups; group++) {
        if (set->groups[group] == 0)
            continue;
        const guint word = group * 64 + (guint)__builtin_ctzll(set->groups[group]);

        *device = word * 64 + (guint)__builtin_ctzll(set->words[word]);
        set->words[word] &= set->words[word] - 1;
        if (set->words[word] == 0)
            set->groups[group] &= set->groups[group] - 1;
        return TRUE;
    }
    return FALSE;
}

#include "device_set.h"

void
pd_device_set_init(PdDeviceSet *set, guint n_devices)
{
    set->n_groups = (n_devices + 4095) / 4096;
    set->groups = g_new0(guint64, set->n_groups);
    set->words = g_new0(guint64, (gsize)set->n_groups * 64);
}

void
pd_device_set_clear(PdDeviceSet *set)
{
    g_clear_pointer(&set->groups, g_free);
    g_clear_pointer(&set->words, g_free);
}

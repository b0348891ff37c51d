#include "schedule.h"

#include <string.h>

const PdSchedule *
pd_schedule_find(const PdSchedule *const *registry, const char *name)
{
    for (; *registry != NULL; registry++)
        if (strcmp((*registry)->name, name) == 0)
            return *registry;
    return NULL;
}

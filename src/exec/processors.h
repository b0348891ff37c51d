/*
 * Processors for threads: at most so many devices compute at once. A free processor goes to the
 * device that has waited longest, as in the simulator.
 */
#pragma once

#include <glib.h>

typedef struct PdProcessors PdProcessors;

PdProcessors *pd_processors_new(guint n_processors, guint n_devices);
void pd_processors_free(PdProcessors *processors);

/* Take a processor if one is free and nobody waits. */
gboolean pd_processors_try(PdProcessors *processors);

/* Wait in line for a processor. FALSE: the run has been stopped. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_processors_take(PdProcessors *processors, guint device);

void pd_processors_give_back(PdProcessors *processors);

/* Let nobody wait any more. */
void pd_processors_stop(PdProcessors *processors);

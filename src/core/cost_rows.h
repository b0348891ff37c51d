/* Where a scenario file states each cost, shared by what reads a scenario and what writes one. */
#pragma once

#include "scenario.h"

typedef enum { PD_PER_STAGE, PD_PER_DEVICE, PD_PER_LINK } PdPer;

typedef struct {
    PdKey key;
    PdPer per;
    gboolean divided; /* a device's value is divided among its stages */
} PdCostRow;

extern const PdCostRow pd_cost_rows[PD_N_COSTS];

/* How many values a cost has in a scenario. */
static inline guint
pd_cost_n_entries(const PdScenario *scenario, PdCost cost)
{
    return pd_cost_rows[cost].per == PD_PER_STAGE    ? scenario->n_stages
           : pd_cost_rows[cost].per == PD_PER_DEVICE ? scenario->n_devices
                                                     : scenario->n_links;
}

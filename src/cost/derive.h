/*
 * The second way to state costs: a [model] on a [hardware]. The FLOPs of each stage divided by what
 * its device achieves give times; parameters and activations give bytes.
 */
#pragma once

#include "scenario.h"

/*
 * Derive what can be: from [model] memory and messages, from [hardware] links and capacities, from
 * both together times. What is derived is a default: the scenario's explicit keys override it.
 *
 * scenario: as pd_scenario_new() made it; receives the tokens of a micro-batch.
 * costs: zeroed, to be cleared by the caller.
 * Errors: PD_ERROR_INPUT for a missing or contradictory key, a partition that does not fit the
 * stages, a number that 64 bits cannot hold.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_costs_derive(PdCosts *costs, PdScenario *scenario,
                                                   const PdConfig *config, GError **error);

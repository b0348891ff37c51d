/*
 * What all stages of a model share: constant after pd_gpt_new(), but for the losses, each of which
 * is written once, by the stage that computes it.
 */
#pragma once

#include "corpus.h"
#include "gpt.h"
#include "parameters.h"
#include "recipe.h"
#include "scenario.h"

struct PdGpt {
    const PdScenario *scenario; /* (transfer none) */
    const PdCorpus *corpus;     /* (transfer none) */
    PdRecipe recipe;
    PdShape shape;
    double *losses; /* per micro-batch of the run */
};

/* The part of the model that a stage is. */
PdLayout pd_gpt_layout(const PdGpt *gpt, guint stage);

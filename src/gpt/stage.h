/*
 * One stage at work: its weights, what it keeps of micro-batches in flight, and what it does with
 * them. All of it lies in one arena, sized from what the schedule can have in flight and allocated
 * when the stage is made.
 *
 * Forward and backward read the parameters in place. A backward that has crossed updates therefore
 * computes with the new weights and the old activations; with `stash`, an update first copies the
 * weights that a micro-batch in flight still needs, and that backward reads the copy. With
 * `recompute`, the stage's forward is run again at backward time, with the weights that the
 * backward reads.
 */
#pragma once

#include "block.h"
#include "corpus.h"
#include "recipe.h"
#include "scenario.h"
#include "slots.h"
#include "work.h"

/* What a stage is made from. (transfer none) */
typedef struct {
    const PdScenario *scenario;
    const PdRecipe *recipe;
    const PdCorpus *corpus;
} PdStageSource;

/* The counters that a stage carries along with its weights, at the begin of its state. */
typedef struct {
    gint64 version;     /* of the weights: updates done */
    gint64 accumulated; /* backwards whose gradients no update has applied */
} PdStageCounters;

typedef struct {
    PdStageSource source;
    guint number;
    PdShape shape;
    PdLayout layout;
    void *arena;

    /* the state: counters, then four arrays of the layout */
    PdStageCounters *counters;
    gsize state_bytes;
    float *parameters, *gradients, *moments_1, *moments_2;

    /* micro-batches in flight */
    PdSlots in_flight;
    gint64 *forward_version; /* per slot */
    float *kept;             /* per slot; with recomputation one for all */
    gsize kept_size;         /* floats */
    float *inputs;           /* per slot, with recomputation, where there is no embedding */

    /* what has arrived and is not needed yet, [BT, C] each */
    PdSlots arrived_inputs, arrived_gradients;
    float *inbox_inputs, *inbox_gradients;

    PdSlots stashed; /* by version */
    float *stash;    /* per slot, arrays of the layout */

    PdBlockScratch scratch;
    float *d;                      /* [BT, C], the gradient on its way down */
    guint8 *tokens;                /* [B, T+1] */
    gint64 held_bytes, peak_bytes; /* activations and stashed weights */
} PdGptStage;

/* The stage must stay where it is. shape: copied. */
void pd_gpt_stage_init(PdGptStage *stage, const PdStageSource *source, guint number,
                       const PdShape *shape);
void pd_gpt_stage_clear(PdGptStage *stage);

/* Bytes of what a micro-batch's forward keeps, and of what recomputation starts from. */
gint64 pd_gpt_stage_activation_bytes(const PdShape *shape);
gint64 pd_gpt_stage_input_bytes(const PdShape *shape);

/* Take a payload, [BT, C]: the input of a micro-batch, or the gradient of its output. */
void pd_gpt_stage_accept(PdGptStage *stage, gint64 micro_batch, gboolean gradient,
                         const float *payload);

/*
 * The forward of a micro-batch.
 *
 * out: [BT, C], unless the stage has the head.
 * Returns: the loss, where it has; else 0.
 */
double pd_gpt_stage_forward(PdGptStage *stage, gint64 micro_batch, float *out);

/* The backward of a micro-batch: gradients are added up, divided by the accumulation. d_input:
 * [BT, C], unless the stage has the embedding. */
void pd_gpt_stage_backward(PdGptStage *stage, gint64 micro_batch, float *d_input);

/* One step of AdamW with the gradients that have been added up. */
void pd_gpt_stage_update(PdGptStage *stage);

/* The version that a micro-batch in flight met at its forward. */
gint64 pd_gpt_stage_forward_version(const PdGptStage *stage, gint64 micro_batch);

/* A forward that leaves no trace, while nothing is in flight. tokens: [B, T+1]; input: [BT, C],
 * unless the stage has the embedding. Returns: as pd_gpt_stage_forward(). */
double pd_gpt_stage_evaluate(PdGptStage *stage, const guint8 *tokens, const float *input,
                             float *out);

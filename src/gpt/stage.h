/*
 * One stage of the model, with all its memory.
 *
 * A micro-batch in flight has a slot: its inputs (what arrived, the tokens where the stage needs
 * them) and its activations. Where the scenario recomputes, a slot has the inputs only, and all
 * share one set of activations, which a backward fills again. What has arrived and not been used
 * yet waits in two inboxes: activations at most as many as the stage before has in flight,
 * gradients as many as this one.
 */
#pragma once

#include "block.h"
#include "model.h"
#include "weights.h"

/* What a forward starts from. */
typedef struct {
    guint8 *tokens; /* [B, T+1]; NULL where the stage has neither embedding nor head */
    float *x;       /* [B, T, C]; NULL where the stage has the embedding */
} PdInputs;

/* What a forward keeps. */
typedef struct {
    float *embedded;            /* [B, T, C]; NULL where the stage has no embedding */
    PdBlockActivations *blocks; /* n_layers */
    PdHeadActivations head;
} PdActivations;

/* A micro-batch in flight. */
typedef struct {
    gint64 version; /* that its forward saw */
    PdInputs inputs;
    PdActivations *activations; /* its own, or the shared ones */
} PdFlight;

/* Payloads that have arrived. */
typedef struct {
    PdSlots places;
    float **payloads; /* [B, T, C] each */
} PdInbox;

typedef struct {
    const PdGpt *gpt;
    guint number;
    PdArena arena;
    PdWeights weights;

    PdSlots in_flight; /* which slot holds which micro-batch */
    PdFlight *slots;
    PdActivations *activations; /* one per slot, or a single one */
    gsize input_bytes;          /* of one slot */
    gsize activation_bytes;     /* of one set of activations */

    PdInbox inputs;    /* none where the stage has the embedding */
    PdInbox gradients; /* none where it has the head */

    PdScratch scratch;
    float *gradient; /* [B, T, C] where the backward begins at the head */
    float *output;   /* [B, T, C] of a forward that sends nothing */
    gint64 peak_held_bytes;
} PdGptStage;

/* Initialize a stage in all its memory, with its initial weights. */
void pd_gpt_stage_init(PdGptStage *stage, const PdGpt *gpt, guint number);

/* Only measure: the sizes are right, there is no memory. Need not be cleared. */
void pd_gpt_stage_measure(PdGptStage *stage, const PdGpt *gpt, guint number);

void pd_gpt_stage_clear(PdGptStage *stage);

/* What the stage holds now for micro-batches in flight, and stashed weights. */
gint64 pd_gpt_stage_held_bytes(const PdGptStage *stage);

/* Take a payload that has arrived; it is copied. */
void pd_gpt_stage_accept(PdGptStage *stage, PdMessage message, const float *payload);

/*
 * The forward of a micro-batch.
 *
 * output: [B, T, C], receives what goes to the next stage; NULL at the last one.
 * Returns: the loss; 0 at other stages than the last.
 */
double pd_gpt_stage_forward(PdGptStage *stage, gint64 micro_batch, float *output);

/* Its backward. gradient: [B, T, C], receives what goes to the stage before; NULL at the first. */
void pd_gpt_stage_backward(PdGptStage *stage, gint64 micro_batch, float *gradient);

/* The weight version that the forward of a micro-batch in flight saw. */
gint64 pd_gpt_stage_forward_version(const PdGptStage *stage, gint64 micro_batch);

/* One optimizer step. */
void pd_gpt_stage_update(PdGptStage *stage);

/*
 * A forward that has no backward, while nothing is in flight; changes no state.
 *
 * tokens: [B, T+1] for this B; x: [B, T, C] from the stage before, not read at the first; both are
 * only read.
 * loss: receives the mean loss at the last stage.
 * Returns: (transfer none) the output [B, T, C], until the stage is used again.
 */
const float *pd_gpt_stage_evaluate(PdGptStage *stage, const guint8 *tokens, const float *x, gsize B,
                                   double *loss);

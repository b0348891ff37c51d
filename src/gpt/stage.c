#include "stage.h"

#include <string.h>

#include "kernels.h"

/* --- arrivals --------------------------------------------------------------------------------- */

static gsize
payload_bytes(const PdShape *shape)
{
    return shape->B * shape->T * shape->C * sizeof(float);
}

void
pd_gpt_stage_accept(PdGptStage *stage, PdMessage message, const float *payload)
{
    PdInbox *inbox = message.gradient ? &stage->gradients : &stage->inputs;
    const guint place = pd_slots_take(&inbox->places, message.micro_batch);

    memcpy(inbox->payloads[place], payload, payload_bytes(&stage->gpt->shape));
}

/* What has arrived for a micro-batch. It stays as it is until something else arrives. */
static float *
collect(PdInbox *inbox, gint64 micro_batch)
{
    const guint place = pd_slots_find(&inbox->places, micro_batch);

    pd_slots_release(&inbox->places, place);
    return inbox->payloads[place];
}

/* --- memory held ------------------------------------------------------------------------------ */

static gint64
held_bytes(const PdGptStage *stage, guint n_recomputed)
{
    const gboolean recompute = stage->gpt->scenario->recompute;
    const gsize n_activations = recompute ? n_recomputed : stage->in_flight.n_used;

    return (gint64)(stage->in_flight.n_used * stage->input_bytes +
                    n_activations * stage->activation_bytes +
                    stage->weights.versions.n_used * stage->weights.n * sizeof(float));
}

static void
note_peak(PdGptStage *stage, guint n_recomputed)
{
    stage->peak_held_bytes = MAX(stage->peak_held_bytes, held_bytes(stage, n_recomputed));
}

gint64
pd_gpt_stage_held_bytes(const PdGptStage *stage)
{
    return held_bytes(stage, 0);
}

/* --- forward ---------------------------------------------------------------------------------- */

/* The stage's layers on B sequences. output: NULL for a stage with the head. Returns: the loss. */
static double
run_layers(const PdGptStage *stage, float *parameters, const PdInputs *inputs, PdActivations *a,
           gsize B, float *output)
{
    const PdLayout *layout = &stage->weights.layout;
    const PdShape *shape = &layout->shape;
    const gsize last = layout->n_layers - 1;
    PdTensors w = pd_layout_view(layout, parameters, 0);

    a->blocks[0].x = layout->embedding ? a->embedded : inputs->x;
    if (layout->embedding)
        pd_embedding_forward(a->embedded, inputs->tokens, w.at[PD_WTE], w.at[PD_WPE], B, shape->T,
                             shape->C);
    for (gsize l = 0; l <= last; l++) {
        float *y = l < last ? a->blocks[l + 1].x : layout->head ? a->head.x : output;

        w = pd_layout_view(layout, parameters, l);
        pd_block_forward(y, &a->blocks[l], &w, shape, B);
    }
    return layout->head ? pd_head_forward(&a->head, &w, inputs->tokens, shape, B) : 0;
}

double
pd_gpt_stage_forward(PdGptStage *stage, gint64 micro_batch, float *output)
{
    const PdShape *shape = &stage->gpt->shape;
    PdFlight *flight = &stage->slots[pd_slots_take(&stage->in_flight, micro_batch)];

    if (flight->inputs.tokens != NULL)
        pd_corpus_batch(stage->gpt->corpus, micro_batch, (guint)shape->B, (guint)shape->T + 1,
                        flight->inputs.tokens);
    if (flight->inputs.x != NULL)
        memcpy(flight->inputs.x, collect(&stage->inputs, micro_batch), payload_bytes(shape));
    flight->version = stage->weights.header->version;
    note_peak(stage, 0);
    return run_layers(stage, pd_weights_begin_forward(&stage->weights), &flight->inputs,
                      flight->activations, shape->B, output);
}

gint64
pd_gpt_stage_forward_version(const PdGptStage *stage, gint64 micro_batch)
{
    return stage->slots[pd_slots_find(&stage->in_flight, micro_batch)].version;
}

const float *
pd_gpt_stage_evaluate(PdGptStage *stage, const guint8 *tokens, const float *x, gsize B,
                      double *loss)
{
    const PdShape *shape = &stage->gpt->shape;
    const PdFlight *flight = &stage->slots[0];

    g_assert(stage->in_flight.n_used == 0);
    if (flight->inputs.tokens != NULL)
        memcpy(flight->inputs.tokens, tokens, B * (shape->T + 1));
    if (flight->inputs.x != NULL)
        memcpy(flight->inputs.x, x, B * shape->T * shape->C * sizeof(float));
    *loss = run_layers(stage, stage->weights.parameters, &flight->inputs, flight->activations, B,
                       stage->output);
    return stage->output;
}

/* --- backward --------------------------------------------------------------------------------- */

/* The other way. d: the gradient of the output before, of the input after; at a stage with the
 * head it is made there. */
static void
run_layers_backward(PdGptStage *stage, float *parameters, const PdFlight *flight, float *d)
{
    const PdLayout *layout = &stage->weights.layout;
    const PdShape *shape = &layout->shape;
    PdActivations *a = flight->activations;
    PdTensors w = pd_layout_view(layout, parameters, 0);
    PdTensors g = pd_layout_view(layout, stage->weights.gradients, 0);

    if (layout->head)
        pd_head_backward(d, &a->head, &w, &g, flight->inputs.tokens,
                         stage->gpt->scenario->accumulation, &stage->scratch, shape);
    for (gsize l = layout->n_layers; l-- > 0;) {
        w = pd_layout_view(layout, parameters, l);
        g = pd_layout_view(layout, stage->weights.gradients, l);
        pd_block_backward(d, &a->blocks[l], &w, &g, &stage->scratch, shape);
    }
    if (layout->embedding)
        pd_embedding_backward(g.at[PD_WTE], g.at[PD_WPE], d, flight->inputs.tokens, shape->B,
                              shape->T, shape->C);
}

void
pd_gpt_stage_backward(PdGptStage *stage, gint64 micro_batch, float *gradient)
{
    const PdShape *shape = &stage->gpt->shape;
    const guint place = pd_slots_find(&stage->in_flight, micro_batch);
    const PdFlight *flight = &stage->slots[place];
    float *parameters = pd_weights_begin_backward(&stage->weights, flight->version);
    float *d =
        stage->weights.layout.head ? stage->gradient : collect(&stage->gradients, micro_batch);

    note_peak(stage, 1);
    if (stage->gpt->scenario->recompute)
        run_layers(stage, parameters, &flight->inputs, flight->activations, shape->B,
                   stage->output);
    run_layers_backward(stage, parameters, flight, d);
    if (gradient != NULL)
        memcpy(gradient, d, payload_bytes(shape));
    pd_weights_end_backward(&stage->weights, flight->version);
    pd_slots_release(&stage->in_flight, place);
}

void
pd_gpt_stage_update(PdGptStage *stage)
{
    const PdGpt *gpt = stage->gpt;

    pd_weights_update(&stage->weights, &gpt->recipe, (gint64)(gpt->shape.B * gpt->shape.T),
                      gpt->scenario->accumulation);
    note_peak(stage, 0);
}

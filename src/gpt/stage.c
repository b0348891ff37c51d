#include "stage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "carve.h"
#include "kernels.h"

/* What the head's forward keeps for its backward. */
typedef struct {
    float *x;           /* [BT, C], the last block's output */
    float *norm;        /* [BT, C] */
    float *mean, *rstd; /* [BT] */
    float *P;           /* [BT, V], the probabilities */
} HeadKept;

static gsize
message_size(const PdShape *shape)
{
    return shape->B * shape->T * shape->C;
}

/* The head's part of what a micro-batch keeps lies behind the blocks'. */
static gsize
carve_head(HeadKept *kept, const PdShape *shape, float *array)
{
    const gsize BT = shape->B * shape->T, blocks = shape->n_blocks * pd_block_kept_size(shape);
    PdCarve carve = { array, blocks };

    *kept = (HeadKept){ NULL };
    if (!shape->has_head)
        return blocks;
    kept->x = pd_carve(&carve, BT * shape->C);
    kept->norm = pd_carve(&carve, BT * shape->C);
    kept->mean = pd_carve(&carve, BT);
    kept->rstd = pd_carve(&carve, BT);
    kept->P = pd_carve(&carve, BT * shape->V);
    return carve.used;
}

gint64
pd_gpt_stage_activation_bytes(const PdShape *shape)
{
    HeadKept kept;

    return (gint64)(carve_head(&kept, shape, NULL) * sizeof(float));
}

/* Tokens are found again from the corpus, so the embedding starts from nothing that is held. */
gint64
pd_gpt_stage_input_bytes(const PdShape *shape)
{
    return shape->has_embedding ? 0 : (gint64)(message_size(shape) * sizeof(float));
}

/* --- life ------------------------------------------------------------------------------------- */

/* Runs twice: to count, with array == NULL, and to place. Returns the floats used. */
static gsize
carve_all(PdGptStage *self, float *array)
{
    const PdShape *shape = &self->shape;
    const gsize n = self->layout.n_parameters, message = message_size(shape);
    const gboolean recompute = self->source.scenario->recompute;
    const gsize tokens = (shape->B * (shape->T + 1) + sizeof(float) - 1) / sizeof(float);
    PdCarve carve = { array, 0 };

    self->counters = (PdStageCounters *)(void *)pd_carve(&carve, PD_CARVE_ALIGNMENT);
    self->parameters = pd_carve(&carve, n);
    self->gradients = pd_carve(&carve, n);
    self->moments_1 = pd_carve(&carve, n);
    self->moments_2 = pd_carve(&carve, n);
    self->state_bytes = carve.used * sizeof(float);
    self->kept = pd_carve(&carve, (recompute ? 1 : self->in_flight.n) * self->kept_size);
    self->inputs =
        pd_carve(&carve, recompute && !shape->has_embedding ? self->in_flight.n * message : 0);
    self->inbox_inputs = pd_carve(&carve, self->arrived_inputs.n * message);
    self->inbox_gradients = pd_carve(&carve, self->arrived_gradients.n * message);
    self->stash = pd_carve(&carve, self->stashed.n * n);
    self->d = pd_carve(&carve, message);
    self->tokens = (guint8 *)pd_carve(&carve, tokens);
    pd_block_scratch_init(&self->scratch, shape, pd_carve(&carve, pd_block_scratch_size(shape)));
    return carve.used;
}

static void
allocate(PdGptStage *self)
{
    const gsize bytes = carve_all(self, NULL) * sizeof(float);

    if (posix_memalign(&self->arena, PD_CARVE_ALIGNMENT * sizeof(float), bytes) != 0)
        g_error("out of memory: %zu bytes for stage %u", bytes, self->number);
    memset(self->arena, 0, bytes);
    carve_all(self, self->arena);
}

void
pd_gpt_stage_init(PdGptStage *stage, const PdStageSource *source, guint number,
                  const PdShape *shape)
{
    const PdScenario *scenario = source->scenario;
    const PdSchedule *schedule = scenario->schedule;
    const guint in_flight = (guint)schedule->max_in_flight(scenario, number);
    const guint before =
        shape->has_embedding ? 0 : (guint)schedule->max_in_flight(scenario, number - 1);
    const gint64 crossings = schedule->crossing_bound(scenario, number);

    *stage = (PdGptStage){ .source = *source, .number = number, .shape = *shape };
    pd_layout_init(&stage->layout, shape);
    stage->kept_size = (gsize)pd_gpt_stage_activation_bytes(shape) / sizeof(float);
    pd_slots_init(&stage->in_flight, in_flight);
    pd_slots_init(&stage->arrived_inputs, before);
    pd_slots_init(&stage->arrived_gradients, shape->has_head ? 0 : in_flight);
    pd_slots_init(&stage->stashed, scenario->stash ? (guint)MIN(crossings, in_flight) : 0);
    stage->forward_version = g_new0(gint64, in_flight);
    allocate(stage);
    pd_layout_fill(&stage->layout, source->recipe->seed, stage->parameters);
}

void
pd_gpt_stage_clear(PdGptStage *stage)
{
    pd_slots_clear(&stage->in_flight);
    pd_slots_clear(&stage->arrived_inputs);
    pd_slots_clear(&stage->arrived_gradients);
    pd_slots_clear(&stage->stashed);
    pd_layout_clear(&stage->layout);
    g_clear_pointer(&stage->forward_version, g_free);
    g_clear_pointer(&stage->arena, free);
}

/* --- memory ----------------------------------------------------------------------------------- */

static void
hold(PdGptStage *self, gint64 bytes)
{
    self->held_bytes += bytes;
    self->peak_bytes = MAX(self->peak_bytes, self->held_bytes);
}

/* What a slot holds as long as its micro-batch is in flight. */
static gint64
slot_bytes(const PdGptStage *self)
{
    return self->source.scenario->recompute ? pd_gpt_stage_input_bytes(&self->shape)
                                            : pd_gpt_stage_activation_bytes(&self->shape);
}

static gint64
weight_bytes(const PdGptStage *self)
{
    return (gint64)(self->layout.n_parameters * sizeof(float));
}

static float *
kept_of(const PdGptStage *self, guint slot)
{
    return self->source.scenario->recompute ? self->kept : self->kept + slot * self->kept_size;
}

/* --- weights ---------------------------------------------------------------------------------- */

static gboolean
is_needed(const PdGptStage *self, gint64 version)
{
    for (guint slot = 0; slot < self->in_flight.n; slot++)
        if (self->in_flight.keys[slot] >= 0 && self->forward_version[slot] == version)
            return TRUE;
    return FALSE;
}

/* The weights that a backward computes with, whose forward met this version. */
static float *
weights_for(const PdGptStage *self, gint64 version)
{
    if (!self->source.scenario->stash || version == self->counters->version)
        return self->parameters;
    return self->stash + pd_slots_find(&self->stashed, version) * self->layout.n_parameters;
}

/* Before an update: copy the weights that a micro-batch in flight has met. */
static void
stash_weights(PdGptStage *self)
{
    const gint64 version = self->counters->version;
    float *place;

    if (!is_needed(self, version))
        return;
    place = self->stash + pd_slots_take(&self->stashed, version) * self->layout.n_parameters;
    memcpy(place, self->parameters, (gsize)weight_bytes(self));
    hold(self, weight_bytes(self));
}

/* Behind a backward: let go of a copy that no other needs. */
static void
drop_weights(PdGptStage *self, gint64 version)
{
    const guint slot = pd_slots_find(&self->stashed, version);

    if (slot == self->stashed.n || is_needed(self, version))
        return;
    pd_slots_release(&self->stashed, slot);
    hold(self, -weight_bytes(self));
}

gint64
pd_gpt_stage_forward_version(const PdGptStage *stage, gint64 micro_batch)
{
    return stage->forward_version[pd_slots_find(&stage->in_flight, micro_batch)];
}

/* --- forward ---------------------------------------------------------------------------------- */

static double
run_head(PdGptStage *self, float *parameters, float *kept, const guint8 *tokens)
{
    const PdShape *shape = &self->shape;
    const gsize BT = shape->B * shape->T;
    const float *w = pd_head_tensor(&self->layout, parameters, PD_LNF_W);
    const float *b = pd_head_tensor(&self->layout, parameters, PD_LNF_B);
    const float *head = pd_head_tensor(&self->layout, parameters, PD_HEAD_W);
    HeadKept k;

    carve_head(&k, shape, kept);
    pd_layer_norm_forward(k.norm, k.mean, k.rstd, k.x, w, b, BT, shape->C);
    pd_linear_forward(k.P, k.norm, head, NULL, NULL, BT, shape->C, shape->V);
    return pd_cross_entropy_forward(k.P, tokens, shape->B, shape->T, shape->V);
}

/* The whole stage, with everything that its backward needs left in `kept`. */
static double
run_forward(PdGptStage *self, float *parameters, float *kept, const guint8 *tokens,
            const float *input, float *out)
{
    const PdShape *shape = &self->shape;
    const gsize block_size = pd_block_kept_size(shape);
    PdBlockKept k, next;
    HeadKept head;

    carve_head(&head, shape, kept);
    pd_block_kept_init(&next, shape, kept);
    if (shape->has_embedding)
        pd_embedding_forward(next.x, tokens, pd_embedding_tensor(&self->layout, parameters, PD_WTE),
                             pd_embedding_tensor(&self->layout, parameters, PD_WPE), shape->B,
                             shape->T, shape->C);
    else
        memcpy(next.x, input, message_size(shape) * sizeof(float));
    for (guint block = 0; block < shape->n_blocks; block++) {
        const gboolean last = block + 1 == shape->n_blocks;

        k = next;
        if (!last)
            pd_block_kept_init(&next, shape, kept + (block + 1) * block_size);
        pd_block_forward(shape, &self->layout, parameters, block, &k,
                         !last             ? next.x
                         : shape->has_head ? head.x
                                           : out);
    }
    return shape->has_head ? run_head(self, parameters, kept, tokens) : 0;
}

/* The first stage reads tokens, the last one targets; those between have no use for either. */
static void
find_tokens(PdGptStage *self, gint64 micro_batch)
{
    const PdShape *shape = &self->shape;

    if (shape->has_embedding || shape->has_head)
        pd_corpus_batch(self->source.corpus, micro_batch, (guint)shape->B, (guint)shape->T + 1,
                        self->tokens);
}

static float *
take_arrived(PdSlots *slots, float *inbox, gsize size, gint64 micro_batch)
{
    const guint slot = pd_slots_find(slots, micro_batch);

    g_assert(slot < slots->n);
    pd_slots_release(slots, slot);
    return inbox + slot * size;
}

void
pd_gpt_stage_accept(PdGptStage *stage, gint64 micro_batch, gboolean gradient, const float *payload)
{
    const gsize size = message_size(&stage->shape);
    float *inbox = gradient ? stage->inbox_gradients : stage->inbox_inputs;
    PdSlots *slots = gradient ? &stage->arrived_gradients : &stage->arrived_inputs;

    memcpy(inbox + pd_slots_take(slots, micro_batch) * size, payload, size * sizeof(float));
}

double
pd_gpt_stage_forward(PdGptStage *stage, gint64 micro_batch, float *out)
{
    const gsize size = message_size(&stage->shape);
    const guint slot = pd_slots_take(&stage->in_flight, micro_batch);
    const float *input =
        stage->shape.has_embedding
            ? NULL
            : take_arrived(&stage->arrived_inputs, stage->inbox_inputs, size, micro_batch);

    hold(stage, slot_bytes(stage));
    stage->forward_version[slot] = stage->counters->version;
    find_tokens(stage, micro_batch);
    if (stage->source.scenario->recompute && input != NULL)
        memcpy(stage->inputs + slot * size, input, size * sizeof(float));
    return run_forward(stage, stage->parameters, kept_of(stage, slot), stage->tokens, input, out);
}

double
pd_gpt_stage_evaluate(PdGptStage *stage, const guint8 *tokens, const float *input, float *out)
{
    return run_forward(stage, stage->parameters, stage->kept, tokens, input, out);
}

/* --- backward --------------------------------------------------------------------------------- */

/* From the loss to the gradient of the last block's output. */
static void
head_backward(PdGptStage *self, float *parameters, float *kept, float *d)
{
    const PdShape *shape = &self->shape;
    const gsize BT = shape->B * shape->T;
    const float scale = 1.0f / ((float)BT * (float)self->source.scenario->accumulation);
    float *narrow = self->scratch.narrow;
    HeadKept k;

    carve_head(&k, shape, kept);
    pd_cross_entropy_backward(k.P, self->tokens, scale, shape->B, shape->T, shape->V);
    pd_linear_backward(narrow, pd_head_tensor(&self->layout, self->gradients, PD_HEAD_W), NULL, k.P,
                       k.norm, pd_head_tensor(&self->layout, parameters, PD_HEAD_W), BT, shape->C,
                       shape->V);
    memset(d, 0, message_size(shape) * sizeof(float));
    pd_layer_norm_backward(d, pd_head_tensor(&self->layout, self->gradients, PD_LNF_W),
                           pd_head_tensor(&self->layout, self->gradients, PD_LNF_B), narrow, k.x,
                           pd_head_tensor(&self->layout, parameters, PD_LNF_W), k.mean, k.rstd, BT,
                           shape->C);
}

static void
run_backward(PdGptStage *self, float *parameters, float *kept, float *d)
{
    const PdShape *shape = &self->shape;
    const gsize block_size = pd_block_kept_size(shape);
    PdBlockKept k;

    if (shape->has_head)
        head_backward(self, parameters, kept, d);
    for (guint block = shape->n_blocks; block-- > 0;) {
        pd_block_kept_init(&k, shape, kept + block * block_size);
        pd_block_backward(shape, &self->layout, parameters, self->gradients, block, &k,
                          &self->scratch, d);
    }
    if (shape->has_embedding)
        pd_embedding_backward(pd_embedding_tensor(&self->layout, self->gradients, PD_WTE),
                              pd_embedding_tensor(&self->layout, self->gradients, PD_WPE), d,
                              self->tokens, shape->B, shape->T, shape->C);
}

void
pd_gpt_stage_backward(PdGptStage *stage, gint64 micro_batch, float *d_input)
{
    const gsize size = message_size(&stage->shape);
    const guint slot = pd_slots_find(&stage->in_flight, micro_batch);
    const gint64 version = stage->forward_version[slot];
    const gboolean recompute = stage->source.scenario->recompute;
    float *weights = weights_for(stage, version), *kept = kept_of(stage, slot);
    float *d = stage->shape.has_embedding ? stage->d : d_input;

    find_tokens(stage, micro_batch);
    if (recompute) {
        hold(stage, pd_gpt_stage_activation_bytes(&stage->shape));
        run_forward(stage, weights, kept, stage->tokens, stage->inputs + slot * size, d);
    }
    if (!stage->shape.has_head)
        memcpy(d,
               take_arrived(&stage->arrived_gradients, stage->inbox_gradients, size, micro_batch),
               size * sizeof(float));
    run_backward(stage, weights, kept, d);
    pd_slots_release(&stage->in_flight, slot);
    stage->counters->accumulated++;
    hold(stage,
         -slot_bytes(stage) - (recompute ? pd_gpt_stage_activation_bytes(&stage->shape) : 0));
    drop_weights(stage, version);
}

/* --- update ----------------------------------------------------------------------------------- */

/* Step t of a stage lies behind t · accumulation micro-batches, whatever the other stages do. */
static PdAdamW
step_of(const PdGptStage *self)
{
    const PdRecipe *recipe = self->source.recipe;
    const PdScenario *scenario = self->source.scenario;
    const gint64 t = self->counters->version + 1;
    const double rate = pd_recipe_rate(recipe, t * scenario->accumulation * scenario->tokens);

    return (PdAdamW){
        .rate = (float)rate,
        .beta1 = (float)recipe->beta1,
        .beta2 = (float)recipe->beta2,
        .correction1 = (float)(1 / (1 - pow(recipe->beta1, (double)t))),
        .correction2 = (float)(1 / (1 - pow(recipe->beta2, (double)t))),
        .epsilon = (float)recipe->epsilon,
    };
}

void
pd_gpt_stage_update(PdGptStage *stage)
{
    PdAdamW step = step_of(stage);

    if (stage->source.scenario->stash)
        stash_weights(stage);
    for (guint i = 0; i < stage->layout.n_tensors; i++) {
        const PdTensor *tensor = &stage->layout.tensors[i];

        step.decay = tensor->matrix ? (float)stage->source.recipe->weight_decay : 0;
        pd_adamw(&step, stage->parameters + tensor->at, stage->gradients + tensor->at,
                 stage->moments_1 + tensor->at, stage->moments_2 + tensor->at, tensor->n);
    }
    stage->counters->version++;
    stage->counters->accumulated = 0;
}

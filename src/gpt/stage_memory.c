#include "stage.h"

/* How many older versions can be needed at once; see weights.h. */
static guint
n_stashes(const PdGpt *gpt, guint stage)
{
    const PdSchedule *schedule = gpt->scenario->schedule;

    return !gpt->scenario->stash ? 0
                                 : (guint)MIN(schedule->crossing_bound(gpt->scenario, stage),
                                              schedule->max_in_flight(gpt->scenario, stage));
}

static gsize
payload_floats(const PdShape *shape)
{
    return shape->B * shape->T * shape->C;
}

static PdInputs
take_inputs(PdArena *arena, const PdLayout *layout)
{
    const PdShape *shape = &layout->shape;
    PdInputs inputs = { NULL, NULL };

    if (layout->embedding || layout->head)
        inputs.tokens = (guint8 *)pd_arena_take(arena, shape->B * (shape->T + 1));
    if (!layout->embedding)
        inputs.x = pd_arena_floats(arena, payload_floats(shape));
    return inputs;
}

static PdActivations
take_activations(PdArena *arena, const PdLayout *layout)
{
    const PdShape *shape = &layout->shape;
    PdActivations activations = { NULL, NULL, { 0 } };
    PdBlockActivations *blocks =
        (PdBlockActivations *)pd_arena_take(arena, layout->n_layers * sizeof(PdBlockActivations));

    if (layout->embedding)
        activations.embedded = pd_arena_floats(arena, payload_floats(shape));
    for (gsize l = 0; l < layout->n_layers; l++) {
        /* the first block's input is the stage's */
        float *x = l == 0 ? NULL : pd_arena_floats(arena, payload_floats(shape));
        PdBlockActivations block;

        pd_block_activations_init(&block, arena, shape);
        block.x = x;
        if (blocks != NULL)
            blocks[l] = block;
    }
    if (layout->head)
        pd_head_activations_init(&activations.head, arena, shape);
    activations.blocks = blocks;
    return activations;
}

static void
take_slots(PdGptStage *stage, guint n)
{
    const PdLayout *layout = &stage->weights.layout;
    const guint n_activations = stage->gpt->scenario->recompute ? 1 : n;
    PdArena *arena = &stage->arena;

    pd_slots_init(&stage->in_flight, arena, n);
    stage->slots = (PdFlight *)pd_arena_take(arena, n * sizeof(PdFlight));
    stage->activations =
        (PdActivations *)pd_arena_take(arena, n_activations * sizeof(PdActivations));
    for (guint i = 0; i < n; i++) {
        const gsize before = arena->used;
        const PdInputs inputs = take_inputs(arena, layout);

        stage->input_bytes = arena->used - before;
        if (stage->slots != NULL)
            stage->slots[i] =
                (PdFlight){ 0, inputs, &stage->activations[n_activations == 1 ? 0 : i] };
    }
    for (guint i = 0; i < n_activations; i++) {
        const gsize before = arena->used;
        const PdActivations activations = take_activations(arena, layout);

        stage->activation_bytes = arena->used - before;
        if (stage->activations != NULL)
            stage->activations[i] = activations;
    }
}

static void
take_inbox(PdInbox *inbox, PdArena *arena, const PdShape *shape, gint64 n)
{
    pd_slots_init(&inbox->places, arena, (guint)n);
    inbox->payloads = (float **)pd_arena_take(arena, (gsize)n * sizeof(float *));
    for (gint64 i = 0; i < n; i++) {
        float *payload = pd_arena_floats(arena, payload_floats(shape));

        if (inbox->payloads != NULL)
            inbox->payloads[i] = payload;
    }
}

/* All that a stage has, in one order. */
static void
take_all(PdGptStage *stage)
{
    const PdGpt *gpt = stage->gpt;
    const PdScenario *scenario = gpt->scenario;
    const guint number = stage->number;
    const PdLayout layout = pd_gpt_layout(gpt, number);
    const gint64 n = scenario->schedule->max_in_flight(scenario, number);
    PdArena *arena = &stage->arena;

    pd_weights_init(&stage->weights, arena, &layout, n_stashes(gpt, number), scenario->stash);
    take_slots(stage, (guint)n);
    if (!layout.embedding)
        take_inbox(&stage->inputs, arena, &gpt->shape,
                   scenario->schedule->max_in_flight(scenario, number - 1));
    if (!layout.head)
        take_inbox(&stage->gradients, arena, &gpt->shape, n);
    else
        stage->gradient = pd_arena_floats(arena, payload_floats(&gpt->shape));
    pd_scratch_init(&stage->scratch, arena, &gpt->shape);
    stage->output = pd_arena_floats(arena, payload_floats(&gpt->shape));
}

void
pd_gpt_stage_measure(PdGptStage *stage, const PdGpt *gpt, guint number)
{
    *stage = (PdGptStage){ .gpt = gpt, .number = number };
    take_all(stage);
}

void
pd_gpt_stage_init(PdGptStage *stage, const PdGpt *gpt, guint number)
{
    pd_gpt_stage_measure(stage, gpt, number);
    pd_arena_allocate(&stage->arena);
    take_all(stage);
    pd_parameters_draw(stage->weights.parameters, &stage->weights.layout, gpt->recipe.seed);
}

void
pd_gpt_stage_clear(PdGptStage *stage)
{
    pd_arena_clear(&stage->arena);
}

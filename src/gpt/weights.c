#include "weights.h"

#include <string.h>

#include "kernels.h"

/* The header's share of the state block: a cache line, so that the arrays stay aligned. */
#define HEADER_BYTES 64
G_STATIC_ASSERT(sizeof(PdWeightsHeader) <= HEADER_BYTES);

/* The order of what is taken does not depend on whether the arena measures or gives. */
static void
take_stashes(PdWeights *weights, PdArena *arena, guint n_stashes)
{
    pd_slots_init(&weights->versions, arena, n_stashes);
    weights->stashes = (PdStash *)pd_arena_take(arena, n_stashes * sizeof(PdStash));
    for (guint i = 0; i < n_stashes; i++) {
        float *parameters = pd_arena_floats(arena, weights->n);

        if (weights->stashes != NULL)
            weights->stashes[i].parameters = parameters;
    }
}

void
pd_weights_init(PdWeights *weights, PdArena *arena, const PdLayout *layout, guint n_stashes,
                gboolean stashing)
{
    const gsize n = pd_layout_size(layout);
    guint8 *block;

    *weights = (PdWeights){ .layout = *layout, .n = n, .stashing = stashing };
    weights->state_bytes = HEADER_BYTES + 4 * n * sizeof(float);
    block = (guint8 *)pd_arena_take(arena, weights->state_bytes);
    take_stashes(weights, arena, n_stashes);
    if (block == NULL)
        return;
    weights->header = (PdWeightsHeader *)(gpointer)block;
    weights->parameters = (float *)(gpointer)(block + HEADER_BYTES);
    weights->gradients = weights->parameters + n;
    weights->first = weights->gradients + n;
    weights->second = weights->first + n;
}

float *
pd_weights_begin_forward(PdWeights *weights)
{
    weights->n_users++;
    return weights->parameters;
}

static gboolean
is_superseded(const PdWeights *weights, gint64 version)
{
    return weights->stashing && version != weights->header->version;
}

float *
pd_weights_begin_backward(PdWeights *weights, gint64 version)
{
    return is_superseded(weights, version)
               ? weights->stashes[pd_slots_find(&weights->versions, version)].parameters
               : weights->parameters;
}

void
pd_weights_end_backward(PdWeights *weights, gint64 version)
{
    weights->header->accumulated++;
    if (is_superseded(weights, version)) {
        const guint place = pd_slots_find(&weights->versions, version);

        if (--weights->stashes[place].n_users == 0)
            pd_slots_release(&weights->versions, place);
    } else if (version == weights->header->version) {
        weights->n_users--;
    }
}

/* Keep the current version for the backwards that need it. */
static void
stash(PdWeights *weights)
{
    const guint place = pd_slots_take(&weights->versions, weights->header->version);

    memcpy(weights->stashes[place].parameters, weights->parameters, weights->n * sizeof(float));
    weights->stashes[place].n_users = weights->n_users;
}

/* base^n. Repeated squaring, whose bits do not depend on the machine's libm. */
static double
power(double base, gint64 n)
{
    double product = 1;

    for (; n > 0; n /= 2) {
        if (n % 2 == 1)
            product *= base;
        base *= base;
    }
    return product;
}

static PdAdamW
step_of(const PdRecipe *recipe, gint64 number, gint64 tokens)
{
    return (PdAdamW){
        .rate = (float)pd_recipe_rate(recipe, tokens),
        .beta1 = (float)recipe->beta1,
        .beta2 = (float)recipe->beta2,
        .correction1 = (float)(1 / (1 - power(recipe->beta1, number))),
        .correction2 = (float)(1 / (1 - power(recipe->beta2, number))),
        .epsilon = (float)recipe->epsilon,
    };
}

void
pd_weights_update(PdWeights *weights, const PdRecipe *recipe, gint64 tokens, gint64 accumulation)
{
    const gint64 number = weights->header->version + 1;
    PdAdamW step = step_of(recipe, number, number * accumulation * tokens);

    if (weights->stashing && weights->n_users > 0)
        stash(weights);
    for (gsize i = 0; i < pd_layout_n_tensors(&weights->layout); i++) {
        const PdTensor tensor = pd_layout_tensor(&weights->layout, i);
        const gsize at = tensor.offset;

        step.decay = pd_tensor_is_matrix(tensor.kind) ? (float)recipe->weight_decay : 0.0f;
        pd_adamw(&step, weights->parameters + at, weights->gradients + at, weights->first + at,
                 weights->second + at, tensor.size);
    }
    weights->header->version = number;
    weights->header->accumulated = 0;
    weights->n_users = 0;
}

#include "parameters.h"

#include <math.h>
#include <string.h>

#include "hash.h"

#define ALIGNMENT 16 /* floats: a cache line */
#define DEVIATION 0.02f

static void
add(PdLayout *layout, guint64 place, gsize rows, gsize columns, float deviation, float constant)
{
    const gsize n = rows * columns;

    layout->tensors[layout->n_tensors++] = (PdTensor){
        .at = layout->n_parameters,
        .n = n,
        .matrix = deviation > 0,
        .deviation = deviation,
        .constant = constant,
        .place = place,
    };
    layout->n_counted += n;
    layout->n_parameters += (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void
add_block(PdLayout *layout, const PdShape *shape, guint64 place)
{
    const gsize C = shape->C;
    const float onto_residual = DEVIATION / sqrtf(2.0f * (float)shape->n_layers);

    add(layout, place + PD_LN1_W, 1, C, 0, 1);
    add(layout, place + PD_LN1_B, 1, C, 0, 0);
    add(layout, place + PD_QKV_W, 3 * C, C, DEVIATION, 0);
    add(layout, place + PD_QKV_B, 1, 3 * C, 0, 0);
    add(layout, place + PD_PROJ_W, C, C, onto_residual, 0);
    add(layout, place + PD_PROJ_B, 1, C, 0, 0);
    add(layout, place + PD_LN2_W, 1, C, 0, 1);
    add(layout, place + PD_LN2_B, 1, C, 0, 0);
    add(layout, place + PD_FC_W, 4 * C, C, DEVIATION, 0);
    add(layout, place + PD_FC_B, 1, 4 * C, 0, 0);
    add(layout, place + PD_FC_PROJ_W, C, 4 * C, onto_residual, 0);
    add(layout, place + PD_FC_PROJ_B, 1, C, 0, 0);
}

void
pd_layout_init(PdLayout *layout, const PdShape *shape)
{
    const guint most =
        PD_N_EMBEDDING_TENSORS + shape->n_blocks * PD_N_BLOCK_TENSORS + PD_N_HEAD_TENSORS;
    const guint64 head = PD_N_EMBEDDING_TENSORS + (guint64)shape->n_layers * PD_N_BLOCK_TENSORS;

    *layout = (PdLayout){ .tensors = g_new(PdTensor, most) };
    if (shape->has_embedding) {
        add(layout, PD_WTE, shape->V, shape->C, DEVIATION, 0);
        add(layout, PD_WPE, shape->T, shape->C, DEVIATION, 0);
    }
    layout->block_0 = layout->n_tensors;
    for (guint block = 0; block < shape->n_blocks; block++)
        add_block(layout, shape,
                  PD_N_EMBEDDING_TENSORS +
                      (guint64)(shape->first_layer + block) * PD_N_BLOCK_TENSORS);
    layout->head = layout->n_tensors;
    if (shape->has_head) {
        add(layout, head + PD_LNF_W, 1, shape->C, 0, 1);
        add(layout, head + PD_LNF_B, 1, shape->C, 0, 0);
        add(layout, head + PD_HEAD_W, shape->V, shape->C, DEVIATION, 0);
    }
}

void
pd_layout_clear(PdLayout *layout)
{
    g_clear_pointer(&layout->tensors, g_free);
}

/* Uniform in (0, 1), from 53 bits of a hash. */
static double
uniform(guint64 hash)
{
    return ((double)(hash >> 11) + 0.5) * 0x1p-53;
}

/* Standard normal, of (key, index): Box and Muller 1958. */
static double
normal(guint64 key, gsize index)
{
    const guint64 hash = pd_mix(key ^ pd_mix(index));

    return sqrt(-2 * log(uniform(hash))) * cos(2 * G_PI * uniform(pd_mix(hash)));
}

void
pd_layout_fill(const PdLayout *layout, guint64 seed, float *parameters)
{
    memset(parameters, 0, layout->n_parameters * sizeof *parameters);
    for (guint i = 0; i < layout->n_tensors; i++) {
        const PdTensor *tensor = &layout->tensors[i];
        const guint64 key = pd_mix(pd_mix(seed) ^ tensor->place);
        float *values = parameters + tensor->at;

        for (gsize j = 0; j < tensor->n; j++)
            values[j] = tensor->deviation > 0 ? (float)(normal(key, j) * (double)tensor->deviation)
                                              : tensor->constant;
    }
}

#include <math.h>

#include "hash.h"
#include "parameters.h"

#define DEVIATION 0.02

/* The 52 bits above, centred in their cell: never 0 nor 1. */
static double
uniform(guint64 hash)
{
    return ((double)(hash >> 12) + 0.5) / 4503599627370496.0;
}

/* A standard normal number (Box and Muller 1958). */
static double
normal(guint64 hash)
{
    return sqrt(-2 * log(uniform(hash))) * cos(2 * G_PI * uniform(pd_mix(hash)));
}

static double
deviation(const PdTensor *tensor, gsize n_layers)
{
    const gboolean residual = tensor->kind == PD_ATTENTION_W || tensor->kind == PD_MLP_W;

    if (!pd_tensor_is_matrix(tensor->kind))
        return 0;
    return residual ? DEVIATION / sqrt(2 * (double)n_layers) : DEVIATION;
}

static void
draw_tensor(float *array, const PdTensor *tensor, gsize n_layers, guint64 seed)
{
    const guint64 name =
        pd_mix(pd_mix(seed) ^ ((guint64)tensor->layer * PD_N_TENSORS + tensor->kind));
    const double spread = deviation(tensor, n_layers);
    const gboolean one =
        tensor->kind == PD_LN1_W || tensor->kind == PD_LN2_W || tensor->kind == PD_LNF_W;

    for (gsize i = 0; i < tensor->size; i++)
        array[i] = spread > 0 ? (float)(spread * normal(pd_mix(name ^ i))) : one ? 1.0f : 0.0f;
}

void
pd_parameters_draw(float *array, const PdLayout *layout, guint64 seed)
{
    for (gsize i = 0; i < pd_layout_n_tensors(layout); i++) {
        const PdTensor tensor = pd_layout_tensor(layout, i);

        draw_tensor(array + tensor.offset, &tensor, layout->shape.n_layers, seed);
    }
}

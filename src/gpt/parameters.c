#include "parameters.h"

enum { N_ENDS_FIRST = PD_LN1_W, N_PER_BLOCK = PD_LNF_W - PD_LN1_W };

gboolean
pd_tensor_is_matrix(PdTensorKind kind)
{
    switch (kind) {
    case PD_WTE:
    case PD_WPE:
    case PD_QKV_W:
    case PD_ATTENTION_W:
    case PD_FC_W:
    case PD_MLP_W:
    case PD_HEAD_W:
        return TRUE;
    default:
        return FALSE;
    }
}

/* Elements of a tensor in units of C. */
static gsize
rows(const PdShape *shape, PdTensorKind kind)
{
    switch (kind) {
    case PD_WTE:
    case PD_HEAD_W:
        return shape->V;
    case PD_WPE:
        return shape->T;
    case PD_QKV_W:
        return 3 * shape->C;
    case PD_QKV_B:
        return 3;
    case PD_ATTENTION_W:
        return shape->C;
    case PD_FC_W:
    case PD_MLP_W:
        return 4 * shape->C;
    case PD_FC_B:
        return 4;
    default:
        return 1;
    }
}

/* Elements of all tensors from one kind up to another, which is left out. */
static gsize
size_between(const PdShape *shape, PdTensorKind from, PdTensorKind to)
{
    gsize sum = 0;

    for (PdTensorKind kind = from; kind < to; kind++)
        sum += rows(shape, kind) * shape->C;
    return sum;
}

/* Where a tensor lies. block: counted within the part; of no concern to tensors of the ends. */
static gsize
offset_of(const PdLayout *layout, PdTensorKind kind, gsize block)
{
    const PdShape *shape = &layout->shape;
    const gsize block_size = size_between(shape, PD_LN1_W, PD_LNF_W);
    const gsize before = layout->embedding ? size_between(shape, PD_WTE, PD_LN1_W) : 0;

    if (kind < PD_LN1_W)
        return size_between(shape, PD_WTE, kind);
    if (kind < PD_LNF_W)
        return before + block * block_size + size_between(shape, PD_LN1_W, kind);
    return before + layout->n_layers * block_size + size_between(shape, PD_LNF_W, kind);
}

gsize
pd_layout_size(const PdLayout *layout)
{
    return offset_of(layout, layout->head ? PD_N_TENSORS : PD_LNF_W, 0);
}

gsize
pd_layout_n_tensors(const PdLayout *layout)
{
    return (layout->embedding ? N_ENDS_FIRST : 0) + layout->n_layers * N_PER_BLOCK +
           (layout->head ? PD_N_TENSORS - PD_LNF_W : 0);
}

PdTensor
pd_layout_tensor(const PdLayout *layout, gsize index)
{
    const gsize first = layout->embedding ? N_ENDS_FIRST : 0;
    const gsize behind = first + layout->n_layers * N_PER_BLOCK;
    PdTensor tensor = { 0 };
    gsize block = 0;

    if (index < first) {
        tensor.kind = (PdTensorKind)index;
    } else if (index < behind) {
        tensor.kind = (PdTensorKind)(PD_LN1_W + (index - first) % N_PER_BLOCK);
        block = (index - first) / N_PER_BLOCK;
        tensor.layer = layout->first_layer + block;
    } else {
        tensor.kind = (PdTensorKind)(PD_LNF_W + (index - behind));
    }
    tensor.offset = offset_of(layout, tensor.kind, block);
    tensor.size = rows(&layout->shape, tensor.kind) * layout->shape.C;
    return tensor;
}

PdTensors
pd_layout_view(const PdLayout *layout, float *array, gsize block)
{
    PdTensors tensors = { { NULL } };

    for (PdTensorKind kind = 0; kind < PD_N_TENSORS; kind++)
        if ((kind >= PD_LN1_W || layout->embedding) && (kind < PD_LNF_W || layout->head))
            tensors.at[kind] = array + offset_of(layout, kind, block);
    return tensors;
}

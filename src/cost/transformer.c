#include "transformer.h"

static gboolean
read_dimension(const PdConfig *config, PdKey key, double *value, GError **error)
{
    if (!pd_config_has(config, key))
        return pd_config_fail(config, key, error,
                              "this key is missing; a [model] needs layers, heads, hidden, context "
                              "and vocabulary, or a file with them");
    *value = (double)pd_config_quantity(config, key, 0);
    return TRUE;
}

static void
read_precision(PdTransformer *model, const PdConfig *config)
{
    const gboolean fp32 = pd_config_is(config, PD_KEY_MODEL_PRECISION, "fp32");
    const gboolean fp32_gradients =
        fp32 || pd_config_is(config, PD_KEY_MODEL_PRECISION, "mixed-fp32-gradients");

    /* Adam: two moments in fp32, and in mixed precision the fp32 master weights */
    model->element_bytes = model->weight_bytes = fp32 ? 4 : 2;
    model->gradient_bytes = fp32_gradients ? 4 : 2;
    model->optimizer_bytes = fp32 ? 8 : 12;
}

gboolean
pd_transformer_read(PdTransformer *model, const PdConfig *config, gint64 sequences, GError **error)
{
    *model = (PdTransformer){
        .sequences = (double)sequences,
        .dropout = !pd_config_is(config, PD_KEY_MODEL_DROPOUT, "no"),
        .fused_attention = pd_config_is(config, PD_KEY_MODEL_ATTENTION, "fused"),
    };
    read_precision(model, config);
    if (!read_dimension(config, PD_KEY_MODEL_LAYERS, &model->layers, error) ||
        !read_dimension(config, PD_KEY_MODEL_HEADS, &model->heads, error) ||
        !read_dimension(config, PD_KEY_MODEL_HIDDEN, &model->hidden, error) ||
        !read_dimension(config, PD_KEY_MODEL_CONTEXT, &model->context, error) ||
        !read_dimension(config, PD_KEY_MODEL_VOCABULARY, &model->vocabulary, error))
        return FALSE;
    const gint64 heads = pd_config_quantity(config, PD_KEY_MODEL_HEADS, 1);
    const gint64 hidden = pd_config_quantity(config, PD_KEY_MODEL_HIDDEN, 0);
    if (hidden % heads != 0)
        return pd_config_fail(config, PD_KEY_MODEL_HEADS, error,
                              "%" G_GINT64_FORMAT
                              " heads do not divide the hidden width %" G_GINT64_FORMAT " evenly",
                              heads, hidden);
    return TRUE;
}

/* BTC: the elements of one activation between two layers. */
static double
boundary(const PdTransformer *model)
{
    return model->sequences * model->context * model->hidden;
}

/* The matrix products of a layer's weights; forward, input and weight gradient need one each. */
static double
weight_products(const PdTransformer *model, PdPart part)
{
    return 24 * boundary(model) * model->hidden * (double)part.layers +
           (part.head ? 2 * boundary(model) * model->vocabulary : 0);
}

/* The two products of attention, which have no weights; the input gradient needs each twice. */
static double
attention_products(const PdTransformer *model, PdPart part)
{
    return 4 * boundary(model) * model->context * (double)part.layers;
}

double
pd_transformer_forward_flops(const PdTransformer *model, PdPart part)
{
    return weight_products(model, part) + attention_products(model, part);
}

double
pd_transformer_input_flops(const PdTransformer *model, PdPart part)
{
    return weight_products(model, part) + 2 * attention_products(model, part);
}

double
pd_transformer_weight_flops(const PdTransformer *model, PdPart part)
{
    return weight_products(model, part);
}

double
pd_transformer_parameters(const PdTransformer *model, PdPart part)
{
    const double C = model->hidden, V = model->vocabulary, T = model->context;

    return (12 * C * C + 13 * C) * (double)part.layers + (part.embedding ? (V + T) * C : 0) +
           (part.head ? V * C + 2 * C : 0);
}

double
pd_transformer_activation_bytes(const PdTransformer *model, PdPart part)
{
    const double e = model->element_bytes, mask = model->dropout ? 1 : 0;
    const double square = model->heads * model->sequences * model->context * model->context;
    const double layer = boundary(model) * (16 * e + 2 * mask) +
                         (model->fused_attention ? 0 : square * (e + mask * (e + 1)));

    return layer * (double)part.layers + (part.embedding ? boundary(model) * mask : 0) +
           (part.head ? 2 * e * boundary(model) +
                            4 * model->sequences * model->context * model->vocabulary
                      : 0);
}

double
pd_transformer_input_bytes(const PdTransformer *model, PdPart part)
{
    return part.embedding ? 8 * model->sequences * model->context
                          : pd_transformer_message_bytes(model);
}

double
pd_transformer_message_bytes(const PdTransformer *model)
{
    return model->element_bytes * boundary(model);
}

double
pd_transformer_update_bytes(const PdTransformer *model)
{
    const double master = model->optimizer_bytes > 8 ? 1 : 2;

    return model->gradient_bytes + 2 * model->optimizer_bytes + master * model->weight_bytes;
}

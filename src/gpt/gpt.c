#include "kernels.h"
#include "model.h"
#include "stage.h"

/* --- what [model] must say -------------------------------------------------------------------- */

static gboolean
read_dimension(gsize *value, const PdConfig *config, PdKey key, GError **error)
{
    if (!pd_config_has(config, key))
        return pd_config_fail(config, key, error,
                              "this key is missing; training needs the model's layers, heads, "
                              "hidden and context");
    *value = (gsize)pd_config_quantity(config, key, 0);
    return TRUE;
}

static gboolean
check_kind(const PdConfig *config, GError **error)
{
    const PdKey vocabulary = PD_KEY_MODEL_VOCABULARY;

    if (pd_config_quantity(config, vocabulary, PD_GPT_VOCABULARY) != PD_GPT_VOCABULARY)
        return pd_config_fail(config, vocabulary, error,
                              "the tokens of a model that is trained are bytes; %d is right",
                              PD_GPT_VOCABULARY);
    if (pd_config_is(config, PD_KEY_MODEL_DROPOUT, "yes"))
        return pd_config_fail(config, PD_KEY_MODEL_DROPOUT, error,
                              "a model is trained without dropout; no is right");
    if (pd_config_has(config, PD_KEY_MODEL_PRECISION) &&
        !pd_config_is(config, PD_KEY_MODEL_PRECISION, "fp32"))
        return pd_config_fail(config, PD_KEY_MODEL_PRECISION, error,
                              "a model is trained in single precision; fp32 is right");
    if (pd_config_is(config, PD_KEY_MODEL_ATTENTION, "fused"))
        return pd_config_fail(config, PD_KEY_MODEL_ATTENTION, error,
                              "a model is trained with its attention matrices; standard is right");
    return TRUE;
}

/* One block's activations and parameters, in floating point, which does not overflow. */
static double
block_bytes(const PdShape *shape)
{
    const double BT = (double)shape->B * (double)shape->T, C = (double)shape->C;

    return 4 * (BT * (16 * C + (double)shape->NH * (double)shape->T + (double)shape->V) +
                4 * 12 * C * C);
}

static gboolean
read_shape(PdShape *shape, const PdScenario *scenario, const PdConfig *config, GError **error)
{
    *shape = (PdShape){ .V = PD_GPT_VOCABULARY, .B = (gsize)scenario->micro_batch_size };
    if (!read_dimension(&shape->n_layers, config, PD_KEY_MODEL_LAYERS, error) ||
        !read_dimension(&shape->NH, config, PD_KEY_MODEL_HEADS, error) ||
        !read_dimension(&shape->C, config, PD_KEY_MODEL_HIDDEN, error) ||
        !read_dimension(&shape->T, config, PD_KEY_MODEL_CONTEXT, error) ||
        !check_kind(config, error))
        return FALSE;
    if (shape->C % shape->NH != 0)
        return pd_config_fail(config, PD_KEY_MODEL_HEADS, error,
                              "%" G_GSIZE_FORMAT " heads do not divide the hidden width "
                              "%" G_GSIZE_FORMAT " evenly",
                              shape->NH, shape->C);
    if (block_bytes(shape) * (double)shape->n_layers > (double)pd_machine_memory_bytes() ||
        (double)shape->B * (double)shape->T > G_MAXINT || shape->C > G_MAXINT / 4)
        return pd_config_fail(config, PD_KEY_MODEL_HIDDEN, error,
                              "the model needs more memory than this machine has; a smaller "
                              "hidden, context or micro-batch-size is right");
    return TRUE;
}

static gboolean
check_corpus(const PdShape *shape, const PdConfig *config, const PdCorpus *corpus, GError **error)
{
    const guint length = (guint)shape->T + 1;
    const gsize n_training = pd_corpus_n_training_bytes(corpus);
    const gboolean validates = pd_corpus_n_bytes(corpus) > n_training;

    if (n_training >= length && (!validates || pd_corpus_n_windows(corpus, length) > 0))
        return TRUE;
    return pd_config_fail(config, PD_KEY_MODEL_CONTEXT, error,
                          "the corpus's %s part is shorter than context + 1, %u bytes; a longer "
                          "corpus or a smaller context is right",
                          n_training < length ? "training" : "validation", length);
}

/*
 * About what a run will allocate, in bytes: four arrays of parameters and the stashed ones, what is
 * kept of micro-batches in flight, their payloads in inboxes and ports, and the losses. In floating
 * point, which does not overflow.
 */
static double
run_bytes(const PdScenario *scenario, const PdShape *shape)
{
    const double BT = (double)shape->B * (double)shape->T, C = (double)shape->C;
    const double parameters = 12 * C * C;
    const double kept = BT * (16 * C + (double)shape->NH * (double)shape->T);
    double floats = 2.0 * (double)scenario->n_micro_batches;

    for (guint s = 0; s < scenario->n_stages; s++) {
        const double in_flight = (double)scenario->schedule->max_in_flight(scenario, s);
        const double layers = (double)scenario->layers[s];

        floats += layers * parameters * (4 + (scenario->stash ? in_flight : 0));
        floats += layers * kept * (scenario->recompute ? 1 : in_flight);
        floats += 4 * BT * C * in_flight;
    }
    return 4 * floats;
}

static gboolean
check_memory(const PdScenario *scenario, const PdShape *shape, const PdConfig *config,
             GError **error)
{
    const double needed = run_bytes(scenario, shape);
    const gint64 available = pd_machine_memory_bytes();

    if (needed <= (double)available)
        return TRUE;
    g_autofree char *there = pd_size_format(available);
    return pd_config_fail(config, PD_KEY_PIPELINE_MICRO_BATCHES, error,
                          "training would need %.3g GB of memory and this machine has %s; fewer "
                          "micro-batches in flight, or a smaller model, are right",
                          needed / 1e9, there);
}

PdGpt *
pd_gpt_new(const PdScenario *scenario, const PdConfig *config, const PdRecipe *recipe,
           const PdCorpus *corpus, GError **error)
{
    PdShape shape;
    PdGpt *gpt;

    if (!read_shape(&shape, scenario, config, error) ||
        !check_corpus(&shape, config, corpus, error))
        return NULL;
    g_assert(scenario->layers != NULL);
    if (!check_memory(scenario, &shape, config, error))
        return NULL;
    pd_blas_use_callers_thread();
    gpt = g_new(PdGpt, 1);
    *gpt = (PdGpt){
        .scenario = scenario,
        .corpus = corpus,
        .recipe = *recipe,
        .shape = shape,
        .losses = g_new0(double, scenario->n_micro_batches),
    };
    return gpt;
}

void
pd_gpt_free(PdGpt *gpt)
{
    if (gpt == NULL)
        return;
    g_free(gpt->losses);
    g_free(gpt);
}

/* --- what it knows ---------------------------------------------------------------------------- */

PdLayout
pd_gpt_layout(const PdGpt *gpt, guint stage)
{
    const PdScenario *scenario = gpt->scenario;
    PdLayout layout = {
        .shape = gpt->shape,
        .n_layers = (gsize)scenario->layers[stage],
        .embedding = stage == 0,
        .head = stage == scenario->n_stages - 1,
    };

    for (guint s = 0; s < stage; s++)
        layout.first_layer += (gsize)scenario->layers[s];
    return layout;
}

gint64
pd_gpt_n_parameters(const PdGpt *gpt)
{
    gsize n = 0;

    for (guint s = 0; s < gpt->scenario->n_stages; s++) {
        const PdLayout layout = pd_gpt_layout(gpt, s);

        n += pd_layout_size(&layout);
    }
    return (gint64)n;
}

double
pd_gpt_loss(const PdGpt *gpt, gint64 micro_batch)
{
    return gpt->losses[micro_batch];
}

static void
set_stage_costs(const PdGpt *gpt, PdCosts *costs, guint s)
{
    PdGptStage stage;
    gint64 weight_bytes;

    pd_gpt_stage_measure(&stage, gpt, s);
    weight_bytes = (gint64)(stage.weights.n * sizeof(float));
    costs->values[PD_COST_WEIGHTS][s] = weight_bytes;
    costs->values[PD_COST_GRADIENTS][s] = weight_bytes;
    costs->values[PD_COST_OPTIMIZER][s] = 2 * weight_bytes;
    costs->values[PD_COST_INPUTS][s] = (gint64)stage.input_bytes;
    /* what is held beside the inputs, where the inputs are held by themselves */
    costs->values[PD_COST_ACTIVATIONS][s] =
        (gint64)(stage.activation_bytes + (gpt->scenario->recompute ? 0 : stage.input_bytes));
}

void
pd_gpt_costs(const PdGpt *gpt, PdCosts *costs)
{
    const PdScenario *scenario = gpt->scenario;
    const PdShape *shape = &gpt->shape;

    for (PdCost cost = PD_COST_WEIGHTS; cost <= PD_COST_INPUTS; cost++) {
        g_free(costs->values[cost]);
        costs->values[cost] = g_new0(gint64, scenario->n_stages);
    }
    for (guint s = 0; s < scenario->n_stages; s++)
        set_stage_costs(gpt, costs, s);
    g_free(costs->values[PD_COST_MESSAGE]);
    costs->values[PD_COST_MESSAGE] = g_new0(gint64, scenario->n_links);
    for (guint link = 0; link < scenario->n_links; link++)
        costs->values[PD_COST_MESSAGE][link] =
            (gint64)(shape->B * shape->T * shape->C * sizeof(float));
}

#include "gpt.h"

#include <math.h>
#include <string.h>

#include "errors.h"
#include "kernels.h"
#include "stage.h"

#define N_BYTES_VALUES 256 /* the vocabulary */

struct PdGpt {
    PdStageSource source;
    PdShape *shapes; /* per stage */
    double *losses;  /* per micro-batch of the run; written by the last stage's thread */
    float *message;  /* [BT, C], between the stages of a validation */
    guint8 *tokens;  /* [B, T+1], of a validation */
};

/* The work of a device. */
typedef struct {
    PdWork work;
    const PdGpt *gpt;
    guint device;
    guint n_stages;
    PdGptStage *stages; /* device, device + p, ... */
} GptWork;

/* --- the model -------------------------------------------------------------------------------- */

static gboolean
require(const PdConfig *config, GError **error)
{
    static const PdKey keys[] = { PD_KEY_MODEL_LAYERS, PD_KEY_MODEL_HEADS, PD_KEY_MODEL_HIDDEN,
                                  PD_KEY_MODEL_CONTEXT, PD_KEY_MODEL_MICRO_BATCH_SIZE };

    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        if (!pd_config_has(config, keys[i]))
            return pd_config_fail(config, keys[i], error,
                                  "this key is missing; training needs to know the model: write a "
                                  "whole number");
    return TRUE;
}

static gboolean
check_model(const PdConfig *config, GError **error)
{
    const gint64 heads = pd_config_quantity(config, PD_KEY_MODEL_HEADS, 1);
    const gint64 vocabulary = pd_config_quantity(config, PD_KEY_MODEL_VOCABULARY, N_BYTES_VALUES);

    if (vocabulary != N_BYTES_VALUES)
        return pd_config_fail(config, PD_KEY_MODEL_VOCABULARY, error,
                              "%" G_GINT64_FORMAT
                              " tokens cannot be trained; bytes are the tokens here: write 256",
                              vocabulary);
    if (pd_config_is(config, PD_KEY_MODEL_DROPOUT, "yes"))
        return pd_config_fail(config, PD_KEY_MODEL_DROPOUT, error,
                              "there is no dropout in training here; write no");
    if (pd_config_quantity(config, PD_KEY_MODEL_HIDDEN, 1) % heads != 0)
        return pd_config_fail(config, PD_KEY_MODEL_HEADS, error,
                              "the %" G_GINT64_FORMAT " heads do not divide the width", heads);
    return TRUE;
}

/* What a stage of this shape will allocate, about. */
static PdU128
stage_bytes(const PdScenario *scenario, guint stage, const PdShape *shape)
{
    const gint64 in_flight = scenario->schedule->max_in_flight(scenario, stage);
    PdU128 bytes;
    PdLayout layout;

    pd_layout_init(&layout, shape);
    bytes = pd_wide((gint64)layout.n_parameters) * 4 * sizeof(float);
    if (scenario->stash)
        bytes += pd_wide((gint64)layout.n_parameters) * sizeof(float) * pd_wide(in_flight);
    bytes += pd_wide(pd_gpt_stage_activation_bytes(shape)) *
             pd_wide(scenario->recompute ? 1 : in_flight);
    pd_layout_clear(&layout);
    return bytes;
}

static gboolean
check_memory(const PdGpt *self, const PdConfig *config, GError **error)
{
    const PdScenario *scenario = self->source.scenario;
    const gint64 available = pd_machine_memory_bytes();
    PdU128 bytes = 0;

    for (guint s = 0; s < scenario->n_stages; s++)
        bytes += stage_bytes(scenario, s, &self->shapes[s]);
    if (bytes <= pd_wide(available))
        return TRUE;
    g_autofree char *needed = pd_size_format(bytes > G_MAXINT64 ? G_MAXINT64 : (gint64)bytes);
    g_autofree char *there = pd_size_format(available);
    return pd_config_fail(config, PD_KEY_MODEL_HIDDEN, error,
                          "training this model would need %s of memory and this machine has %s; a "
                          "smaller model is right",
                          needed, there);
}

static void
cut(PdGpt *self, const PdConfig *config)
{
    const PdScenario *scenario = self->source.scenario;
    guint first_layer = 0;

    self->shapes = g_new(PdShape, scenario->n_stages);
    for (guint s = 0; s < scenario->n_stages; s++) {
        self->shapes[s] = (PdShape){
            .B = (gsize)pd_config_quantity(config, PD_KEY_MODEL_MICRO_BATCH_SIZE, 0),
            .T = (gsize)pd_config_quantity(config, PD_KEY_MODEL_CONTEXT, 0),
            .C = (gsize)pd_config_quantity(config, PD_KEY_MODEL_HIDDEN, 0),
            .NH = (gsize)pd_config_quantity(config, PD_KEY_MODEL_HEADS, 0),
            .V = N_BYTES_VALUES,
            .n_layers = (guint)pd_config_quantity(config, PD_KEY_MODEL_LAYERS, 0),
            .first_layer = first_layer,
            .n_blocks = (guint)scenario->layers[s],
            .has_embedding = s == 0,
            .has_head = s + 1 == scenario->n_stages,
        };
        first_layer += (guint)scenario->layers[s];
    }
}

PdGpt *
pd_gpt_new(const PdScenario *scenario, const PdConfig *config, const PdRecipe *recipe,
           const PdCorpus *corpus, GError **error)
{
    g_autoptr(PdGpt) gpt = g_new0(PdGpt, 1);
    const PdShape *shape;

    gpt->source = (PdStageSource){ scenario, recipe, corpus };
    if (!require(config, error) || !check_model(config, error))
        return NULL;
    cut(gpt, config);
    if (!check_memory(gpt, config, error))
        return NULL;
    shape = &gpt->shapes[0];
    gpt->losses = g_new0(double, scenario->n_micro_batches);
    gpt->message = g_new0(float, shape->B * shape->T * shape->C);
    gpt->tokens = g_new0(guint8, shape->B * (shape->T + 1));
    pd_blas_use_callers_thread();
    return g_steal_pointer(&gpt);
}

void
pd_gpt_free(PdGpt *gpt)
{
    if (gpt == NULL)
        return;
    g_free(gpt->shapes);
    g_free(gpt->losses);
    g_free(gpt->message);
    g_free(gpt->tokens);
    g_free(gpt);
}

const PdShape *
pd_gpt_shape(const PdGpt *gpt, guint stage)
{
    return &gpt->shapes[stage];
}

gint64
pd_gpt_parameters(const PdGpt *gpt)
{
    gint64 n = 0;

    for (guint s = 0; s < gpt->source.scenario->n_stages; s++) {
        PdLayout layout;

        pd_layout_init(&layout, &gpt->shapes[s]);
        n += (gint64)layout.n_counted;
        pd_layout_clear(&layout);
    }
    return n;
}

void
pd_gpt_costs(const PdGpt *gpt, PdCosts *costs)
{
    const guint n = gpt->source.scenario->n_stages;

    for (PdCost cost = PD_COST_WEIGHTS; cost <= PD_COST_INPUTS; cost++)
        costs->values[cost] = g_new0(gint64, n);
    for (guint s = 0; s < n; s++) {
        PdLayout layout;
        gint64 bytes;

        pd_layout_init(&layout, &gpt->shapes[s]);
        bytes = (gint64)(layout.n_parameters * sizeof(float));
        pd_layout_clear(&layout);
        costs->values[PD_COST_WEIGHTS][s] = bytes;
        costs->values[PD_COST_GRADIENTS][s] = bytes;
        costs->values[PD_COST_OPTIMIZER][s] = 2 * bytes;
        costs->values[PD_COST_ACTIVATIONS][s] = pd_gpt_stage_activation_bytes(&gpt->shapes[s]);
        costs->values[PD_COST_INPUTS][s] = pd_gpt_stage_input_bytes(&gpt->shapes[s]);
    }
}

double
pd_gpt_loss(const PdGpt *gpt, gint64 micro_batch)
{
    return gpt->losses[micro_batch];
}

/* --- works ------------------------------------------------------------------------------------ */

static PdGptStage *
stage_of(const GptWork *self, guint stage)
{
    return &self->stages[stage / self->gpt->source.scenario->n_devices];
}

static void
accept(PdWork *work, PdMessage message, const void *payload)
{
    pd_gpt_stage_accept(stage_of((GptWork *)work, message.stage), message.micro_batch,
                        message.gradient, payload);
}

static gboolean
check_loss(const PdGpt *gpt, PdOperation operation, GError **error)
{
    const gint64 step = operation.micro_batch / gpt->source.scenario->mini_batch + 1;

    if (isfinite(gpt->losses[operation.micro_batch]))
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "the loss is not finite at stage %u, micro-batch %" G_GINT64_FORMAT
                ", step %" G_GINT64_FORMAT "; a smaller learning-rate is right",
                operation.stage, operation.micro_batch, step);
    return FALSE;
}

static gboolean
forward(GptWork *self, PdGptStage *stage, PdOperation operation, float *payload, GError **error)
{
    const double loss = pd_gpt_stage_forward(stage, operation.micro_batch, payload);

    if (!stage->shape.has_head)
        return TRUE;
    self->gpt->losses[operation.micro_batch] = loss;
    return check_loss(self->gpt, operation, error);
}

static gboolean
run(PdWork *work, PdOperation operation, void *payload, PdVersions *versions, GError **error)
{
    GptWork *self = (GptWork *)work;
    PdGptStage *stage = stage_of(self, operation.stage);
    gboolean done = TRUE;

    versions->visible = stage->counters->version;
    versions->forward = stage->counters->version;
    switch ((PdKind)operation.kind) {
    case PD_FORWARD:
        done = forward(self, stage, operation, payload, error);
        break;
    case PD_BACKWARD:
        versions->forward = pd_gpt_stage_forward_version(stage, operation.micro_batch);
        pd_gpt_stage_backward(stage, operation.micro_batch, payload);
        break;
    case PD_UPDATE:
        pd_gpt_stage_update(stage);
        versions->visible = stage->counters->version;
        break;
    case PD_WEIGHT: /* a backward is whole here: pd_gpt_new() lets no schedule split it */
    case PD_N_KINDS:
        g_assert_not_reached();
    }
    return done;
}

static void *
state(PdWork *work, guint stage, gsize *bytes)
{
    PdGptStage *self = stage_of((GptWork *)work, stage);

    *bytes = self->state_bytes;
    return self->counters;
}

PdWork *
pd_gpt_work_new(const PdGpt *gpt, guint device)
{
    const PdScenario *scenario = gpt->source.scenario;
    const PdShape *shape = &gpt->shapes[0];
    GptWork *self = g_new0(GptWork, 1);

    self->work = (PdWork){
        .message_bytes = shape->B * shape->T * shape->C * sizeof(float),
        .accept = accept,
        .run = run,
        .state = state,
    };
    self->gpt = gpt;
    self->device = device;
    self->n_stages = scenario->n_virtual;
    self->stages = g_new(PdGptStage, self->n_stages);
    for (guint i = 0; i < self->n_stages; i++) {
        const guint number = device + i * scenario->n_devices;

        pd_gpt_stage_init(&self->stages[i], &gpt->source, number, &gpt->shapes[number]);
    }
    return &self->work;
}

void
pd_gpt_work_free(PdWork *work)
{
    GptWork *self = (GptWork *)work;

    if (self == NULL)
        return;
    for (guint i = 0; i < self->n_stages; i++)
        pd_gpt_stage_clear(&self->stages[i]);
    g_free(self->stages);
    g_free(self);
}

gint64
pd_gpt_work_peak_bytes(const PdWork *work, guint stage)
{
    return stage_of((const GptWork *)work, stage)->peak_bytes;
}

float *
pd_gpt_work_parameters(PdWork *work, guint stage, gsize *n)
{
    PdGptStage *self = stage_of((GptWork *)work, stage);

    *n = self->layout.n_parameters;
    return self->parameters;
}

float *
pd_gpt_work_gradients(PdWork *work, guint stage)
{
    return stage_of((GptWork *)work, stage)->gradients;
}

/* --- validation ------------------------------------------------------------------------------- */

/* The loss of the windows in gpt->tokens. */
static double
evaluate(const PdGpt *gpt, PdWork *const *works)
{
    const PdScenario *scenario = gpt->source.scenario;
    double loss = 0;

    for (guint s = 0; s < scenario->n_stages; s++) {
        GptWork *work = (GptWork *)works[pd_scenario_device(scenario, s)];

        /* a stage has read its input before it writes its output */
        loss = pd_gpt_stage_evaluate(stage_of(work, s), gpt->tokens, gpt->message, gpt->message);
    }
    return loss;
}

double
pd_gpt_validate(const PdGpt *gpt, PdWork *const *works, gint64 n_windows)
{
    const PdShape *shape = &gpt->shapes[0];
    const gint64 B = (gint64)shape->B, length = (gint64)shape->T + 1;
    const gint64 n_there = pd_corpus_n_windows(gpt->source.corpus, (guint)length);
    const gint64 n_batches = MAX((MIN(n_windows, n_there) + B - 1) / B, 1);
    double sum = 0;

    if (n_there == 0)
        return (double)NAN;
    for (gint64 i = 0; i < n_batches; i++) {
        for (gint64 b = 0; b < B; b++) {
            /* the index runs evenly from 0 to n_there, whatever is larger */
            const gint64 window =
                (gint64)(pd_wide(i * B + b) * pd_wide(n_there) / pd_wide(n_batches * B));

            memcpy(gpt->tokens + b * length,
                   pd_corpus_window(gpt->source.corpus, window, (guint)length), (gsize)length);
        }
        sum += evaluate(gpt, works);
    }
    return sum / (double)n_batches;
}

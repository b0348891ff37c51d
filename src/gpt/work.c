#include <math.h>

#include "errors.h"
#include "stage.h"

typedef struct {
    PdWork work; /* first: a pointer to it is one to the whole */
    const PdGpt *gpt;
    guint n_stages;
    PdGptStage *stages; /* ascending, as the device has them */
} GptWork;

static PdGptStage *
stage_of(const PdWork *work, guint stage)
{
    const GptWork *self = (const GptWork *)work;

    return &self->stages[stage / self->gpt->scenario->n_devices];
}

static void
gpt_work_accept(PdWork *work, PdMessage message, const void *payload)
{
    pd_gpt_stage_accept(stage_of(work, message.stage), message, (const float *)payload);
}

static gboolean
forward(PdGptStage *stage, gint64 m, float *payload, GError **error)
{
    const PdGpt *gpt = stage->gpt;
    const double loss = pd_gpt_stage_forward(stage, m, payload);

    if (!stage->weights.layout.head)
        return TRUE;
    gpt->losses[m] = loss;
    if (isfinite(loss))
        return TRUE;
    g_set_error(
        error, PD_ERROR, PD_ERROR_INPUT,
        "[train] learning-rate: the loss is not finite at stage %u, micro-batch %" G_GINT64_FORMAT
        ", step %" G_GINT64_FORMAT "; a smaller one is right",
        stage->number, m, m / gpt->scenario->mini_batch + 1);
    return FALSE;
}

static gboolean
gpt_work_run(PdWork *work, PdOperation operation, void *payload, PdVersions *versions,
             GError **error)
{
    PdGptStage *stage = stage_of(work, operation.stage);
    const gint64 m = operation.micro_batch, version = stage->weights.header->version;

    *versions = (PdVersions){ .forward = version, .visible = version };
    switch ((PdKind)operation.kind) {
    case PD_FORWARD:
        return forward(stage, m, (float *)payload, error);
    case PD_BACKWARD:
        versions->forward = pd_gpt_stage_forward_version(stage, m);
        pd_gpt_stage_backward(stage, m, (float *)payload);
        return TRUE;
    case PD_WEIGHT:
        return TRUE; /* its backward has done it already */
    case PD_UPDATE:
        pd_gpt_stage_update(stage);
        versions->visible = stage->weights.header->version;
        return TRUE;
    case PD_N_KINDS:
        break;
    }
    g_assert_not_reached();
}

static void *
gpt_work_state(PdWork *work, guint stage, gsize *bytes)
{
    const PdWeights *weights = &stage_of(work, stage)->weights;

    *bytes = weights->state_bytes;
    return weights->header;
}

PdWork *
pd_gpt_work_new(const PdGpt *gpt, guint device)
{
    const PdScenario *scenario = gpt->scenario;
    const PdShape *shape = &gpt->shape;
    GptWork *self = g_new(GptWork, 1);

    *self = (GptWork){
        .work = { shape->B * shape->T * shape->C * sizeof(float), gpt_work_accept, gpt_work_run,
                  gpt_work_state },
        .gpt = gpt,
        .n_stages = scenario->n_virtual,
        .stages = g_new(PdGptStage, scenario->n_virtual),
    };
    for (guint i = 0; i < self->n_stages; i++)
        pd_gpt_stage_init(&self->stages[i], gpt, i * scenario->n_devices + device);
    return &self->work;
}

void
pd_gpt_work_free(PdWork *work)
{
    GptWork *self = (GptWork *)work;

    if (work == NULL)
        return;
    for (guint i = 0; i < self->n_stages; i++)
        pd_gpt_stage_clear(&self->stages[i]);
    g_free(self->stages);
    g_free(self);
}

gint64
pd_gpt_held_bytes(const PdWork *work, guint stage)
{
    return pd_gpt_stage_held_bytes(stage_of(work, stage));
}

gint64
pd_gpt_peak_held_bytes(const PdWork *work, guint stage)
{
    return stage_of(work, stage)->peak_held_bytes;
}

const float *
pd_gpt_work_parameters(const PdWork *work, guint stage, gsize *n)
{
    const PdWeights *weights = &stage_of(work, stage)->weights;

    *n = weights->n;
    return weights->parameters;
}

/* The mean loss of one window, through all stages. */
static double
window_loss(const PdGpt *gpt, PdWork *const *works, const guint8 *tokens)
{
    const float *x = NULL;
    double loss = 0;

    for (guint s = 0; s < gpt->scenario->n_stages; s++) {
        PdGptStage *stage = stage_of(works[pd_scenario_device(gpt->scenario, s)], s);

        x = pd_gpt_stage_evaluate(stage, tokens, x, 1, &loss);
    }
    return loss;
}

double
pd_gpt_validate(const PdGpt *gpt, PdWork *const *works, gint64 n_windows)
{
    const guint length = (guint)gpt->shape.T + 1;
    const gint64 n_all = pd_corpus_n_windows(gpt->corpus, length);
    const gint64 n = MIN(n_windows, n_all);
    double sum = 0;

    for (gint64 i = 0; i < n; i++) {
        /* i n_all / n without its overflow */
        const gint64 window = i * (n_all / n) + i * (n_all % n) / n;

        sum += window_loss(gpt, works, pd_corpus_window(gpt->corpus, window, length));
    }
    return n > 0 ? sum / (double)n : (double)NAN;
}

#include "gpt_run.h"

#include <string.h>

#include "derive.h"
#include "schedules.h"
#include "simulator.h"
#include "support.h"
#include "witness.h"

const PdRecipe gpt_run_recipe = {
    .seed = 7,
    .learning_rate = 1e-2,
    .beta1 = 0.9,
    .beta2 = 0.95,
    .epsilon = 1e-8,
    .weight_decay = 0.1,
};

PdCorpus *
test_corpus(void)
{
    static const char *const words[] = { "a ", "pipe ", "of ", "stages ", "drifts.\n" };
    g_autoptr(GString) text = g_string_new(NULL);
    guint64 seed = 1;

    while (text->len < 4000)
        g_string_append(text, words[test_random(&seed, G_N_ELEMENTS(words))]);
    return pd_corpus_new((const guint8 *)text->str, text->len, 0.25, 3);
}

static void
complete(GptRun *run, GError **error)
{
    g_auto(PdCosts) costs = { { NULL } };

    run->scenario = pd_scenario_new(run->config, pd_schedules, error);
    test_require(run->scenario != NULL &&
                 pd_costs_derive(&costs, run->scenario, run->config, error));
    run->gpt = pd_gpt_new(run->scenario, run->config, &gpt_run_recipe, run->corpus, error);
    test_require(run->gpt != NULL);
    pd_gpt_costs(run->gpt, &costs);
    test_require(pd_scenario_complete(run->scenario, run->config, &costs, error));
}

GptRun *
gpt_run_new(const char *format, ...)
{
    g_autoptr(GError) error = NULL;
    GptRun *run = g_new0(GptRun, 1);
    va_list arguments;

    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    run->config = pd_config_parse("test.ini", text, strlen(text), &error);
    test_require(run->config != NULL);
    run->corpus = test_corpus();
    complete(run, &error);
    run->works = g_new(PdWork *, run->scenario->n_devices);
    for (guint device = 0; device < run->scenario->n_devices; device++)
        run->works[device] = pd_gpt_work_new(run->gpt, device);
    run->payload = g_malloc(run->works[0]->message_bytes);
    return run;
}

void
gpt_run_free(GptRun *run)
{
    if (run == NULL)
        return;
    for (guint device = 0; device < run->scenario->n_devices; device++)
        pd_gpt_work_free(run->works[device]);
    g_free(run->works);
    g_free(run->payload);
    pd_gpt_free(run->gpt);
    pd_corpus_free(run->corpus);
    pd_scenario_free(run->scenario);
    pd_config_free(run->config);
    g_free(run);
}

static PdWork *
work_of(const GptRun *run, guint stage)
{
    return run->works[pd_scenario_device(run->scenario, stage)];
}

PdVersions
gpt_run_operation(GptRun *run, PdKind kind, gint64 micro_batch, guint stage)
{
    const PdOperation operation = { micro_batch, stage, (guint8)kind, PD_NOT_WAITING };
    const guint last = run->scenario->n_stages - 1;
    const PdMessage message = {
        .micro_batch = micro_batch,
        .stage = kind == PD_FORWARD ? stage + 1 : stage - 1,
        .present = (kind == PD_FORWARD && stage < last) || (kind == PD_BACKWARD && stage > 0),
        .gradient = kind == PD_BACKWARD,
    };
    PdWork *work = work_of(run, stage);
    PdVersions versions;
    GError *error = NULL;

    test_require(
        work->run(work, operation, message.present ? run->payload : NULL, &versions, &error));
    if (message.present) {
        work = work_of(run, message.stage);
        work->accept(work, message, run->payload);
    }
    return versions;
}

const PdWeightsHeader *
gpt_run_header(const GptRun *run, guint stage)
{
    PdWork *work = work_of(run, stage);
    gsize bytes;

    return (const PdWeightsHeader *)work->state(work, stage, &bytes);
}

const float *
gpt_run_parameters(const GptRun *run, guint stage)
{
    PdWork *work = work_of(run, stage);
    const PdLayout layout = pd_gpt_layout(run->gpt, stage);
    gsize bytes;
    const guint8 *block = (const guint8 *)work->state(work, stage, &bytes);

    return (const float *)(gconstpointer)(block + bytes -
                                          4 * pd_layout_size(&layout) * sizeof(float));
}

void
gpt_run_one_by_one(GptRun *run)
{
    const guint n = run->scenario->n_stages;

    for (gint64 m = 0; m < run->scenario->n_micro_batches; m++) {
        for (guint s = 0; s < n; s++)
            gpt_run_operation(run, PD_FORWARD, m, s);
        for (guint s = n; s-- > 0;) {
            gpt_run_operation(run, PD_BACKWARD, m, s);
            if (gpt_run_header(run, s)->accumulated == run->scenario->accumulation)
                gpt_run_operation(run, PD_UPDATE, m, s);
        }
    }
}

void
gpt_run_simulated(GptRun *run)
{
    g_auto(Witness) witness = { 0 };

    witness_init(&witness, run->scenario);
    pd_report_free(test_run(run->scenario, &witness.sink));
    for (guint i = 0; i < witness.events->len; i++) {
        const PdEvent *event = &g_array_index(witness.events, PdEvent, i);
        const PdOperation operation = event->operation;
        PdVersions versions;

        if (pd_event_is_wait(event))
            continue;
        versions = gpt_run_operation(run, operation.kind, operation.micro_batch, operation.stage);
        test_require(versions.forward == event->forward_version);
        test_require(versions.visible == event->version);
    }
}

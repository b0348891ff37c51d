#include "training.h"

#include "derive.h"
#include "errors.h"
#include "replay.h"
#include "schedules.h"
#include "simulator.h"
#include "threads.h"

#define MOST_SINKS 16 /* that a caller may give to a replay */

#define REHEARSED 100 /* mini-batches */

/* What the works hold takes the place of what a model or the file says that they would. */
static void
take_real_memory(PdScenario *scenario, PdCosts *real)
{
    for (PdCost cost = PD_COST_WEIGHTS; cost <= PD_COST_INPUTS; cost++) {
        g_free(scenario->costs.values[cost]);
        scenario->costs.values[cost] = g_steal_pointer(&real->values[cost]);
    }
}

static void
identify(PdTraining *self, const PdConfig *config)
{
    PdIdentity *identity = &self->identity;
    const PdRecipe *recipe = &self->recipe;
    static const PdKey shape[] = { PD_KEY_MODEL_LAYERS, PD_KEY_MODEL_HEADS, PD_KEY_MODEL_HIDDEN,
                                   PD_KEY_MODEL_CONTEXT };

    pd_identity_init(identity);
    pd_identity_add_scenario(identity, self->scenario);
    for (gsize i = 0; i < G_N_ELEMENTS(shape); i++) {
        const PdKeyRow *row = pd_key_row(shape[i]);
        g_autofree char *name = g_strdup_printf("[%s] %s", row->section, row->name);

        pd_identity_add(identity, name, "%s", pd_config_text(config, shape[i]));
    }
    pd_identity_add(identity, "[model] micro-batch-size", "%" G_GINT64_FORMAT,
                    self->scenario->micro_batch_size);
    pd_identity_add(identity, "the interval of checkpoints (--every)", "%" G_GINT64_FORMAT,
                    pd_config_quantity(config, PD_KEY_TRAIN_CHECKPOINT_EVERY, 0));
    pd_identity_add(identity, "[train] validate-every", "%" G_GINT64_FORMAT,
                    pd_config_quantity(config, PD_KEY_TRAIN_VALIDATE_EVERY, 0));
    pd_identity_add(identity, "[train] seed", "%" G_GUINT64_FORMAT, recipe->seed);
    pd_identity_add(identity, "[train] learning-rate", "%.17g", recipe->learning_rate);
    pd_identity_add(identity, "[train] final-learning-rate", "%.17g", recipe->final_learning_rate);
    pd_identity_add(identity, "[train] warm-up", "%" G_GINT64_FORMAT, recipe->warm_up);
    pd_identity_add(identity, "[train] decay", "%" G_GINT64_FORMAT, recipe->decay);
    pd_identity_add(identity, "[train] betas", "%.17g;%.17g", recipe->beta1, recipe->beta2);
    pd_identity_add(identity, "[train] epsilon", "%.17g", recipe->epsilon);
    pd_identity_add(identity, "[train] weight-decay", "%.17g", recipe->weight_decay);
    pd_identity_add(identity, "[train] validation-share", "%.17g", recipe->validation_share);
    pd_identity_add(identity, "the corpus (its SHA-256)", "%s", pd_corpus_checksum(self->corpus));
}

gboolean
pd_training_init(PdTraining *training, const PdConfig *config, GError **error)
{
    g_auto(PdCosts) derived = { { NULL } }, real = { { NULL } };
    PdScenario *scenario = pd_scenario_new(config, pd_schedules, error);
    const gint64 context = pd_config_quantity(config, PD_KEY_MODEL_CONTEXT, 1);

    *training = (PdTraining){ .scenario = scenario };
    if (scenario == NULL || !pd_recipe_read(&training->recipe, config, error) ||
        !pd_costs_derive(&derived, scenario, config, error))
        return FALSE;
    training->corpus =
        pd_corpus_load(config, &training->recipe, (guint)MIN(context, G_MAXINT), error);
    training->gpt = training->corpus == NULL
                        ? NULL
                        : pd_gpt_new(scenario, config, &training->recipe, training->corpus, error);
    if (training->gpt == NULL || !pd_scenario_complete(scenario, config, &derived, error))
        return FALSE;
    pd_gpt_costs(training->gpt, &real);
    take_real_memory(scenario, &real);
    training->works = g_new0(PdWork *, scenario->n_devices);
    for (guint device = 0; device < scenario->n_devices; device++)
        training->works[device] = pd_gpt_work_new(training->gpt, device);
    identify(training, config);
    return TRUE;
}

void
pd_training_clear(PdTraining *training)
{
    if (training->works != NULL)
        for (guint device = 0; device < training->scenario->n_devices; device++)
            pd_gpt_work_free(training->works[device]);
    g_clear_pointer(&training->works, g_free);
    if (training->identity.names != NULL)
        pd_identity_clear(&training->identity);
    g_clear_pointer(&training->gpt, pd_gpt_free);
    g_clear_pointer(&training->corpus, pd_corpus_free);
    g_clear_pointer(&training->scenario, pd_scenario_free);
}

/* The simulator decides, and a sink before all others does as it is told, one event at a time. */
static gboolean
replay(PdTraining *self, PdSink *const *sinks, PdStream *stream, GError **error)
{
    PdSink *all[MOST_SINKS + 2] = { NULL };
    PdReplay replay;
    gboolean done;

    pd_replay_init(&replay, self->scenario, self->works, stream);
    all[0] = &replay.sink;
    for (guint i = 0; sinks[i] != NULL; i++) {
        g_assert(i < MOST_SINKS);
        all[i + 1] = sinks[i];
    }
    pd_stream_init(stream, all);
    stream->block = 1;
    done = pd_simulate(self->scenario, stream, error) && pd_replay_check(&replay, error);
    pd_replay_clear(&replay);
    return done;
}

/* A schedule that would deadlock is refused before a thread starts: so many mini-batches show it.
 */
static gboolean
rehearse(const PdScenario *scenario, GError **error)
{
    PdSink *nobody[] = { NULL };
    PdScenario beginning = *scenario;
    PdStream stream;

    beginning.n_micro_batches =
        MIN(scenario->n_micro_batches, scenario->first + REHEARSED * scenario->mini_batch);
    pd_stream_init(&stream, nobody);
    return pd_simulate(&beginning, &stream, error);
}

gboolean
pd_training_run(PdTraining *training, PdExecutor executor, gboolean paced, PdSink *const *sinks,
                PdStream *stream, GError **error)
{
    if (executor == PD_REPLAY)
        return replay(training, sinks, stream, error);
    if (!rehearse(training->scenario, error))
        return FALSE;
    pd_stream_init(stream, sinks);
    return pd_run_threads(training->scenario, training->works, paced, stream, error);
}

gboolean
pd_training_shorten(PdConfig *config, gint64 mini_batches, gint64 most, GError **error)
{
    g_autofree char *length = NULL;

    if (mini_batches < -1 || mini_batches == 0) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--mini-batches: must be positive; write a number such as %" G_GINT64_FORMAT,
                    most);
        return FALSE;
    }
    if (mini_batches < 0)
        mini_batches = MIN(pd_config_quantity(config, PD_KEY_PIPELINE_MINI_BATCHES, 1), most);
    length = g_strdup_printf("pipeline.mini-batches=%" G_GINT64_FORMAT, mini_batches);
    return pd_config_override(config, "--mini-batches", length, error) &&
           pd_config_override(config, "--mini-batches", "train.validate-every=0", error) &&
           pd_config_override(config, "--mini-batches", "train.checkpoint-every=0", error);
}

PdReport *
pd_training_measure(PdTraining *training, gboolean paced, gboolean per_micro_batch, GError **error)
{
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(training->scenario, per_micro_batch);
    PdSink *sinks[PD_N_LEDGERS + 1] = { NULL };
    PdStream stream;

    pd_ledgers_sinks(ledgers, sinks);
    return pd_training_run(training, PD_THREADS, paced, sinks, &stream, error)
               ? pd_report_new(ledgers, pd_executor_name(PD_THREADS))
               : NULL;
}

const char *
pd_executor_name(PdExecutor executor)
{
    return executor == PD_THREADS ? "threads" : "replay";
}

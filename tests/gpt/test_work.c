#include <math.h>

#include "errors.h"
#include "files.h"
#include "gpt_run.h"
#include "support.h"

#define PIPELINE "[pipeline]\nschedule = gpipe\ndevices = 2\nmicro-batches = 2\n"
#define COMPUTE  "[compute]\nforward = 1 ms\nbackward = 2 ms\n"
#define MODEL                                                                                      \
    "[model]\nlayers = 2\nheads = 2\nhidden = 16\ncontext = 8\nprecision = fp32\nvocabulary = "    \
    "256\n"

/* --- what is refused -------------------------------------------------------------------------- */

/* A run's scenario, against a config that says something else about the model. */
static char *
refusal(const char *model, gsize n_bytes)
{
    g_autoptr(GptRun) run = gpt_run_new(PIPELINE COMPUTE MODEL);
    g_autofree guint8 *bytes = g_new0(guint8, n_bytes);
    g_autoptr(PdCorpus) corpus = pd_corpus_new(bytes, n_bytes, 0.5, 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = pd_config_parse("test.ini", model, strlen(model), &error);
    g_autoptr(PdGpt) gpt = pd_gpt_new(run->scenario, config, &gpt_run_recipe, corpus, &error);

    ck_assert(gpt == NULL);
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
    return g_strdup(error->message);
}

START_TEST(a_model_that_cannot_be_trained_is_refused)
{
    static const struct {
        const char *model, *message;
    } rows[] = {
        { "[model]\nheads = 2\nhidden = 16\ncontext = 8\n", "[model] layers: this key is missing" },
        { "[model]\nlayers = 2\nhidden = 16\ncontext = 8\n", "[model] heads: this key is missing" },
        { "[model]\nlayers = 2\nheads = 2\ncontext = 8\n", "[model] hidden: this key is missing" },
        { "[model]\nlayers = 2\nheads = 2\nhidden = 16\n", "[model] context: this key is missing" },
        { "[model]\nlayers = 2\nheads = 2\nhidden = 16\ncontext = 8\nvocabulary = 50257\n",
          "[model] vocabulary: the tokens of a model that is trained are bytes; 256 is right" },
        { "[model]\nlayers = 2\nheads = 2\nhidden = 16\ncontext = 8\ndropout = yes\n",
          "[model] dropout: a model is trained without dropout; no is right" },
        { "[model]\nlayers = 2\nheads = 3\nhidden = 16\ncontext = 8\n",
          "[model] heads: 3 heads do not divide the hidden width 16 evenly" },
        { "[model]\nlayers = 2\nheads = 2\nhidden = 2000000000\ncontext = 8\n",
          "[model] hidden: the model needs more memory than this machine has" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *message = refusal(rows[i].model, 1000);

        ck_assert_msg(strstr(message, rows[i].message) != NULL, "%s", message);
        test_check_message(message);
    }
}
END_TEST

START_TEST(a_corpus_that_is_too_short_is_refused)
{
    g_autofree char *message = refusal(MODEL, 16);

    ck_assert_msg(strstr(message, "[model] context: the corpus's training part is shorter") != NULL,
                  "%s", message);
}
END_TEST

/* --- what is run ------------------------------------------------------------------------------ */

START_TEST(a_loss_that_is_not_finite_is_an_error_with_its_place)
{
    const PdOperation forward = { 3, 1, PD_FORWARD, PD_NOT_WAITING };
    g_autoptr(GptRun) run = gpt_run_new(PIPELINE "mini-batches = 2\n" COMPUTE MODEL);
    g_autoptr(GError) error = NULL;
    PdVersions versions;
    float *parameters = (float *)gpt_run_parameters(run, 0);

    parameters[0] = NAN;
    for (gsize i = 0; i < PD_GPT_VOCABULARY; i++)
        parameters[i * 16] = NAN;
    gpt_run_operation(run, PD_FORWARD, 3, 0);
    ck_assert(!run->works[1]->run(run->works[1], forward, NULL, &versions, &error));
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
    ck_assert_str_eq(
        error->message,
        "[train] learning-rate: the loss is not finite at stage 1, micro-batch 3, step 2; "
        "a smaller one is right");
}
END_TEST

START_TEST(versions_are_the_simulators_under_every_schedule)
{
    static const char *const rows[] = {
        "schedule = gpipe\ndevices = 4\n",
        "schedule = 1f1b\ndevices = 4\n",
        "schedule = interleaved\ndevices = 2\n",
        "schedule = pipedream\ndevices = 4\n",
        "schedule = async\ndevices = 4\n",
        "schedule = paci\ndevices = 4\naccumulation = 2\nin-flight = auto*2\n",
        "schedule = paci\ndevices = 3\naccumulation = 1\nstash = yes\nrecompute = full\n",
    };

    /* the comparison is within */
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GptRun) run = gpt_run_new("[pipeline]\nmicro-batches = 4\nmini-batches = 3\n"
                                            "%s" COMPUTE "jitter = 0.3\n[model]\nlayers = 4\n"
                                            "heads = 2\nhidden = 16\ncontext = 8\n"
                                            "vocabulary = 256\n",
                                            rows[i]);

        gpt_run_simulated(run);
    }
}
END_TEST

START_TEST(a_state_that_is_put_back_continues_to_the_same_bits)
{
    g_autoptr(GptRun) run = gpt_run_new(PIPELINE "mini-batches = 3\n" COMPUTE MODEL);
    g_autoptr(GptRun) other = gpt_run_new(PIPELINE "mini-batches = 3\n" COMPUTE MODEL);
    gsize bytes;

    gpt_run_one_by_one(run);
    for (guint s = 0; s < 2; s++) {
        const void *from = run->works[s]->state(run->works[s], s, &bytes);

        memcpy(other->works[s]->state(other->works[s], s, &bytes), from, bytes);
    }
    gpt_run_one_by_one(run);
    gpt_run_one_by_one(other);
    for (guint s = 0; s < 2; s++)
        ck_assert_mem_eq(run->works[s]->state(run->works[s], s, &bytes),
                         other->works[s]->state(other->works[s], s, &bytes), bytes);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("work");
    TCase *tcase = tcase_create("work");

    tcase_add_test(tcase, a_model_that_cannot_be_trained_is_refused);
    tcase_add_test(tcase, a_corpus_that_is_too_short_is_refused);
    tcase_add_test(tcase, a_loss_that_is_not_finite_is_an_error_with_its_place);
    tcase_add_test(tcase, versions_are_the_simulators_under_every_schedule);
    tcase_add_test(tcase, a_state_that_is_put_back_continues_to_the_same_bits);
    suite_add_tcase(suite, tcase);
    return test_main(suite);
}

#include <math.h>

#include "gpt_run.h"
#include "support.h"

#define REST                                                                                       \
    "[compute]\nforward = 1 ms\nbackward = 2 ms\n"                                                 \
    "[model]\nlayers = 4\nheads = 2\nhidden = 32\ncontext = 8\nvocabulary = 256\n"                 \
    "micro-batch-size = 3\nprecision = fp32\ndropout = no\n"

static const char *const cuts[] = {
    "[pipeline]\nschedule = gpipe\ndevices = 1\nmicro-batches = 2\nmini-batches = 6\n",
    "[pipeline]\nschedule = gpipe\ndevices = 2\nmicro-batches = 2\nmini-batches = 6\n",
    "[pipeline]\nschedule = gpipe\ndevices = 4\nmicro-batches = 2\nmini-batches = 6\n",
    "[pipeline]\nschedule = 1f1b\ndevices = 4\nmicro-batches = 2\nmini-batches = 6\n",
    "[pipeline]\nschedule = interleaved\ndevices = 2\nmicro-batches = 2\nmini-batches = 6\n",
    "[pipeline]\nschedule = paci\ndevices = 4\nmicro-batches = 2\nmini-batches = 6\n",
    "[pipeline]\nschedule = gpipe\ndevices = 2\nmicro-batches = 2\nmini-batches = 6\n"
    "recompute = full\n",
};

/* Where the whole model has a tensor. (transfer none) */
static const float *
find(const GptRun *run, const PdTensor *wanted)
{
    for (guint s = 0; s < run->scenario->n_stages; s++) {
        const PdLayout layout = pd_gpt_layout(run->gpt, s);

        for (gsize i = 0; i < pd_layout_n_tensors(&layout); i++) {
            const PdTensor tensor = pd_layout_tensor(&layout, i);

            if (tensor.kind == wanted->kind && tensor.layer == wanted->layer)
                return gpt_run_parameters(run, s) + tensor.offset;
        }
    }
    ck_abort_msg("no tensor %d of layer %zu", wanted->kind, wanted->layer);
}

static void
check_equal_models(const GptRun *whole, const GptRun *cut)
{
    const PdLayout layout = pd_gpt_layout(whole->gpt, 0);

    for (gsize i = 0; i < pd_layout_n_tensors(&layout); i++) {
        const PdTensor tensor = pd_layout_tensor(&layout, i);

        ck_assert_mem_eq(find(whole, &tensor), find(cut, &tensor), tensor.size * sizeof(float));
    }
}

/* Equal to the bit. */
static void
check_same(double a, double b)
{
    ck_assert_mem_eq(&a, &b, sizeof a);
}

static void
check_equal_losses(const GptRun *whole, const GptRun *cut)
{
    for (gint64 m = 0; m < whole->scenario->n_micro_batches; m++)
        check_same(pd_gpt_loss(whole->gpt, m), pd_gpt_loss(cut->gpt, m));
    check_same(pd_gpt_validate(whole->gpt, whole->works, 5),
               pd_gpt_validate(cut->gpt, cut->works, 5));
}

START_TEST(a_model_is_drawn_the_same_however_it_is_cut)
{
    g_autoptr(GptRun) whole = gpt_run_new("%s" REST, cuts[0]);
    g_autoptr(GptRun) cut = gpt_run_new("%s" REST, cuts[_i]);

    check_equal_models(whole, cut);
}
END_TEST

START_TEST(a_model_learns_the_same_to_the_bit_however_it_is_cut)
{
    g_autoptr(GptRun) whole = gpt_run_new("%s" REST, cuts[0]);
    g_autoptr(GptRun) cut = gpt_run_new("%s" REST, cuts[_i]);

    gpt_run_one_by_one(whole);
    gpt_run_one_by_one(cut);
    check_equal_models(whole, cut);
    check_equal_losses(whole, cut);
}
END_TEST

START_TEST(a_synchronous_schedule_learns_the_same_to_the_bit_in_its_own_order)
{
    g_autoptr(GptRun) whole = gpt_run_new("%s" REST, cuts[0]);
    g_autoptr(GptRun) cut = gpt_run_new("%s" REST, cuts[_i]);

    gpt_run_one_by_one(whole);
    gpt_run_simulated(cut);
    if (cut->scenario->schedule->update == PD_UPDATE_AT_FLUSH)
        check_equal_losses(whole, cut);
}
END_TEST

START_TEST(a_model_learns)
{
    g_autoptr(GptRun) run = gpt_run_new(
        "[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 2\nmini-batches = 40\n" REST);
    const double before = pd_gpt_validate(run->gpt, run->works, 20);

    ck_assert_double_eq_tol(before, log(PD_GPT_VOCABULARY), 0.2);
    gpt_run_simulated(run);
    ck_assert_double_le(pd_gpt_validate(run->gpt, run->works, 20), before / 2);
}
END_TEST

START_TEST(validation_changes_nothing)
{
    g_autoptr(GptRun) run = gpt_run_new("%s" REST, cuts[_i]);
    gsize bytes;
    const void *state = run->works[0]->state(run->works[0], 0, &bytes);
    g_autofree void *before = g_memdup2(state, bytes);
    const double loss = pd_gpt_validate(run->gpt, run->works, G_MAXINT64);

    ck_assert_mem_eq(before, state, bytes);
    check_same(pd_gpt_validate(run->gpt, run->works, G_MAXINT64), loss);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("partition");
    TCase *tcase = tcase_create("partition");
    const int n = G_N_ELEMENTS(cuts);

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, a_model_is_drawn_the_same_however_it_is_cut, 0, n);
    tcase_add_loop_test(tcase, a_model_learns_the_same_to_the_bit_however_it_is_cut, 0, n);
    tcase_add_loop_test(tcase, a_synchronous_schedule_learns_the_same_to_the_bit_in_its_own_order,
                        0, n);
    tcase_add_loop_test(tcase, validation_changes_nothing, 0, n);
    tcase_add_test(tcase, a_model_learns);
    suite_add_tcase(suite, tcase);
    return test_main(suite);
}

#include <math.h>

#include "gpt_run.h"
#include "support.h"

/* Stage 0 of two, with one block: its second backward crosses its first update. */
#define CROSSING(extra)                                                                            \
    "[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 2\naccumulation = 1\n" extra        \
    "[compute]\nforward = 1 ms\nbackward = 2 ms\n"                                                 \
    "[model]\nlayers = 2\nheads = 2\nhidden = 24\ncontext = 6\nvocabulary = 256\n"                 \
    "micro-batch-size = 2\nprecision = fp32\ndropout = no\n"

enum { B = 2, T = 6, C = 24, BT = B * T };

/* A gradient such as stage 1 might send. */
static void
send_gradient(PdGptStage *stage, gint64 micro_batch)
{
    const PdMessage message = { micro_batch, 0, TRUE, TRUE };
    guint64 seed = 40 + (guint64)micro_batch;
    float gradient[BT * C];

    for (gsize i = 0; i < BT * C; i++)
        gradient[i] = (float)test_random(&seed, 1000) / 500.0f - 1.0f;
    pd_gpt_stage_accept(stage, message, gradient);
}

/* A stage behind F0 F1 B0 U: one update, and the second micro-batch in flight. */
typedef struct {
    GptRun *run; /* for its model */
    PdGptStage stage;
    float *old; /* parameters before the update */
} Crossing;

static void
crossing_init(Crossing *self, const char *text)
{
    float output[BT * C];

    self->run = gpt_run_new("%s", text);
    pd_gpt_stage_init(&self->stage, self->run->gpt, 0);
    self->old = g_memdup2(self->stage.weights.parameters, self->stage.weights.n * sizeof(float));
    pd_gpt_stage_forward(&self->stage, 0, output);
    pd_gpt_stage_forward(&self->stage, 1, output);
    send_gradient(&self->stage, 0);
    send_gradient(&self->stage, 1);
    pd_gpt_stage_backward(&self->stage, 0, NULL);
    pd_gpt_stage_update(&self->stage);
}

static void
crossing_clear(Crossing *self)
{
    g_free(self->old);
    pd_gpt_stage_clear(&self->stage);
    gpt_run_free(self->run);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Crossing, crossing_clear)

/*
 * The gradients of the second micro-batch in closed form, made by a stage in which nothing is ever
 * updated: its forward has one set of weights, its backward another. (transfer full)
 */
static float *
closed_form(const float *forward, const float *backward)
{
    g_autoptr(GptRun) run = gpt_run_new(CROSSING(""));
    PdGptStage stage;
    float output[BT * C], *gradients;
    gsize bytes;

    pd_gpt_stage_init(&stage, run->gpt, 0);
    bytes = stage.weights.n * sizeof(float);
    memcpy(stage.weights.parameters, forward, bytes);
    pd_gpt_stage_forward(&stage, 1, output);
    memcpy(stage.weights.parameters, backward, bytes);
    send_gradient(&stage, 1);
    pd_gpt_stage_backward(&stage, 1, NULL);
    gradients = g_memdup2(stage.weights.gradients, bytes);
    pd_gpt_stage_clear(&stage);
    return gradients;
}

/* Run the backward behind the update and hold its gradients to the closed form. */
static void
check_backward(Crossing *self, const float *forward, const float *backward)
{
    g_autofree float *expected = closed_form(forward, backward);

    pd_gpt_stage_backward(&self->stage, 1, NULL);
    ck_assert_mem_eq(self->stage.weights.gradients, expected,
                     self->stage.weights.n * sizeof(float));
}

START_TEST(a_crossed_backward_has_the_new_weights_and_the_old_activations)
{
    g_auto(Crossing) crossing;

    crossing_init(&crossing, CROSSING(""));
    ck_assert_int_eq(pd_gpt_stage_forward_version(&crossing.stage, 1), 0);
    ck_assert_int_eq(crossing.stage.weights.header->version, 1);
    check_backward(&crossing, crossing.old, crossing.stage.weights.parameters);
}
END_TEST

START_TEST(a_stashed_backward_has_the_weights_of_its_forward)
{
    g_auto(Crossing) crossing;

    crossing_init(&crossing, CROSSING("stash = yes\n"));
    ck_assert_uint_eq(crossing.stage.weights.versions.n_used, 1);
    check_backward(&crossing, crossing.old, crossing.old);
    ck_assert_uint_eq(crossing.stage.weights.versions.n_used, 0);
}
END_TEST

START_TEST(a_recomputed_backward_has_new_weights_and_new_activations)
{
    g_auto(Crossing) crossing;

    crossing_init(&crossing, CROSSING("recompute = full\n"));
    check_backward(&crossing, crossing.stage.weights.parameters, crossing.stage.weights.parameters);
}
END_TEST

START_TEST(a_stashed_and_recomputed_backward_is_the_stashed_one)
{
    g_auto(Crossing) crossing;

    crossing_init(&crossing, CROSSING("stash = yes\nrecompute = full\n"));
    check_backward(&crossing, crossing.old, crossing.old);
}
END_TEST

/* --- the difference, in double precision ------------------------------------------------------ */

/* The slope of the GELU, by differences of its definition. */
static double
gelu_slope(double x)
{
    const double h = 1e-5, k = sqrt(2 / G_PI);
    const double above = x + h, below = x - h;

    return (above * (1 + tanh(k * (above + 0.044715 * above * above * above))) -
            below * (1 + tanh(k * (below + 0.044715 * below * below * below)))) /
           (4 * h);
}

/*
 * What the crossing adds to the gradient of a bias in front of the GELU: with dX = dY W for the
 * linear map behind it, the sum over all tokens of slope · dY (W_new − W_old).
 */
static double
expected_difference(const PdBlockActivations *old, const float *dY, const float *W_new,
                    const float *W_old, gsize column)
{
    double sum = 0;

    for (gsize bt = 0; bt < BT; bt++) {
        double product = 0;

        for (gsize c = 0; c < C; c++)
            product += (double)dY[bt * C + c] *
                       ((double)W_new[c * 4 * C + column] - (double)W_old[c * 4 * C + column]);
        sum += product * gelu_slope((double)old->fc[bt * 4 * C + column]);
    }
    return sum;
}

START_TEST(it_differs_from_the_stashed_one_by_the_gradient_times_what_the_weights_moved)
{
    g_auto(Crossing) crossing;
    g_autofree float *dY = NULL;

    crossing_init(&crossing, CROSSING(""));
    PdGptStage *stage = &crossing.stage;
    const PdLayout *layout = &stage->weights.layout;
    g_autofree float *new = closed_form(crossing.old, stage->weights.parameters);
    g_autofree float *stashed = closed_form(crossing.old, crossing.old);
    const PdTensors g_new = pd_layout_view(layout, new, 0);
    const PdTensors g_old = pd_layout_view(layout, stashed, 0);
    const PdTensors w_new = pd_layout_view(layout, stage->weights.parameters, 0);
    const PdTensors w_old = pd_layout_view(layout, crossing.old, 0);
    const PdFlight *flight = &stage->slots[pd_slots_find(&stage->in_flight, 1)];

    dY = g_memdup2(stage->gradients.payloads[pd_slots_find(&stage->gradients.places, 1)],
                   BT * C * sizeof(float));
    /* the linear map itself: old activations, the same gradient, so no difference at all */
    ck_assert_mem_eq(g_new.at[PD_MLP_W], g_old.at[PD_MLP_W], 4 * C * C * sizeof(float));
    for (gsize column = 0; column < 4 * C; column++) {
        const double difference =
            (double)g_new.at[PD_FC_B][column] - (double)g_old.at[PD_FC_B][column];
        const double expected = expected_difference(&flight->activations->blocks[0], dY,
                                                    w_new.at[PD_MLP_W], w_old.at[PD_MLP_W], column);

        ck_assert_double_gt(fabs(expected), 1e-4);
        ck_assert_double_eq_tol(difference, expected, 2e-6);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("weights");
    TCase *tcase = tcase_create("weights");

    tcase_add_test(tcase, a_crossed_backward_has_the_new_weights_and_the_old_activations);
    tcase_add_test(tcase, a_stashed_backward_has_the_weights_of_its_forward);
    tcase_add_test(tcase, a_recomputed_backward_has_new_weights_and_new_activations);
    tcase_add_test(tcase, a_stashed_and_recomputed_backward_is_the_stashed_one);
    tcase_add_test(tcase,
                   it_differs_from_the_stashed_one_by_the_gradient_times_what_the_weights_moved);
    suite_add_tcase(suite, tcase);
    return test_main(suite);
}

#include <math.h>

#include "gpt_run.h"
#include "kernels.h"
#include "support.h"

enum { N = 53, STEPS = 20 };

/* The algorithm as the paper writes it, in double precision. */
static void
reference_adamw(double *w, double *m, double *v, double g, const PdRecipe *recipe, int t,
                double decay)
{
    const double rate = pd_recipe_rate(recipe, t);

    *m = recipe->beta1 * *m + (1 - recipe->beta1) * g;
    *v = recipe->beta2 * *v + (1 - recipe->beta2) * g * g;
    *w -= rate * (*m / (1 - pow(recipe->beta1, t)) /
                      (sqrt(*v / (1 - pow(recipe->beta2, t))) + recipe->epsilon) +
                  decay * *w);
}

static PdAdamW
step_of(const PdRecipe *recipe, int t, float decay)
{
    return (PdAdamW){
        .rate = (float)pd_recipe_rate(recipe, t),
        .decay = decay,
        .beta1 = (float)recipe->beta1,
        .beta2 = (float)recipe->beta2,
        .correction1 = (float)(1 / (1 - pow(recipe->beta1, t))),
        .correction2 = (float)(1 / (1 - pow(recipe->beta2, t))),
        .epsilon = (float)recipe->epsilon,
    };
}

START_TEST(many_steps_follow_the_paper)
{
    float w[N], g[N], m[N] = { 0 }, v[N] = { 0 };
    double exact_w[N], exact_m[N] = { 0 }, exact_v[N] = { 0 };
    guint64 seed = 5;

    for (int i = 0; i < N; i++)
        exact_w[i] = (double)(w[i] = (float)test_random(&seed, 1000) / 500.0f - 1.0f);
    for (int t = 1; t <= STEPS; t++) {
        const PdAdamW step = step_of(&gpt_run_recipe, t, 0.1f);

        for (int i = 0; i < N; i++) {
            g[i] = (float)test_random(&seed, 1000) / 500.0f - 1.0f;
            reference_adamw(&exact_w[i], &exact_m[i], &exact_v[i], (double)g[i], &gpt_run_recipe, t,
                            0.1);
        }
        pd_adamw(&step, w, g, m, v, N);
        for (int i = 0; i < N; i++) {
            ck_assert_double_eq_tol((double)w[i], exact_w[i], 1e-6);
            ck_assert(g[i] == 0);
        }
    }
}
END_TEST

#define MODEL                                                                                      \
    "[pipeline]\nschedule = gpipe\ndevices = 1\nmicro-batches = 1\nmini-batches = 3\n"             \
    "[compute]\nforward = 1 ms\nbackward = 2 ms\n"                                                 \
    "[model]\nlayers = 1\nheads = 2\nhidden = 16\ncontext = 4\nvocabulary = 256\n"                 \
    "precision = fp32\ndropout = no\n"

START_TEST(without_a_gradient_matrices_decay_and_nothing_else_changes)
{
    g_autoptr(GptRun) run = gpt_run_new(MODEL);
    const PdLayout layout = pd_gpt_layout(run->gpt, 0);
    const gsize n = pd_layout_size(&layout);
    const float *parameters = gpt_run_parameters(run, 0);
    g_autofree float *before = g_memdup2(parameters, n * sizeof(float));
    const double factor = 1 - gpt_run_recipe.learning_rate * gpt_run_recipe.weight_decay;

    gpt_run_operation(run, PD_UPDATE, 0, 0);
    for (gsize i = 0; i < pd_layout_n_tensors(&layout); i++) {
        const PdTensor tensor = pd_layout_tensor(&layout, i);
        const gboolean decays = pd_tensor_is_matrix(tensor.kind);

        for (gsize j = tensor.offset; j < tensor.offset + tensor.size; j++)
            ck_assert_double_eq_tol((double)parameters[j],
                                    (double)before[j] * (decays ? factor : 1), 1e-8);
    }
}
END_TEST

START_TEST(a_stage_updates_with_the_mean_gradient_and_counts_its_version)
{
    g_autoptr(GptRun) run = gpt_run_new(MODEL);
    const PdLayout layout = pd_gpt_layout(run->gpt, 0);
    const gsize n = pd_layout_size(&layout);
    const float *w = gpt_run_parameters(run, 0), *g = w + n;
    g_autofree double *exact = g_new(double, 3 * n), *decay = g_new0(double, n);

    for (gsize i = 0; i < 3 * n; i++)
        exact[i] = i < n ? (double)w[i] : 0;
    for (gsize i = 0; i < pd_layout_n_tensors(&layout); i++) {
        const PdTensor tensor = pd_layout_tensor(&layout, i);

        for (gsize j = 0; pd_tensor_is_matrix(tensor.kind) && j < tensor.size; j++)
            decay[tensor.offset + j] = gpt_run_recipe.weight_decay;
    }
    for (int t = 1; t <= 3; t++) {
        gpt_run_operation(run, PD_FORWARD, t - 1, 0);
        gpt_run_operation(run, PD_BACKWARD, t - 1, 0);
        ck_assert_int_eq(gpt_run_header(run, 0)->accumulated, 1);
        for (gsize i = 0; i < n; i++)
            reference_adamw(&exact[i], &exact[n + i], &exact[2 * n + i], (double)g[i],
                            &gpt_run_recipe, t, decay[i]);
        gpt_run_operation(run, PD_UPDATE, t - 1, 0);
        ck_assert_int_eq(gpt_run_header(run, 0)->version, t);
        ck_assert_int_eq(gpt_run_header(run, 0)->accumulated, 0);
    }
    for (gsize i = 0; i < n; i++)
        test_require(fabs((double)w[i] - exact[i]) < 1e-6 && !(fabs(g[i]) > 0));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("adamw");
    TCase *tcase = tcase_create("adamw");

    tcase_add_test(tcase, many_steps_follow_the_paper);
    tcase_add_test(tcase, without_a_gradient_matrices_decay_and_nothing_else_changes);
    tcase_add_test(tcase, a_stage_updates_with_the_mean_gradient_and_counts_its_version);
    suite_add_tcase(suite, tcase);
    return test_main(suite);
}

#include <math.h>

#include "gpt_run.h"
#include "kernels.h"
#include "reference_gpt.h"
#include "support.h"

/* Widths that no vector divides, and some that have whole vectors in them. */
enum { B = 2, T = 5, BT = B * T, C = 36, NH = 3, OC = 22, V = PD_GPT_VOCABULARY };

#define STEP      1e-4 /* of central differences, whose error is of its square */
#define TOLERANCE 1e-4 /* of a gradient's scale */
#define SAMPLES   60   /* of a tensor at most */

static const guint8 tokens[B * (T + 1)] = { 3, 255, 0, 7, 7, 90, 8, 7, 255, 3, 12, 13 };

/* Numbers that both precisions hold exactly. */
typedef struct {
    const char *name;
    gsize n;
    double *exact;
    float *single;
    float *gradient; /* what the kernels make of it; zeros before */
} Variable;

static void
variable_clear(Variable *self)
{
    g_free(self->exact);
    g_free(self->single);
    g_free(self->gradient);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Variable, variable_clear)

/* Evenly distributed between −1 and 1. */
static Variable
variable(const char *name, gsize n, guint64 seed)
{
    Variable self = { name, n, g_new(double, n), g_new(float, n), g_new0(float, n) };

    for (gsize i = 0; i < n; i++) {
        self.single[i] = (float)test_random(&seed, 2000001) / 1e6f - 1.0f;
        self.exact[i] = (double)self.single[i];
    }
    return self;
}

/* The scale of an array: its largest element. */
static double
scale_of(const float *values, gsize n)
{
    double scale = 0;

    for (gsize i = 0; i < n; i++)
        scale = MAX(scale, fabs((double)values[i]));
    return scale;
}

static void
check_close(const char *name, const float *values, const double *exact, gsize n)
{
    const double scale = scale_of(values, n);

    ck_assert_double_gt(scale, 0);
    for (gsize i = 0; i < n; i++)
        ck_assert_msg(fabs((double)values[i] - exact[i]) <= 1e-5 * scale, "%s[%zu]: %g, not %g",
                      name, i, (double)values[i], exact[i]);
}

/* A number that depends on variables: what gradients are of. */
typedef double (*Objective)(const Variable *variables);

/* Hold the gradients of some of the variables to differences of the objective. */
static void
check_gradients(Objective objective, const Variable *variables, gsize n_variables)
{
    for (gsize v = 0; v < n_variables; v++) {
        const Variable *x = &variables[v];
        const double scale = scale_of(x->gradient, x->n);
        guint64 seed = v;

        ck_assert_msg(scale > 0, "%s has no gradient", x->name);
        for (gsize sample = 0; sample < MIN(x->n, SAMPLES); sample++) {
            const gsize i = x->n <= SAMPLES ? sample : test_random(&seed, x->n);
            const double before = x->exact[i];
            double above, below, expected;

            x->exact[i] = before + STEP;
            above = objective(variables);
            x->exact[i] = before - STEP;
            below = objective(variables);
            x->exact[i] = before;
            expected = (above - below) / (2 * STEP);
            ck_assert_msg(fabs((double)x->gradient[i] - expected) <= TOLERANCE * scale,
                          "%s[%zu]: %g, not %g", x->name, i, (double)x->gradient[i], expected);
        }
    }
}

/* The objective of layers: their output weighted with random numbers, the gradient of the output.
 */
static double
weighted(const double *y, const double *weights, gsize n)
{
    double sum = 0;

    for (gsize i = 0; i < n; i++)
        sum += y[i] * weights[i];
    return sum;
}

static double
embedding_objective(const Variable *v)
{
    double x[BT * C];

    reference_embedding(x, tokens, v[0].exact, v[1].exact, B, T, C);
    return weighted(x, v[2].exact, BT * C);
}

START_TEST(embedding)
{
    g_auto(Variable) wte = variable("wte", V * C, 1), wpe = variable("wpe", T * C, 2),
                     dx = variable("dx", BT * C, 3);
    const Variable v[] = { wte, wpe, dx };
    float x[BT * C];
    double exact[BT * C];

    pd_embedding_forward(x, tokens, wte.single, wpe.single, B, T, C);
    reference_embedding(exact, tokens, wte.exact, wpe.exact, B, T, C);
    check_close("x", x, exact, BT * C);
    pd_embedding_backward(wte.gradient, wpe.gradient, dx.single, tokens, B, T, C);
    check_gradients(embedding_objective, v, 2);
}
END_TEST

static double
layer_norm_objective(const Variable *v)
{
    double y[BT * C];

    reference_layer_norm(y, v[0].exact, v[1].exact, v[2].exact, BT, C);
    return weighted(y, v[3].exact, BT * C);
}

START_TEST(layer_norm)
{
    g_auto(Variable) x = variable("x", BT * C, 1), w = variable("w", C, 2), b = variable("b", C, 3),
                     dy = variable("dy", BT * C, 4);
    const Variable v[] = { x, w, b, dy };
    float y[BT * C], mean[BT], rstd[BT];
    double exact[BT * C];

    pd_layer_norm_forward(y, mean, rstd, x.single, w.single, b.single, BT, C);
    reference_layer_norm(exact, x.exact, w.exact, b.exact, BT, C);
    check_close("y", y, exact, BT * C);
    pd_layer_norm_backward(x.gradient, w.gradient, b.gradient, dy.single, x.single, w.single, mean,
                           rstd, BT, C);
    check_gradients(layer_norm_objective, v, 3);
}
END_TEST

static double
linear_objective(const Variable *v)
{
    double Y[BT * OC];

    reference_linear(Y, v[0].exact, v[1].exact, v[2].exact, v[4].exact, BT, C, OC);
    return weighted(Y, v[3].exact, BT * OC);
}

START_TEST(linear_with_bias_and_residual)
{
    g_auto(Variable) X = variable("X", BT * C, 1), W = variable("W", OC * C, 2),
                     b = variable("b", OC, 3), dY = variable("dY", BT * OC, 4),
                     residual = variable("residual", BT * OC, 5);
    const Variable v[] = { X, W, b, dY, residual };
    float Y[BT * OC];
    double exact[BT * OC];

    pd_linear_forward(Y, X.single, W.single, b.single, residual.single, BT, C, OC);
    reference_linear(exact, X.exact, W.exact, b.exact, residual.exact, BT, C, OC);
    check_close("Y with residual", Y, exact, BT * OC);
    pd_linear_forward(Y, X.single, W.single, b.single, NULL, BT, C, OC);
    reference_linear(exact, X.exact, W.exact, b.exact, NULL, BT, C, OC);
    check_close("Y", Y, exact, BT * OC);
    pd_linear_forward(Y, X.single, W.single, NULL, NULL, BT, C, OC);
    reference_linear(exact, X.exact, W.exact, NULL, NULL, BT, C, OC);
    check_close("Y without bias", Y, exact, BT * OC);
    pd_linear_backward(X.gradient, W.gradient, b.gradient, dY.single, X.single, W.single, BT, C,
                       OC);
    check_gradients(linear_objective, v, 3);
}
END_TEST

static double
attention_objective(const Variable *v)
{
    double out[BT * C];

    reference_attention(out, v[0].exact, B, T, C, NH);
    return weighted(out, v[1].exact, BT * C);
}

START_TEST(attention)
{
    g_auto(Variable) qkv = variable("qkv", BT * 3 * C, 1), dout = variable("dout", BT * C, 2);
    const Variable v[] = { qkv, dout };
    float out[BT * C], P[B * NH * T * T], dP[T * T];
    double exact[BT * C];

    pd_attention_forward(out, P, qkv.single, B, T, C, NH);
    reference_attention(exact, qkv.exact, B, T, C, NH);
    check_close("out", out, exact, BT * C);
    pd_attention_backward(qkv.gradient, dP, dout.single, P, qkv.single, B, T, C, NH);
    check_gradients(attention_objective, v, 1);
}
END_TEST

static double
gelu_objective(const Variable *v)
{
    double y[BT * C];

    reference_gelu(y, v[0].exact, BT * C);
    return weighted(y, v[1].exact, BT * C);
}

START_TEST(gelu)
{
    g_auto(Variable) x = variable("x", BT * C, 1), dy = variable("dy", BT * C, 2);
    const Variable v[] = { x, dy };
    float y[BT * C];
    double exact[BT * C];

    for (gsize i = 0; i < BT * C; i++) {
        x.single[i] *= 4;
        x.exact[i] *= 4;
        x.gradient[i] = dy.single[i];
    }
    pd_gelu_forward(y, x.single, BT * C);
    reference_gelu(exact, x.exact, BT * C);
    check_close("y", y, exact, BT * C);
    pd_gelu_backward(x.gradient, x.single, BT * C);
    check_gradients(gelu_objective, v, 1);
}
END_TEST

static double
head_objective(const Variable *v)
{
    double logits[BT * V];

    reference_linear(logits, v[0].exact, v[1].exact, NULL, NULL, BT, C, V);
    return reference_cross_entropy(logits, tokens, B, T, V);
}

START_TEST(cross_entropy_behind_the_head)
{
    g_auto(Variable) X = variable("X", BT * C, 1), W = variable("W", V * C, 2);
    const Variable v[] = { X, W };
    g_autofree float *P = g_new(float, BT *V);
    double loss;

    pd_linear_forward(P, X.single, W.single, NULL, NULL, BT, C, V);
    loss = pd_cross_entropy_forward(P, tokens, B, T, V);
    ck_assert_double_eq_tol(loss, head_objective(v), 1e-5);
    pd_cross_entropy_backward(P, tokens, 1.0f / BT, B, T, V);
    pd_linear_backward(X.gradient, W.gradient, NULL, P, X.single, W.single, BT, C, V);
    check_gradients(head_objective, v, 2);
}
END_TEST

/* --- a block ---------------------------------------------------------------------------------- */

static const PdLayout one_block = { .shape = { B, T, C, V, NH, 1 }, .n_layers = 1 };

static double
block_objective(const Variable *v)
{
    double y[BT * C];

    reference_block(y, v[0].exact, v[1].exact, &one_block, 0);
    return weighted(y, v[2].exact, BT * C);
}

START_TEST(block)
{
    g_auto(Variable) x = variable("x", BT * C, 1),
                     parameters = variable("parameters", pd_layout_size(&one_block), 2),
                     dy = variable("dy", BT * C, 3);
    const Variable v[] = { x, parameters, dy };
    const PdTensors w = pd_layout_view(&one_block, parameters.single, 0);
    const PdTensors g = pd_layout_view(&one_block, parameters.gradient, 0);
    PdArena arena = { NULL, 0 };
    PdBlockActivations a;
    PdScratch scratch;
    float y[BT * C];
    double exact[BT * C];

    for (int pass = 0; pass < 2; pass++) {
        pd_block_activations_init(&a, &arena, &one_block.shape);
        pd_scratch_init(&scratch, &arena, &one_block.shape);
        if (pass == 0)
            pd_arena_allocate(&arena);
    }
    a.x = x.single;
    pd_block_forward(y, &a, &w, &one_block.shape, B);
    reference_block(exact, x.exact, parameters.exact, &one_block, 0);
    check_close("y", y, exact, BT * C);
    memcpy(x.gradient, dy.single, sizeof y);
    pd_block_backward(x.gradient, &a, &w, &g, &scratch, &one_block.shape);
    check_gradients(block_objective, v, 2);
    pd_arena_clear(&arena);
}
END_TEST

/* --- a model ---------------------------------------------------------------------------------- */

#define MODEL                                                                                      \
    "[pipeline]\nschedule = gpipe\ndevices = 1\nmicro-batches = 2\n"                               \
    "[compute]\nforward = 1 ms\nbackward = 2 ms\n"                                                 \
    "[model]\nlayers = 2\nheads = 2\nhidden = 20\ncontext = 6\nvocabulary = 256\n"                 \
    "micro-batch-size = 2\nprecision = fp32\ndropout = no\n"

/* One tensor's gradients against differences of the model's loss, which counts half in an update
 * of two micro-batches. */
static void
check_tensor(const PdTensor *tensor, double *exact, const float *gradients, const PdLayout *layout,
             const guint8 *batch)
{
    const float *gradient = gradients + tensor->offset;
    const double scale = scale_of(gradient, tensor->size);
    guint64 seed = tensor->offset;

    ck_assert_double_gt(scale, 0);
    for (guint sample = 0; sample < 12; sample++) {
        const gsize i = test_random(&seed, tensor->size);
        double *x = &exact[tensor->offset + i], before = *x, above, below;

        *x = before + STEP;
        above = reference_loss(exact, layout, batch);
        *x = before - STEP;
        below = reference_loss(exact, layout, batch);
        *x = before;
        ck_assert_msg(fabs((double)gradient[i] - (above - below) / (4 * STEP)) <= TOLERANCE * scale,
                      "tensor %d, layer %zu, [%zu]: %g, not %g", tensor->kind, tensor->layer, i,
                      (double)gradient[i], (above - below) / (4 * STEP));
    }
}

START_TEST(model_of_two_blocks)
{
    g_autoptr(GptRun) run = gpt_run_new(MODEL);
    const PdLayout layout = pd_gpt_layout(run->gpt, 0);
    const gsize n = pd_layout_size(&layout);
    const float *parameters = gpt_run_parameters(run, 0);
    g_autofree double *exact = g_new(double, n);
    guint8 batch[2 * 7];

    for (gsize i = 0; i < n; i++)
        exact[i] = (double)parameters[i];
    gpt_run_operation(run, PD_FORWARD, 0, 0);
    gpt_run_operation(run, PD_BACKWARD, 0, 0);
    pd_corpus_batch(run->corpus, 0, 2, 7, batch);
    ck_assert_double_eq_tol(pd_gpt_loss(run->gpt, 0), reference_loss(exact, &layout, batch), 1e-5);
    for (gsize i = 0; i < pd_layout_n_tensors(&layout); i++) {
        const PdTensor tensor = pd_layout_tensor(&layout, i);

        check_tensor(&tensor, exact, parameters + n, &layout, batch);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("gradients");
    TCase *tcase = tcase_create("gradients");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, embedding);
    tcase_add_test(tcase, layer_norm);
    tcase_add_test(tcase, linear_with_bias_and_residual);
    tcase_add_test(tcase, attention);
    tcase_add_test(tcase, gelu);
    tcase_add_test(tcase, cross_entropy_behind_the_head);
    tcase_add_test(tcase, block);
    tcase_add_test(tcase, model_of_two_blocks);
    suite_add_tcase(suite, tcase);
    return test_main(suite);
}

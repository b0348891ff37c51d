/*
 * A model's costs against the closed forms of the literature, in whole numbers. b, s, h, a, L, V as
 * the papers write them.
 *
 * Papers: Narayanan et al. 2021, arXiv 2104.04473 (parameters, FLOPs); Korthikanti et al. 2022,
 * arXiv 2205.05198 (activations); Qi et al. 2024, arXiv 2401.10241 (the backward in two parts).
 */
#include "transformer.h"

#include "files.h"
#include "support.h"

typedef struct {
    const char *name;
    gint64 L, a, h, s, V, b;
    gint64 parameters; /* as published, with a head tied to the embedding; 0: not published */
} Shape;

static const Shape shapes[] = {
    { "GPT-2 small", 12, 12, 768, 1024, 50257, 1, 124439808 },
    { "GPT-2 medium", 24, 16, 1024, 1024, 50257, 16, 354823168 },
    { "GPT-2 large", 36, 20, 1280, 1024, 50257, 8, 774030080 },
    { "GPT-2 XL", 48, 25, 1600, 1024, 50257, 4, 1557611200 },
    { "1.5B of Zero Bubble", 22, 24, 2304, 1024, 50304, 6, 0 },
    { "28.3B of Zero Bubble", 62, 48, 6144, 1024, 50304, 1, 0 },
    { "nanoGPT on a CPU", 4, 4, 128, 64, 65, 12, 0 },
    { "the smallest", 1, 1, 1, 1, 1, 1, 0 },
};

static PdTransformer
model_of(const Shape *shape, const char *lines)
{
    g_autofree char *text = g_strdup_printf(
        "[model]\nlayers = %d\nheads = %d\nhidden = %d\ncontext = %d\nvocabulary = %d\n"
        "%s\n",
        (int)shape->L, (int)shape->a, (int)shape->h, (int)shape->s, (int)shape->V, lines);
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = pd_config_parse("test.ini", text, strlen(text), &error);
    PdTransformer model;

    ck_assert_msg(config != NULL && pd_transformer_read(&model, config, shape->b, &error), "%s",
                  error == NULL ? "?" : error->message);
    return model;
}

static PdPart
layers(gint64 n)
{
    return (PdPart){ .layers = n };
}

static PdPart
whole(const Shape *shape)
{
    return (PdPart){ .layers = shape->L, .embedding = TRUE, .head = TRUE };
}

static const PdPart head = { .head = TRUE };

/* A double that should hold a whole number. */
#define check_number(actual, expected)                                                             \
    ck_assert_msg((actual) == (double)(expected), "%s: " #actual " is %.0f, not %.0f",             \
                  shape->name, (actual), (double)(expected))

START_TEST(parameters_are_the_published_number_and_an_untied_head)
{
    const Shape *shape = &shapes[_i];
    const PdTransformer model = model_of(shape, "");
    const gint64 L = shape->L, h = shape->h, s = shape->s, V = shape->V;
    const double parameters = pd_transformer_parameters(&model, whole(shape));

    check_number(pd_transformer_parameters(&model, layers(L)), L * (12 * h * h + 13 * h));
    if (shape->parameters > 0)
        check_number(parameters, shape->parameters + V * h);
    /* 12Lh²(1 + 13/(12h) + (V+s)/(12Lh)), then the last LayerNorm and the head */
    check_number(parameters, 12 * L * h * h + 13 * L * h + (V + s) * h + 2 * h + V * h);
}
END_TEST

START_TEST(gpt_2_medium_with_an_untied_head_has_406_million_parameters)
{
    const PdTransformer model = model_of(&shapes[1], "");
    const double parameters = pd_transformer_parameters(&model, whole(&shapes[1]));

    ck_assert(parameters > 405.5e6 && parameters < 406.5e6);
}
END_TEST

START_TEST(flops_are_those_of_the_matrix_products)
{
    const Shape *shape = &shapes[_i];
    const PdTransformer model = model_of(shape, "");
    const gint64 h = shape->h, s = shape->s, b = shape->b, V = shape->V;
    const gint64 forward = 24 * b * s * h * h + 4 * b * s * s * h;

    check_number(pd_transformer_forward_flops(&model, layers(1)), forward);
    check_number(pd_transformer_input_flops(&model, layers(1)), s * b * h * (24 * h + 8 * s));
    check_number(pd_transformer_weight_flops(&model, layers(1)), 24 * s * b * h * h);
    check_number(pd_transformer_forward_flops(&model, head), 2 * b * s * h * V);
    check_number(pd_transformer_input_flops(&model, head) +
                     pd_transformer_weight_flops(&model, head),
                 4 * b * s * h * V);
}
END_TEST

START_TEST(a_backward_is_two_forwards)
{
    const Shape *shape = &shapes[_i];
    const PdTransformer model = model_of(shape, "");
    const PdPart parts[] = { layers(1), layers(3), head, whole(shape) };

    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        check_number(pd_transformer_input_flops(&model, parts[i]) +
                         pd_transformer_weight_flops(&model, parts[i]),
                     2 * pd_transformer_forward_flops(&model, parts[i]));
}
END_TEST

/* Narayanan et al., section 4.2: 72bsLh²(1 + s/(6h) + V/(12Lh)), 96bsLh²(...) with recomputation of
 * the layers. */
START_TEST(all_flops_of_a_step_are_the_formula_of_megatron)
{
    const Shape *shape = &shapes[_i];
    const PdTransformer model = model_of(shape, "");
    const gint64 L = shape->L, h = shape->h, s = shape->s, b = shape->b, V = shape->V;
    const double forward = pd_transformer_forward_flops(&model, whole(shape));
    const double step = forward + pd_transformer_input_flops(&model, whole(shape)) +
                        pd_transformer_weight_flops(&model, whole(shape));

    check_number(step, 72 * b * s * L * h * h + 12 * b * s * s * L * h + 6 * b * s * h * V);
    check_number(step + pd_transformer_forward_flops(&model, layers(L)),
                 96 * b * s * L * h * h + 16 * b * s * s * L * h + 6 * b * s * h * V);
}
END_TEST

START_TEST(the_head_of_gpt_2_medium_weighs_three_and_a_half_layers)
{
    const PdTransformer model = model_of(&shapes[1], "");
    const double ratio = pd_transformer_forward_flops(&model, head) /
                         pd_transformer_forward_flops(&model, layers(1));

    ck_assert_double_eq_tol(ratio, 50257.0 / (12 * 1024 + 2 * 1024), 1e-12);
    ck_assert_double_eq_tol(ratio, 3.5, 0.01);
}
END_TEST

START_TEST(activations_of_a_layer_are_those_of_korthikanti)
{
    const Shape *shape = &shapes[_i];
    const gint64 h = shape->h, s = shape->s, b = shape->b, a = shape->a;
    const struct {
        const char *lines;
        gint64 bytes;
    } rows[] = {
        { "", s * b * h * 34 + 5 * a * s * s * b },
        { "dropout = yes\nattention = standard", s * b * h * 34 + 5 * a * s * s * b },
        { "attention = fused", s * b * h * 34 },
        /* no masks (2sbh), and of the attention only the softmax's output */
        { "dropout = no", s * b * h * 32 + 2 * a * s * s * b },
        { "dropout = no\nattention = fused", s * b * h * 32 },
        { "precision = mixed-fp32-gradients", s * b * h * 34 + 5 * a * s * s * b },
        /* twice the bytes of all but the masks */
        { "precision = fp32", s * b * h * 66 + 9 * a * s * s * b },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const PdTransformer model = model_of(shape, rows[i].lines);

        check_number(pd_transformer_activation_bytes(&model, layers(1)), rows[i].bytes);
        check_number(pd_transformer_activation_bytes(&model, layers(7)), 7 * rows[i].bytes);
    }
}
END_TEST

START_TEST(messages_and_inputs_are_one_boundary)
{
    const Shape *shape = &shapes[_i];
    const gint64 sbh = shape->s * shape->b * shape->h;
    const PdTransformer mixed = model_of(shape, ""), fp32 = model_of(shape, "precision = fp32");
    const PdPart first = { .layers = 1, .embedding = TRUE };

    check_number(pd_transformer_message_bytes(&mixed), 2 * sbh);
    check_number(pd_transformer_message_bytes(&fp32), 4 * sbh);
    check_number(pd_transformer_input_bytes(&mixed, layers(3)), 2 * sbh);
    check_number(pd_transformer_input_bytes(&fp32, layers(3)), 4 * sbh);
    check_number(pd_transformer_input_bytes(&mixed, first), 8 * shape->s * shape->b);
}
END_TEST

START_TEST(bytes_per_parameter_are_those_of_adam)
{
    static const struct {
        const char *lines;
        double weights, gradients, optimizer, update;
    } rows[] = {
        { "", 2, 2, 12, 2 + 2 * 12 + 2 },
        { "precision = mixed", 2, 2, 12, 2 + 2 * 12 + 2 },
        { "precision = mixed-fp32-gradients", 2, 4, 12, 4 + 2 * 12 + 2 },
        { "precision = fp32", 4, 4, 8, 4 + 2 * 8 + 2 * 4 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const PdTransformer model = model_of(&shapes[0], rows[i].lines);

        ck_assert(model.weight_bytes == rows[i].weights);
        ck_assert(model.gradient_bytes == rows[i].gradients);
        ck_assert(model.optimizer_bytes == rows[i].optimizer);
        ck_assert(pd_transformer_update_bytes(&model) == rows[i].update);
    }
}
END_TEST

START_TEST(stages_sum_to_the_whole_model)
{
    typedef double (*Cost)(const PdTransformer *model, PdPart part);
    static const Cost costs[] = {
        pd_transformer_forward_flops, pd_transformer_input_flops,      pd_transformer_weight_flops,
        pd_transformer_parameters,    pd_transformer_activation_bytes,
    };
    const Shape *shape = &shapes[_i];
    const PdTransformer model = model_of(shape, "");
    guint64 seed = 1;

    for (int round = 0; round < 20; round++) {
        for (gsize i = 0; i < G_N_ELEMENTS(costs); i++) {
            gint64 left = shape->L;
            double sum = 0;

            while (left > 0) {
                const gint64 n = 1 + (gint64)test_random(&seed, (guint64)left);
                const PdPart part = { n, left == shape->L, left == n };

                sum += costs[i](&model, part);
                left -= n;
            }
            check_number(sum, costs[i](&model, whole(shape)));
        }
    }
}
END_TEST

START_TEST(a_model_that_lacks_a_dimension_or_has_uneven_heads_is_refused)
{
    static const char *const lines[] = { "layers = 2", "heads = 4", "hidden = 64", "context = 8",
                                         "vocabulary = 10" };

    for (gsize missing = 0; missing <= G_N_ELEMENTS(lines); missing++) {
        g_autoptr(GString) text = g_string_new("[model]\n");
        g_autoptr(GError) error = NULL;
        PdTransformer model;

        for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
            if (i != missing)
                g_string_append_printf(text, "%s\n", lines[i]);
        g_autoptr(PdConfig) config = pd_config_parse("test.ini", text->str, text->len, NULL);
        ck_assert(pd_transformer_read(&model, config, 1, &error) ==
                  (missing == G_N_ELEMENTS(lines)));
        if (error == NULL)
            continue;
        g_auto(GStrv) key = g_strsplit(lines[missing], " ", 2);
        g_autofree char *start = g_strdup_printf("test.ini: [model] %s: ", key[0]);
        ck_assert(g_str_has_prefix(error->message, start));
        test_check_message(error->message);
    }
    g_autofree char *message = test_refusal(
        "[pipeline]\nschedule = gpipe\ndevices = 1\nmicro-batches = 1\n[model]\nlayers = 2\n"
        "heads = 3\nhidden = 64\ncontext = 8\nvocabulary = 10\n");
    ck_assert(g_str_has_prefix(message, "test.ini: [model] heads: 3 heads do not divide"));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("transformer");
    TCase *tests = tcase_create("transformer");
    const int n = G_N_ELEMENTS(shapes);

    tcase_add_loop_test(tests, parameters_are_the_published_number_and_an_untied_head, 0, n);
    tcase_add_test(tests, gpt_2_medium_with_an_untied_head_has_406_million_parameters);
    tcase_add_loop_test(tests, flops_are_those_of_the_matrix_products, 0, n);
    tcase_add_loop_test(tests, a_backward_is_two_forwards, 0, n);
    tcase_add_loop_test(tests, all_flops_of_a_step_are_the_formula_of_megatron, 0, n);
    tcase_add_test(tests, the_head_of_gpt_2_medium_weighs_three_and_a_half_layers);
    tcase_add_loop_test(tests, activations_of_a_layer_are_those_of_korthikanti, 0, n);
    tcase_add_loop_test(tests, messages_and_inputs_are_one_boundary, 0, n);
    tcase_add_test(tests, bytes_per_parameter_are_those_of_adam);
    tcase_add_loop_test(tests, stages_sum_to_the_whole_model, 0, n);
    tcase_add_test(tests, a_model_that_lacks_a_dimension_or_has_uneven_heads_is_refused);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

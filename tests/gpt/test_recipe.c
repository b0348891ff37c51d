#include <math.h>

#include "errors.h"
#include "files.h"
#include "recipe.h"
#include "support.h"

/* Read the recipe of a scenario of these lines in [train]. */
static gboolean
read_recipe(PdRecipe *recipe, const char *lines, GError **error)
{
    g_autofree char *text = g_strdup_printf("[train]\n%s", lines);
    g_autoptr(GError) failure = NULL;
    g_autoptr(PdConfig) config = pd_config_parse("test.ini", text, strlen(text), &failure);

    ck_assert_msg(config != NULL, "%s", failure == NULL ? "?" : failure->message);
    return pd_recipe_read(recipe, config, error);
}

static PdRecipe
recipe_of(const char *lines)
{
    g_autoptr(GError) error = NULL;
    PdRecipe recipe;

    ck_assert_msg(read_recipe(&recipe, lines, &error), "%s", error == NULL ? "?" : error->message);
    return recipe;
}

/* --- reading ---------------------------------------------------------------------------------- */

START_TEST(what_is_absent_has_its_default)
{
    const PdRecipe recipe = recipe_of("");

    ck_assert_uint_eq(recipe.seed, 1);
    ck_assert_double_eq(recipe.learning_rate, 1e-3);
    ck_assert_double_eq_tol(recipe.final_learning_rate, 1e-4, 1e-18);
    ck_assert_int_eq(recipe.warm_up, 0);
    ck_assert_int_eq(recipe.decay, 0);
    ck_assert_double_eq(recipe.beta1, 0.9);
    ck_assert_double_eq(recipe.beta2, 0.95);
    ck_assert_double_eq(recipe.epsilon, 1e-8);
    ck_assert_double_eq(recipe.weight_decay, 0.1);
    ck_assert_double_eq(recipe.validation_share, 0.1);
    ck_assert_int_eq(recipe.validation_windows, 64);
}
END_TEST

START_TEST(what_is_present_is_read)
{
    const PdRecipe recipe =
        recipe_of("seed = 7\nlearning-rate = 0.01\nfinal-learning-rate = 0.002\nwarm-up = 100\n"
                  "decay = 1000\nbetas = 0.8; 0.99\nepsilon = 1e-6\nweight-decay = 0\n"
                  "validation-share = 25 %\nvalidation-windows = 3\n");

    ck_assert_uint_eq(recipe.seed, 7);
    ck_assert_double_eq(recipe.learning_rate, 0.01);
    ck_assert_double_eq(recipe.final_learning_rate, 0.002);
    ck_assert_int_eq(recipe.warm_up, 100);
    ck_assert_int_eq(recipe.decay, 1000);
    ck_assert_double_eq(recipe.beta1, 0.8);
    ck_assert_double_eq(recipe.beta2, 0.99);
    ck_assert_double_eq(recipe.epsilon, 1e-6);
    ck_assert_double_eq(recipe.weight_decay, 0);
    ck_assert_double_eq(recipe.validation_share, 0.25);
    ck_assert_int_eq(recipe.validation_windows, 3);
}
END_TEST

START_TEST(the_final_rate_is_by_default_a_tenth_of_the_rate_that_is_given)
{
    ck_assert_double_eq_tol(recipe_of("learning-rate = 0.5\n").final_learning_rate, 0.05, 1e-16);
}
END_TEST

static const struct {
    const char *lines;
    const char *message;
} refused[] = {
    { "betas = 0.9\n", "betas: has 1 values; 2 are right, such as 0.9;0.95" },
    { "betas = 0.9;0.95;0.99\n", "betas: has 3 values; 2 are right, such as 0.9;0.95" },
    { "betas = 1;0.95\n", "betas: 1 is not below 1; write two numbers such as 0.9;0.95" },
    { "betas = 0.9;1.5\n", "betas: 1.5 is not below 1; write two numbers such as 0.9;0.95" },
    { "learning-rate = 0.01\nfinal-learning-rate = 0.02\n",
      "final-learning-rate: 0.02 is larger than the learning-rate, 0.01; the rate decays" },
    { "final-learning-rate = 0.01\n",
      "final-learning-rate: 0.01 is larger than the learning-rate, 0.001; the rate decays" },
    { "warm-up = 100\ndecay = 100\n", "decay: 100 tokens end within the warm-up of 100; write a "
                                      "larger number, or 0 for no decay" },
    { "warm-up = 100\ndecay = 1\n", "decay: 1 tokens end within the warm-up of 100; write a larger "
                                    "number, or 0 for no decay" },
    { "validation-share = 0.5\n", "validation-share: 0.5 is no share to keep; write a number from "
                                  "0.0001 to below 0.5, or 0 for no validation" },
    { "validation-share = 0.00005\n", "validation-share: 5e-05 is no share to keep; write a number "
                                      "from 0.0001 to below 0.5, or 0 for no validation" },
};

START_TEST(a_value_out_of_range_is_refused_at_its_key)
{
    g_autofree char *message = g_strdup_printf("test.ini: [train] %s", refused[_i].message);
    g_autoptr(GError) error = NULL;
    PdRecipe recipe;

    ck_assert(!read_recipe(&recipe, refused[_i].lines, &error));
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
    ck_assert_str_eq(error->message, message);
    test_check_message(error->message);
}
END_TEST

START_TEST(a_value_at_the_edge_of_its_range_is_taken)
{
    recipe_of("betas = 0;0.999999\n");
    recipe_of("learning-rate = 0.01\nfinal-learning-rate = 0.01\n");
    recipe_of("learning-rate = 0.01\nfinal-learning-rate = 0\n");
    recipe_of("warm-up = 100\ndecay = 101\n");
    recipe_of("warm-up = 100\ndecay = 0\n");
    recipe_of("decay = 1\n");
    recipe_of("validation-share = 0\n");
    recipe_of("validation-share = 0.0001\n");
    recipe_of("validation-share = 0.49999\n");
}
END_TEST

/* --- the rate --------------------------------------------------------------------------------- */

#define RATES "learning-rate = 0.8\nfinal-learning-rate = 0.2\n"

static const struct {
    const char *lines;
    gint64 tokens;
    double rate;
} rates[] = {
    /* a warm-up from 0 to 1000, a cosine from 1000 to 5000 */
    { RATES "warm-up = 1000\ndecay = 5000\n", 0, 0 },
    { RATES "warm-up = 1000\ndecay = 5000\n", 250, 0.2 },
    { RATES "warm-up = 1000\ndecay = 5000\n", 500, 0.4 },
    { RATES "warm-up = 1000\ndecay = 5000\n", 999, 0.7992 },
    { RATES "warm-up = 1000\ndecay = 5000\n", 1000, 0.8 },
    { RATES "warm-up = 1000\ndecay = 5000\n", 2000, 0.5 + 0.3 * G_SQRT2 / 2 },
    { RATES "warm-up = 1000\ndecay = 5000\n", 3000, 0.5 },
    { RATES "warm-up = 1000\ndecay = 5000\n", 4000, 0.5 - 0.3 * G_SQRT2 / 2 },
    { RATES "warm-up = 1000\ndecay = 5000\n", 5000, 0.2 },
    { RATES "warm-up = 1000\ndecay = 5000\n", G_MAXINT64, 0.2 },
    /* the parts alone */
    { RATES "decay = 600\n", 0, 0.8 },
    { RATES "decay = 600\n", 200, 0.65 }, /* cos 60° = 1/2 */
    { RATES "decay = 600\n", 400, 0.35 },
    { RATES "warm-up = 1000\n", 500, 0.4 },
    { RATES "warm-up = 1000\n", 1000, 0.8 },
    { RATES "warm-up = 1000\n", G_MAXINT64, 0.8 },
    { RATES, 0, 0.8 },
    { RATES, G_MAXINT64, 0.8 },
};

START_TEST(the_rate_rises_linearly_falls_along_a_cosine_and_stays)
{
    const PdRecipe recipe = recipe_of(rates[_i].lines);

    ck_assert_double_eq_tol(pd_recipe_rate(&recipe, rates[_i].tokens), rates[_i].rate, 1e-15);
}
END_TEST

START_TEST(the_rate_has_one_peak_and_makes_no_jump)
{
    const PdRecipe recipe = recipe_of(RATES "warm-up = 1000\ndecay = 5000\n");
    double before = 0;

    for (gint64 tokens = 1; tokens <= 6000; tokens++) {
        const double rate = pd_recipe_rate(&recipe, tokens);

        test_require(tokens <= 1000 ? rate > before : rate <= before);
        test_require(fabs(rate - before) < 0.8 / 1000 + 1e-12);
        before = rate;
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("recipe");
    TCase *tests = tcase_create("recipe");

    tcase_add_test(tests, what_is_absent_has_its_default);
    tcase_add_test(tests, what_is_present_is_read);
    tcase_add_test(tests, the_final_rate_is_by_default_a_tenth_of_the_rate_that_is_given);
    tcase_add_loop_test(tests, a_value_out_of_range_is_refused_at_its_key, 0,
                        G_N_ELEMENTS(refused));
    tcase_add_test(tests, a_value_at_the_edge_of_its_range_is_taken);
    tcase_add_loop_test(tests, the_rate_rises_linearly_falls_along_a_cosine_and_stays, 0,
                        G_N_ELEMENTS(rates));
    tcase_add_test(tests, the_rate_has_one_peak_and_makes_no_jump);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

#include <math.h>

#include "jitter.h"
#include "support.h"

START_TEST(exp_and_log_agree_with_libm)
{
    guint64 seed = 7;

    for (int i = 0; i < 200000; i++) {
        const double x = ((double)test_random(&seed, 1 << 30) / (1 << 30) - 0.5) * 80;
        const double e = pd_exp(x), l = pd_log(e);

        test_require(fabs(e / exp(x) - 1) <= 1e-14);
        test_require(fabs(l - log(e)) <= 1e-14 * MAX(1, fabs(log(e))));
    }
    test_require(pd_exp(0) == 1);
    test_require(pd_log(1) == 0);
    test_require(pd_exp(-1000) == 0);
}
END_TEST

START_TEST(the_inverse_normal_distribution_inverts_the_distribution)
{
    for (int i = 1; i < 100000; i++) {
        const double probability = i / 100000.0;
        const double z = pd_inverse_normal(probability);

        test_require(fabs(0.5 * erfc(-z / sqrt(2)) - probability) <= 1e-15);
        test_require(fabs(z + pd_inverse_normal(1 - probability)) <= 1e-9);
    }
    for (double probability = 1e-16; probability < 1e-3; probability *= 1.7) {
        const double z = pd_inverse_normal(probability);

        test_require(fabs(0.5 * erfc(-z / sqrt(2)) / probability - 1) <= 1e-12);
    }
}
END_TEST

START_TEST(a_factor_has_mean_1_and_the_coefficient_of_variation_that_was_asked_for)
{
    static const double variations[] = { 0.01, 0.1, 0.5, 1.0 };
    const double cv = variations[_i];
    const gint64 n = 1000000;
    double sum = 0, squares = 0;
    PdJitter jitter;

    pd_jitter_init(&jitter, 3, cv);
    for (gint64 m = 0; m < n; m++) {
        const double factor = pd_jitter_factor(&jitter, (PdOperation){ m, 5, PD_FORWARD, 0 });

        test_require(factor > 0);
        sum += factor;
        squares += factor * factor;
    }
    const double mean = sum / (double)n;
    /* four standard errors */
    ck_assert_double_eq_tol(mean, 1, 4 * cv / sqrt((double)n));
    ck_assert_double_eq_tol(sqrt(squares / (double)n - mean * mean) / cv, 1, 0.03);
}
END_TEST

START_TEST(operations_of_different_seed_stage_micro_batch_or_kind_have_independent_factors)
{
    const int n = 100000;
    double products[4] = { 0 };

    for (int m = 0; m < n; m++) {
        PdJitter one, two;

        pd_jitter_init(&one, 1, 0.5);
        pd_jitter_init(&two, 2, 0.5);
        const double x = pd_jitter_factor(&one, (PdOperation){ m, 3, PD_FORWARD, 0 }) - 1;

        products[0] += x * (pd_jitter_factor(&two, (PdOperation){ m, 3, PD_FORWARD, 0 }) - 1);
        products[1] += x * (pd_jitter_factor(&one, (PdOperation){ m, 4, PD_FORWARD, 0 }) - 1);
        products[2] += x * (pd_jitter_factor(&one, (PdOperation){ m + 1, 3, PD_FORWARD, 0 }) - 1);
        products[3] += x * (pd_jitter_factor(&one, (PdOperation){ m, 3, PD_BACKWARD, 0 }) - 1);
    }
    /* a correlation of 0, within five standard errors */
    for (int i = 0; i < 4; i++)
        test_require(fabs(products[i] / n / 0.25) <= 5 / sqrt(n));
}
END_TEST

START_TEST(a_time_without_jitter_is_left_alone_and_one_that_overflows_saturates)
{
    PdJitter none, huge;

    pd_jitter_init(&none, 1, 0);
    pd_jitter_init(&huge, 1, 1e6);
    test_require(pd_jitter_apply(&none, (PdOperation){ 0 }, G_MAXINT64) == G_MAXINT64);
    for (gint64 m = 0; m < 1000; m++) {
        const PdOperation operation = { m, 0, PD_FORWARD, 0 };

        test_require(pd_jitter_apply(&huge, operation, G_MAXINT64) >= 0);
        test_require(pd_jitter_apply(&huge, operation, 0) == 0);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("jitter");
    TCase *tests = tcase_create("jitter");

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, exp_and_log_agree_with_libm);
    tcase_add_test(tests, the_inverse_normal_distribution_inverts_the_distribution);
    tcase_add_loop_test(
        tests, a_factor_has_mean_1_and_the_coefficient_of_variation_that_was_asked_for, 0, 4);
    tcase_add_test(tests,
                   operations_of_different_seed_stage_micro_batch_or_kind_have_independent_factors);
    tcase_add_test(tests, a_time_without_jitter_is_left_alone_and_one_that_overflows_saturates);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

#include <float.h>
#include <math.h>

#include "support.h"
#include "vector_math.h"

/* Every float of a range is too many; a prime step through their bits meets all exponents. */
#define STEP 4099

static float
of_bits(guint32 bits)
{
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The distance in units in the last place of the exact value. */
static double
error_in_ulp(float value, double exact)
{
    const float near = (float)exact;
    const float above = nextafterf(fabsf(near), INFINITY);

    return fabs((double)value - exact) / (double)(above - fabsf(near));
}

START_TEST(the_exponential_is_right_to_two_units_wherever_it_is_normal)
{
    double worst = 0;

    for (guint32 bits = 0; bits < 0x42b17218u; bits += STEP) /* up to 88.72 */
        worst = MAX(worst, error_in_ulp(pd_expf(of_bits(bits)), exp((double)of_bits(bits))));
    for (guint32 bits = 0x80000000u; bits < 0xc2aeac50u; bits += STEP) /* down to −87.33 */
        worst = MAX(worst, error_in_ulp(pd_expf(of_bits(bits)), exp((double)of_bits(bits))));
    ck_assert_double_le(worst, 2);
}
END_TEST

START_TEST(the_exponential_of_extremes_is_what_a_float_can_hold)
{
    ck_assert(pd_expf(0) == 1);
    ck_assert(pd_expf(-0.0f) == 1);
    ck_assert(pd_expf(88.73f) == INFINITY);
    ck_assert(pd_expf(G_MAXFLOAT) == INFINITY);
    ck_assert(pd_expf(INFINITY) == INFINITY);
    ck_assert(pd_expf(-104.0f) == 0);
    ck_assert(pd_expf(-G_MAXFLOAT) == 0);
    ck_assert(pd_expf(-INFINITY) == 0);
    ck_assert(isnan(pd_expf(NAN)));
    /* denormal numbers have fewer digits, not another size */
    for (float x = -103; x < -88; x += 0.37f)
        ck_assert_double_eq_tol((double)pd_expf(x), exp((double)x), 3e-45);
}
END_TEST

START_TEST(the_sigmoid_is_right_to_a_millionth_over_the_whole_range)
{
    double worst = 0;

    for (guint32 bits = 0; bits < 0x7f800000u; bits += STEP)
        for (int sign = 0; sign < 2; sign++) {
            const float x = sign == 0 ? of_bits(bits) : -of_bits(bits);
            const double exact = 1 / (1 + exp(-(double)x));

            if (exact >= (double)FLT_MIN)
                worst = MAX(worst, fabs((double)pd_sigmoidf(x) - exact) / exact);
            else
                test_require(pd_sigmoidf(x) <= FLT_MIN);
        }
    ck_assert_double_le(worst, 1e-6);
    ck_assert(pd_sigmoidf(INFINITY) == 1);
    ck_assert(pd_sigmoidf(-INFINITY) == 0);
    ck_assert(isnan(pd_sigmoidf(NAN)));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("math");
    TCase *tcase = tcase_create("math");

    tcase_add_test(tcase, the_exponential_is_right_to_two_units_wherever_it_is_normal);
    tcase_add_test(tcase, the_exponential_of_extremes_is_what_a_float_can_hold);
    tcase_add_test(tcase, the_sigmoid_is_right_to_a_millionth_over_the_whole_range);
    suite_add_tcase(suite, tcase);
    return test_main(suite);
}

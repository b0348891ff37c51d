/*
 * Values compare as the numbers they are, to the last bit, whatever they are kept as.
 */
#include <math.h>

#include "support.h"
#include "value.h"

/* 2^53 + 1 is the first integer that a double does not hold. */
#define BEYOND G_GINT64_CONSTANT(9007199254740993)

typedef struct {
    gint64 integer;
    double real;
    int sign; /* of integer − real */
} Mixed;

static const Mixed mixed[] = {
    { 0, 0.0, 0 },
    { 0, -0.0, 0 },
    { 1, 0.5, 1 },
    { 0, 0.5, -1 },
    { -1, -0.5, -1 },
    { 0, -0.5, 1 },
    { BEYOND, 9007199254740992.0, 1 },
    { BEYOND - 1, 9007199254740992.0, 0 },
    { G_MAXINT64, 0x1p63, -1 },
    { G_MININT64, -0x1p63, 0 },
    { G_MININT64 + 1, -0x1p63, 1 },
    { G_MAXINT64, 1e300, -1 },
    { G_MININT64, -1e300, 1 },
    { G_MAXINT64, (double)INFINITY, -1 },
    { G_MININT64, -(double)INFINITY, 1 },
};

static int
sign_of(int n)
{
    return (n > 0) - (n < 0);
}

START_TEST(an_integer_and_a_real_compare_exactly)
{
    const PdValue a = pd_value_integer(mixed[_i].integer), b = pd_value_real(mixed[_i].real);

    ck_assert_int_eq(sign_of(pd_value_compare(a, b)), mixed[_i].sign);
    ck_assert_int_eq(sign_of(pd_value_compare(b, a)), -mixed[_i].sign);
}
END_TEST

START_TEST(two_integers_compare_without_losing_bits)
{
    const PdValue a = pd_value_integer(G_MAXINT64), b = pd_value_integer(G_MAXINT64 - 1);

    ck_assert_int_gt(pd_value_compare(a, b), 0);
    ck_assert_int_lt(pd_value_compare(b, a), 0);
    ck_assert_int_eq(pd_value_compare(a, a), 0);
}
END_TEST

START_TEST(texts_and_booleans_have_an_order_too)
{
    ck_assert_int_lt(pd_value_compare(pd_value_text("1f1b"), pd_value_text("paci")), 0);
    ck_assert_int_eq(pd_value_compare(pd_value_text("paci"), pd_value_text("paci")), 0);
    ck_assert_int_lt(pd_value_compare(pd_value_boolean(FALSE), pd_value_boolean(TRUE)), 0);
}
END_TEST

START_TEST(every_type_but_the_integer_has_a_null)
{
    const PdValue unknown = { .type = PD_VALUE_BOOLEAN, .integer = -1 };

    ck_assert(pd_value_is_null(pd_value_null()));
    ck_assert(pd_value_is_null(pd_value_text(NULL)));
    ck_assert(pd_value_is_null(unknown));
    ck_assert(!pd_value_is_null(pd_value_text("")));
    ck_assert(!pd_value_is_null(pd_value_real(0)));
    ck_assert(!pd_value_is_null(pd_value_boolean(FALSE)));
    ck_assert(!pd_value_is_null(pd_value_integer(-1)));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("value");
    TCase *tests = tcase_create("value");

    tcase_add_loop_test(tests, an_integer_and_a_real_compare_exactly, 0, (int)G_N_ELEMENTS(mixed));
    tcase_add_test(tests, two_integers_compare_without_losing_bits);
    tcase_add_test(tests, texts_and_booleans_have_an_order_too);
    tcase_add_test(tests, every_type_but_the_integer_has_a_null);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

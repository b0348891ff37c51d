#include "series.h"
#include "support.h"

#define MOST 400

/* A set as anyone would write it. */
typedef struct {
    gboolean has[MOST];
    gint64 n;
} Naive;

static void
check_equal(const PdSeries *series, const Naive *naive)
{
    gint64 prefix = 0, n_wrong = 0;

    while (prefix < MOST && naive->has[prefix])
        prefix++;
    for (gint64 number = 0; number < MOST; number++)
        n_wrong += pd_series_has(series, number) != naive->has[number];
    ck_assert_int_eq(n_wrong, 0);
    ck_assert(!pd_series_has(series, MOST));
    ck_assert(!pd_series_has(series, G_MAXINT64));
    ck_assert_int_eq(pd_series_count(series), naive->n);
    ck_assert_int_eq(series->prefix, prefix);
}

/* 0 ... n−1, each at most `reach` places from its own: 0 is in order, n is any order. */
static void
shuffle(gint64 *numbers, guint n, guint reach, guint64 *seed)
{
    for (guint i = 0; i < n; i++)
        numbers[i] = i;
    for (guint i = 0; i + 1 < n; i++) {
        const guint j = i + (guint)test_random(seed, MIN(reach, n - 1 - i) + 1);
        const gint64 number = numbers[i];

        numbers[i] = numbers[j];
        numbers[j] = number;
    }
}

static const guint reaches[] = { 0, 1, 2, 7, MOST };

START_TEST(a_series_is_the_set_of_the_numbers_added_in_whatever_order)
{
    guint64 seed = (guint64)_i + 1;

    for (int round = 0; round < 8; round++) {
        const guint n = 1 + (guint)test_random(&seed, MOST);
        PdSeries series = { 0 };
        Naive naive = { 0 };
        gint64 numbers[MOST];

        check_equal(&series, &naive);
        shuffle(numbers, n, reaches[_i], &seed);
        for (guint i = 0; i < n; i++) {
            pd_series_add(&series, numbers[i]);
            naive.has[numbers[i]] = TRUE;
            naive.n++;
            check_equal(&series, &naive);
        }
        ck_assert_int_eq(series.prefix, n);
        pd_series_clear(&series);
    }
}
END_TEST

START_TEST(numbers_in_descending_order_are_a_prefix_only_with_the_last)
{
    PdSeries series = { 0 };

    for (gint64 number = 99; number > 0; number--) {
        pd_series_add(&series, number);
        ck_assert_int_eq(series.prefix, 0);
        ck_assert_int_eq(pd_series_count(&series), 100 - number);
    }
    pd_series_add(&series, 0);
    ck_assert_int_eq(series.prefix, 100);
    ck_assert_int_eq(pd_series_count(&series), 100);
    pd_series_clear(&series);
}
END_TEST

START_TEST(a_prefix_that_is_given_holds_all_below_it)
{
    PdSeries series = { .prefix = G_MAXINT64 };

    ck_assert(pd_series_has(&series, 0));
    ck_assert(pd_series_has(&series, G_MAXINT64 - 1));
    ck_assert_int_eq(pd_series_count(&series), G_MAXINT64);
    pd_series_clear(&series);
}
END_TEST

START_TEST(a_cleared_series_is_empty_and_can_be_used_again)
{
    PdSeries series = { 0 };

    for (int round = 0; round < 2; round++) {
        ck_assert_int_eq(pd_series_count(&series), 0);
        ck_assert(!pd_series_has(&series, 0) && !pd_series_has(&series, 5));
        pd_series_add(&series, 0);
        pd_series_add(&series, 5);
        ck_assert(pd_series_has(&series, 0) && pd_series_has(&series, 5));
        ck_assert(!pd_series_has(&series, 1));
        pd_series_clear(&series);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("series");
    TCase *tests = tcase_create("series");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_series_is_the_set_of_the_numbers_added_in_whatever_order, 0,
                        G_N_ELEMENTS(reaches));
    tcase_add_test(tests, numbers_in_descending_order_are_a_prefix_only_with_the_last);
    tcase_add_test(tests, a_prefix_that_is_given_holds_all_below_it);
    tcase_add_test(tests, a_cleared_series_is_empty_and_can_be_used_again);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

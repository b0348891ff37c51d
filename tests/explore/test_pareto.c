/*
 * Which rows are kept and in what order: Pareto fronts and sorting, against their definitions.
 */
#include <math.h>

#include "criterion.h"
#include "errors.h"
#include "files.h"
#include "pareto.h"
#include "support.h"

enum { MOST_ROWS = 60, MOST_OBJECTIVES = 4, ROUNDS = 3000 };

static gboolean
dominates(const double *a, const double *b, guint n)
{
    gboolean better = FALSE;

    for (guint i = 0; i < n; i++) {
        /* written so that NAN dominates nobody and is dominated by nobody */
        if (!(a[i] >= b[i]))
            return FALSE;
        better = better || a[i] > b[i];
    }
    return better;
}

static gboolean
is_on_front(const double *rows, gsize n, guint n_objectives, gsize row)
{
    for (guint i = 0; i < n_objectives; i++)
        if (isnan(rows[row * n_objectives + i]))
            return FALSE;
    for (gsize i = 0; i < n; i++)
        if (dominates(&rows[i * n_objectives], &rows[row * n_objectives], n_objectives))
            return FALSE;
    return TRUE;
}

/* Few different values, so that rows are equal often; now and then none. */
static double
random_value(guint64 *seed)
{
    const guint64 value = test_random(seed, 12);

    return value == 0 ? (double)NAN : value == 1 ? (double)INFINITY : (double)value - 6;
}

START_TEST(the_front_is_what_its_definition_says)
{
    guint64 seed = (guint64)_i;

    for (int round = 0; round < ROUNDS; round++) {
        const gsize n = (gsize)test_random(&seed, MOST_ROWS);
        double rows[MOST_ROWS * MOST_OBJECTIVES];
        g_autofree gboolean *front = NULL;

        for (gsize i = 0; i < n * (guint)_i; i++)
            rows[i] = random_value(&seed);
        front = pd_pareto_front(rows, n, (guint)_i);
        for (gsize i = 0; i < n; i++)
            test_require(front[i] == is_on_front(rows, n, (guint)_i, i));
    }
}
END_TEST

START_TEST(equal_rows_stay_together)
{
    const double rows[] = { 1, 2, 2, 1, 1, 2, 1, 1, 2, 1 };
    g_autofree gboolean *front = pd_pareto_front(rows, 5, 2);

    ck_assert(front[0] && front[1] && front[2] && !front[3] && front[4]);
}
END_TEST

static const PdName names[] = {
    { "schedule", PD_VALUE_TEXT },
    { "max_crossing", PD_VALUE_INTEGER },
    { "bubble_fraction", PD_VALUE_REAL },
    { NULL, PD_VALUE_TEXT },
};

START_TEST(criteria_are_names_with_a_sign)
{
    guint n = 0;
    g_autofree PdCriterion *criteria =
        pd_criteria_parse("--pareto", "bubble_fraction, -max_crossing", names, TRUE, &n, NULL);

    ck_assert_ptr_nonnull(criteria);
    ck_assert_uint_eq(n, 2);
    ck_assert(criteria[0].name == 2 && !criteria[0].opposite);
    ck_assert(criteria[1].name == 1 && criteria[1].opposite);
}
END_TEST

static const struct {
    const char *text, *message;
} refusals[] = {
    { "", "--pareto: the name '' is unknown" },
    { "max_crossing,", "the name '' is unknown" },
    { "-max_crosing", "the name 'max_crosing' is unknown; did you mean max_crossing?" },
    { "speed", "the name 'speed' is unknown; reports.md lists the names" },
    { "schedule", "schedule is no number; write the names of numbers" },
    { "max_crossing,-max_crossing", "max_crossing stands twice" },
};

START_TEST(wrong_criteria_are_refused)
{
    g_autoptr(GError) error = NULL;
    guint n;
    g_autofree PdCriterion *criteria =
        pd_criteria_parse("--pareto", refusals[_i].text, names, TRUE, &n, &error);

    ck_assert_ptr_null(criteria);
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
    ck_assert_msg(strstr(error->message, refusals[_i].message) != NULL, "%s", error->message);
    test_check_message(error->message);
}
END_TEST

START_TEST(sorting_is_stable_and_puts_null_last)
{
    const PdValue values[] = { pd_value_real(2), pd_value_null(),     pd_value_real(1),
                               pd_value_real(2), pd_value_integer(1), pd_value_null() };
    static const gsize ascending[] = { 2, 4, 0, 3, 1, 5 }, descending[] = { 0, 3, 2, 4, 1, 5 };
    g_autofree gsize *up =
        pd_criterion_order((PdCriterion){ 0, FALSE }, values, G_N_ELEMENTS(values));
    g_autofree gsize *down =
        pd_criterion_order((PdCriterion){ 0, TRUE }, values, G_N_ELEMENTS(values));

    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        ck_assert_uint_eq(up[i], ascending[i]);
        ck_assert_uint_eq(down[i], descending[i]);
    }
}
END_TEST

START_TEST(texts_are_sorted_too)
{
    const PdValue values[] = { pd_value_text("paci"), pd_value_text(NULL), pd_value_text("1f1b") };
    g_autofree gsize *order = pd_criterion_order((PdCriterion){ 0, FALSE }, values, 3);

    ck_assert(order[0] == 2 && order[1] == 0 && order[2] == 1);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("pareto");
    TCase *tests = tcase_create("pareto");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, the_front_is_what_its_definition_says, 1, MOST_OBJECTIVES + 1);
    tcase_add_test(tests, equal_rows_stay_together);
    tcase_add_test(tests, criteria_are_names_with_a_sign);
    tcase_add_loop_test(tests, wrong_criteria_are_refused, 0, (int)G_N_ELEMENTS(refusals));
    tcase_add_test(tests, sorting_is_stable_and_puts_null_last);
    tcase_add_test(tests, texts_are_sorted_too);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

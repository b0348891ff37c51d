#include "partition.h"

#include <stdlib.h>

#include "support.h"

#define MOST_STAGES 5

typedef struct {
    guint n_stages;
    gint64 n_layers;
    double layer_time[MOST_STAGES];
    double fixed_time[MOST_STAGES];
} Problem;

static int
descending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x < y) - (x > y);
}

/* The stages' times, the slowest first. */
static void
times_of(const Problem *problem, const gint64 *layers, double times[MOST_STAGES])
{
    for (guint s = 0; s < problem->n_stages; s++)
        times[s] = problem->fixed_time[s] + (double)layers[s] * problem->layer_time[s];
    qsort(times, problem->n_stages, sizeof *times, descending);
}

/* Whether the slowest stage is faster; where it is not, the second slowest, and so on. */
static gboolean
is_better(const double *times, const double *others, guint n)
{
    for (guint i = 0; i < n; i++)
        if (times[i] != others[i])
            return times[i] < others[i];
    return FALSE;
}

/* Try every composition of the layers that are left into stages s ... n−1. */
static void
search(const Problem *problem, gint64 *layers, guint s, gint64 left, double best[MOST_STAGES])
{
    const gint64 behind = problem->n_stages - s - 1;
    double times[MOST_STAGES];

    if (behind == 0) {
        layers[s] = left;
        times_of(problem, layers, times);
        if (is_better(times, best, problem->n_stages))
            memcpy(best, times, sizeof times);
        return;
    }
    for (layers[s] = 1; layers[s] <= left - behind; layers[s]++)
        search(problem, layers, s + 1, left - layers[s], best);
}

/* Small whole numbers, so that sums are exact and ties are frequent. */
static Problem
random_problem(guint64 *seed)
{
    Problem problem = { .n_stages = 1 + (guint)test_random(seed, MOST_STAGES) };

    problem.n_layers = problem.n_stages + (gint64)test_random(seed, 8);
    for (guint s = 0; s < problem.n_stages; s++) {
        problem.layer_time[s] = 1 + (double)test_random(seed, 4);
        problem.fixed_time[s] = (double)test_random(seed, 2) * (double)test_random(seed, 9);
    }
    return problem;
}

START_TEST(a_partition_is_the_best_of_all_compositions)
{
    guint64 seed = (guint64)_i + 1;

    for (int round = 0; round < 200; round++) {
        const Problem problem = random_problem(&seed);
        g_autofree gint64 *layers = pd_partition_balance(problem.n_layers, problem.n_stages,
                                                         problem.layer_time, problem.fixed_time);
        double best[MOST_STAGES] = { G_MAXDOUBLE }, times[MOST_STAGES] = { 0 };
        gint64 tried[MOST_STAGES], sum = 0;

        for (guint s = 0; s < problem.n_stages; s++) {
            ck_assert_int_ge(layers[s], 1);
            sum += layers[s];
        }
        ck_assert_int_eq(sum, problem.n_layers);
        search(&problem, tried, 0, problem.n_layers, best);
        times_of(&problem, layers, times);
        /* the least maximum; and among these the evenest */
        ck_assert(times[0] == best[0]);
        ck_assert(memcmp(times, best, problem.n_stages * sizeof *times) == 0);
    }
}
END_TEST

static const struct {
    gint64 n_layers;
    guint n_stages;
    double layer_time[4];
    double fixed_time[4];
    gint64 layers[4];
} known[] = {
    { 5, 1, { 1 }, { 0 }, { 5 } },
    { 4, 4, { 1, 1, 1, 1 }, { 0 }, { 1, 1, 1, 1 } },
    { 24, 4, { 1, 1, 1, 1 }, { 0 }, { 6, 6, 6, 6 } },
    /* among equals the last stage gets the layer */
    { 5, 4, { 1, 1, 1, 1 }, { 0 }, { 1, 1, 1, 2 } },
    { 10, 4, { 1, 1, 1, 1 }, { 0 }, { 2, 2, 3, 3 } },
    { 23, 4, { 1, 1, 1, 1 }, { 0 }, { 5, 6, 6, 6 } },
    /* a head that weighs three layers and a half stands for three */
    { 24, 4, { 1, 1, 1, 1 }, { 0, 0, 0, 3.5 }, { 7, 7, 7, 3 } },
    { 24, 4, { 1, 1, 1, 1 }, { 0, 0, 0, 3 }, { 6, 7, 7, 4 } },
    /* a head that outweighs all leaves one layer with it */
    { 7, 4, { 1, 1, 1, 1 }, { 0, 0, 0, 99 }, { 2, 2, 2, 1 } },
    /* a device that is twice as fast gets twice the layers */
    { 6, 2, { 2, 1, 0, 0 }, { 0 }, { 2, 4 } },
    { 12, 3, { 3, 1.5, 1, 0 }, { 0 }, { 2, 4, 6 } },
};

START_TEST(a_partition_of_a_known_case_is_the_known_one)
{
    g_autofree gint64 *layers = pd_partition_balance(known[_i].n_layers, known[_i].n_stages,
                                                     known[_i].layer_time, known[_i].fixed_time);

    for (guint s = 0; s < known[_i].n_stages; s++)
        ck_assert_int_eq(layers[s], known[_i].layers[s]);
}
END_TEST

START_TEST(equal_stages_differ_by_one_layer_at_most)
{
    double layer_time[64], fixed_time[64] = { 0 };

    for (guint s = 0; s < 64; s++)
        layer_time[s] = 0.1;
    for (guint n = 1; n <= 64; n++) {
        for (gint64 n_layers = n; n_layers < 200; n_layers += 7) {
            g_autofree gint64 *layers = pd_partition_balance(n_layers, n, layer_time, fixed_time);
            const gint64 n_short = n - n_layers % n;

            for (guint s = 0; s < n; s++)
                ck_assert_int_eq(layers[s], n_layers / n + (s >= n_short ? 1 : 0));
        }
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("partition");
    TCase *tests = tcase_create("partition");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_partition_is_the_best_of_all_compositions, 0, 10);
    tcase_add_loop_test(tests, a_partition_of_a_known_case_is_the_known_one, 0,
                        G_N_ELEMENTS(known));
    tcase_add_test(tests, equal_stages_differ_by_one_layer_at_most);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

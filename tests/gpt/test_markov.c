#include "markov.h"

#include <math.h>

#include "support.h"

#define N_BYTES 2000000

static const guint64 seeds[] = { 0, 1, 2, 42, G_MAXUINT64 };

/* The index of each byte of the alphabet; 255 for others. */
static guint
index_alphabet(guint8 index[256])
{
    const char *alphabet = pd_markov_alphabet();
    guint n = 0;

    memset(index, 255, 256);
    for (; alphabet[n] != '\0'; n++)
        index[(guint8)alphabet[n]] = (guint8)n;
    return n;
}

static guint8 *
generate(const PdMarkov *markov, guint64 stream_seed, gsize n)
{
    guint8 *bytes = g_malloc(n);

    pd_markov_generate(markov, stream_seed, n, bytes);
    return bytes;
}

/* --- the chain -------------------------------------------------------------------------------- */

START_TEST(the_probabilities_behind_every_pair_sum_to_one)
{
    g_autoptr(PdMarkov) markov = pd_markov_new(seeds[_i]);
    const char *alphabet = pd_markov_alphabet();

    for (const char *a = alphabet; *a != '\0'; a++) {
        for (const char *b = alphabet; *b != '\0'; b++) {
            double sum = 0;

            for (const char *c = alphabet; *c != '\0'; c++)
                sum += pd_markov_probability(markov, (guint8)*a, (guint8)*b, (guint8)*c);
            test_require(fabs(sum - 1) < 1e-15);
        }
    }
}
END_TEST

START_TEST(the_stationary_distribution_sums_to_one_and_a_step_leaves_it)
{
    g_autoptr(PdMarkov) markov = pd_markov_new(seeds[_i]);
    const char *alphabet = pd_markov_alphabet();
    double total = 0;

    for (const char *b = alphabet; *b != '\0'; b++) {
        for (const char *c = alphabet; *c != '\0'; c++) {
            const double stationary = pd_markov_stationary(markov, (guint8)*b, (guint8)*c);
            double sum = 0;

            for (const char *a = alphabet; *a != '\0'; a++)
                sum += pd_markov_stationary(markov, (guint8)*a, (guint8)*b) *
                       pd_markov_probability(markov, (guint8)*a, (guint8)*b, (guint8)*c);
            test_require(stationary >= 0 && fabs(sum - stationary) < 1e-13);
            total += stationary;
        }
    }
    ck_assert_double_eq_tol(total, 1, 1e-12);
}
END_TEST

/*
 * How many steps each pair is from a start, backwards or forwards; −1: out of reach. A pair a, b is
 * numbered a n + b.
 */
static int *
distances(const PdMarkov *markov, guint n, guint start, gboolean backwards)
{
    const guint8 *alphabet = (const guint8 *)pd_markov_alphabet();
    int *steps = g_new(int, n *n);
    g_autofree guint *queue = g_new(guint, n * n);
    guint head = 0, tail = 1;

    for (guint i = 0; i < n * n; i++)
        steps[i] = -1;
    steps[start] = 0;
    queue[0] = start;
    while (head < tail) {
        const guint pair = queue[head++];

        for (guint x = 0; x < n; x++) {
            const guint from = backwards ? x * n + pair / n : pair;
            const guint to = backwards ? pair : pair % n * n + x;
            const guint next = backwards ? from : to;

            if (steps[next] >= 0 ||
                !(pd_markov_probability(markov, alphabet[from / n], alphabet[from % n],
                                        alphabet[to % n]) > 0))
                continue;
            steps[next] = steps[pair] + 1;
            queue[tail++] = next;
        }
    }
    return steps;
}

static int
common_divisor(int a, int b)
{
    return b == 0 ? ABS(a) : common_divisor(b, a % b);
}

START_TEST(every_pair_that_occurs_reaches_every_other_in_steps_without_a_period)
{
    g_autoptr(PdMarkov) markov = pd_markov_new(seeds[_i]);
    const guint8 *alphabet = (const guint8 *)pd_markov_alphabet();
    const guint n = (guint)strlen(pd_markov_alphabet());
    const guint start = n + 26; /* "e " */
    g_autofree int *to = distances(markov, n, start, FALSE);
    g_autofree int *back = distances(markov, n, start, TRUE);
    int period = 0;

    for (guint pair = 0; pair < n * n; pair++) {
        const gboolean occurs =
            pd_markov_stationary(markov, alphabet[pair / n], alphabet[pair % n]) > 0;

        test_require(occurs == (to[pair] >= 0 && back[pair] >= 0));
        if (!occurs)
            continue;
        /* the period divides what a step falls short of one level further */
        for (guint c = 0; c < n; c++)
            if (pd_markov_probability(markov, alphabet[pair / n], alphabet[pair % n], alphabet[c]) >
                0)
                period = common_divisor(period, to[pair] + 1 - to[pair % n * n + c]);
    }
    ck_assert_int_eq(period, 1);
}
END_TEST

/* --- the entropies ---------------------------------------------------------------------------- */

START_TEST(the_entropy_rate_is_that_of_the_probabilities_and_as_wanted)
{
    g_autoptr(PdMarkov) markov = pd_markov_new(seeds[_i]);
    const char *alphabet = pd_markov_alphabet();
    double rate = 0;

    for (const char *a = alphabet; *a != '\0'; a++) {
        for (const char *b = alphabet; *b != '\0'; b++) {
            const double pair = pd_markov_stationary(markov, (guint8)*a, (guint8)*b);

            for (const char *c = alphabet; *c != '\0'; c++) {
                const double p = pd_markov_probability(markov, (guint8)*a, (guint8)*b, (guint8)*c);

                if (p > 0)
                    rate -= pair * p * log(p);
            }
        }
    }
    ck_assert_double_eq_tol(pd_markov_entropy_rate(markov), rate, 1e-12);
    ck_assert_double_gt(rate, 1.2);
    ck_assert_double_lt(rate, 1.7);
}
END_TEST

/* H1 by its definition: behind each byte, the mixture over what may stand before it. */
static double
first_entropy(const PdMarkov *markov)
{
    const char *alphabet = pd_markov_alphabet();
    double sum = 0;

    for (const char *b = alphabet; *b != '\0'; b++) {
        for (const char *c = alphabet; *c != '\0'; c++) {
            double one = 0, both = 0;

            for (const char *a = alphabet; *a != '\0'; a++) {
                const double pair = pd_markov_stationary(markov, (guint8)*a, (guint8)*b);

                one += pair;
                both += pair * pd_markov_probability(markov, (guint8)*a, (guint8)*b, (guint8)*c);
            }
            if (both > 0)
                sum -= both * log(both / one);
        }
    }
    return sum;
}

START_TEST(a_window_pays_once_for_the_byte_that_it_does_not_see)
{
    g_autoptr(PdMarkov) markov = pd_markov_new(seeds[_i]);
    const double rate = pd_markov_entropy_rate(markov), first = first_entropy(markov);

    ck_assert_double_gt(first, rate + 0.1);
    ck_assert_double_eq_tol(pd_markov_window_floor(markov, 1), first, 1e-12);
    ck_assert_double_eq_tol(pd_markov_window_floor(markov, 2), (first + rate) / 2, 1e-12);
    ck_assert_double_eq_tol(pd_markov_window_floor(markov, 64), (first + 63 * rate) / 64, 1e-12);
}
END_TEST

/*
 * The mean of −log p over a stream against H, in standard errors. The terms are dependent, so that
 * their error is taken from the means of blocks that are long beside a word.
 */
START_TEST(the_log_likelihood_of_a_stream_is_the_entropy_rate)
{
    enum { BLOCK = 1000 };
    g_autoptr(PdMarkov) markov = pd_markov_new(seeds[_i]);
    g_autofree guint8 *bytes = generate(markov, 5, N_BYTES + 2);
    const int n_blocks = N_BYTES / BLOCK;
    double sum = 0, squares = 0, mean, error;

    for (int block = 0; block < n_blocks; block++) {
        double loss = 0;

        for (int i = 0; i < BLOCK; i++) {
            const guint8 *at = bytes + block * BLOCK + i;
            const double p = pd_markov_probability(markov, at[0], at[1], at[2]);

            test_require(p > 0);
            loss -= log(p) / BLOCK;
        }
        sum += loss;
        squares += loss * loss;
    }
    mean = sum / n_blocks;
    error = sqrt((squares / n_blocks - mean * mean) / (n_blocks - 1));
    ck_assert_double_lt(error, 0.002);
    ck_assert_double_eq_tol(mean, pd_markov_entropy_rate(markov), 3 * error);
}
END_TEST

/* −Σ c/n log(c/n) of n_counts counts, times n, corrected for what was never seen by half of the
 * cells that were, less one (Miller 1955). */
static double
scaled_entropy(const guint32 *counts, guint n_counts)
{
    double n = 0, sum = 0, cells = 0;

    for (guint i = 0; i < n_counts; i++) {
        if (counts[i] == 0)
            continue;
        n += counts[i];
        cells++;
        sum -= counts[i] * log(counts[i]);
    }
    return n > 0 ? sum + n * log(n) + (cells - 1) / 2 : 0;
}

START_TEST(counting_trigrams_of_a_stream_gives_the_entropy_rate)
{
    g_autoptr(PdMarkov) markov = pd_markov_new(seeds[_i]);
    g_autofree guint8 *bytes = generate(markov, 6, N_BYTES + 2);
    guint8 index[256];
    const guint n = index_alphabet(index);
    g_autofree guint32 *counts = g_new0(guint32, n * n * n);
    double sum = 0;

    for (gsize i = 0; i < N_BYTES; i++)
        counts[(index[bytes[i]] * n + index[bytes[i + 1]]) * n + index[bytes[i + 2]]]++;
    for (guint pair = 0; pair < n * n; pair++)
        sum += scaled_entropy(counts + pair * n, n);
    /* 3 standard errors of a mean of 2 million terms whose deviation is about 1.4 */
    ck_assert_double_eq_tol(sum / N_BYTES, pd_markov_entropy_rate(markov), 0.003);
}
END_TEST

/* --- the bytes -------------------------------------------------------------------------------- */

START_TEST(a_stream_has_every_byte_of_the_alphabet_and_no_other_as_often_as_stationary)
{
    g_autoptr(PdMarkov) markov = pd_markov_new(seeds[_i]);
    g_autofree guint8 *bytes = generate(markov, 7, N_BYTES);
    const guint8 *alphabet = (const guint8 *)pd_markov_alphabet();
    guint8 index[256];
    const guint n = index_alphabet(index);
    guint counts[256] = { 0 };

    ck_assert_uint_eq(n, 30);
    for (gsize i = 0; i < N_BYTES; i++) {
        test_require(index[bytes[i]] < n);
        counts[index[bytes[i]]]++;
    }
    for (guint b = 0; b < n; b++) {
        double share = 0;

        for (guint a = 0; a < n; a++)
            share += pd_markov_stationary(markov, alphabet[a], alphabet[b]);
        test_require(counts[b] > 0);
        test_require(fabs(counts[b] / (double)N_BYTES - share) < 0.002);
    }
}
END_TEST

START_TEST(equal_seeds_give_equal_bytes_and_others_give_others)
{
    g_autoptr(PdMarkov) markov = pd_markov_new(1), same = pd_markov_new(1),
                        other = pd_markov_new(2);
    g_autofree guint8 *bytes = generate(markov, 9, 1000), *again = generate(same, 9, 1000);
    g_autofree guint8 *stream = generate(markov, 10, 1000), *source = generate(other, 9, 1000);

    ck_assert_mem_eq(bytes, again, 1000);
    ck_assert_mem_ne(bytes, stream, 1000);
    ck_assert_mem_ne(bytes, source, 1000);
}
END_TEST

START_TEST(a_shorter_stream_is_the_beginning_of_a_longer_one)
{
    g_autoptr(PdMarkov) markov = pd_markov_new(3);
    g_autofree guint8 *longer = generate(markov, 1, 1000), *shorter = generate(markov, 1, 10);

    ck_assert_mem_eq(longer, shorter, 10);
    pd_markov_generate(markov, 1, 0, NULL);
}
END_TEST

/* These bytes must not depend on the machine: runs are compared across machines. */
START_TEST(the_bytes_of_a_seed_are_these)
{
    g_autoptr(PdMarkov) markov = pd_markov_new(1);
    g_autofree guint8 *bytes = generate(markov, 1, 40);

    ck_assert_mem_eq(bytes, "lgon gonol yh y di mudm fonoykauv ixiwf ", 40);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("markov");
    TCase *tests = tcase_create("markov");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, the_probabilities_behind_every_pair_sum_to_one, 0,
                        G_N_ELEMENTS(seeds));
    tcase_add_loop_test(tests, the_stationary_distribution_sums_to_one_and_a_step_leaves_it, 0,
                        G_N_ELEMENTS(seeds));
    tcase_add_loop_test(tests, every_pair_that_occurs_reaches_every_other_in_steps_without_a_period,
                        0, G_N_ELEMENTS(seeds));
    tcase_add_loop_test(tests, the_entropy_rate_is_that_of_the_probabilities_and_as_wanted, 0,
                        G_N_ELEMENTS(seeds));
    tcase_add_loop_test(tests, a_window_pays_once_for_the_byte_that_it_does_not_see, 0,
                        G_N_ELEMENTS(seeds));
    tcase_add_loop_test(tests, the_log_likelihood_of_a_stream_is_the_entropy_rate, 0,
                        G_N_ELEMENTS(seeds));
    tcase_add_loop_test(tests, counting_trigrams_of_a_stream_gives_the_entropy_rate, 0,
                        G_N_ELEMENTS(seeds));
    tcase_add_loop_test(tests,
                        a_stream_has_every_byte_of_the_alphabet_and_no_other_as_often_as_stationary,
                        0, G_N_ELEMENTS(seeds));
    tcase_add_test(tests, equal_seeds_give_equal_bytes_and_others_give_others);
    tcase_add_test(tests, a_shorter_stream_is_the_beginning_of_a_longer_one);
    tcase_add_test(tests, the_bytes_of_a_seed_are_these);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

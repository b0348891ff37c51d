/*
 * What --vary, --zip and --sample make: values, points, draws.
 */
#include "errors.h"
#include "files.h"
#include "space.h"
#include "support.h"

/* --- the values of one key -------------------------------------------------------------------- */

static const struct {
    const char *text;
    const char *values; /* separated by spaces */
} lists[] = {
    { "pipeline.devices=1,2,4", "1 2 4" },
    { "pipeline.devices = 1 , 2 ", "1 2" },
    { "pipeline.devices=1..4", "1 2 3 4" },
    { "pipeline.devices=3..3", "3" },
    { "pipeline.devices=1..13:4", "1 5 9 13" },
    { "pipeline.devices=1..10:4", "1 5 9 10" },
    { "pipeline.devices=1..3:100", "1 3" },
    { "pipeline.devices=1..64*2", "1 2 4 8 16 32 64" },
    { "pipeline.devices=1..100*4", "1 4 16 64 100" },
    { "pipeline.devices=2,8..16:8,1..4*2", "2 8 16 1 2 4" },
    { "pipeline.micro-batches=1e1..3e1:1e1", "10 20 30" },
    { "link.latency=0us..200us:50us", "0us 50us 100us 150us 200us" },
    { "link.latency=0us..0.2ms:50us", "0us 50us 100us 150us 200us" },
    { "link.latency=1 ms..3 ms", "1ms 2ms 3ms" },
    { "link.latency=0.1ms..0.5ms:0.1ms", "0.1ms 0.2ms 0.3ms 0.4ms 0.5ms" },
    { "link.latency=1us..1ms*10", "1us 10us 100us 1000us" },
    { "link.latency=1ms;2ms,3ms", "1ms;2ms 3ms" },
    { "memory.weights=1KiB..2kB:500B", "1024B 1524B 2000B" },
    { "memory.weights=1MB..1MiB:30kB", "1000000B 1030000B 1048576B" },
    { "memory.weights=1GiB..4GiB*2", "1GiB 2GiB 4GiB" },
    { "link.bandwidth=1GB/s..3GB/s:1GB/s", "1GB/s 2GB/s 3GB/s" },
    { "hardware.efficiency=0.1..0.5:0.1", "0.1 0.2 0.3 0.4 0.5" },
    { "hardware.efficiency=10%..50%:20%", "10% 30% 50%" },
    { "compute.jitter=0.001..0.01*1.5", "0.001 0.0015 0.00225 0.003375 0.0050625 0.00759375 0.01" },
    { "pipeline.in-flight=auto,auto+1,auto*2,3..5", "auto auto+1 auto*2 3 4 5" },
    { "pipeline.schedule=gpipe,1f1b,paci", "gpipe 1f1b paci" },
    { "pipeline.recompute=none,full", "none full" },
    { "model.file=../a.ini,../b..c.ini", "../a.ini ../b..c.ini" },
};

START_TEST(a_list_has_these_values)
{
    g_autoptr(GError) error = NULL;
    g_auto(PdVary) vary = { 0 };
    g_autofree char *values = NULL;

    ck_assert_msg(pd_vary_parse(&vary, "--vary", lists[_i].text, &error), "%s",
                  error == NULL ? "?" : error->message);
    g_ptr_array_add(vary.values, NULL);
    values = g_strjoinv(" ", (char **)vary.values->pdata);
    ck_assert_str_eq(values, lists[_i].values);
}
END_TEST

static const struct {
    const char *text, *message;
} wrong_lists[] = {
    { "pipeline.devices", "--vary: 'pipeline.devices' is not of the form SECTION.KEY=LIST" },
    { "devices=4", "is not of the form SECTION.KEY=LIST" },
    { "", "'' is not of the form SECTION.KEY=LIST" },
    { "pipline.devices=4", "--vary: section 'pipline' is unknown; did you mean [pipeline]?" },
    { "pipeline.device=4",
      "--vary: [pipeline] 'device': this key is unknown; did you mean devices?" },
    { "pipeline.devices=", "--vary: pipeline.devices has no values" },
    { "pipeline.devices=4,", "--vary: [pipeline] devices: a value is empty" },
    { "pipeline.devices=4,,8", "a value is empty" },
    { "pipeline.devices=four", "--vary: [pipeline] devices: 'four' is not a number" },
    { "pipeline.devices=0..4", "[pipeline] devices: '0' is zero; it must be larger" },
    { "pipeline.devices=1..2:0.5", "'1.5' is not a whole number" },
    { "pipeline.devices=4..1", "'4..1' ends below its start" },
    { "pipeline.devices=4..1*2", "'4..1*2' ends below its start" },
    { "pipeline.devices=1..4:0", "'1..4:0' has a step of 0" },
    { "pipeline.devices=1..4*1", "'1..4*1' has a factor that is not above 1" },
    { "pipeline.devices=1..4*0.5", "has a factor that is not above 1" },
    { "pipeline.devices=1..4*200%", "has a factor that is a percentage" },
    { "scenario.seed=0..4*2", "'0..4*2' starts at 0" },
    { "pipeline.devices=1..", "'' is not a number" },
    { "pipeline.devices=..4", "'' is not a number" },
    { "pipeline.devices=1..4:", "'' is not a number" },
    { "pipeline.devices=1..4*", "'' is not a number" },
    { "pipeline.devices=1..4..8", "'4..8' has a unit or a word behind the number" },
    { "pipeline.devices=1..1000000000000",
      "'1..1000000000000' has more than 1000000 points; a larger step is right" },
    { "pipeline.devices=1..1e18", "has more than 1000000 points" },
    { "compute.jitter=0..1:1e-17", "has more than 1000000 points" },
    { "compute.jitter=0..1:1e-40", "has a number with too many digits" },
    { "compute.jitter=1e30..1e60:1e-9", "too many digits" },
    { "compute.jitter=1..1e9*1.00000001", "has a factor whose powers have too many digits" },
    { "hardware.efficiency=5%..0.5:5%", "has a % on some of its numbers" },
    { "link.latency=0..5ms:1ms", "[link] latency: '0' has no unit" },
    { "link.latency=0us..5ms:1", "'1' has no unit" },
    { "link.latency=0us..5MB:1us", "'5MB' has the unit 'MB'" },
    { "pipeline.recompute=none,half", "[pipeline] recompute: 'half' is unknown; write one of" },
    { "pipeline.recompute=none..full", "'none..full' is unknown" },
    { "pipeline.in-flight=auto..auto+3", "'auto' is not a number" },
    { "compute.forward=1ms..2ms;3ms", "has the unit 'ms;3ms'" },
};

START_TEST(a_wrong_list_is_refused_in_one_line)
{
    g_autoptr(GError) error = NULL;
    g_auto(PdVary) vary = { 0 };

    ck_assert_msg(!pd_vary_parse(&vary, "--vary", wrong_lists[_i].text, &error), "%s",
                  wrong_lists[_i].text);
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
    ck_assert_msg(strstr(error->message, wrong_lists[_i].message) != NULL, "%s", error->message);
    test_check_message(error->message);
}
END_TEST

START_TEST(a_range_hits_both_ends_and_steps_evenly_between)
{
    guint64 seed = 1;

    for (int round = 0; round < 2000; round++) {
        const gint64 start = 1 + (gint64)test_random(&seed, 1000);
        const gint64 end = start + (gint64)test_random(&seed, 1000);
        const gint64 step = 1 + (gint64)test_random(&seed, 60);
        g_autofree char *text = g_strdup_printf("pipeline.devices=%" G_GINT64_FORMAT
                                                "..%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT,
                                                start, end, step);
        g_auto(PdVary) vary = { 0 };
        const guint n = (guint)((end - start + step - 1) / step + 1);

        test_require(pd_vary_parse(&vary, "--vary", text, NULL));
        test_require(vary.values->len == n);
        for (guint i = 0; i < n; i++)
            test_require(g_ascii_strtoll(vary.values->pdata[i], NULL, 10) ==
                         MIN(start + i * step, end));
    }
}
END_TEST

/* --- points ----------------------------------------------------------------------------------- */

static const char *const three[] = { "pipeline.devices=2,4", "pipeline.micro-batches=8,16,32",
                                     "link.latency=0us,1us", NULL };

START_TEST(the_product_has_the_last_key_vary_fastest)
{
    g_auto(PdSpace) space = { 0 };
    static const char *const first[] = { "2", "4" }, *const second[] = { "8", "16", "32" },
                             *const third[] = { "0us", "1us" };

    ck_assert(pd_space_init(&space, three, FALSE, NULL));
    ck_assert_int_eq(space.n_points, 12);
    for (gint64 i = 0; i < 12; i++) {
        ck_assert_str_eq(pd_space_value(&space, i, 0), first[i / 6]);
        ck_assert_str_eq(pd_space_value(&space, i, 1), second[i / 2 % 3]);
        ck_assert_str_eq(pd_space_value(&space, i, 2), third[i % 2]);
    }
}
END_TEST

START_TEST(zip_pairs_lists_of_one_length)
{
    static const char *const pairs[] = { "pipeline.devices=2,4,8",
                                         "pipeline.micro-batches=8..32:12", NULL };
    g_auto(PdSpace) space = { 0 }, other = { 0 };
    g_autoptr(GError) error = NULL;

    ck_assert(pd_space_init(&space, pairs, TRUE, NULL));
    ck_assert_int_eq(space.n_points, 3);
    ck_assert_str_eq(pd_space_value(&space, 1, 0), "4");
    ck_assert_str_eq(pd_space_value(&space, 1, 1), "20");
    ck_assert(!pd_space_init(&other, three, TRUE, &error));
    ck_assert_str_eq(error->message, "--zip: pipeline.devices has 2 values and "
                                     "pipeline.micro-batches has 3; as many of each are right");
}
END_TEST

START_TEST(a_space_that_cannot_be_is_refused)
{
    static const char *const twice[] = { "pipeline.devices=2", "link.latency=1us",
                                         "pipeline.devices=4", NULL };
    static const char *const beyond[] = { "pipeline.devices=1..1000000",
                                          "pipeline.micro-batches=1..1000000",
                                          "pipeline.mini-batches=1..1000000",
                                          "scenario.seed=1..1000000", NULL };
    g_auto(PdSpace) first = { 0 }, second = { 0 };
    g_autoptr(GError) error = NULL, other = NULL;

    ck_assert(!pd_space_init(&first, twice, FALSE, &error));
    ck_assert_str_eq(error->message, "--vary: pipeline.devices is given twice; put all its values "
                                     "behind one --vary");
    ck_assert(!pd_space_init(&second, beyond, FALSE, &other));
    ck_assert_ptr_nonnull(strstr(other->message, "more points than can be counted"));
}
END_TEST

/* --- samples ---------------------------------------------------------------------------------- */

START_TEST(a_sample_is_distinct_ascending_in_range_and_the_same_again)
{
    static const char *const large[] = { "pipeline.devices=1..1000", "scenario.seed=1..2000",
                                         "link.latency=0us..2000us:1us", NULL };
    static const gint64 sizes[] = { 1, 2, 100, 20000 };

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_auto(PdSpace) space = { 0 }, again = { 0 }, other = { 0 };

        ck_assert(pd_space_init(&space, large, FALSE, NULL));
        ck_assert(pd_space_init(&again, large, FALSE, NULL));
        ck_assert(pd_space_init(&other, large, FALSE, NULL));
        pd_space_sample(&space, sizes[i], 7);
        pd_space_sample(&again, sizes[i], 7);
        pd_space_sample(&other, sizes[i], 8);
        ck_assert_int_eq(space.n_points, sizes[i]);
        for (gint64 j = 0; j < sizes[i]; j++) {
            test_require(space.sample[j] >= 0 && space.sample[j] < space.n_all);
            test_require(j == 0 || space.sample[j] > space.sample[j - 1]);
            test_require(space.sample[j] == again.sample[j]);
        }
        ck_assert_int_ne(space.sample[0], other.sample[0]);
    }
}
END_TEST

START_TEST(each_point_is_drawn_as_often_as_another)
{
    enum { ROUNDS = 20000, N = 12, DRAWN = 5 };
    int counts[N] = { 0 };
    double chi = 0;

    for (guint64 seed = 0; seed < ROUNDS; seed++) {
        g_auto(PdSpace) space = { 0 };

        test_require(pd_space_init(&space, three, FALSE, NULL));
        pd_space_sample(&space, DRAWN, seed);
        for (int i = 0; i < DRAWN; i++)
            counts[space.sample[i]]++;
    }
    for (int i = 0; i < N; i++) {
        const double expected = (double)ROUNDS * DRAWN / N;

        chi += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    /* 11 degrees of freedom: 31.3 is exceeded once in a thousand */
    ck_assert_double_lt(chi, 31.3);
}
END_TEST

START_TEST(a_sample_larger_than_the_space_is_the_space)
{
    g_auto(PdSpace) space = { 0 };

    ck_assert(pd_space_init(&space, three, FALSE, NULL));
    pd_space_sample(&space, 12, 1);
    ck_assert_ptr_null(space.sample);
    ck_assert_int_eq(space.n_points, 12);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("space");
    TCase *tests = tcase_create("space");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_list_has_these_values, 0, (int)G_N_ELEMENTS(lists));
    tcase_add_loop_test(tests, a_wrong_list_is_refused_in_one_line, 0,
                        (int)G_N_ELEMENTS(wrong_lists));
    tcase_add_test(tests, a_range_hits_both_ends_and_steps_evenly_between);
    tcase_add_test(tests, the_product_has_the_last_key_vary_fastest);
    tcase_add_test(tests, zip_pairs_lists_of_one_length);
    tcase_add_test(tests, a_space_that_cannot_be_is_refused);
    tcase_add_test(tests, a_sample_is_distinct_ascending_in_range_and_the_same_again);
    tcase_add_test(tests, each_point_is_drawn_as_often_as_another);
    tcase_add_test(tests, a_sample_larger_than_the_space_is_the_space);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

/* What a device achieves, by the size of the micro-batch. */
#include "efficiency.h"

#include "files.h"
#include "support.h"

#define PIPELINE "[pipeline]\nschedule = 1f1b\ndevices = 2\nmicro-batches = %d\n"

/* A layer takes 24TC² + 4T²C = 4096 FLOPs per sequence; the last stage has the head beside it. */
#define MODEL "[model]\nlayers = 2\nheads = 2\nhidden = 4\ncontext = 8\nvocabulary = 10\n%s\n"

#define HARDWARE "[hardware]\ncompute = 1 GFLOP/s\nefficiency = %s\n"

enum { LAYER = 4096 };

static gint64
forward_ns(gint64 size, const char *efficiency)
{
    g_autofree char *line = g_strdup_printf("micro-batch-size = %d", (int)size);
    g_autoptr(PdScenario) scenario = test_scenario(PIPELINE MODEL HARDWARE, 8, line, efficiency);

    return pd_scenario_cost(scenario, PD_COST_FORWARD, 0);
}

START_TEST(a_share_that_is_given_is_the_share_at_its_size)
{
    static const PdPoint curve[] = { { 1, 0.18 }, { 4, 0.35 }, { 16, 0.52 }, { 17, 0.3 } };

    for (guint i = 0; i < G_N_ELEMENTS(curve); i++)
        for (guint n = i + 1; n <= G_N_ELEMENTS(curve); n++)
            ck_assert(pd_efficiency_at(curve, n, curve[i].size) == curve[i].value);
}
END_TEST

START_TEST(outside_the_sizes_that_are_given_the_share_stays)
{
    static const PdPoint curve[] = { { 4, 0.25 }, { 16, 0.5 } };

    for (gint64 size = 1; size <= 4; size++)
        ck_assert(pd_efficiency_at(curve, 2, size) == 0.25);
    for (gint64 size = 16; size <= G_MAXINT64 / 2; size *= 2)
        ck_assert(pd_efficiency_at(curve, 2, size) == 0.5);
    for (gint64 size = 1; size <= G_MAXINT64 / 2; size *= 2)
        ck_assert(pd_efficiency_at(curve, 1, size) == 0.25);
}
END_TEST

/* What costs one time for itself and the same for each sequence achieves size / (1 + size). */
START_TEST(two_sizes_state_the_price_of_a_micro_batch_and_of_a_sequence)
{
    for (gint64 size = 1; size <= 9; size++)
        ck_assert_int_eq(forward_ns(size, "1:0.5; 9:90 %"), LAYER * (1 + size));
    ck_assert_int_eq(forward_ns(18, "1:0.5; 9:90 %"), LAYER * 20);
    ck_assert_int_eq(forward_ns(3, "4:0.75; 9:0.9;"), LAYER * 4);
}
END_TEST

START_TEST(every_pair_bends_the_curve)
{
    /* times of 1, 2 and 4 sequences: 2, 8 and 10 layers; between them in the middle */
    static const char *const curve = "1:0.5; 2:0.25; 4:0.4";

    ck_assert_int_eq(forward_ns(1, curve), 2 * LAYER);
    ck_assert_int_eq(forward_ns(2, curve), 8 * LAYER);
    ck_assert_int_eq(forward_ns(3, curve), 9 * LAYER);
    ck_assert_int_eq(forward_ns(4, curve), 10 * LAYER);
}
END_TEST

START_TEST(a_share_of_its_own_holds_for_every_size)
{
    for (gint64 size = 1; size <= 64; size *= 4) {
        ck_assert_int_eq(forward_ns(size, "0.5"), 2 * LAYER * size);
        ck_assert_int_eq(forward_ns(size, "3:0.5"), 2 * LAYER * size);
        ck_assert_int_eq(forward_ns(size, "50 %; 0.25"), 2 * LAYER * size);
    }
}
END_TEST

/* At a constant global batch more micro-batches are smaller ones. */
START_TEST(a_global_batch_makes_the_size_and_all_that_follows_from_it)
{
    for (gint64 M = 1; M <= 16; M *= 2) {
        g_autofree char *size_line = g_strdup_printf("micro-batch-size = %d", (int)(16 / M));
        g_autoptr(PdScenario) derived =
            test_scenario(PIPELINE MODEL HARDWARE, (int)M, "global-batch = 16", "1:0.5; 16:0.8");
        g_autoptr(PdScenario) stated =
            test_scenario(PIPELINE MODEL HARDWARE, (int)M, size_line, "1:0.5; 16:0.8");

        ck_assert_int_eq(derived->micro_batch_size, 16 / M);
        ck_assert_int_eq(derived->tokens, 8 * 16 / M);
        ck_assert_int_eq(stated->tokens, derived->tokens);
        for (PdCost cost = 0; cost < PD_N_COSTS; cost++)
            if (derived->costs.values[cost] != NULL)
                ck_assert_int_eq(pd_scenario_cost(derived, cost, 0),
                                 pd_scenario_cost(stated, cost, 0));
    }
}
END_TEST

static const struct {
    const char *efficiency;
    const char *part;
} refused[] = {
    { "1:0.18; 0.35", "0.35' stands among pairs" },
    { "0.18; 4:0.35", "'0.18' stands among pairs" },
    { "1:0.18; 4:0.35; 4:0.4", "4:0.4' does not have a larger size" },
    { "4:0.18; 1:0.35", "sizes ascend" },
    { "1:0.2; 0:0.3", "sizes ascend" },
    { "0:0.18", "sizes start at 1" },
    { "1:0", "'0' is zero" },
    { "1:1.5", "'1.5' is more than the whole" },
    { "1:0.5; 4:101 %", "more than the whole" },
    { "1.5:0.5", "whole number" },
    { "-1:0.5", "negative" },
    { ":0.5", "is empty" },
    { "1:", "is not a number" },
    { "1:0.5:3", "behind the number" },
    { "1:0.5;;", "stands among pairs" },
    { "1:0.5; 2:half", "is not a number" },
};

START_TEST(a_wrong_curve_is_refused_with_what_would_be_right)
{
    g_autofree char *message = test_refusal(PIPELINE MODEL HARDWARE, 8, "", refused[_i].efficiency);

    ck_assert_msg(g_str_has_prefix(message, "test.ini: [hardware] efficiency: "), "%s", message);
    ck_assert_msg(strstr(message, refused[_i].part) != NULL, "%s", message);
    test_check_message(message);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("efficiency");
    TCase *tests = tcase_create("efficiency");

    tcase_add_test(tests, a_share_that_is_given_is_the_share_at_its_size);
    tcase_add_test(tests, outside_the_sizes_that_are_given_the_share_stays);
    tcase_add_test(tests, two_sizes_state_the_price_of_a_micro_batch_and_of_a_sequence);
    tcase_add_test(tests, every_pair_bends_the_curve);
    tcase_add_test(tests, a_share_of_its_own_holds_for_every_size);
    tcase_add_test(tests, a_global_batch_makes_the_size_and_all_that_follows_from_it);
    tcase_add_loop_test(tests, a_wrong_curve_is_refused_with_what_would_be_right, 0,
                        G_N_ELEMENTS(refused));
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

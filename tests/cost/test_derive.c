#include "files.h"
#include "support.h"

#define PIPELINE "[pipeline]\nschedule = 1f1b\ndevices = 4\nmicro-batches = 8\n"
#define CUT      "[pipeline]\nschedule = interleaved\ndevices = 2\nmicro-batches = 8\n"
#define COMPUTE  "[compute]\nforward = 5 ns\nbackward = 7 ns\n"

/* A small model in round numbers: b 2, s 8, h 4, a 2, V 10. */
#define SMALL                                                                                      \
    "[model]\nlayers = 8\nheads = 2\nhidden = 4\ncontext = 8\nvocabulary = 10\n"                   \
    "micro-batch-size = 2\n"

/* What achieves 1 GFLOP/s, so that a FLOP takes a nanosecond. */
#define HARDWARE "[hardware]\ncompute = 2 GFLOP/s\nefficiency = 0.5\n"

/* Of SMALL: FLOPs of a layer's products with weights, 24bsh², of its attention, 4bs²h, and of the
 * head, 2bshV; a backward has twice as many. */
enum { PRODUCTS = 6144, ATTENTION = 2048, HEAD = 1280, LAYER = PRODUCTS + ATTENTION };

/* Of SMALL: parameters of a layer, 12h² + 13h, of the embedding, (V+s)h, of the head, Vh + 2h. */
enum { LAYER_PARAMETERS = 244, EMBEDDING_PARAMETERS = 72, HEAD_PARAMETERS = 48 };

static gint64
cost(const PdScenario *scenario, PdCost which, guint index)
{
    return pd_scenario_cost(scenario, which, index);
}

/* --- times ------------------------------------------------------------------------------------ */

START_TEST(times_are_the_flops_of_a_stage_divided_by_what_its_device_achieves)
{
    static const gint64 layers[][4] = { { 2, 2, 2, 2 }, { 1, 1, 5, 1 }, { 5, 1, 1, 1 } };

    for (gsize i = 0; i < G_N_ELEMENTS(layers); i++) {
        const gint64 *n = layers[i];
        g_autoptr(PdScenario) scenario =
            test_scenario(PIPELINE SMALL "partition = %d;%d;%d;%d\n" HARDWARE, (int)n[0], (int)n[1],
                          (int)n[2], (int)n[3]);

        for (guint s = 0; s < 4; s++) {
            const gint64 head = s == 3 ? HEAD : 0;

            ck_assert_int_eq(cost(scenario, PD_COST_FORWARD, s), n[s] * LAYER + head);
            ck_assert_int_eq(cost(scenario, PD_COST_BACKWARD_INPUT, s),
                             n[s] * (PRODUCTS + 2 * ATTENTION) + head);
            ck_assert_int_eq(cost(scenario, PD_COST_BACKWARD_WEIGHT, s), n[s] * PRODUCTS + head);
            ck_assert_int_eq(cost(scenario, PD_COST_UPDATE, s), 0);
        }
    }
}
END_TEST

START_TEST(a_time_is_rounded_to_the_nearest_nanosecond_half_up)
{
    static const struct {
        const char *compute;
        gint64 forward; /* of the first stage: one layer, 8192 FLOPs */
    } rows[] = {
        { "1 GFLOP/s", 8192 },  { "3 GFLOP/s", 2731 },  { "7 GFLOP/s", 1170 },
        { "16384 GFLOP/s", 1 }, { "16385 GFLOP/s", 0 }, { "1 PFLOP/s", 0 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PdScenario) scenario =
            test_scenario(PIPELINE SMALL "partition = 1;1;5;1\n[hardware]\nefficiency = 100 %%\n"
                                         "compute = %s\n",
                          rows[i].compute);

        ck_assert_int_eq(cost(scenario, PD_COST_FORWARD, 0), rows[i].forward);
    }
}
END_TEST

START_TEST(every_stage_runs_at_the_rate_of_its_own_device)
{
    g_autoptr(PdScenario) scenario =
        test_scenario(CUT SMALL "partition = 2;2;2;2\n[hardware]\ncompute = 2 GFLOP/s;8 GFLOP/s\n"
                                "efficiency = 0.5;25 %%\n");

    for (guint s = 0; s < 4; s++)
        ck_assert_int_eq(cost(scenario, PD_COST_FORWARD, s),
                         (2 * LAYER + (s == 3 ? HEAD : 0)) / (s % 2 == 0 ? 1 : 2));
}
END_TEST

START_TEST(an_update_takes_as_long_as_its_bytes_move)
{
    /* a byte takes a nanosecond; mixed precision moves 28 bytes per parameter */
    g_autoptr(PdScenario) scenario = test_scenario(PIPELINE SMALL "partition = 1;1;5;1\n" HARDWARE
                                                                  "memory-bandwidth = 1 GB/s\n");

    ck_assert_int_eq(cost(scenario, PD_COST_UPDATE, 0),
                     28 * (LAYER_PARAMETERS + EMBEDDING_PARAMETERS));
    ck_assert_int_eq(cost(scenario, PD_COST_UPDATE, 2), 28 * 5 * LAYER_PARAMETERS);
    ck_assert_int_eq(cost(scenario, PD_COST_UPDATE, 3), 28 * (LAYER_PARAMETERS + HEAD_PARAMETERS));
}
END_TEST

/* --- bytes, messages, tokens ------------------------------------------------------------------ */

START_TEST(memory_and_messages_follow_from_the_model_alone)
{
    /* sbh 64: activations of a layer sbh(34 + 5as/h), embedding sbh, head 4sbh + 4bsV */
    static const gint64 activations[4] = { 3456 + 64, 3456, 5 * 3456, 3456 + 256 + 640 };
    static const gint64 parameters[4] = { LAYER_PARAMETERS + EMBEDDING_PARAMETERS, LAYER_PARAMETERS,
                                          5 * LAYER_PARAMETERS,
                                          LAYER_PARAMETERS + HEAD_PARAMETERS };
    g_autoptr(PdScenario) scenario = test_scenario(PIPELINE COMPUTE SMALL "partition = 1;1;5;1\n");

    ck_assert_int_eq(scenario->tokens, 16);
    for (guint s = 0; s < 4; s++) {
        ck_assert_int_eq(cost(scenario, PD_COST_WEIGHTS, s), 2 * parameters[s]);
        ck_assert_int_eq(cost(scenario, PD_COST_GRADIENTS, s), 2 * parameters[s]);
        ck_assert_int_eq(cost(scenario, PD_COST_OPTIMIZER, s), 12 * parameters[s]);
        ck_assert_int_eq(cost(scenario, PD_COST_ACTIVATIONS, s), activations[s]);
        ck_assert_int_eq(cost(scenario, PD_COST_INPUTS, s), s == 0 ? 8 * 16 : 2 * 64);
    }
    for (guint link = 0; link < 3; link++) {
        ck_assert_int_eq(cost(scenario, PD_COST_MESSAGE, link), 2 * 64);
        ck_assert_int_eq(scenario->hold_ns[link], 0);
    }
}
END_TEST

START_TEST(links_and_capacities_follow_from_the_hardware_alone)
{
    g_autoptr(PdScenario) scenario = test_scenario(
        PIPELINE COMPUTE "[hardware]\nmemory = 1 kB;2 kB;3 kB;4 kB\nlink-latency = 5 ns;6 ns;7 ns\n"
                         "link-bandwidth = 1 GB/s\n");

    ck_assert_int_eq(scenario->tokens, 0);
    for (guint device = 0; device < 4; device++)
        ck_assert_int_eq(cost(scenario, PD_COST_CAPACITY, device), 1000 * (device + 1));
    for (guint link = 0; link < 3; link++) {
        ck_assert_int_eq(cost(scenario, PD_COST_LATENCY, link), 5 + link);
        ck_assert_int_eq(scenario->hold_ns[link], 0);
    }
}
END_TEST

START_TEST(tokens_per_second_are_known_where_the_model_is)
{
    /* one device of 8 layers: 8 micro-batches of 16 tokens, each 3 forwards long */
    g_autoptr(PdReport) report = test_report(
        "[pipeline]\nschedule = gpipe\ndevices = 1\nmicro-batches = 8\n" SMALL HARDWARE);
    const double seconds = 8 * 3 * (8 * LAYER + HEAD) / 1e9;

    ck_assert_double_eq_tol(report->throughput_tokens_per_s, 8 * 16 / seconds, 1e-6);
    ck_assert_double_eq_tol(report->throughput_micro_batches_per_s, 8 / seconds, 1e-6);
}
END_TEST

/* --- what is stated wins ---------------------------------------------------------------------- */

static const struct {
    const char *lines;
    PdCost cost;
    gint64 value;
} stated[] = {
    { "[compute]\nforward = 5 ns\n", PD_COST_FORWARD, 5 },
    { "[compute]\nbackward = 7 ns\n", PD_COST_BACKWARD_INPUT, 7 },
    { "[compute]\nbackward = 7 ns\n", PD_COST_BACKWARD_WEIGHT, 0 },
    { "[compute]\nbackward-input = 7 ns\n", PD_COST_BACKWARD_INPUT, 7 },
    { "[compute]\nbackward-weight = 7 ns\n", PD_COST_BACKWARD_WEIGHT, 7 },
    { "[compute]\nupdate = 7 ns\n", PD_COST_UPDATE, 7 },
    { "[compute]\nupdate = 0 ns\n", PD_COST_UPDATE, 0 },
    { "[memory]\nweights = 7 B\n", PD_COST_WEIGHTS, 7 },
    { "[memory]\ngradients = 7 B\n", PD_COST_GRADIENTS, 7 },
    { "[memory]\noptimizer = 0 B\n", PD_COST_OPTIMIZER, 0 },
    { "[memory]\nactivations = 7 B\n", PD_COST_ACTIVATIONS, 7 },
    { "[memory]\ninputs = 7 B\n", PD_COST_INPUTS, 7 },
    { "[memory]\ncapacity = 7 B\n", PD_COST_CAPACITY, 7 },
    { "[link]\nlatency = 7 ns\n", PD_COST_LATENCY, 7 },
    { "[link]\nmessage = 7 B\n", PD_COST_MESSAGE, 7 },
    { "[link]\nbandwidth = 7 B/s\n", PD_COST_BANDWIDTH, 56 },
};

START_TEST(an_explicit_key_overrides_what_is_derived_and_nothing_else)
{
    static const PdCost n_links_from = PD_COST_LATENCY;
    const char *derived = PIPELINE SMALL HARDWARE
        "memory-bandwidth = 1 GB/s\nmemory = 1 MB\nlink-latency = 1 ns\nlink-bandwidth = 1 GB/s\n";
    const gboolean whole = strstr(stated[_i].lines, "backward =") != NULL;
    g_autoptr(PdScenario) before = test_scenario("%s", derived);
    g_autoptr(PdScenario) after = test_scenario("%s%s", derived, stated[_i].lines);

    for (PdCost other = 0; other < PD_N_COSTS; other++) {
        const guint n = other >= n_links_from ? 3 : 4;
        const gboolean backward =
            other == PD_COST_BACKWARD_INPUT || other == PD_COST_BACKWARD_WEIGHT;

        for (guint i = 0; i < n; i++) {
            if (other == stated[_i].cost && i == 1)
                ck_assert_int_eq(cost(after, other, i), stated[_i].value);
            if (other != stated[_i].cost && !(whole && backward))
                ck_assert_int_eq(cost(after, other, i), cost(before, other, i));
        }
    }
}
END_TEST

START_TEST(a_message_takes_time_whoever_states_it_and_its_bandwidth)
{
    /* 128 bytes of the model at 1 GB/s */
    static const char *const texts[] = {
        PIPELINE COMPUTE SMALL "[link]\nbandwidth = 1 GB/s\n",
        PIPELINE COMPUTE SMALL "[hardware]\nlink-bandwidth = 1 GB/s\n",
        PIPELINE COMPUTE "[link]\nmessage = 128 B\n[hardware]\nlink-bandwidth = 1 GB/s\n",
        PIPELINE COMPUTE "[link]\nmessage = 128 B\nbandwidth = 1 GB/s\n",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(PdScenario) scenario = test_scenario("%s", texts[i]);

        ck_assert_int_eq(scenario->hold_ns[0], 128);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("derive");
    TCase *tests = tcase_create("derive");

    tcase_add_test(tests, times_are_the_flops_of_a_stage_divided_by_what_its_device_achieves);
    tcase_add_test(tests, a_time_is_rounded_to_the_nearest_nanosecond_half_up);
    tcase_add_test(tests, every_stage_runs_at_the_rate_of_its_own_device);
    tcase_add_test(tests, an_update_takes_as_long_as_its_bytes_move);
    tcase_add_test(tests, memory_and_messages_follow_from_the_model_alone);
    tcase_add_test(tests, links_and_capacities_follow_from_the_hardware_alone);
    tcase_add_test(tests, tokens_per_second_are_known_where_the_model_is);
    tcase_add_loop_test(tests, an_explicit_key_overrides_what_is_derived_and_nothing_else, 0,
                        G_N_ELEMENTS(stated));
    tcase_add_test(tests, a_message_takes_time_whoever_states_it_and_its_bandwidth);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

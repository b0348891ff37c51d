/*
 * How a [model] is cut into the stages of a [pipeline], and what of it is refused.
 */
#include "files.h"
#include "support.h"

#define PIPELINE "[pipeline]\nschedule = 1f1b\ndevices = 4\nmicro-batches = 8\n"
#define CUT      "[pipeline]\nschedule = interleaved\ndevices = 2\nmicro-batches = 8\n"
#define COMPUTE  "[compute]\nforward = 5 ns\nbackward = 7 ns\n"

/* Without dropout and with fused attention a layer keeps 32sbh = 1024 bytes; the head, of a
 * vocabulary of 1, keeps 4sbh + 4bs = 160 more. So activations tell how many layers a stage has. */
#define SHAPE                                                                                      \
    "[model]\nheads = 1\nhidden = 4\ncontext = 8\nvocabulary = 1\ndropout = no\n"                  \
    "attention = fused\n"
#define EIGHT SHAPE "layers = 8\n"

enum { LAYER_BYTES = 1024 };

static void
check_layers(const PdScenario *scenario, const gint64 *layers)
{
    for (guint s = 0; s < scenario->n_stages; s++)
        ck_assert_int_eq(pd_scenario_cost(scenario, PD_COST_ACTIVATIONS, s) / LAYER_BYTES,
                         layers[s]);
}

static const struct {
    const char *text;
    gint64 layers[4];
} cuts[] = {
    { PIPELINE COMPUTE EIGHT, { 2, 2, 2, 2 } },
    { PIPELINE COMPUTE EIGHT "partition = auto\n", { 2, 2, 2, 2 } },
    { PIPELINE COMPUTE EIGHT "partition = 1;2;3;2\n", { 1, 2, 3, 2 } },
    { PIPELINE COMPUTE EIGHT "partition = 1 ; 2 ; 3 ; 2 ;\n", { 1, 2, 3, 2 } },
    /* the last stage has the head, if a small one: the one before it takes the odd layer */
    { PIPELINE COMPUTE SHAPE "layers = 9\n", { 2, 2, 3, 2 } },
    { PIPELINE COMPUTE SHAPE "layers = 4\n", { 1, 1, 1, 1 } },
    { CUT COMPUTE EIGHT, { 2, 2, 2, 2 } },
    /* per device: divided among its stages, s and s + 2, in whole parts */
    { CUT COMPUTE EIGHT "partition = 3;5\n", { 1, 2, 2, 3 } },
    { CUT COMPUTE EIGHT "partition = 1;2;3;2\n", { 1, 2, 3, 2 } },
    /* devices of different speed: the slowest stage is as fast as can be */
    { PIPELINE SHAPE "layers = 10\n[hardware]\nefficiency = 1\n"
                     "compute = 1 GFLOP/s;1 GFLOP/s;4 GFLOP/s;4 GFLOP/s\n",
      { 1, 1, 4, 4 } },
    { PIPELINE SHAPE "layers = 10\n[hardware]\nefficiency = 0.1;0.1;0.4;40 %\n"
                     "compute = 1 GFLOP/s\n",
      { 1, 1, 4, 4 } },
    { CUT SHAPE "layers = 12\n[hardware]\nefficiency = 1\ncompute = 1 GFLOP/s;2 GFLOP/s\n",
      { 2, 4, 2, 4 } },
};

START_TEST(layers_go_to_stages_as_the_partition_says)
{
    g_autoptr(PdScenario) scenario = test_scenario("%s", cuts[_i].text);

    check_layers(scenario, cuts[_i].layers);
}
END_TEST

START_TEST(a_head_that_weighs_several_layers_gets_fewer_of_them)
{
    /* GPT-2 medium's head weighs V/(12h+2s) = 3.5 layers */
    g_autoptr(PdScenario) scenario =
        test_scenario(PIPELINE "[model]\nlayers = 24\nheads = 16\nhidden = 1024\ncontext = 1024\n"
                               "vocabulary = 50257\n[hardware]\ncompute = 100 TFLOP/s\n"
                               "efficiency = 0.5\n");
    /* 24 bsh² + 4 bs²h at 50 TFLOP/s */
    const double layer_ns = (24.0 + 4.0) * 1024 * 1024 * 1024 / 5e13 * 1e9;
    static const int layers[4] = { 7, 7, 7, 3 };

    for (guint s = 0; s < 4; s++)
        ck_assert_double_eq_tol((double)pd_scenario_cost(scenario, PD_COST_FORWARD, s) / layer_ns,
                                layers[s] + (s == 3 ? 50257.0 / 14336 : 0), 1e-5);
}
END_TEST

static const struct {
    const char *text;
    const char *place;
    const char *part;
} refused[] = {
    /* the partition */
    { PIPELINE COMPUTE EIGHT "partition = 2;2;2\n", "[model] partition: ", "has 3 values" },
    { PIPELINE COMPUTE EIGHT "partition = 2;2;2;1;1\n", "[model] partition: ", "has 5 values" },
    { PIPELINE COMPUTE EIGHT "partition = 8\n", "[model] partition: ", "has 1 values" },
    { PIPELINE COMPUTE EIGHT "partition = even\n", "[model] partition: ", "auto" },
    { PIPELINE COMPUTE EIGHT "partition =\n", "[model] partition: ", "auto" },
    { PIPELINE COMPUTE EIGHT "partition = 2;2;2;3\n", "[model] partition: ", "8 layers" },
    { PIPELINE COMPUTE EIGHT "partition = 2;2;2;1\n", "[model] partition: ", "8 layers" },
    { PIPELINE COMPUTE EIGHT "partition = 9e18;9e18;9e18;8\n", "partition: ", "8 layers" },
    { PIPELINE COMPUTE EIGHT "partition = 2;2;4;0\n", "[model] partition: ", "stage 3" },
    { PIPELINE COMPUTE EIGHT "partition = 2;2;2;x\n", "[model] partition: ", "'x'" },
    { PIPELINE COMPUTE EIGHT "partition = 4;4;4;-4\n", "[model] partition: ", "negative" },
    { PIPELINE COMPUTE EIGHT "partition = 2;2;1.5;2.5\n", "partition: ", "whole number" },
    { PIPELINE COMPUTE EIGHT "partition = 2;2;;4\n", "[model] partition: ", "empty" },
    { CUT COMPUTE EIGHT "partition = 1;7\n", "[model] partition: ", "stage 0" },
    { CUT COMPUTE EIGHT "partition = 2;2;2\n", "[model] partition: ", "has 3 values" },
    { PIPELINE COMPUTE SHAPE "layers = 3\n", "test.ini: [pipeline] devices: ", "3 layers" },
    { CUT COMPUTE SHAPE "layers = 3\n", "test.ini: [pipeline] ", "3 layers" },
    /* sizes */
    { PIPELINE COMPUTE SHAPE "layers = 1e9\n", "[model] layers: ", "100000" },
    /* the last stage has the head, if a small one: the one before it takes the odd layer */
    { PIPELINE COMPUTE SHAPE "layers = 9223372036854775807\n", "[model] layers: ", "100000" },
    { PIPELINE COMPUTE "[model]\nlayers = 8\nheads = 1\nhidden = 9e18\ncontext = 9e18\n"
                       "vocabulary = 9e18\nmicro-batch-size = 9e18\n",
      "test.ini: [model] hidden: ", "64 bits" },
    { PIPELINE COMPUTE "[model]\nlayers = 8\nheads = 1\nhidden = 4e9\ncontext = 1\n"
                       "vocabulary = 1\n",
      "test.ini: [model] hidden: ", "64 bits" },
    /* the hardware */
    { PIPELINE EIGHT "[hardware]\ncompute = 1 TFLOP/s\n", "[hardware] efficiency: ", "missing" },
    { PIPELINE EIGHT "[hardware]\ncompute = 1 TFLOP/s\nefficiency = 1.5\n",
      "efficiency: ", "'1.5' is more than the whole" },
    { PIPELINE EIGHT "[hardware]\ncompute = 1 TFLOP/s\nefficiency = 0.5;0.5;101 %;0.5\n",
      "[hardware] efficiency: ", "more than the whole" },
    { PIPELINE EIGHT "[hardware]\ncompute = 1 TFLOP/s\nefficiency = 0\n", "efficiency: ", "zero" },
    { PIPELINE EIGHT "[hardware]\ncompute = 1 TFLOP/s;2 TFLOP/s\nefficiency = 0.5\n",
      "[hardware] compute: ", "has 2 values; 1 or 4" },
    { PIPELINE EIGHT "[hardware]\ncompute = 1 TFLOP/s\nefficiency = 0.5;0.4\n",
      "efficiency: ", "has 2 values; 1 or 4" },
    { PIPELINE EIGHT "[hardware]\ncompute = 0.01 TFLOP\nefficiency = 1\n", "compute: ", "FLOP/s" },
    { PIPELINE COMPUTE "[hardware]\nlink-latency = 1 ns;2 ns\n",
      "[hardware] link-latency: ", "1 or 3 (one per link)" },
    /* what neither implies */
    { PIPELINE EIGHT, "test.ini: [compute] forward: ", "missing" },
    { PIPELINE "[hardware]\ncompute = 1 TFLOP/s\nefficiency = 1\n",
      "[compute] forward: ", "missing" },
    { PIPELINE EIGHT "[compute]\nforward = 1 ns\n", "test.ini: [compute] backward: ", "missing" },
    /* times of 64 bits */
    { PIPELINE EIGHT "[hardware]\ncompute = 1 FLOP/s\nefficiency = 1e-12\n", "test.ini: ", "64" },
};

START_TEST(a_model_that_does_not_fit_is_refused_with_its_place_and_what_would_be_right)
{
    g_autofree char *message = test_refusal("%s", refused[_i].text);

    ck_assert_msg(strstr(message, refused[_i].place) != NULL, "%s", message);
    ck_assert_msg(strstr(message, refused[_i].part) != NULL, "%s", message);
    test_check_message(message);
}
END_TEST

START_TEST(a_value_of_an_included_file_is_refused_in_the_name_of_that_file)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *model = test_file(folder, "m.ini", SHAPE "layers = 3\npartition = 1;1;1;1\n");
    g_autofree char *start = g_strdup_printf("%s: [model] partition: ", model);
    g_autofree char *message =
        test_refusal(PIPELINE COMPUTE "[model]\nfile = %s\nlayers = 8\n", model);

    ck_assert_msg(g_str_has_prefix(message, start), "%s", message);
}
END_TEST

START_TEST(a_long_list_that_is_refused_is_one_short_line)
{
    g_autofree char *zeros = g_strnfill(20000, '0');
    static const char *const forms[] = {
        PIPELINE EIGHT "[hardware]\ncompute = 1 TFLOP/s\nefficiency = %s2\n",
        PIPELINE COMPUTE SHAPE "layers = %s1e9\n",
        PIPELINE COMPUTE SHAPE "layers = %s3\n",
        PIPELINE COMPUTE EIGHT "partition = %s1;2;2;2\n",
        PIPELINE COMPUTE EIGHT "partition = %s;2;2;4\n",
        PIPELINE COMPUTE EIGHT "partition = 2;2;2;%sx\n",
        PIPELINE COMPUTE "[model]\nheads = %s3\nhidden = %s4\nlayers = 8\ncontext = 8\n"
                         "vocabulary = 10\n",
    };
    g_auto(GStrv) parts = g_strsplit(forms[_i], "%s", -1);
    g_autofree char *text = g_strjoinv(zeros, parts);
    g_autofree char *message = test_refusal("%s", text);

    test_check_message(message);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("cuts");
    TCase *tests = tcase_create("cuts");

    tcase_add_loop_test(tests, layers_go_to_stages_as_the_partition_says, 0, G_N_ELEMENTS(cuts));
    tcase_add_test(tests, a_head_that_weighs_several_layers_gets_fewer_of_them);
    tcase_add_loop_test(tests,
                        a_model_that_does_not_fit_is_refused_with_its_place_and_what_would_be_right,
                        0, G_N_ELEMENTS(refused));
    tcase_add_test(tests, a_value_of_an_included_file_is_refused_in_the_name_of_that_file);
    tcase_add_loop_test(tests, a_long_list_that_is_refused_is_one_short_line, 0, 7);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

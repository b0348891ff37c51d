/*
 * What [pipeline] and a global batch may not say, and what would be right.
 */
#include "files.h"
#include "support.h"

#define COMPUTE   "[compute]\nforward = 1 ms\nbackward = 2 ms\n"
#define DEVICES   "devices = 4\n"
#define SCHEDULE  "schedule = 1f1b\n"
#define MICRO     "micro-batches = 8\n"
#define MISSING   "this key is missing"
#define MUCH      "this machine has "
#define IN_MEMORY " of memory"

/* Assert that a scenario is refused in one short line with these parts. */
static void
check_refused(const char *text, const char *place, const char *part)
{
    g_autofree char *message = test_refusal("%s", text);

    ck_assert_msg(strstr(message, place) != NULL, "%s\n%s", text, message);
    ck_assert_msg(strstr(message, part) != NULL, "%s\n%s", text, message);
    ck_assert_msg(strstr(message, "(null)") == NULL, "%s\n%s", text, message);
    test_check_message(message);
}

/* --- [pipeline] ------------------------------------------------------------------------------- */

static const struct {
    const char *pipeline;
    const char *place;
    const char *part;
} refused[] = {
    { SCHEDULE MICRO, "test.ini: [pipeline] devices: ", MISSING },
    { DEVICES MICRO, "test.ini: [pipeline] schedule: ", MISSING },
    { DEVICES SCHEDULE, "test.ini: [pipeline] micro-batches: ", MISSING },
    { "", "test.ini: [pipeline] ", MISSING },
    { DEVICES MICRO "schedule = pcai\n", "[pipeline] schedule: ", "did you mean paci?" },
    { DEVICES MICRO "schedule = gpip\n", "[pipeline] schedule: ", "did you mean gpipe?" },
    { DEVICES MICRO "schedule = interleave\n", "schedule: ", "did you mean interleaved?" },
    { DEVICES MICRO "schedule = zb-h1\n",
      "schedule: ", "gpipe, 1f1b, interleaved, pipedream, async, paci" },
    { DEVICES MICRO "schedule =\n", "schedule: ", "gpipe, 1f1b" },
    { DEVICES "schedule = interleaved\nmicro-batches = 6\n", "micro-batches: ", "8 is right" },
    { DEVICES "schedule = interleaved\nmicro-batches = 2\n", "micro-batches: ", "4 is right" },
    /* what the machine cannot hold, with a figure */
    { "devices = 1e12\n" SCHEDULE MICRO, "devices: ", MUCH },
    { "devices = 1e12\n" SCHEDULE MICRO, "devices: ", IN_MEMORY },
    { "devices = 9e18\n" SCHEDULE MICRO, "devices: ", MUCH },
    { DEVICES "schedule = interleaved\nvirtual-stages = 1e12\nmicro-batches = 4\n",
      "virtual-stages: ", MUCH },
    { DEVICES "schedule = gpipe\nmicro-batches = 1e15\n", "micro-batches: ", MUCH },
    { DEVICES "schedule = paci\nin-flight = 1e15\nmicro-batches = 1e15\n", "[pipeline] ", MUCH },
    { DEVICES "schedule = async\nin-flight = auto*1e14\nmicro-batches = 1e15\n", "[pipeline] ",
      MUCH },
    /* what 64 bits cannot count */
    { DEVICES SCHEDULE "micro-batches = 9e18\n", "micro-batches: ", "too large" },
    { DEVICES SCHEDULE "micro-batches = 1e10\nmini-batches = 1e10\n",
      "mini-batches: ", "too many" },
};

START_TEST(a_wrong_pipeline_is_refused_with_its_place_and_what_would_be_right)
{
    g_autofree char *text = g_strdup_printf(COMPUTE "[pipeline]\n%s", refused[_i].pipeline);

    check_refused(text, refused[_i].place, refused[_i].part);
}
END_TEST

static const struct {
    const char *value;
    const char *part;
} wrong_limits[] = {
    { "0", "'0'" },         { "auto*0", "'auto*0'" },  { "1;1;0;1", "stage 2" },
    { "auto-1", "auto+2" }, { "automatic", "auto+2" }, { "auto;auto", "auto+2" },
    { "auto+", "empty" },   { "auto*", "empty" },      { "auto+x", "not a number" },
    { "auto+-1", "" },      { "-1", "negative" },      { "1.5", "whole number" },
    { "many", "number" },   { "", "empty" },           { "1;2;3", "1 or 4" },
    { "1;2", "1 or 4" },    { "1;2;3;4;5", "1 or 4" }, { "auto+1;2", "" },
    { "2 ms", "number" },
};

START_TEST(a_wrong_in_flight_limit_is_refused)
{
    g_autofree char *text =
        g_strdup_printf(COMPUTE "[pipeline]\n" DEVICES MICRO "schedule = paci\nin-flight = %s\n",
                        wrong_limits[_i].value);

    check_refused(text, "test.ini: [pipeline] in-flight: ", wrong_limits[_i].part);
}
END_TEST

START_TEST(stages_that_the_default_cuts_and_the_machine_cannot_hold_are_refused)
{
    /* so many devices fit with one stage each, and with the default of two they do not */
    const gint64 devices = pd_machine_memory_bytes() / 2048 / 3 * 2;
    g_autofree char *text =
        g_strdup_printf(COMPUTE "[pipeline]\ndevices = %" G_GINT64_FORMAT
                                "\nschedule = interleaved\nmicro-batches = %" G_GINT64_FORMAT "\n",
                        devices, devices);

    check_refused(text, "test.ini: [pipeline] ", MUCH);
}
END_TEST

START_TEST(a_refusal_is_one_short_line_however_long_the_number)
{
    static const char *const rows[][2] = {
        { "devices", "9e18" },       { "micro-batches", "9e18" }, { "mini-batches", "9e18" },
        { "virtual-stages", "1e9" }, { "in-flight", "0" },        { "in-flight", "auto" },
    };
    g_autofree char *zeros = g_strnfill(20000, '0');

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf(
            COMPUTE "[pipeline]\nschedule = interleaved\n%s%s%s = %s%s\n",
            g_str_equal(rows[i][0], "devices") ? "" : DEVICES,
            g_str_equal(rows[i][0], "micro-batches") ? "" : MICRO, rows[i][0], zeros, rows[i][1]);

        check_refused(text, "[pipeline] ", "");
    }
}
END_TEST

/* --- global-batch ----------------------------------------------------------------------------- */

/* A global batch, M, and the nearest number that divides it; 0: M does. */
static const struct {
    gint64 global, M, nearest;
} batches[] = {
    { 256, 1, 0 },
    { 256, 8, 0 },
    { 256, 256, 0 },
    { 256, 12, 8 },
    { 256, 13, 16 },
    { 256, 7, 8 },
    { 256, 257, 256 },
    { 256, 1000000, 256 },
    { 250, 7, 5 },
    { 250, 9, 10 },
    { 7, 3, 1 },
    { 7, 4, 1 },
    { 7, 5, 7 },
    { 1, 8, 1 },
    { 999999937, 16, 1 },
    { 1000000000, 1000, 0 },
    { 1000000000, 300, 320 },
};

START_TEST(a_global_batch_is_divided_among_the_micro_batches_or_refused_with_a_number_that_divides)
{
    g_autofree char *text = g_strdup_printf(
        COMPUTE
        "[pipeline]\ndevices = 1\nschedule = 1f1b\nmicro-batches = %d\n[model]\nlayers = 1\n"
        "heads = 1\nhidden = 1\ncontext = 1\nvocabulary = 1\nglobal-batch = %d\n",
        (int)batches[_i].M, (int)batches[_i].global);
    g_autofree char *part = g_strdup_printf("divides them is %d", (int)batches[_i].nearest);

    if (batches[_i].nearest > 0) {
        check_refused(text, "test.ini: [model] global-batch: ", part);
        ck_assert_int_eq(batches[_i].global % batches[_i].nearest, 0);
    } else {
        g_autoptr(PdScenario) scenario = test_scenario("%s", text);

        ck_assert_int_eq(scenario->micro_batch_size * batches[_i].M, batches[_i].global);
    }
}
END_TEST

START_TEST(a_global_batch_that_contradicts_or_is_beyond_counting_is_refused)
{
    static const char *const place = "test.ini: [model] global-batch: ";

    check_refused(COMPUTE "[pipeline]\n" DEVICES SCHEDULE MICRO
                          "[model]\nglobal-batch = 16\nmicro-batch-size = 2\n",
                  place, "stands beside micro-batch-size");
    check_refused(COMPUTE "[pipeline]\n" DEVICES SCHEDULE MICRO "[model]\nglobal-batch = 9e18\n",
                  place, "1000000000");
    check_refused(COMPUTE "[pipeline]\n" DEVICES SCHEDULE MICRO "[model]\nglobal-batch = 0\n",
                  place, "zero");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("pipeline refusals");
    TCase *tests = tcase_create("pipeline refusals");

    tcase_add_loop_test(tests, a_wrong_in_flight_limit_is_refused, 0, G_N_ELEMENTS(wrong_limits));
    tcase_add_loop_test(tests, a_wrong_pipeline_is_refused_with_its_place_and_what_would_be_right,
                        0, G_N_ELEMENTS(refused));
    tcase_add_loop_test(
        tests,
        a_global_batch_is_divided_among_the_micro_batches_or_refused_with_a_number_that_divides, 0,
        G_N_ELEMENTS(batches));
    tcase_add_test(tests, a_global_batch_that_contradicts_or_is_beyond_counting_is_refused);
    tcase_add_test(tests, stages_that_the_default_cuts_and_the_machine_cannot_hold_are_refused);
    tcase_add_test(tests, a_refusal_is_one_short_line_however_long_the_number);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

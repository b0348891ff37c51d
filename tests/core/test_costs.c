#include "errors.h"
#include "files.h"
#include "support.h"

#define PIPELINE "[pipeline]\ndevices = %u\nschedule = %s\nmicro-batches = 12\n%s\n"
#define FORWARD  "forward = 1 ms\n"
#define BACKWARD "backward = 2 ms\n"

/* Sections in the order of a scenario: [compute] is given, [pipeline] is one that works. */
static char *
scenario_text(guint devices, const char *schedule, const char *lines, const char *sections)
{
    return g_strdup_printf(PIPELINE "%s", devices, schedule, lines, sections);
}

static void
check_refused(const char *text, const char *place, const char *part)
{
    g_autofree char *message = test_refusal("%s", text);

    ck_assert_msg(strstr(message, place) != NULL, "%s\n%s", text, message);
    ck_assert_msg(strstr(message, part) != NULL, "%s\n%s", text, message);
    test_check_message(message);
}

/* --- lists ------------------------------------------------------------------------------------ */

/* n values of a key, "v;v;v". */
static char *
list_of(const PdKeyRow *row, guint n)
{
    static const char *const samples[] = {
        [PD_DURATION] = "1 ms",     [PD_SIZE] = "1 kB", [PD_BANDWIDTH] = "1 GB/s",
        [PD_COMPUTE] = "1 TFLOP/s", [PD_COUNT] = "1",
    };
    g_autoptr(GString) list = g_string_new(NULL);

    for (guint i = 0; i < n; i++)
        g_string_append_printf(list, "%s%s", i == 0 ? "" : ";",
                               row->type == PD_TYPE_REAL ? "0.5" : samples[row->dimension]);
    return g_string_free(g_steal_pointer(&list), FALSE);
}

/* What stands beside a key, so that a scenario with it is complete; NULL: the key is not a cost. */
static const char *
company(PdKey key)
{
    switch ((int)key) {
    case PD_KEY_TRAIN_BETAS:
        return NULL;
    case PD_KEY_COMPUTE_FORWARD:
        return "[compute]\n" BACKWARD "%s = %s\n";
    case PD_KEY_COMPUTE_BACKWARD:
        return "[compute]\n" FORWARD "%s = %s\n";
    case PD_KEY_COMPUTE_BACKWARD_INPUT:
        return "[compute]\n" FORWARD "backward-weight = 1 ms\n%s = %s\n";
    case PD_KEY_COMPUTE_BACKWARD_WEIGHT:
        return "[compute]\n" FORWARD "backward-input = 1 ms\n%s = %s\n";
    case PD_KEY_COMPUTE_UPDATE:
        return "[compute]\n" FORWARD BACKWARD "%s = %s\n";
    case PD_KEY_LINK_MESSAGE:
        return "[compute]\n" FORWARD BACKWARD "[link]\nbandwidth = 1 GB/s\n%s = %s\n";
    case PD_KEY_LINK_BANDWIDTH:
        return "[compute]\n" FORWARD BACKWARD "[link]\nmessage = 1 kB\n%s = %s\n";
    case PD_KEY_HARDWARE_COMPUTE:
        return "[compute]\n" FORWARD BACKWARD "[hardware]\nefficiency = 0.5\n%s = %s\n";
    default:
        return "[compute]\n" FORWARD BACKWARD "[SECTION]\n%s = %s\n";
    }
}

static char *
text_with_list(PdKey key, guint devices, const char *schedule, const char *lines, guint n)
{
    const PdKeyRow *row = pd_key_row(key);
    g_auto(GStrv) parts = g_strsplit(company(key), "SECTION", -1);
    g_autofree char *joined = g_strjoinv(row->section, parts);
    g_autofree char *list = list_of(row, n);
    g_auto(GStrv) pieces = g_strsplit(joined, "%s", -1);
    g_autofree char *sections = g_strconcat(pieces[0], row->name, pieces[1], list, pieces[2], NULL);

    return scenario_text(devices, schedule, lines, sections);
}

/* Whether a list of n values may stand there: one for all, or one per entry. */
static gboolean
is_right_length(const PdKeyRow *row, guint devices, guint virtual, guint n)
{
    const gboolean ring = virtual > 1;
    const gboolean link = g_str_equal(row->section, "link") || g_str_has_prefix(row->name, "link-");
    const gboolean per_stage =
        g_str_equal(row->section, "compute") ||
        (g_str_equal(row->section, "memory") && !g_str_equal(row->name, "capacity"));

    if (n == 1)
        return TRUE;
    if (link)
        return n == (ring ? devices : devices - 1);
    return n == devices || (per_stage && n == devices * virtual);
}

START_TEST(a_list_has_one_value_or_one_per_device_stage_or_link)
{
    static const struct {
        const char *schedule;
        const char *lines;
        guint devices;
        guint virtual;
    } shapes[] = {
        { "1f1b", "", 4, 1 },        { "paci", "", 2, 1 },
        { "interleaved", "", 4, 2 }, { "interleaved", "virtual-stages = 3", 2, 3 },
        { "gpipe", "", 1, 1 },
    };
    const PdKey key = (PdKey)_i;
    const PdKeyRow *row = pd_key_row(key);

    if (!(row->flags & PD_LIST) || company(key) == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
        for (guint n = 1; n < 10; n++) {
            g_autofree char *text =
                text_with_list(key, shapes[i].devices, shapes[i].schedule, shapes[i].lines, n);

            if (is_right_length(row, shapes[i].devices, shapes[i].virtual, n)) {
                g_autoptr(PdScenario) scenario = test_scenario("%s", text);

                ck_assert_uint_eq(scenario->n_stages, shapes[i].devices * shapes[i].virtual);
            } else {
                g_autofree char *place = g_strdup_printf("[%s] %s: ", row->section, row->name);
                g_autofree char *part = g_strdup_printf("has %u values", n);

                check_refused(text, place, part);
            }
        }
    }
}
END_TEST

START_TEST(the_link_that_closes_the_ring_of_two_devices_is_the_second)
{
    g_autofree char *text = scenario_text(
        2, "interleaved", "", "[compute]\n" FORWARD BACKWARD "[link]\nlatency = 3 ns;5 ns\n");
    g_autoptr(PdScenario) scenario = test_scenario("%s", text);

    ck_assert_uint_eq(scenario->n_links, 2);
    ck_assert_int_eq(pd_scenario_cost(scenario, PD_COST_LATENCY, 0), 3);
    ck_assert_int_eq(pd_scenario_cost(scenario, PD_COST_LATENCY, 1), 5);
}
END_TEST

/* --- division --------------------------------------------------------------------------------- */

static const struct {
    PdCost cost;
    const char *section;
    const char *name;
    const char *unit;
    gboolean divided;
} spread[] = {
    { PD_COST_FORWARD, "compute", "forward", "ns", TRUE },
    { PD_COST_BACKWARD_INPUT, "compute", "backward-input", "ns", TRUE },
    { PD_COST_BACKWARD_WEIGHT, "compute", "backward-weight", "ns", TRUE },
    { PD_COST_UPDATE, "compute", "update", "ns", TRUE },
    { PD_COST_WEIGHTS, "memory", "weights", "B", TRUE },
    { PD_COST_GRADIENTS, "memory", "gradients", "B", TRUE },
    { PD_COST_OPTIMIZER, "memory", "optimizer", "B", TRUE },
    { PD_COST_ACTIVATIONS, "memory", "activations", "B", TRUE },
    { PD_COST_INPUTS, "memory", "inputs", "B", FALSE },
};

static PdScenario *
spread_scenario(guint row, const char *lines, const char *values)
{
    static const char *const required[] = { "forward", "backward-input", "backward-weight" };
    g_autoptr(GString) sections = g_string_new("[compute]\n");
    g_autofree char *text = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(required); i++)
        if (!g_str_equal(required[i], spread[row].name))
            g_string_append_printf(sections, "%s = 1 ns\n", required[i]);
    if (!g_str_equal(spread[row].section, "compute"))
        g_string_append_printf(sections, "[%s]\n", spread[row].section);
    g_string_append_printf(sections, "%s = %s\n", spread[row].name, values);
    text = scenario_text(3, "interleaved", lines, sections->str);
    return test_scenario("%s", text);
}

START_TEST(a_device_divides_its_value_among_its_stages_in_parts_that_sum_to_it)
{
    const char *unit = spread[_i].unit;
    guint64 seed = 1;

    for (guint v = 1; v <= 5; v++) {
        const gint64 value[3] = { (gint64)test_random(&seed, 20), (gint64)test_random(&seed, 1000),
                                  (gint64)test_random(&seed, 1000000000000) };
        g_autofree char *values = g_strdup_printf("%" G_GINT64_FORMAT " %s; %" G_GINT64_FORMAT
                                                  " %s; %" G_GINT64_FORMAT " %s",
                                                  value[0], unit, value[1], unit, value[2], unit);
        g_autofree char *lines = g_strdup_printf("virtual-stages = %u", v);
        g_autoptr(PdScenario) scenario = spread_scenario((guint)_i, lines, values);
        gint64 sum[3] = { 0 };

        for (guint s = 0; s < 3 * v; s++) {
            const gint64 whole = value[s % 3], i = s / 3;
            const gint64 part = (i + 1) * whole / v - i * whole / v;
            const gint64 held = pd_scenario_cost(scenario, spread[_i].cost, s);

            ck_assert_int_eq(held, spread[_i].divided ? part : whole);
            sum[s % 3] += held;
        }
        for (guint device = 0; device < 3; device++)
            ck_assert_int_eq(sum[device], value[device] * (spread[_i].divided ? 1 : v));
    }
}
END_TEST

START_TEST(a_value_of_a_stage_is_not_divided)
{
    const char *unit = spread[_i].unit;
    g_autoptr(GString) values = g_string_new(NULL);

    for (int s = 0; s < 6; s++)
        g_string_append_printf(values, "%d %s;", 10 + s, unit);
    g_autoptr(PdScenario) scenario = spread_scenario((guint)_i, "", values->str);
    for (guint s = 0; s < 6; s++)
        ck_assert_int_eq(pd_scenario_cost(scenario, spread[_i].cost, s), 10 + s);
}
END_TEST

START_TEST(a_message_is_not_divided)
{
    g_autofree char *text = scenario_text(
        3, "interleaved", "",
        "[compute]\n" FORWARD BACKWARD "[link]\nmessage = 10 B\nbandwidth = 3 B/s;7 B/s;1 GB/s\n");
    g_autoptr(PdScenario) scenario = test_scenario("%s", text);

    for (guint link = 0; link < 3; link++)
        ck_assert_int_eq(pd_scenario_cost(scenario, PD_COST_MESSAGE, link), 10);
    ck_assert_int_eq(scenario->hold_ns[0], 3333333334);
    ck_assert_int_eq(scenario->hold_ns[1], 1428571429);
    ck_assert_int_eq(scenario->hold_ns[2], 10);
}
END_TEST

/* --- operations ------------------------------------------------------------------------------- */

START_TEST(an_operation_takes_what_its_parts_take)
{
    static const struct {
        const char *compute;
        const char *lines;
        gint64 backward;
    } rows[] = {
        { "forward = 5 ns\nbackward = 11 ns\n", "", 11 },
        { "forward = 5 ns\nbackward = 11 ns\n", "recompute = none", 11 },
        { "forward = 5 ns\nbackward = 11 ns\n", "recompute = full", 16 },
        { "forward = 5 ns\nbackward-input = 6 ns\nbackward-weight = 7 ns\n", "", 13 },
        { "forward = 5 ns\nbackward-input = 6 ns\nbackward-weight = 7 ns\n", "recompute = full",
          18 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *sections =
            g_strdup_printf("[compute]\nupdate = 2 ns\n%s", rows[i].compute);
        g_autofree char *text = scenario_text(2, "1f1b", rows[i].lines, sections);
        g_autoptr(PdScenario) scenario = test_scenario("%s", text);
        const PdOperation forward = { .stage = 1, .kind = PD_FORWARD };
        const PdOperation backward = { .stage = 1, .kind = PD_BACKWARD };
        const PdOperation update = { .stage = 1, .kind = PD_UPDATE };

        ck_assert_int_eq(pd_scenario_duration(scenario, forward), 5);
        ck_assert_int_eq(pd_scenario_duration(scenario, backward), rows[i].backward);
        ck_assert_int_eq(pd_scenario_duration(scenario, update), 2);
    }
}
END_TEST

START_TEST(a_link_holds_a_message_only_where_both_are_stated)
{
    static const struct {
        guint devices;
        const char *link;
        gint64 hold_ns;
    } rows[] = {
        { 2, "", 0 },
        { 2, "[link]\nlatency = 5 us\n", 0 },
        { 2, "[link]\nmessage = 25 GB\nbandwidth = 25 GB/s\n", PD_NS_PER_S },
        { 2, "[link]\nmessage = 0 B\nbandwidth = 25 GB/s\n", 0 },
        { 1, "[link]\nmessage = 1 GB\nbandwidth = 25 GB/s\nlatency = 5 us\n", 0 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *sections = g_strconcat("[compute]\n" FORWARD BACKWARD, rows[i].link, NULL);
        g_autofree char *text = scenario_text(rows[i].devices, "1f1b", "", sections);
        g_autoptr(PdScenario) scenario = test_scenario("%s", text);

        ck_assert_uint_eq(scenario->n_links, rows[i].devices - 1);
        for (guint link = 0; link < scenario->n_links; link++)
            ck_assert_int_eq(scenario->hold_ns[link], rows[i].hold_ns);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("costs");
    TCase *tests = tcase_create("costs");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_list_has_one_value_or_one_per_device_stage_or_link, 0, PD_N_KEYS);
    tcase_add_test(tests, the_link_that_closes_the_ring_of_two_devices_is_the_second);
    tcase_add_loop_test(tests, a_device_divides_its_value_among_its_stages_in_parts_that_sum_to_it,
                        0, G_N_ELEMENTS(spread));
    tcase_add_loop_test(tests, a_value_of_a_stage_is_not_divided, 0, G_N_ELEMENTS(spread));
    tcase_add_test(tests, a_message_is_not_divided);
    tcase_add_test(tests, an_operation_takes_what_its_parts_take);
    tcase_add_test(tests, a_link_holds_a_message_only_where_both_are_stated);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

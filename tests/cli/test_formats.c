/*
 * The formats that other programs read: names, types and rows, as the contract lists them.
 */
#include "files.h"
#include "program.h"
#include "schedules.h"
#include "support.h"

/* A model and a capacity, so that nothing is null but what has to be. */
#define TEXT                                                                                       \
    "[scenario]\ntitle = a, \"b\"\n[pipeline]\ndevices = 4\nschedule = paci\nmicro-batches = 4\n"  \
    "mini-batches = 4\n[compute]\nforward = 1 ms\nbackward = 2 ms\n[memory]\ncapacity = 1 GB\n"    \
    "[model]\nlayers = 8\nheads = 2\nhidden = 8\ncontext = 8\nvocabulary = 10\n"

/* Name and type: "i" a whole number, "n" a number, "s" a text, "b" a truth value. */
typedef struct {
    const char *name;
    char type;
} Member;

static const Member scalars[] = {
    { "schema", 's' },
    { "version", 's' },
    { "title", 's' },
    { "schedule", 's' },
    { "executor", 's' },
    { "stages_count", 'i' },
    { "devices_count", 'i' },
    { "micro_batches", 'i' },
    { "makespan_ns", 'i' },
    { "updates", 'i' },
    { "throughput_micro_batches_per_s", 'n' },
    { "throughput_tokens_per_s", 'n' },
    { "max_peak_memory_bytes", 'i' },
    { "bubble_fraction", 'n' },
    { "bubble_overhead", 'n' },
    { "steady_bubble_fraction", 'n' },
    { "max_crossing", 'i' },
    { "max_mismatch", 'i' },
    { "crossing_bound", 'i' },
    { "fits_memory", 'b' },
    { NULL, 0 },
};

static const Member device_members[] = {
    { "device", 'i' },
    { "first_start_ns", 'i' },
    { "last_end_ns", 'i' },
    { "busy_ns", 'i' },
    { "bubble_ns", 'i' },
    { "operations", 'i' },
    { "peak_memory_bytes", 'i' },
    { "peak_memory_at_ns", 'i' },
    { "fits", 'b' },
    { NULL, 0 },
};

static const Member causes[] = {
    { "startup", 'i' },   { "activation", 'i' }, { "gradient", 'i' }, { "in_flight_limit", 'i' },
    { "processor", 'i' }, { "barrier", 'i' },    { "drained", 'i' },  { NULL, 0 },
};

static const Member parts[] = {
    { "weights", 'i' },     { "gradients", 'i' },       { "optimizer", 'i' },
    { "activations", 'i' }, { "stashed_weights", 'i' }, { NULL, 0 },
};

static const Member stage_members[] = {
    { "stage", 'i' },          { "device", 'i' },
    { "updates", 'i' },        { "unapplied_gradients", 'i' },
    { "peak_in_flight", 'i' }, { NULL, 0 },
};

static const Member distribution_members[] = { { "max", 'i' }, { "mean", 'n' }, { NULL, 0 } };

static gboolean
has_type(JsonNode *node, char type)
{
    const GType value = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;

    return type == 's'   ? value == G_TYPE_STRING
           : type == 'b' ? value == G_TYPE_BOOLEAN
           : type == 'i' ? value == G_TYPE_INT64
                         : value == G_TYPE_INT64 || value == G_TYPE_DOUBLE;
}

static void
check_members(JsonObject *object, const Member *members)
{
    for (; members->name != NULL; members++) {
        ck_assert_msg(json_object_has_member(object, members->name), "%s is missing",
                      members->name);
        ck_assert_msg(has_type(json_object_get_member(object, members->name), members->type),
                      "%s has another type", members->name);
    }
}

static void
check_distribution(JsonObject *stage, const char *name)
{
    JsonObject *distribution = json_object_get_object_member(stage, name);
    JsonArray *histogram = json_object_get_array_member(distribution, "histogram");

    check_members(distribution, distribution_members);
    ck_assert_int_eq(json_object_has_member(distribution, "bound"), g_str_equal(name, "crossing"));
    /* it ends at the largest value seen */
    ck_assert_int_eq((gint64)json_array_get_length(histogram) - 1,
                     json_object_get_int_member(distribution, "max"));
}

static void
check_report(JsonObject *report)
{
    JsonArray *devices = json_object_get_array_member(report, "devices");
    JsonArray *stages = json_object_get_array_member(report, "stages");

    check_members(report, scalars);
    ck_assert_str_eq(json_object_get_string_member(report, "schema"), "pipedrift.report/1");
    ck_assert_str_eq(json_object_get_string_member(report, "executor"), "simulator");
    ck_assert_int_eq(json_array_get_length(devices),
                     json_object_get_int_member(report, "devices_count"));
    ck_assert_int_eq(json_array_get_length(stages),
                     json_object_get_int_member(report, "stages_count"));
    for (guint i = 0; i < json_array_get_length(devices); i++) {
        JsonObject *device = json_array_get_object_element(devices, i);

        check_members(device, device_members);
        check_members(json_object_get_object_member(device, "bubble_by_cause_ns"), causes);
        check_members(json_object_get_object_member(device, "peak_memory_parts_bytes"), parts);
    }
    for (guint i = 0; i < json_array_get_length(stages); i++) {
        JsonObject *stage = json_array_get_object_element(stages, i);

        check_members(stage, stage_members);
        check_distribution(stage, "crossing");
        check_distribution(stage, "mismatch");
        check_distribution(stage, "delay");
    }
}

/* Run a command on TEXT and lines more, without messages. */
static TestProgram
run(const char *command, const char *lines, const char *format, const char *option)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *text = g_strconcat(TEXT, lines, NULL);
    g_autofree char *path = test_file(folder, "a.ini", text);
    TestProgram program = test_program(command, path, "--quiet", "--format", format, option, NULL);

    test_check_done(&program);
    return program;
}

START_TEST(a_report_in_json_has_the_names_that_other_programs_rely_on)
{
    g_auto(TestProgram) program = run("simulate", "", "json", NULL);
    g_autoptr(JsonNode) root = test_json(program.output);
    JsonObject *report = json_node_get_object(root);

    check_report(report);
    ck_assert_str_eq(json_object_get_string_member(report, "title"), "a, \"b\"");
    ck_assert_str_eq(json_object_get_string_member(report, "schedule"), "paci");
    ck_assert_int_eq(json_object_get_int_member(report, "micro_batches"), 16);
    ck_assert(!json_object_has_member(report, "crossings"));
}
END_TEST

START_TEST(what_does_not_exist_is_null_in_json_and_empty_in_csv)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = test_file(folder, "a.ini",
                                      "[pipeline]\ndevices = 1\nschedule = gpipe\nmicro-batches = "
                                      "1\n[compute]\nforward = 0 ns\nbackward = 0 ns\n");
    static const char *const absent[] = {
        "title",
        "throughput_micro_batches_per_s",
        "throughput_tokens_per_s",
        "steady_bubble_fraction",
        "fits_memory",
    };
    g_auto(TestProgram) json = test_program("simulate", path, "--format", "json", NULL);
    g_auto(TestProgram) csv = test_program("simulate", path, "--format", "csv", NULL);
    g_autoptr(JsonNode) root = test_json(json.output);
    g_auto(GStrv) lines = g_strsplit(csv.output, "\n", -1);
    g_auto(GStrv) names = g_strsplit(lines[0], ",", -1);
    g_auto(GStrv) cells = g_strsplit(lines[1], ",", -1);

    for (gsize i = 0; i < G_N_ELEMENTS(absent); i++) {
        JsonNode *node = json_object_get_member(json_node_get_object(root), absent[i]);
        guint column = 0;

        ck_assert_msg(node != NULL && JSON_NODE_HOLDS_NULL(node), "%s", absent[i]);
        while (!g_str_equal(names[column], absent[i]))
            column++;
        ck_assert_str_eq(cells[column], "");
    }
}
END_TEST

START_TEST(a_comparison_in_json_is_an_array_of_reports)
{
    g_auto(TestProgram) program = run("compare", "", "json", NULL);
    g_autoptr(JsonNode) root = test_json(program.output);
    JsonObject *comparison = json_node_get_object(root);
    JsonArray *reports = json_object_get_array_member(comparison, "reports");

    ck_assert_str_eq(json_object_get_string_member(comparison, "schema"), "pipedrift.comparison/1");
    for (guint i = 0; pd_schedules[i] != NULL; i++) {
        JsonObject *report = json_array_get_object_element(reports, i);

        ck_assert_str_eq(json_object_get_string_member(report, "schedule"), pd_schedules[i]->name);
        check_report(report);
    }
}
END_TEST

START_TEST(crossings_are_kept_per_stage_and_micro_batch)
{
    g_auto(TestProgram) json = run("simulate", "", "json", "--per-micro-batch");
    g_auto(TestProgram) csv = run("simulate", "", "csv", "--per-micro-batch");
    g_autoptr(JsonNode) root = test_json(json.output);
    JsonObject *report = json_node_get_object(root);
    JsonArray *crossings = json_object_get_array_member(report, "crossings");
    g_autoptr(GString) expected = g_string_new("schedule,stage,micro_batch,crossing\n");

    check_report(report);
    ck_assert_uint_eq(json_array_get_length(crossings), 4);
    for (guint s = 0; s < 4; s++) {
        JsonArray *stage = json_array_get_array_element(crossings, s);

        ck_assert_uint_eq(json_array_get_length(stage), 16);
        for (guint m = 0; m < 16; m++)
            g_string_append_printf(expected, "paci,%u,%u,%d\n", s, m,
                                   (int)json_array_get_int_element(stage, m));
    }
    ck_assert_str_eq(csv.output, expected->str);
}
END_TEST

START_TEST(csv_has_a_column_per_scalar_and_a_row_per_report)
{
    g_auto(TestProgram) one = run("simulate", "", "csv", NULL);
    g_auto(TestProgram) two = run("compare", "", "csv", "--schedules=gpipe,paci");
    g_autoptr(GString) header = g_string_new(NULL);
    g_auto(GStrv) rows = g_strsplit(one.output, "\n", -1);
    g_auto(GStrv) compared = g_strsplit(two.output, "\n", -1);

    for (const Member *scalar = scalars; scalar->name != NULL; scalar++)
        g_string_append_printf(header, "%s%s", scalar == scalars ? "" : ",", scalar->name);
    ck_assert_uint_eq(g_strv_length(rows), 3);
    ck_assert_str_eq(rows[0], header->str);
    /* RFC 4180: a field with a comma or a quote is quoted, its quotes doubled */
    ck_assert_ptr_nonnull(strstr(rows[1], ",\"a, \"\"b\"\"\",paci,simulator,4,4,16,"));
    ck_assert_str_eq(rows[2], "");
    ck_assert_uint_eq(g_strv_length(compared), 4);
    ck_assert_str_eq(compared[0], header->str);
    ck_assert_ptr_nonnull(strstr(compared[1], ",gpipe,simulator,"));
    ck_assert_str_eq(compared[2], rows[1]);
}
END_TEST

START_TEST(the_schedules_are_listed_in_every_format)
{
    g_auto(TestProgram) table = test_program("schedules", NULL);
    g_auto(TestProgram) csv = test_program("schedules", "--format", "csv", NULL);
    g_auto(TestProgram) json = test_program("schedules", "--format", "json", NULL);
    g_autoptr(JsonNode) root = test_json(json.output);
    JsonArray *schedules = json_object_get_array_member(json_node_get_object(root), "schedules");
    g_auto(GStrv) lines = g_strsplit(table.output, "\n", -1);
    g_auto(GStrv) rows = g_strsplit(csv.output, "\n", -1);
    guint n = 0;

    ck_assert_str_eq(rows[0], "schedule,summary,source");
    for (; pd_schedules[n] != NULL; n++) {
        const char *name = pd_schedules[n]->name;
        JsonObject *schedule = json_array_get_object_element(schedules, n);

        ck_assert(g_str_has_prefix(lines[n], name));
        ck_assert(g_str_has_prefix(rows[n + 1], name));
        ck_assert_str_eq(json_object_get_string_member(schedule, "name"), name);
    }
    ck_assert_uint_eq(json_array_get_length(schedules), n);
    ck_assert_uint_eq(g_strv_length(lines), n + 1);
    ck_assert_uint_eq(g_strv_length(rows), n + 2);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("formats");
    TCase *tests = tcase_create("formats");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_report_in_json_has_the_names_that_other_programs_rely_on);
    tcase_add_test(tests, what_does_not_exist_is_null_in_json_and_empty_in_csv);
    tcase_add_test(tests, a_comparison_in_json_is_an_array_of_reports);
    tcase_add_test(tests, crossings_are_kept_per_stage_and_micro_batch);
    tcase_add_test(tests, csv_has_a_column_per_scalar_and_a_row_per_report);
    tcase_add_test(tests, the_schedules_are_listed_in_every_format);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

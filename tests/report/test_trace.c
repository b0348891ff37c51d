/*
 * Traces against the Chrome trace-event format, read by an independent parser.
 */
#include <json-glib/json-glib.h>

#include "files.h"
#include "schedules.h"
#include "support.h"
#include "trace.h"

#define DEVICES       4
#define MICRO_BATCHES 24

/* Write a run's trace and read it again. (transfer full) */
static JsonNode *
trace_of(const PdScenario *scenario, gboolean idle)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "trace.json", NULL);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    g_auto(PdTrace) trace = { 0 };

    ck_assert(pd_trace_init(&trace, scenario, path, idle, &error));
    pd_report_free(test_run(scenario, &trace.sink));
    ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
    ck_assert(pd_trace_end(&trace, &error));
    if (!json_parser_load_from_file(parser, path, &error))
        ck_abort_msg("%s", error->message);
    return json_parser_steal_root(parser);
}

static PdScenario *
scenario_of(const PdSchedule *schedule)
{
    return test_scenario("[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 8\n"
                         "mini-batches = 3\n[compute]\nforward = 1001 ns\nbackward = 2003 ns\n"
                         "update = 7 ns\n[link]\nlatency = 11 ns\n"
                         "[memory]\nweights = 100 B\nactivations = 10 B\n",
                         schedule->name);
}

/* What a walk over the events finds. */
typedef struct {
    double end_us[DEVICES][2]; /* of the last slice of each track */
    gint64 n_forwards, n_idle;
    gint64 in_flight[DEVICES]; /* the last counter */
    GHashTable *starts, *ends; /* ids of flows */
} Walk;

static void
walk_slice(Walk *walk, JsonObject *event)
{
    const gint64 device = json_object_get_int_member(event, "pid");
    const gint64 track = json_object_get_int_member(event, "tid");
    const double start_us = json_object_get_double_member(event, "ts");

    /* to half a nanosecond, which is what doubles of µs are good for here */
    ck_assert_double_ge(start_us, walk->end_us[device][track] - 0.0005);
    walk->end_us[device][track] = start_us + json_object_get_double_member(event, "dur");
    walk->n_idle += track == 1;
    if (track == 0)
        walk->n_forwards += g_str_equal(json_object_get_string_member(event, "cat"), "forward");
}

static void
walk_event(G_GNUC_UNUSED JsonArray *array, G_GNUC_UNUSED guint index, JsonNode *node, gpointer data)
{
    Walk *walk = data;
    JsonObject *event = json_node_get_object(node);
    const char phase = *json_object_get_string_member(event, "ph");

    if (phase == 'X')
        walk_slice(walk, event);
    if (phase == 's' || phase == 'f')
        ck_assert(g_hash_table_add(phase == 's' ? walk->starts : walk->ends,
                                   g_strdup(json_object_get_string_member(event, "id"))));
    if (phase == 'C' && g_str_equal(json_object_get_string_member(event, "name"), "in flight"))
        walk->in_flight[json_object_get_int_member(event, "pid")] = json_object_get_int_member(
            json_object_get_object_member(event, "args"), "micro_batches");
}

START_TEST(a_trace_has_every_operation_and_every_message)
{
    g_autoptr(PdScenario) scenario = scenario_of(pd_schedules[_i / 2]);
    g_autoptr(JsonNode) root = trace_of(scenario, _i % 2 == 1);
    Walk walk = { .starts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                  .ends = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
    const guint n_messages = 2 * (scenario->n_stages - 1) * MICRO_BATCHES;
    GHashTableIter iterator;
    gpointer id;

    json_array_foreach_element(
        json_object_get_array_member(json_node_get_object(root), "traceEvents"), walk_event, &walk);
    ck_assert_int_eq(walk.n_forwards, (gint64)scenario->n_stages * MICRO_BATCHES);
    ck_assert_int_eq(walk.n_idle > 0, _i % 2 == 1);
    ck_assert_uint_eq(g_hash_table_size(walk.starts), n_messages);
    ck_assert_uint_eq(g_hash_table_size(walk.ends), n_messages);
    g_hash_table_iter_init(&iterator, walk.starts);
    while (g_hash_table_iter_next(&iterator, &id, NULL))
        ck_assert(g_hash_table_contains(walk.ends, id));
    for (guint device = 0; device < DEVICES; device++)
        ck_assert_int_eq(walk.in_flight[device], 0);
    g_hash_table_unref(walk.starts);
    g_hash_table_unref(walk.ends);
}
END_TEST

START_TEST(a_trace_that_is_not_ended_leaves_nothing)
{
    g_autoptr(PdScenario) scenario = scenario_of(pd_schedules[0]);
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "trace.json", NULL);
    g_autoptr(GDir) dir = NULL;
    PdTrace trace;

    ck_assert(pd_trace_init(&trace, scenario, path, FALSE, NULL));
    pd_trace_clear(&trace);
    dir = g_dir_open(folder, 0, NULL);
    ck_assert_ptr_null(g_dir_read_name(dir));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("trace");
    TCase *tests = tcase_create("trace");
    int n_schedules = 0;

    while (pd_schedules[n_schedules] != NULL)
        n_schedules++;
    tcase_add_loop_test(tests, a_trace_has_every_operation_and_every_message, 0, 2 * n_schedules);
    tcase_add_test(tests, a_trace_that_is_not_ended_leaves_nothing);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

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

/* Write a run's trace and read it again. report: receives the run's. (transfer full) */
static JsonNode *
trace_of(const PdScenario *scenario, gboolean idle, PdReport **report)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "trace.json", NULL);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    g_auto(PdTrace) trace = { 0 };

    ck_assert(pd_trace_init(&trace, scenario, path, idle, &error));
    *report = test_run(scenario, &trace.sink);
    ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
    ck_assert(pd_trace_end(&trace, &error));
    if (!json_parser_load_from_file(parser, path, &error))
        ck_abort_msg("%s", error->message);
    return json_parser_steal_root(parser);
}

static PdScenario *
scenario_of(const PdSchedule *schedule, const char *more)
{
    return test_scenario("[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 8\n"
                         "mini-batches = 3\n%s[compute]\nforward = 1001 ns\nbackward = 2003 ns\n"
                         "update = 7 ns\n[link]\nlatency = 11 ns\n"
                         "[memory]\nweights = 100 B\nactivations = 10 B\n",
                         schedule->name, more);
}

/* What a walk over the events finds. */
typedef struct {
    gint64 end_ns[DEVICES][2]; /* of the last slice of each track */
    GArray *slices[DEVICES];   /* of operations: start and end, in ns */
    gint64 n_forwards, n_idle;
    gint64 in_flight[DEVICES]; /* the last counter, and the largest ones */
    gint64 peak_in_flight[DEVICES];
    gint64 bytes[DEVICES], peak_bytes[DEVICES];
    GHashTable *starts, *ends; /* ids of flows */
    char *names[DEVICES];
} Walk;

static Walk
walk_new(void)
{
    Walk walk = { .starts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
                  .ends = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };

    for (guint device = 0; device < DEVICES; device++)
        walk.slices[device] = g_array_new(FALSE, FALSE, 2 * sizeof(gint64));
    return walk;
}

static void
walk_clear(Walk *walk)
{
    g_hash_table_unref(walk->starts);
    g_hash_table_unref(walk->ends);
    for (guint device = 0; device < DEVICES; device++) {
        g_array_unref(walk->slices[device]);
        g_free(walk->names[device]);
    }
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

/* A time in whole ns: what doubles of µs are good for here. */
static gint64
ns_of(JsonObject *event, const char *name)
{
    return (gint64)(json_object_get_double_member(event, name) * 1000 + 0.5);
}

/* Processes count from 1; the tracks of all devices are apart, also from 0. */
static guint
device_of(JsonObject *event)
{
    const gint64 process = json_object_get_int_member(event, "pid");

    ck_assert_int_ge(process, 1);
    ck_assert_int_le(process, DEVICES);
    return (guint)process - 1;
}

static guint
track_of(JsonObject *event)
{
    const gint64 track = json_object_get_int_member(event, "tid") - 1;

    ck_assert_int_eq(track / 2, device_of(event));
    return (guint)track % 2;
}

static void
walk_slice(Walk *walk, JsonObject *event)
{
    const guint device = device_of(event), track = track_of(event);
    const gint64 start_ns = ns_of(event, "ts");
    const gint64 slice[] = { start_ns, start_ns + ns_of(event, "dur") };

    ck_assert_int_ge(start_ns, walk->end_ns[device][track]);
    walk->end_ns[device][track] = slice[1];
    walk->n_idle += track == 1;
    if (track == 1)
        return;
    g_array_append_val(walk->slices[device], slice);
    walk->n_forwards += g_str_equal(json_object_get_string_member(event, "cat"), "forward");
}

/* A slice of that device encloses the instant: a flow's end binds to it. */
static void
walk_flow(Walk *walk, JsonObject *event, GHashTable *ids)
{
    const GArray *slices = walk->slices[device_of(event)];
    const gint64 *last = &g_array_index(slices, gint64, 2 * (slices->len - 1));
    const gint64 at_ns = ns_of(event, "ts");

    ck_assert_uint_eq(track_of(event), 0);
    ck_assert(last[0] <= at_ns && at_ns < last[1]);
    ck_assert(g_hash_table_add(ids, g_strdup(json_object_get_string_member(event, "id"))));
}

static gint64
sum_of(JsonObject *numbers)
{
    g_autoptr(GList) names = json_object_get_members(numbers);
    gint64 sum = 0;

    for (GList *name = names; name != NULL; name = name->next)
        sum += json_object_get_int_member(numbers, name->data);
    return sum;
}

static void
walk_counter(Walk *walk, JsonObject *event)
{
    const char *name = json_object_get_string_member(event, "name");
    const gint64 value = sum_of(json_object_get_object_member(event, "args"));
    const guint device = device_of(event);

    if (g_str_equal(name, "in flight")) {
        walk->in_flight[device] = value;
        walk->peak_in_flight[device] = MAX(walk->peak_in_flight[device], value);
    } else if (g_str_equal(name, "memory")) {
        walk->bytes[device] = value;
        walk->peak_bytes[device] = MAX(walk->peak_bytes[device], value);
    } else {
        ck_assert_str_eq(name, "memory by part");
        ck_assert_int_eq(value, walk->bytes[device]);
    }
}

static void
walk_event(G_GNUC_UNUSED JsonArray *array, G_GNUC_UNUSED guint index, JsonNode *node, gpointer data)
{
    Walk *walk = data;
    JsonObject *event = json_node_get_object(node);
    const char phase = *json_object_get_string_member(event, "ph");

    if (phase == 'X')
        walk_slice(walk, event);
    else if (phase == 's' || phase == 'f')
        walk_flow(walk, event, phase == 's' ? walk->starts : walk->ends);
    else if (phase == 'C')
        walk_counter(walk, event);
    else if (g_str_equal(json_object_get_string_member(event, "name"), "process_name"))
        walk->names[device_of(event)] = g_strdup(
            json_object_get_string_member(json_object_get_object_member(event, "args"), "name"));
}

static void
walk_trace(Walk *walk, JsonNode *root)
{
    json_array_foreach_element(
        json_object_get_array_member(json_node_get_object(root), "traceEvents"), walk_event, walk);
}

START_TEST(a_trace_has_every_operation_and_every_message)
{
    g_autoptr(PdScenario) scenario = scenario_of(pd_schedules[_i / 2], "");
    g_autoptr(PdReport) report = NULL;
    g_autoptr(JsonNode) root = trace_of(scenario, _i % 2 == 1, &report);
    g_auto(Walk) walk = walk_new();
    const guint n_messages = 2 * (scenario->n_stages - 1) * MICRO_BATCHES;
    GHashTableIter iterator;
    gpointer id;

    walk_trace(&walk, root);
    ck_assert_int_eq(walk.n_forwards, (gint64)scenario->n_stages * MICRO_BATCHES);
    ck_assert_int_eq(walk.n_idle > 0, _i % 2 == 1);
    ck_assert_uint_eq(g_hash_table_size(walk.starts), n_messages);
    ck_assert_uint_eq(g_hash_table_size(walk.ends), n_messages);
    g_hash_table_iter_init(&iterator, walk.starts);
    while (g_hash_table_iter_next(&iterator, &id, NULL))
        ck_assert(g_hash_table_contains(walk.ends, id));
}
END_TEST

/* Also what a backward holds that computes its activations again, and what is stashed. */
START_TEST(the_counters_of_a_trace_come_to_what_the_report_says)
{
    static const char *const more[] = { "", "recompute = full\n", "stash = yes\n" };
    const PdSchedule *schedule = pd_schedules[_i / 3];
    g_autoptr(PdScenario) scenario = scenario_of(schedule, more[_i % 3]);
    g_autoptr(PdReport) report = NULL;
    g_autoptr(JsonNode) root = trace_of(scenario, FALSE, &report);
    g_auto(Walk) walk = walk_new();

    walk_trace(&walk, root);
    for (guint device = 0; device < DEVICES; device++) {
        ck_assert_int_eq(walk.in_flight[device], 0);
        ck_assert_int_eq(walk.peak_bytes[device], report->devices[device].peak_memory_bytes);
        if (!schedule->cuts_devices)
            ck_assert_int_eq(walk.peak_in_flight[device], report->stages[device].peak_in_flight);
    }
}
END_TEST

START_TEST(a_process_is_named_by_its_device_and_stages)
{
    static const char *const one[] = { "device 0: stage 0", "device 3: stage 3" };
    static const char *const two[] = { "device 0: stages 0, 4", "device 3: stages 3, 7" };

    for (const PdSchedule *const *schedule = pd_schedules; *schedule != NULL; schedule++) {
        g_autoptr(PdScenario) scenario = scenario_of(*schedule, "virtual-stages = 2\n");
        const char *const *names = (*schedule)->cuts_devices ? two : one;
        g_autoptr(PdReport) report = NULL;
        g_autoptr(JsonNode) root = trace_of(scenario, FALSE, &report);
        g_auto(Walk) walk = walk_new();

        walk_trace(&walk, root);
        ck_assert_str_eq(walk.names[0], names[0]);
        ck_assert_str_eq(walk.names[DEVICES - 1], names[1]);
    }
}
END_TEST

START_TEST(a_trace_that_is_not_ended_leaves_nothing)
{
    g_autoptr(PdScenario) scenario = scenario_of(pd_schedules[0], "");
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "trace.json", NULL);
    PdTrace trace;

    ck_assert(pd_trace_init(&trace, scenario, path, FALSE, NULL));
    pd_trace_clear(&trace);
    ck_assert_uint_eq(test_count_files(folder), 0);
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
    tcase_add_loop_test(tests, the_counters_of_a_trace_come_to_what_the_report_says, 0,
                        3 * n_schedules);
    tcase_add_test(tests, a_process_is_named_by_its_device_and_stages);
    tcase_add_test(tests, a_trace_that_is_not_ended_leaves_nothing);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

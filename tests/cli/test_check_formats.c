/*
 * What `check` tells a CI server, read by readers of other people's making, whatever the files are
 * called.
 */
#include <string.h>

#include "files.h"
#include "program.h"
#include "support.h"

/* Inside its limits: it crosses one update and has a stash. */
#define TEXT                                                                                       \
    "[pipeline]\ndevices = 4\nschedule = paci\nmicro-batches = 4\nmini-batches = 20\nstash = "     \
    "yes\n"                                                                                        \
    "[compute]\nforward = 1 ms\nbackward = 2 ms\n"                                                 \
    "[check]\nmax-crossing = 1\nmax-mismatch = 0\n"

/* What a file may be called, and what XML shows of that. */
static const struct {
    const char *name, *shown;
} names[] = {
    { "plain.ini", "plain.ini" },
    { "a<b>&c\"d'e.ini", "a<b>&c\"d'e.ini" },
    { "# TODO x.ini", "# TODO x.ini" },
    { "back\\slash #skip.ini", "back\\\\slash #skip.ini" },
    { "new\nline\t\001.ini", "new\\nline\\t\\001.ini" },
    { "\303\244\357\277\277.ini", "\303\244\357\277\275.ini" },
    { "\377\376.ini", "\\377\\376.ini" },
    { "]]>.ini", "]]>.ini" },
};

/* Check a plain file and one of this name, both pushed out of one of their three limits. */
static TestProgram
check_named(const TestFolder *folder, const char *name, const char *format)
{
    g_autofree char *plain = test_file(folder, "inside.ini", TEXT);
    g_autofree char *path = test_file(folder, name, TEXT);

    return test_program("check", plain, path, "--format", format, "--set", "pipeline.stash=no",
                        NULL);
}

typedef struct {
    guint suites, cases, failures, stated_cases, stated_failures;
    char *name; /* of the last suite */
} JUnit;

static void
junit_clear(JUnit *self)
{
    g_free(self->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(JUnit, junit_clear)

static void
junit_start(GMarkupParseContext *context, const char *element, const char **attributes,
            const char **values, gpointer data, GError **error)
{
    JUnit *self = data;

    ck_assert(context != NULL && error != NULL);
    if (g_str_equal(element, "testcase"))
        self->cases++;
    if (g_str_equal(element, "failure"))
        self->failures++;
    if (!g_str_equal(element, "testsuite"))
        return;
    self->suites++;
    for (guint i = 0; attributes[i] != NULL; i++) {
        if (g_str_equal(attributes[i], "name")) {
            g_free(self->name);
            self->name = g_strdup(values[i]);
        }
        if (g_str_equal(attributes[i], "tests"))
            self->stated_cases += (guint)g_ascii_strtoull(values[i], NULL, 10);
        if (g_str_equal(attributes[i], "failures"))
            self->stated_failures += (guint)g_ascii_strtoull(values[i], NULL, 10);
    }
}

START_TEST(junit_is_well_formed_whatever_a_file_is_called)
{
    static const GMarkupParser parser = { .start_element = junit_start };
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autoptr(GError) error = NULL;
    g_auto(JUnit) junit = { 0 };
    g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, 0, &junit, NULL);

    g_auto(TestProgram) program = check_named(folder, names[_i].name, "junit");
    ck_assert_int_eq(program.status, 1);
    ck_assert_msg(g_markup_parse_context_parse(context, program.output, -1, &error) &&
                      g_markup_parse_context_end_parse(context, &error),
                  "%s", error == NULL ? "?" : error->message);
    ck_assert_msg(g_str_has_suffix(junit.name, names[_i].shown), "%s", junit.name);
    ck_assert_uint_eq(junit.suites, 2);
    ck_assert_uint_eq(junit.cases, 6);
    ck_assert_uint_eq(junit.failures, 2);
    ck_assert_uint_eq(junit.stated_cases, 6);
    ck_assert_uint_eq(junit.stated_failures, 2);
    /* what XML 1.0 cannot hold, not even as an entity */
    for (const char *c = program.output; *c != '\0'; c++)
        ck_assert((guchar)*c >= 0x20 || *c == '\n');
    ck_assert_ptr_null(strstr(program.output, "&#x1;"));
    ck_assert_ptr_null(strstr(program.output, "\357\277\277"));
    ck_assert(g_utf8_validate(program.output, -1, NULL));
}
END_TEST

START_TEST(tap_has_a_plan_a_line_per_limit_and_diagnostics)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    guint n_ok = 0, n_not_ok = 0, n_messages = 0;

    g_auto(TestProgram) program = check_named(folder, names[_i].name, "tap");
    g_auto(GStrv) lines = g_strsplit(program.output, "\n", -1);

    ck_assert_int_eq(program.status, 1);
    ck_assert_str_eq(lines[0], "TAP version 13");
    ck_assert_str_eq(lines[1], "1..6");
    for (char **line = lines + 2; **line != '\0'; line++) {
        g_autofree char *number = g_strdup_printf(" %u - ", n_ok + n_not_ok + 1);

        if (g_str_has_prefix(*line, "ok")) {
            ck_assert(g_str_has_prefix(*line + strlen("ok"), number));
            n_ok++;
        } else if (g_str_has_prefix(*line, "not ok")) {
            ck_assert(g_str_has_prefix(*line + strlen("not ok"), number));
            ck_assert_ptr_nonnull(strstr(*line, "max-mismatch"));
            n_not_ok++;
        } else {
            ck_assert_msg(**line == '#' || g_str_has_prefix(*line, "  "), "%s", *line);
            if (g_str_has_prefix(*line, "  message: \"at most 0 allowed, 1 at stage "))
                n_messages++;
        }
    }
    ck_assert_uint_eq(n_ok, 4);
    ck_assert_uint_eq(n_not_ok, 2);
    ck_assert_uint_eq(n_messages, 2);
}
END_TEST

START_TEST(prove_reads_tap)
{
    g_autoptr(TestFolder) folder = test_folder_new();

    g_auto(TestProgram) program = check_named(folder, names[_i].name, "tap");
    g_autofree char *tap = test_file(folder, "result.tap", program.output);
    g_autofree char *line = g_strdup_printf("prove -e cat %s 2>&1", tap);
    g_auto(TestProgram) failing = test_shell(line);

    ck_assert_int_eq(failing.status, 1);
    ck_assert_msg(strstr(failing.output, "Failed 2/6 subtests") != NULL, "%s", failing.output);
    g_autofree char *inside = g_build_filename(folder, "inside.ini", NULL);
    g_auto(TestProgram) good = test_program("check", inside, "--format", "tap", NULL);
    test_put(folder, "result.tap", good.output);
    g_auto(TestProgram) passing = test_shell(line);
    test_check_done(&passing);
    ck_assert_ptr_nonnull(strstr(passing.output, "All tests successful"));
}
END_TEST

START_TEST(json_is_json_whatever_a_file_is_called)
{
    g_autoptr(TestFolder) folder = test_folder_new();

    g_auto(TestProgram) program = check_named(folder, names[_i].name, "json");
    g_autoptr(JsonNode) root = test_json(program.output);
    JsonArray *scenarios = json_object_get_array_member(json_node_get_object(root), "scenarios");
    JsonObject *scenario = json_array_get_object_element(scenarios, 1);

    ck_assert_int_eq(program.status, 1);
    ck_assert(!json_object_get_boolean_member(scenario, "holds"));
    if (g_utf8_validate(names[_i].name, -1, NULL))
        ck_assert(
            g_str_has_suffix(json_object_get_string_member(scenario, "file"), names[_i].name));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("check_formats");
    TCase *tests = tcase_create("check_formats");
    const int n_names = (int)G_N_ELEMENTS(names);
    g_autofree char *prove = g_find_program_in_path("prove");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, junit_is_well_formed_whatever_a_file_is_called, 0, n_names);
    tcase_add_loop_test(tests, tap_has_a_plan_a_line_per_limit_and_diagnostics, 0, n_names);
    if (prove != NULL)
        tcase_add_loop_test(tests, prove_reads_tap, 0, n_names);
    tcase_add_loop_test(tests, json_is_json_whatever_a_file_is_called, 0, n_names);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

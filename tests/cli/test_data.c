/*
 * The files of tests/data: the bad ones, each of which says in its first line what it is refused
 * with, and the good ones, which are unusual but right.
 */
#include "files.h"
#include "program.h"
#include "support.h"

#define MARK "# refused with: "

/* The paths of the files of a folder, sorted, so that a failure is the same everywhere. */
static GPtrArray *
files_of(const char *name)
{
    g_autofree char *folder = test_source(name);
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    const char *entry;

    ck_assert_msg(entries != NULL, "%s is not there", folder);
    while ((entry = g_dir_read_name(entries)) != NULL)
        g_ptr_array_add(files, g_build_filename(folder, entry, NULL));
    ck_assert_uint_gt(files->len, 0);
    return files;
}

/* The text that a file says it is refused with. */
static char *
expected_of(const char *path)
{
    g_autofree char *text = NULL;
    const char *mark;

    ck_assert(g_file_get_contents(path, &text, NULL, NULL));
    mark = strstr(text, MARK);
    ck_assert_msg(mark != NULL, "%s does not say what it is refused with", path);
    mark += strlen(MARK);
    return g_strndup(mark, strcspn(mark, "\n"));
}

START_TEST(a_bad_file_is_refused_in_one_line_that_names_the_file_and_what_is_wrong)
{
    g_autoptr(GPtrArray) files = files_of("tests/data/bad");

    for (guint i = 0; i < files->len; i++) {
        const char *path = files->pdata[i];
        g_auto(TestProgram) program = test_program("simulate", path, NULL);
        g_autofree char *expected = expected_of(path);
        g_autofree char *name = g_path_get_basename(path);

        ck_assert_msg(program.status == 2, "%s: status %d: %s", name, program.status,
                      program.errors);
        test_check_failed(&program, 2, expected);
        /* an included file is named in the place of the one that includes it */
        test_check_failed(&program, 2, strstr(expected, ".ini: ") != NULL ? expected : name);
    }
}
END_TEST

START_TEST(a_good_file_runs_without_a_word)
{
    g_autoptr(GPtrArray) files = files_of("tests/data/good");

    for (guint i = 0; i < files->len; i++) {
        const char *path = files->pdata[i];
        g_auto(TestProgram) program = test_program("simulate", path, "--quiet", NULL);

        ck_assert_msg(program.status == 0, "%s: %s", path, program.errors);
        ck_assert_str_ne(program.output, "");
        ck_assert_msg(*program.errors == '\0', "%s: %s", path, program.errors);
    }
}
END_TEST

START_TEST(a_good_file_makes_good_json_and_csv)
{
    g_autoptr(GPtrArray) files = files_of("tests/data/good");

    for (guint i = 0; i < files->len; i++) {
        const char *path = files->pdata[i];
        g_auto(TestProgram) json =
            test_program("simulate", path, "--quiet", "--format", "json", NULL);
        g_auto(TestProgram) csv = test_program("compare", path, "--quiet", "--format", "csv", NULL);
        g_autoptr(JsonNode) root = NULL;

        test_check_done(&json);
        root = test_json(json.output);
        ck_assert_str_eq(json_object_get_string_member(json_node_get_object(root), "schema"),
                         "pipedrift.report/1");
        ck_assert_msg(csv.status == 0, "%s: %s", path, csv.errors);
        ck_assert(g_str_has_prefix(csv.output, "schema,version,title,schedule,"));
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("data");
    TCase *tests = tcase_create("data");

    tcase_set_timeout(tests, 250);
    tcase_add_test(tests, a_bad_file_is_refused_in_one_line_that_names_the_file_and_what_is_wrong);
    tcase_add_test(tests, a_good_file_runs_without_a_word);
    tcase_add_test(tests, a_good_file_makes_good_json_and_csv);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

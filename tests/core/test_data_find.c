/*
 * Where the program's data are found, and that files which a scenario includes are found there.
 * Where a program is decides it, so this one copies itself into a folder, and the copy, run with
 * two arguments, prints what it finds.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "data.h"
#include "data_paths.h"
#include "errors.h"
#include "files.h"
#include "support.h"

/* What the copy in a folder prints: the path of models/m.ini, found or not. data: PIPEDRIFT_DATA,
 * or NULL. (transfer full) */
static char *
found_by_copy_in(const char *program_folder, const char *data)
{
    g_autofree char *program = g_build_filename(program_folder, "copy", NULL);
    g_auto(GStrv) environment = g_environ_unsetenv(g_get_environ(), "PIPEDRIFT_DATA");
    char *argv[] = { program, (char *)"models", (char *)"m.ini", NULL };
    g_autofree char *self = NULL;
    g_autoptr(GError) error = NULL;
    gsize length;
    char *output;

    if (data != NULL)
        environment = g_environ_setenv(environment, "PIPEDRIFT_DATA", data, TRUE);
    ck_assert_int_eq(g_mkdir_with_parents(program_folder, 0700), 0);
    ck_assert(g_file_get_contents("/proc/self/exe", &self, &length, NULL));
    ck_assert(g_file_set_contents_full(program, self, (gssize)length, G_FILE_SET_CONTENTS_NONE,
                                       0700, NULL));
    ck_assert_msg(g_spawn_sync("/", argv, environment, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL,
                               NULL, &error),
                  "%s", error == NULL ? "?" : error->message);
    return output;
}

static void
check_found(const char *program_folder, const char *data, const char *expected)
{
    g_autofree char *found = found_by_copy_in(program_folder, data);

    ck_assert_str_eq(found, expected);
}

START_TEST(the_environment_comes_before_the_source_tree_before_what_was_installed)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *bin = g_build_filename(folder, "bin", NULL);
    g_autofree char *stated = g_build_filename(folder, "stated", NULL);
    g_autofree char *source = g_build_filename(folder, "source", NULL);
    g_autofree char *named = g_strconcat(source, "\n", NULL);
    g_autofree char *in_stated = g_build_filename(stated, "models", "m.ini", NULL);
    g_autofree char *in_source = g_build_filename(source, "models", "m.ini", NULL);
    g_autofree char *in_configured = g_build_filename(PD_DATA_CONFIGURED, "models", "m.ini", NULL);

    test_put(folder, "source/models/m.ini", "");
    test_put(folder, "bin/pipedrift-source", named);
    check_found(bin, stated, in_stated);
    check_found(bin, NULL, in_source);
    check_found(bin, "", in_source);
    test_put(folder, "bin/pipedrift-source", "/nowhere/at/all\n");
    check_found(bin, NULL, in_configured);
}
END_TEST

START_TEST(an_installed_tree_is_found_where_it_is_and_where_it_was_moved_to)
{
    static const char *const places[] = { "usr", "else where", "usr" };
    g_autoptr(TestFolder) folder = test_folder_new();

    if (strcmp(PD_DATA_FROM_PROGRAM, "../share/pipedrift") != 0)
        return;
    test_put(folder, "usr/share/pipedrift/models/m.ini", "");
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *prefix = g_build_filename(folder, places[i], NULL);
        g_autofree char *before = g_build_filename(folder, places[i == 0 ? 0 : i - 1], NULL);
        g_autofree char *program_folder = g_build_filename(prefix, "bin", NULL);
        g_autofree char *expected =
            g_build_filename(prefix, "share", "pipedrift", "models", "m.ini", NULL);

        ck_assert_int_eq(g_rename(before, prefix), 0);
        check_found(program_folder, NULL, expected);
    }
}
END_TEST

START_TEST(what_is_not_there_is_missed_with_its_path)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *expected = g_build_filename(folder, "plots", "no.gp", NULL);
    g_autofree char *there = test_file(folder, "plots/yes.gp", "");
    g_autoptr(GError) error = NULL;

    g_setenv("PIPEDRIFT_DATA", folder, TRUE);
    g_autofree char *path = pd_data_path("plots", "no.gp");
    g_autofree char *found = pd_data_find("plots", "yes.gp", NULL);
    ck_assert_str_eq(path, expected);
    ck_assert_str_eq(found, there);
    ck_assert_ptr_null(pd_data_find("plots", "no.gp", &error));
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_SYSTEM));
    ck_assert_msg(g_str_has_prefix(error->message, expected), "%s", error->message);
    ck_assert_ptr_nonnull(strstr(error->message, "PIPEDRIFT_DATA"));
    test_check_message(error->message);
}
END_TEST

/* --- files that a scenario includes ----------------------------------------------------------- */

/* A folder of data in PIPEDRIFT_DATA, in which each file states a number of layers or a memory of
 * its own, and beside it a folder of the user's. */
static TestFolder *
folder_with_data(void)
{
    TestFolder *folder = test_folder_new();
    g_autofree char *data = g_build_filename(folder, "data", NULL);

    test_put(folder, "data/models/m.ini", "[model]\nlayers = 1\n");
    test_put(folder, "data/models/hardware/h.ini", "[hardware]\nmemory = 2 B\n");
    test_put(folder, "data/models/hardware/deep/h.ini", "[hardware]\nmemory = 3 B\n");
    test_put(folder, "data/models/both.ini", "[model]\nlayers = 4\n");
    test_put(folder, "user/both.ini", "[model]\nlayers = 5\n");
    g_setenv("PIPEDRIFT_DATA", data, TRUE);
    return folder;
}

START_TEST(a_file_is_looked_for_beside_the_scenario_then_among_the_data)
{
    static const struct {
        const char *scenario;
        PdKey key;
        const char *file;
        const char *value;
    } rows[] = {
        { "user/a.ini", PD_KEY_MODEL_LAYERS, "m.ini", "1" },
        { "user/a.ini", PD_KEY_MODEL_LAYERS, "./m.ini", "1" },
        { "user/a.ini", PD_KEY_MODEL_LAYERS, "both.ini", "5" },
        { "user/deep/a.ini", PD_KEY_MODEL_LAYERS, "both.ini", "4" },
        { "user/a.ini", PD_KEY_HARDWARE_MEMORY, "h.ini", "2 B" },
        { "user/a.ini", PD_KEY_HARDWARE_MEMORY, "deep/h.ini", "3 B" },
        /* as one writes it in models/ */
        { "user/a.ini", PD_KEY_HARDWARE_MEMORY, "hardware/h.ini", "2 B" },
        /* as one writes it in scenarios/, also in a copy of such a file */
        { "data/scenarios/a.ini", PD_KEY_MODEL_LAYERS, "../models/m.ini", "1" },
        { "data/scenarios/a.ini", PD_KEY_HARDWARE_MEMORY, "../models/hardware/h.ini", "2 B" },
        { "user/a.ini", PD_KEY_MODEL_LAYERS, "../models/m.ini", "1" },
        { "user/a.ini", PD_KEY_HARDWARE_MEMORY, "../models/hardware/h.ini", "2 B" },
        { "data/scenarios/a.ini", PD_KEY_MODEL_LAYERS, "m.ini", "1" },
        { "data/scenarios/a.ini", PD_KEY_HARDWARE_MEMORY, "hardware/h.ini", "2 B" },
    };
    const gsize row = (gsize)_i;
    g_autoptr(TestFolder) folder = folder_with_data();
    const char *section = pd_key_row(rows[row].key)->section;
    g_autofree char *text = g_strdup_printf("[%s]\nfile = %s\n", section, rows[row].file);
    g_autofree char *path = test_file(folder, rows[row].scenario, text);
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = test_config(path, NULL, &error);

    ck_assert_msg(config != NULL, "%s", error == NULL ? "?" : error->message);
    ck_assert_str_eq(pd_config_text(config, rows[row].key), rows[row].value);
}
END_TEST

START_TEST(a_file_in_an_override_is_looked_for_in_the_current_folder_then_among_the_data)
{
    const char *const overrides[] = { "model.file=both.ini", NULL };
    g_autofree char *before = g_get_current_dir();
    g_autoptr(TestFolder) folder = folder_with_data();
    g_autofree char *path = test_file(folder, "user/a.ini", "");
    g_autofree char *user = g_path_get_dirname(path);
    g_autoptr(GError) error = NULL;

    ck_assert_int_eq(chdir(user), 0);
    g_autoptr(PdConfig) beside = test_config(path, overrides, &error);
    ck_assert_int_eq(chdir(folder), 0);
    g_autoptr(PdConfig) among = test_config(path, overrides, &error);
    ck_assert_int_eq(chdir(before), 0);
    ck_assert_msg(error == NULL, "%s", error == NULL ? "?" : error->message);
    ck_assert_str_eq(pd_config_text(beside, PD_KEY_MODEL_LAYERS), "5");
    ck_assert_str_eq(pd_config_text(among, PD_KEY_MODEL_LAYERS), "4");
}
END_TEST

START_TEST(a_file_that_is_nowhere_is_missed_in_both_places)
{
    static const struct {
        const char *section;
        const char *file;
        const char *folder; /* of the data; NULL: not looked for there */
    } rows[] = {
        { "model", "nowhere.ini", "data/models" },
        { "hardware", "nowhere.ini", "data/models/hardware" },
        /* of the other kind, a folder */
        { "model", "h.ini", "data/models" },
        { "model", "hardware", "data/models" },
        { "model", "/m.ini", NULL },
    };
    const gsize row = (gsize)_i;
    g_autoptr(TestFolder) folder = folder_with_data();
    g_autofree char *text = g_strdup_printf("[%s]\nfile = %s\n", rows[row].section, rows[row].file);
    g_autofree char *path = test_file(folder, "user/a.ini", text);
    g_autofree char *user = g_build_filename(folder, "user", NULL);
    g_autofree char *beside = *rows[row].file == '/' ? g_strdup(rows[row].file)
                                                     : g_build_filename(user, rows[row].file, NULL);
    g_autofree char *start =
        g_strdup_printf("%s: [%s] file: %s: cannot be read: ", path, rows[row].section, beside);
    g_autofree char *data =
        g_build_filename(folder, rows[row].folder == NULL ? "data" : rows[row].folder, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = test_config(path, NULL, &error);

    ck_assert_ptr_null(config);
    test_check_refusal(error, start, "");
    ck_assert_msg((strstr(error->message, data) != NULL) == (rows[row].folder != NULL), "%s",
                  error->message);
}
END_TEST

START_TEST(a_wrong_file_among_the_data_is_refused_in_its_own_name)
{
    g_autoptr(TestFolder) folder = folder_with_data();
    g_autofree char *model = test_file(folder, "data/models/m.ini", "[model]\nlayers = none\n");
    g_autofree char *path = test_file(folder, "user/a.ini", "[model]\nfile = m.ini\n");
    g_autofree char *start = g_strdup_printf("%s: [model] layers: ", model);
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = test_config(path, NULL, &error);

    ck_assert_ptr_null(config);
    test_check_refusal(error, start, "is not a number");
}
END_TEST

int
main(int argc, char **argv)
{
    Suite *suite;
    TCase *tests;

    if (argc == 3) {
        g_autofree char *path = pd_data_path(argv[1], argv[2]);

        return fputs(path, stdout) == EOF;
    }
    suite = suite_create("data_find");
    tests = tcase_create("data_find");
    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, the_environment_comes_before_the_source_tree_before_what_was_installed);
    tcase_add_test(tests, an_installed_tree_is_found_where_it_is_and_where_it_was_moved_to);
    tcase_add_test(tests, what_is_not_there_is_missed_with_its_path);
    tcase_add_loop_test(tests, a_file_is_looked_for_beside_the_scenario_then_among_the_data, 0, 13);
    tcase_add_test(tests,
                   a_file_in_an_override_is_looked_for_in_the_current_folder_then_among_the_data);
    tcase_add_loop_test(tests, a_file_that_is_nowhere_is_missed_in_both_places, 0, 5);
    tcase_add_test(tests, a_wrong_file_among_the_data_is_refused_in_its_own_name);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

/*
 * Where the program's data are found. Where a program is decides it, so this one copies itself into
 * a folder, and the copy, run with two arguments, prints what it finds.
 */
#include <stdio.h>
#include <string.h>

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
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

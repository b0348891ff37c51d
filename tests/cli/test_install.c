/*
 * What "meson install" leaves, in a folder of its own, is whole: it runs from anywhere and after it
 * was moved, and nothing of it points back to where it was built.
 */
#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>

#include "data_paths.h"
#include "files.h"
#include "program.h"
#include "support.h"

/* A path or program that the build tells. */
static const char *
told(const char *variable)
{
    const char *value = g_getenv(variable);

    ck_assert_msg(value != NULL, "the environment lacks %s", variable);
    return value;
}

/* Run a line, with arguments as printf() puts them, for a user whose environment says nothing of
 * the program. Fails the test where it fails. Returns: what it prints. (transfer full) */
static char *shell(const char *format, ...) G_GNUC_PRINTF(1, 2);

static char *
shell(const char *format, ...)
{
    g_autofree char *line = NULL, *whole = NULL;
    va_list arguments;

    va_start(arguments, format);
    line = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    whole = g_strdup_printf("unset PIPEDRIFT_DATA DESTDIR; %s", line);
    g_auto(TestProgram) program = test_shell(whole);
    ck_assert_msg(program.status == 0, "%s: %s%s", line, program.output, program.errors);
    return g_steal_pointer(&program.output);
}

/* What "ninja uninstall" would remove: the user's, who may have installed what is tested here. */
static char *
record_path(void)
{
    return g_build_filename(told("PIPEDRIFT_BUILD"), "meson-logs", "install-log.txt", NULL);
}

/* An installed tree that was moved. */
typedef struct {
    TestFolder *folder;
    char *root;    /* of the tree */
    char *program; /* in the tree */
    char *data;    /* its folder in the tree */
} Installation;

static void
installation_clear(Installation *installation)
{
    test_folder_free(installation->folder);
    g_free(installation->root);
    g_free(installation->program);
    g_free(installation->data);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Installation, installation_clear)

/* Install below a folder, and perhaps remove it again as the user would. */
static void
install(const char *folder, gboolean uninstall)
{
    const char *build = told("PIPEDRIFT_BUILD");
    g_autofree char *path = record_path();
    g_autofree char *record = NULL;

    g_file_get_contents(path, &record, NULL, NULL);
    g_free(shell("'%s' install -C '%s' --no-rebuild --strip --destdir '%s'", told("MESON"), build,
                 folder));
    if (uninstall)
        g_free(shell("ninja -C '%s' uninstall", build));
    if (record != NULL)
        ck_assert(g_file_set_contents(path, record, -1, NULL));
    else
        ck_assert_int_eq(g_remove(path), 0);
}

static void
installation_init(Installation *installation)
{
    g_autofree char *first = NULL;

    installation->folder = test_folder_new();
    first = g_build_filename(installation->folder, "first", NULL);
    installation->root = g_build_filename(installation->folder, "else where", NULL);
    install(first, FALSE);
    ck_assert_int_eq(g_rename(first, installation->root), 0);
    installation->program =
        g_build_filename(installation->root, told("PIPEDRIFT_BINDIR"), "pipedrift", NULL);
    installation->data = g_build_filename(installation->root, PD_DATA_CONFIGURED, NULL);
}

START_TEST(every_installed_scenario_runs_from_any_folder)
{
    g_auto(Installation) installation;
    g_autofree char *output = NULL;

    installation_init(&installation);
    output = shell("cd / && for scenario in '%s'/scenarios/*.ini; do\n"
                   "'%s' simulate \"$scenario\" --quiet --format csv || exit; done",
                   installation.data, installation.program);
    ck_assert_ptr_nonnull(strstr(output, "GPT-2 Medium on 8 workstation GPUs"));
}
END_TEST

START_TEST(a_scenario_in_an_empty_folder_finds_the_installed_models)
{
    g_auto(Installation) installation;
    g_autofree char *scenario = NULL, *output = NULL;

    installation_init(&installation);
    scenario = test_file(installation.folder, "empty/a.ini",
                         "[pipeline]\ndevices = 4\nschedule = paci\nmicro-batches = 8\n"
                         "[model]\nfile = gpt2-medium.ini\n"
                         "[hardware]\nfile = a100-sxm-80gb.ini\nefficiency = 0.4\n");
    if (*PD_DATA_FROM_PROGRAM == '\0')
        return;
    output =
        shell("cd '%s/empty' && '%s' simulate a.ini", installation.folder, installation.program);
    ck_assert_ptr_nonnull(strstr(output, "paci on 4 devices"));
    /* and the same through a link to the program */
    g_free(shell("cd '%s/empty' && ln -s '%s' link && ./link simulate a.ini", installation.folder,
                 installation.program));
}
END_TEST

START_TEST(a_plot_finds_its_script)
{
    g_autofree char *gnuplot = g_find_program_in_path("gnuplot");
    g_auto(Installation) installation;
    g_autofree char *output = NULL;

    installation_init(&installation);
    if (gnuplot == NULL || *PD_DATA_FROM_PROGRAM == '\0')
        return;
    output = shell("cd '%s' && '%s' plot timeline '%s/scenarios/quickstart.ini' --output a.svg && "
                   "cat a.svg",
                   installation.folder, installation.program, installation.data);
    ck_assert_ptr_nonnull(strstr(output, "<svg"));
}
END_TEST

START_TEST(every_command_has_its_page_and_bash_its_completion)
{
    g_auto(Installation) installation;
    g_autofree char *commands = NULL, *pages = NULL, *completion = NULL;
    g_auto(GStrv) names = NULL;
    guint n = 1;

    installation_init(&installation);
    commands = shell("'%s' --describe commands", installation.program);
    names = g_strsplit(g_strchomp(commands), "\n", -1);
    pages = shell("ls '%s%s/man1'", installation.root, told("PIPEDRIFT_MANDIR"));
    for (char **name = names; *name != NULL; name++, n++) {
        g_autofree char *page = g_strdup_printf("pipedrift-%s.1\n", *name);

        ck_assert_msg(strstr(pages, page) != NULL, "%s is not among %s", page, pages);
    }
    ck_assert_ptr_nonnull(strstr(pages, "pipedrift.1\n"));
    g_auto(GStrv) lines = g_strsplit(g_strchomp(pages), "\n", -1);
    ck_assert_uint_eq(g_strv_length(lines), n);
    completion = shell("find '%s' -path '*/completions/pipedrift'", installation.root);
    ck_assert_str_ne(completion, "");
}
END_TEST

START_TEST(nothing_installed_points_back_to_where_it_was_built)
{
    const char *const places[] = { told("PIPEDRIFT_SOURCE"), told("PIPEDRIFT_BUILD") };
    g_auto(Installation) installation;

    installation_init(&installation);
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *files =
            shell("grep -rlF -e '%s' '%s' || true", places[i], installation.root);

        ck_assert_msg(*files == '\0', "%s stands in %s", places[i], files);
    }
}
END_TEST

START_TEST(what_was_installed_can_be_removed)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *left = NULL;

    install(folder, TRUE);
    left = shell("find '%s' -mindepth 1", folder);
    ck_assert_str_eq(left, "");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("install");
    TCase *tests = tcase_create("install");

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_installed_scenario_runs_from_any_folder);
    tcase_add_test(tests, a_scenario_in_an_empty_folder_finds_the_installed_models);
    tcase_add_test(tests, a_plot_finds_its_script);
    tcase_add_test(tests, every_command_has_its_page_and_bash_its_completion);
    tcase_add_test(tests, nothing_installed_points_back_to_where_it_was_built);
    tcase_add_test(tests, what_was_installed_can_be_removed);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

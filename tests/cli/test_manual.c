/*
 * What the program says of itself: --help and the manual pages agree, and the examples in them are
 * such as one can type.
 */
#include "files.h"
#include "program.h"
#include "support.h"

/* The lines of what the program prints. (transfer full) */
static char **
lines_of(const char *command, const char *option, const char *topic)
{
    g_auto(TestProgram) program = *command == '\0' ? test_program(option, topic, NULL)
                                                   : test_program(command, option, topic, NULL);

    test_check_done(&program);
    ck_assert_str_eq(program.errors, "");
    return g_strsplit(g_strchomp(program.output), "\n", -1);
}

/* The names of the commands, and an empty one for the program itself. (transfer full) */
static char **
subjects(void)
{
    g_auto(GStrv) names = lines_of("", "--describe", "commands");
    GStrvBuilder *builder = g_strv_builder_new();
    char **all;

    ck_assert_uint_gt(g_strv_length(names), 4);
    g_strv_builder_add(builder, "");
    g_strv_builder_addv(builder, (const char **)names);
    all = g_strv_builder_end(builder);
    g_strv_builder_unref(builder);
    return all;
}

/* A page as it looks, without what roff makes of it. (transfer full) */
static char *
page_of(const char *subject)
{
    g_auto(GStrv) lines = lines_of(subject, "--describe", "man");
    g_autofree char *text = g_strjoinv("\n", lines);
    static const char *const marks[] = { "\\fB", "\\fI", "\\fR", "\\&" };
    char *plain = g_steal_pointer(&text);

    for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
        g_auto(GStrv) parts = g_strsplit(plain, marks[i], -1);

        g_free(plain);
        plain = g_strjoinv("", parts);
    }
    g_auto(GStrv) parts = g_strsplit(plain, "\\-", -1);
    g_free(plain);
    return g_strjoinv("-", parts);
}

START_TEST(every_option_of_the_help_is_in_the_manual_page_and_in_the_list_for_completion)
{
    g_auto(GStrv) names = lines_of("", "--describe", "commands");

    for (char **name = names; *name != NULL; name++) {
        g_auto(GStrv) help = lines_of(*name, "--help", NULL);
        g_auto(GStrv) options = lines_of(*name, "--describe", "options");
        g_autofree char *page = page_of(*name);
        guint n = 0;

        for (char **line = help; *line != NULL; line++) {
            const char *option = strstr(*line, "--");
            g_autofree char *word = NULL, *term = NULL, *listed = NULL;

            if (option == NULL || !(g_str_has_prefix(*line, "  -")))
                continue;
            n++;
            word = g_strndup(option, strcspn(option, " "));
            term = g_strdup_printf("%s\n", word);
            ck_assert_msg(strstr(page, term) != NULL, "%s: %s", *name, word);
            listed = g_strdelimit(g_strdup(word), "=", ' ');
            /* what stands behind the first '=' is the argument, which may hold another */
            if (strchr(word, '=') != NULL)
                strcpy(strchr(listed, ' ') + 1, strchr(word, '=') + 1);
            ck_assert_msg(g_strv_contains((const char *const *)options, listed), "%s: %s", *name,
                          listed);
        }
        ck_assert_uint_ge(n, 5);
        ck_assert_uint_eq(n, g_strv_length(options));
    }
}
END_TEST

START_TEST(the_help_of_a_command_fits_the_terminal_and_stands_in_its_page)
{
    g_auto(GStrv) names = subjects();

    for (char **name = names; *name != NULL; name++) {
        g_auto(GStrv) help = lines_of(*name, "--help", NULL);
        g_autofree char *page = page_of(*name);
        char **line = help;

        /* the introduction ends where options, or commands, begin */
        while (!g_str_has_prefix(*line, "Help Options:") && !g_str_has_prefix(*line, "  simulate"))
            line++;
        for (char **at = help + 5; at < line; at++) {
            /* a choice, which is a line here and two in the page */
            if (g_str_has_prefix(*at, "  "))
                continue;
            ck_assert_msg(g_utf8_strlen(*at, -1) <= 80, "%s: %s", *name, *at);
            ck_assert_msg(strstr(page, *at) != NULL, "%s: %s", *name, *at);
        }
        ck_assert_msg(line - help > 5, "%s has no description", *name);
    }
}
END_TEST

/* An example: the program, a command, options that the command has, scenarios that there are. */
static void
check_example(const char *example)
{
    g_autofree char *line = g_strstrip(g_strdup(example));
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    g_auto(GStrv) options = NULL;
    g_autofree char *all = NULL;

    ck_assert_uint_ge(g_strv_length(words), 2);
    ck_assert_str_eq(words[0], "pipedrift");
    options = lines_of(words[1], "--describe", "options");
    all = g_strjoinv("\n", options);
    for (char **word = words + 2; *word != NULL; word++) {
        g_autofree char *path = g_build_filename("scenarios", *word, NULL);
        g_autofree char *scenario = test_source(path);

        if (g_str_has_suffix(*word, ".ini") && strchr(*word, '*') == NULL)
            ck_assert_msg(g_file_test(scenario, G_FILE_TEST_IS_REGULAR), "%s", example);
        if (g_str_has_prefix(*word, "--"))
            ck_assert_msg(strstr(all, *word) != NULL, "%s", example);
    }
}

START_TEST(every_example_is_of_the_program_as_it_is)
{
    g_auto(GStrv) names = subjects();

    for (char **name = names; *name != NULL; name++) {
        g_auto(GStrv) help = lines_of(*name, "--help", NULL);
        g_autofree char *page = page_of(*name);
        guint n = 0;

        for (char **line = help; *line != NULL; line++) {
            if (!g_str_has_prefix(*line, "    pipedrift "))
                continue;
            n++;
            ck_assert_msg(g_utf8_strlen(*line, -1) <= 80, "%s", *line);
            ck_assert_msg(strstr(page, *line + 4) != NULL, "%s: %s", *name, *line);
            check_example(*line);
        }
        ck_assert_msg(n > 0, "%s has no example", *name);
    }
}
END_TEST

START_TEST(a_page_is_sound_to_those_who_set_it)
{
    static const char *const setters[][2] = {
        { "mandoc", "mandoc -Tlint -Wwarning %s | grep -v 'missing date'" },
        { "man", "MANROFFSEQ= man --warnings -l %s 2>&1 >/dev/null" },
    };
    g_auto(GStrv) names = subjects();
    g_autoptr(TestFolder) folder = test_folder_new();

    for (char **name = names; *name != NULL; name++) {
        g_auto(GStrv) lines = lines_of(*name, "--describe", "man");
        g_autofree char *page = g_strjoinv("\n", lines);
        g_autofree char *text = g_strconcat(page, "\n", NULL);
        g_autofree char *path = test_file(folder, "page.1", text);

        for (gsize i = 0; i < G_N_ELEMENTS(setters); i++) {
            g_autofree char *program = g_find_program_in_path(setters[i][0]);
            g_autofree char *line = g_strdup_printf(setters[i][1], path);

            if (program == NULL)
                continue;
            g_auto(TestProgram) setter = test_shell(line);
            ck_assert_msg(*setter.output == '\0', "%s: %s", *name, setter.output);
        }
    }
}
END_TEST

START_TEST(only_what_can_be_described_is)
{
    g_auto(TestProgram) program = test_program("--describe", "itself", NULL);
    g_auto(TestProgram) nothing = test_program("--describe", NULL);
    g_auto(TestProgram) command = test_program("simulate", "--describe", "it", NULL);

    test_check_failed(&program, 2, "--describe: 'itself' is unknown; write one of man");
    test_check_failed(&nothing, 2, "--describe: '' is unknown; write one of man");
    test_check_failed(&command, 2, "--describe: 'it' is unknown; write one of man");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("manual");
    TCase *tests = tcase_create("manual");

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests,
                   every_option_of_the_help_is_in_the_manual_page_and_in_the_list_for_completion);
    tcase_add_test(tests, the_help_of_a_command_fits_the_terminal_and_stands_in_its_page);
    tcase_add_test(tests, every_example_is_of_the_program_as_it_is);
    tcase_add_test(tests, a_page_is_sound_to_those_who_set_it);
    tcase_add_test(tests, only_what_can_be_described_is);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

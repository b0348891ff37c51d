/*
 * The completion in bash: what is offered behind a line that was begun. The words of a line are
 * what bash makes of it, cut also at '=' and ':'.
 */
#include "files.h"
#include "program.h"
#include "support.h"

/* What is offered behind some words, of which the last is begun ("_": empty), one on a line, for a
 * user in a folder. (transfer full) */
static char *
offered(const TestFolder *folder, const char *words)
{
    g_autofree char *completion = test_source("src/cli/completion.bash");
    g_auto(GStrv) parts = g_strsplit(words, "_", 2);
    g_autofree char *begun = g_strjoinv("''", parts);
    g_autofree char *text =
        g_strdup_printf("cd '%s/user' && . '%s' && COMP_WORDS=(pipedrift %s)\n"
                        "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                        "_pipedrift \"$PIPEDRIFT\" \"${COMP_WORDS[COMP_CWORD]}\" ''\n"
                        "((${#COMPREPLY[@]} == 0)) || printf '%%s\\n' \"${COMPREPLY[@]}\"\n",
                        folder, completion, begun);
    g_autofree char *script = test_file(folder, "script.bash", text);
    g_autofree char *line = g_strdup_printf("bash '%s'", script);
    g_auto(TestProgram) program = test_shell(line);

    test_check_done(&program);
    ck_assert_str_eq(program.errors, "");
    return g_steal_pointer(&program.output);
}

static TestFolder *
folder_of_a_user(void)
{
    TestFolder *folder = test_folder_new();

    test_put(folder, "user/one.ini", "");
    test_put(folder, "user/one of two.ini", "");
    test_put(folder, "user/one.csv", "");
    test_put(folder, "user/on/three.ini", "");
    return folder;
}

START_TEST(what_is_begun_is_completed)
{
    static const struct {
        const char *words;
        const char *offered; /* one on a line */
    } rows[] = {
        /* commands, and the program's options */
        { "simul", "simulate\n" },
        { "--ve", "--version\n" },
        { "nonsense", "" },
        /* options, of a command */
        { "simulate --trace-", "--trace-idle\n" },
        { "compare --sch", "--schedules\n" },
        { "schedules --sch", "" },
        { "simulate a.ini --qui", "--quiet\n" },
        { "nonsense --qui", "" },
        /* what an option takes: words, in either form */
        { "schedules --format _", "table\njson\ncsv\n" },
        { "schedules --format j", "json\n" },
        { "schedules --format = j", "json\n" },
        { "schedules --format =", "table\njson\ncsv\n" },
        { "train --executor r", "replay\n" },
        { "simulate --quiet _", "on\none.ini\none of two.ini\n" },
        { "train --every _", "" },
        /* schedules, one or another of several */
        { "compare --schedules pa", "paci\n" },
        { "compare --schedules gpipe,pa", "gpipe,paci\n" },
        { "compare --schedules = gpipe,pa", "gpipe,paci\n" },
        /* keys, and the words that they may have */
        { "simulate --set pipeline.sta", "pipeline.stash=\n" },
        { "simulate --set = pipeline.sta", "pipeline.stash=\n" },
        { "simulate --set pipeline.stash =", "auto\nyes\nno\n" },
        { "simulate --set pipeline.stash = y", "yes\n" },
        { "simulate --set = pipeline.stash = y", "yes\n" },
        { "simulate --set pipeline.schedule = pac", "paci\n" },
        { "simulate --set pipeline.devices = _", "" },
        { "simulate --set nonsense.st", "" },
        /* files and folders */
        { "simulate one.i", "one.ini\n" },
        { "simulate one\\\\\\ of", "one of two.ini\n" },
        { "simulate on/", "on/three.ini\n" },
        { "simulate --output one.c", "one.csv\n" },
        { "simulate --output = one.c", "one.csv\n" },
        { "train --checkpoint o", "on\n" },
        /* arguments, by their number */
        { "simulate --format csv --set a.b = c one.i", "one.ini\n" },
        { "simulate one.ini o", "" },
        { "schedules o", "" },
        { "plot timel", "timeline\n" },
        { "plot timeline one.i", "one.ini\n" },
        { "plot timeline --dark --title one one.i", "one.ini\n" },
        { "plot timeline one.ini one.ini one.c", "one.csv\n" },
    };
    g_autoptr(TestFolder) folder = folder_of_a_user();
    g_autofree char *bash = g_find_program_in_path("bash");

    for (gsize i = 0; bash != NULL && i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *found = offered(folder, rows[i].words);

        g_auto(GStrv) expected = g_strsplit(rows[i].offered, "\n", -1);
        g_auto(GStrv) lines = g_strsplit(found, "\n", -1);

        /* a folder lists its files in any order */
        ck_assert_msg(strlen(found) == strlen(rows[i].offered), "%s: %s", rows[i].words, found);
        for (char **line = expected; *line != NULL; line++)
            ck_assert_msg(g_strv_contains((const char *const *)lines, *line), "%s: %s",
                          rows[i].words, found);
    }
}
END_TEST

START_TEST(every_command_option_and_key_is_offered)
{
    g_autoptr(TestFolder) folder = folder_of_a_user();
    g_autofree char *bash = g_find_program_in_path("bash");
    g_auto(TestProgram) listed = test_program("--describe", "commands", NULL);
    g_autofree char *lines_of_names = g_strchomp(g_strdup(listed.output));
    g_auto(GStrv) names = g_strsplit(lines_of_names, "\n", -1);
    g_autofree char *commands = bash == NULL ? NULL : offered(folder, "_");
    g_autofree char *keys = bash == NULL ? NULL : offered(folder, "simulate --set _");

    if (bash == NULL)
        return;
    ck_assert_str_eq(commands, listed.output);
    for (PdKey key = 0; key < PD_N_KEYS; key++) {
        g_autofree char *line =
            g_strdup_printf("%s.%s=\n", pd_key_row(key)->section, pd_key_row(key)->name);

        ck_assert_msg(strstr(keys, line) != NULL, "%s", line);
    }
    for (char **name = names; *name != NULL; name++) {
        g_auto(TestProgram) options = test_program(*name, "--describe", "options", NULL);
        g_auto(GStrv) lines = g_strsplit(g_strchomp(options.output), "\n", -1);
        g_autofree char *words = g_strdup_printf("%s --", *name);
        g_autofree char *found = offered(folder, words);

        for (char **line = lines; *line != NULL; line++) {
            g_autofree char *option = g_strndup(*line, strcspn(*line, " "));
            g_autofree char *whole = g_strconcat(option, "\n", NULL);

            ck_assert_msg(strstr(found, whole) != NULL, "%s %s", *name, option);
        }
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("completion");
    TCase *tests = tcase_create("completion");

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, what_is_begun_is_completed);
    tcase_add_test(tests, every_command_option_and_key_is_offered);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

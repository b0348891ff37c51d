#include "program.h"

#include <check.h>
#include <string.h>
#include <sys/wait.h>

void
test_program_clear(TestProgram *program)
{
    g_free(program->output);
    g_free(program->errors);
}

static TestProgram
run(char **argv)
{
    g_autoptr(GError) error = NULL;
    TestProgram program = { .status = -1 };
    int status;
    const gboolean ran = g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                                      &program.output, &program.errors, &status, &error);

    ck_assert_msg(ran, "%s", error == NULL ? "?" : error->message);
    if (WIFEXITED(status))
        program.status = WEXITSTATUS(status);
    return program;
}

TestProgram
test_program(const char *argument, ...)
{
    const char *path = g_getenv("PIPEDRIFT");
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    va_list arguments;

    ck_assert_msg(path != NULL, "the environment lacks PIPEDRIFT, the path of the program");
    g_ptr_array_add(argv, (gpointer)path);
    va_start(arguments, argument);
    for (; argument != NULL; argument = va_arg(arguments, const char *))
        g_ptr_array_add(argv, (gpointer)argument);
    va_end(arguments);
    g_ptr_array_add(argv, NULL);
    return run((char **)argv->pdata);
}

TestProgram
test_shell(const char *line)
{
    const char *argv[] = { "sh", "-c", line, NULL };

    return run((char **)argv);
}

TestProgram
test_shell_in(const TestFolder *folder, const char *format, ...)
{
    g_autofree char *line = NULL, *all = NULL;
    va_list arguments;

    va_start(arguments, format);
    line = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    all = g_strdup_printf("cd %s && %s", folder, line);
    return test_shell(all);
}

void
test_check_done(const TestProgram *program)
{
    ck_assert_msg(program->status == 0, "status %d: %s", program->status, program->errors);
}

void
test_check_failed(const TestProgram *program, int status, const char *text)
{
    const char *end = strchr(program->errors, '\n');
    g_autofree char *line = g_strchomp(g_strdup(program->errors));

    ck_assert_msg(program->status == status, "status %d: %s", program->status, program->errors);
    ck_assert_str_eq(program->output, "");
    ck_assert_msg(end != NULL && end[1] == '\0', "not one line: %s", program->errors);
    ck_assert_msg(g_str_has_prefix(line, "pipedrift: "), "%s", line);
    ck_assert_msg(strstr(line, text) != NULL, "'%s' does not stand in: %s", text, line);
    test_check_message(line);
}

JsonNode *
test_json(const char *text)
{
    g_autoptr(GError) error = NULL;
    JsonNode *root = json_from_string(text, &error);

    ck_assert_msg(root != NULL, "%s", error == NULL ? "empty" : error->message);
    ck_assert(JSON_NODE_HOLDS_OBJECT(root));
    return root;
}

char *
test_source(const char *path)
{
    const char *root = g_getenv("PIPEDRIFT_SOURCE");

    ck_assert_msg(root != NULL, "the environment lacks PIPEDRIFT_SOURCE, the repository's root");
    return g_build_filename(root, path, NULL);
}

#include "options.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "describe.h"
#include "errors.h"
#include "manual.h"

void
pd_options_clear(PdOptions *options)
{
    g_strfreev(options->overrides);
    g_free(options->output);
    g_strfreev(options->arguments);
}

static gboolean
parse_format(PdOptions *options, const char *name, GError **error)
{
    static const char *const names[] = { "table", "json", "csv", NULL };

    for (guint i = 0; names[i] != NULL; i++) {
        if (name == NULL || strcmp(name, names[i]) == 0) {
            options->format = (PdFormat)i;
            return TRUE;
        }
    }
    g_autofree char *quoted = pd_quote(name);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "--format: %s is unknown; write one of table, json, csv", quoted);
    return FALSE;
}

static gboolean
check_arguments(const PdOptions *options, const PdCommand *command, guint n, GError **error)
{
    const guint given = options->arguments == NULL ? 0 : g_strv_length(options->arguments);

    if (given == n)
        return TRUE;
    if (given > n) {
        g_autofree char *quoted = pd_quote(options->arguments[n]);
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "%s is one argument too many; the usage is: pipedrift %s %s", quoted,
                    command->name, command->arguments);
    } else {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "an argument is missing; the usage is: pipedrift %s %s", command->name,
                    command->arguments);
    }
    return FALSE;
}

static GOptionContext *
new_context(const PdCommand *command, const GOptionEntry *const *options)
{
    GOptionContext *context = g_option_context_new(command->arguments);
    g_autofree char *introduction = pd_manual_introduction(command);
    g_autofree char *examples = pd_manual_examples(command);

    g_option_context_set_summary(context, introduction);
    g_option_context_set_description(context, examples);
    for (; *options != NULL; options++)
        g_option_context_add_main_entries(context, *options, NULL);
    return context;
}

/* As --help does it: print and exit. */
static gboolean
describe(const char *topic, const PdCommand *command, const GOptionEntry *const *options,
         GError **error)
{
    g_autofree char *text = pd_describe_command(topic, command, options, error);

    if (text == NULL)
        return FALSE;
    g_print("%s", text);
    exit(EXIT_SUCCESS);
}

gboolean
pd_options_parse(PdOptions *options, const PdCommand *command, const GOptionEntry *extra,
                 guint n_arguments, int argc, char **argv, GError **error)
{
    g_autofree char *format = NULL, *topic = NULL;
    const GOptionEntry entries[] = {
        { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->overrides,
          "override a value of the scenario (repeatable)", "SECTION.KEY=VALUE" },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format,
          "the form of the result (default: the first)", "table|json|csv" },
        { "output", 0, 0, G_OPTION_ARG_FILENAME, &options->output,
          "write the result to a file, whole or not at all", "FILE" },
        { "quiet", 0, 0, G_OPTION_ARG_NONE, &options->quiet, "no messages, no progress", NULL },
        { "describe", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &topic,
          "tell other programs of this command", "TOPIC" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->arguments, NULL, NULL },
        G_OPTION_ENTRY_NULL,
    };
    const GOptionEntry *const tables[] = { entries, extra, NULL };
    g_autoptr(GOptionContext) context = new_context(command, tables);
    g_autofree char *program = g_strdup_printf("pipedrift %s", command->name);
    g_autoptr(GError) failure = NULL;

    g_set_prgname(program);
    if (!g_option_context_parse(context, &argc, &argv, &failure)) {
        g_autofree char *message = pd_printable(failure->message);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s; see pipedrift %s --help", message,
                    command->name);
        return FALSE;
    }
    if (topic != NULL)
        return describe(topic, command, tables, error);
    if (options->output != NULL && *options->output == '\0') {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--output: is empty; write the path of a file");
        return FALSE;
    }
    return parse_format(options, format, error) &&
           check_arguments(options, command, n_arguments, error);
}

gboolean
pd_options_fail(const PdOptions *options, GError **error)
{
    g_autofree char *path = pd_printable(options->arguments[0]);

    g_prefix_error(error, "%s: ", path);
    return FALSE;
}

gboolean
pd_options_check_output(const PdOptions *options, GError **error)
{
    g_autofree char *folder = options->output == NULL ? NULL : g_path_get_dirname(options->output);

    if (folder == NULL || g_access(folder, W_OK) == 0)
        return TRUE;
    return pd_error_write(options->output, g_strerror(errno), error);
}

/* Write to something that exists and is no regular file: a pipe, a terminal, /dev/null. */
static gboolean
write_stream(FILE *stream, const char *where, GBytes *bytes, GError **error)
{
    gsize length;
    const void *data = g_bytes_get_data(bytes, &length);

    if (fwrite(data, 1, length, stream) < length || fflush(stream) == EOF)
        return pd_error_write(where, g_strerror(errno), error);
    return TRUE;
}

gboolean
pd_options_write(const PdOptions *options, const char *text, GError **error)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));

    return pd_options_write_bytes(options, bytes, error);
}

gboolean
pd_options_write_bytes(const PdOptions *options, GBytes *bytes, GError **error)
{
    const char *path = options->output;
    char *resolved = NULL;
    struct stat status;
    int mode = 0666;
    g_autofree char *target = NULL;
    g_autoptr(GError) failure = NULL;

    if (path == NULL)
        return write_stream(stdout, "standard output", bytes, error);
    if (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        FILE *stream = fopen(path, "wb");
        gboolean written = stream != NULL && write_stream(stream, path, bytes, error);

        if (stream == NULL)
            return pd_error_write(path, g_strerror(errno), error);
        if (fclose(stream) != 0 && written)
            return pd_error_write(path, g_strerror(errno), error);
        return written;
    }
    /* the file replaces what is there, not a symbolic link to it */
    resolved = realpath(path, NULL);
    target = g_strdup(resolved != NULL ? resolved : path);
    free(resolved);
    /* who may read a file that is replaced stays as it was */
    if (stat(target, &status) == 0)
        mode = (int)(status.st_mode & 0777);
    return g_file_set_contents_full(target, g_bytes_get_data(bytes, NULL),
                                    (gssize)g_bytes_get_size(bytes), G_FILE_SET_CONTENTS_CONSISTENT,
                                    mode, &failure) ||
           pd_error_write(path, failure->message, error);
}

void
pd_options_say(const PdOptions *options, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    if (options->quiet)
        return;
    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_printerr("pipedrift: %s\n", message);
}

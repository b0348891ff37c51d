#include "options.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"

void
pd_options_clear(PdOptions *options)
{
    g_strfreev(options->overrides);
    g_free(options->output);
    g_strfreev(options->arguments);
}

static const struct {
    PdFormat format;
    const char *name;
} formats[] = {
    { PD_FORMAT_TABLE, "table" }, { PD_FORMAT_JSON, "json" },   { PD_FORMAT_CSV, "csv" },
    { PD_FORMAT_TAP, "tap" },     { PD_FORMAT_JUNIT, "junit" },
};

/* The names of a command's formats: "table, json, csv". (transfer full) */
static char *
format_names(const PdCommand *command)
{
    GString *names = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        if ((command->formats & formats[i].format) != 0)
            g_string_append_printf(names, "%s%s", names->len == 0 ? "" : ", ", formats[i].name);
    return g_string_free(names, FALSE);
}

/* name: NULL for the default. */
static gboolean
parse_format(PdOptions *options, const PdCommand *command, const char *name, GError **error)
{
    if (command->formats == 0)
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        if ((command->formats & formats[i].format) != 0 &&
            (name == NULL || strcmp(name, formats[i].name) == 0)) {
            options->format = formats[i].format;
            return TRUE;
        }
    }
    g_autofree char *quoted = pd_quote(name), *names = format_names(command);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "--format: %s is unknown to %s; write one of %s",
                quoted, command->name, names);
    return FALSE;
}

static gboolean
check_arguments(const PdOptions *options, const PdCommand *command, GError **error)
{
    const guint given = options->arguments == NULL ? 0 : g_strv_length(options->arguments);

    if (given >= command->min_arguments && given <= command->max_arguments)
        return TRUE;
    if (given > command->max_arguments) {
        g_autofree char *quoted = pd_quote(options->arguments[command->max_arguments]);
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

gboolean
pd_options_parse(PdOptions *options, const PdCommand *command, const GOptionEntry *extra, int argc,
                 char **argv, GError **error)
{
    g_autofree char *format = NULL, *names = format_names(command);
    g_autofree char *format_help = g_strdup_printf("one of %s (default: the first)", names);
    const GOptionEntry entries[] = {
        { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->overrides,
          "override a value of the scenario (repeatable)", "SECTION.KEY=VALUE" },
        { "output", 0, 0, G_OPTION_ARG_FILENAME, &options->output,
          "write the result to a file, whole or not at all", "FILE" },
        { "quiet", 0, 0, G_OPTION_ARG_NONE, &options->quiet, "no messages, no progress", NULL },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->arguments, NULL, NULL },
        G_OPTION_ENTRY_NULL,
    };
    const GOptionEntry format_entries[] = {
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, format_help, "FORMAT" },
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(command->arguments);
    g_autofree char *program = g_strdup_printf("pipedrift %s", command->name);
    g_autoptr(GError) failure = NULL;

    g_set_prgname(program);
    g_option_context_set_summary(context, command->summary);
    g_option_context_add_main_entries(context, entries, NULL);
    if (command->formats != 0)
        g_option_context_add_main_entries(context, format_entries, NULL);
    if (extra != NULL)
        g_option_context_add_main_entries(context, extra, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &failure)) {
        g_autofree char *message = pd_printable(failure->message);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s; see pipedrift %s --help", message,
                    command->name);
        return FALSE;
    }
    if (options->output != NULL && *options->output == '\0') {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--output: is empty; write the path of a file");
        return FALSE;
    }
    return parse_format(options, command, format, error) &&
           check_arguments(options, command, error);
}

gboolean
pd_options_fail(const PdOptions *options, GError **error)
{
    return pd_error_prefix(options->arguments[0], error);
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
write_stream(FILE *stream, const char *where, const char *text, GError **error)
{
    if (fputs(text, stream) == EOF || fflush(stream) == EOF)
        return pd_error_write(where, g_strerror(errno), error);
    return TRUE;
}

gboolean
pd_options_write(const PdOptions *options, const char *text, GError **error)
{
    const char *path = options->output;
    char *resolved = NULL;
    struct stat status;
    int mode = 0666;
    g_autofree char *target = NULL;
    g_autoptr(GError) failure = NULL;

    if (path == NULL)
        return write_stream(stdout, "standard output", text, error);
    if (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        FILE *stream = fopen(path, "wb");
        gboolean written = stream != NULL && write_stream(stream, path, text, error);

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
    return g_file_set_contents_full(target, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, mode,
                                    &failure) ||
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

#include "options.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "describe.h"
#include "errors.h"
#include "manual.h"
#include "output.h"

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

/* The names of a command's formats, with a separator between. (transfer full) */
static char *
format_names(const PdCommand *command, const char *separator)
{
    GString *names = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        if ((command->formats & formats[i].format) != 0)
            g_string_append_printf(names, "%s%s", names->len == 0 ? "" : separator,
                                   formats[i].name);
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
    g_autofree char *quoted = pd_quote(name), *names = format_names(command, ", ");
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "--format: %s is unknown to %s; write one of %s",
                quoted, command->name, names);
    return FALSE;
}

/* ", KIND one of a, b", where words are all that the first argument may be; else nothing. */
static char *
choices_of(const PdCommand *command)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; command->choice != NULL && command->choice(i).word != NULL; i++)
        g_string_append_printf(text, "%s%s", i == 0 ? ", with one of " : ", ",
                               command->choice(i).word);
    return g_string_free(text, FALSE);
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
        g_autofree char *choices = choices_of(command);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "an argument is missing; the usage is: pipedrift %s %s%s", command->name,
                    command->arguments, choices);
    }
    return FALSE;
}

/* The result does not take the place of what it is made from. */
static gboolean
check_not_an_input(const PdOptions *options, GError **error)
{
    struct stat output, input;

    if (options->output == NULL || stat(options->output, &output) != 0)
        return TRUE;
    for (char **argument = options->arguments; argument != NULL && *argument != NULL; argument++) {
        if (stat(*argument, &input) == 0 && S_ISREG(input.st_mode) &&
            input.st_dev == output.st_dev && input.st_ino == output.st_ino) {
            g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                        "--output: names the input itself; write the path of another file");
            return FALSE;
        }
    }
    return TRUE;
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
pd_options_parse(PdOptions *options, const PdCommand *command, const GOptionEntry *extra, int argc,
                 char **argv, GError **error)
{
    g_autofree char *format = NULL, *topic = NULL;
    g_autofree char *names = format_names(command, "|");
    const GOptionEntry entries[] = {
        { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->overrides,
          "override a value of the scenario (repeatable)", "SECTION.KEY=VALUE" },
        { "output", 0, 0, G_OPTION_ARG_FILENAME, &options->output, "write the result to a file",
          "FILE" },
        { "quiet", 0, 0, G_OPTION_ARG_NONE, &options->quiet, "no messages, no progress", NULL },
        { "describe", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &topic,
          "tell other programs of this command", "TOPIC" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->arguments, NULL, NULL },
        G_OPTION_ENTRY_NULL,
    };
    const GOptionEntry format_entries[] = {
        { "format", 0, 0, G_OPTION_ARG_STRING, &format,
          "the form of the result (default: the first)", names },
        G_OPTION_ENTRY_NULL,
    };
    const GOptionEntry *const tables[] = { entries, command->formats != 0 ? format_entries : extra,
                                           command->formats != 0 ? extra : NULL, NULL };
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
    return parse_format(options, command, format, error) &&
           check_arguments(options, command, error) && check_not_an_input(options, error);
}

gboolean
pd_options_check_output(const PdOptions *options, GError **error)
{
    return options->output == NULL || pd_output_check(options->output, error);
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
    gsize length;
    const void *data = g_bytes_get_data(bytes, &length);

    if (options->output == NULL)
        return (fwrite(data, 1, length, stdout) == length && fflush(stdout) != EOF) ||
               pd_error_write("standard output", g_strerror(errno), error);
    return pd_output_write(options->output, data, length, error);
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

#include "describe.h"

#include "errors.h"
#include "keys.h"
#include "manual.h"
#include "schedules.h"

static char *
list_options(const GOptionEntry *const *options)
{
    GString *text = g_string_new("--help\n");

    for (; *options != NULL; options++)
        for (const GOptionEntry *entry = *options; entry->long_name != NULL; entry++)
            if (*entry->long_name != '\0' && (entry->flags & G_OPTION_FLAG_HIDDEN) == 0)
                g_string_append_printf(
                    text, "--%s%s%s\n", entry->long_name, entry->arg_description == NULL ? "" : " ",
                    entry->arg_description == NULL ? "" : entry->arg_description);
    return g_string_free(text, FALSE);
}

/* One on a line; what may be one of some words as these words. */
static char *
list_arguments(const PdCommand *command)
{
    g_auto(GStrv) arguments = g_strsplit(command->arguments, " ", -1);
    GString *text = g_string_new(NULL);

    for (guint i = 0; command->choice != NULL && command->choice(i).word != NULL; i++)
        g_string_append_printf(text, "%s%s", i == 0 ? "" : "|", command->choice(i).word);
    for (char **argument = arguments; *argument != NULL; argument++)
        g_string_append_printf(text, "%s\n",
                               argument == arguments && text->len > 0 ? "" : *argument);
    return g_string_free(text, FALSE);
}

static char *
list_commands(const PdCommand *const *commands)
{
    GString *text = g_string_new(NULL);

    for (; *commands != NULL; commands++)
        g_string_append_printf(text, "%s\n", (*commands)->name);
    return g_string_free(text, FALSE);
}

static char *
schedule_words(void)
{
    GString *words = g_string_new(NULL);

    for (const PdSchedule *const *schedule = pd_schedules; *schedule != NULL; schedule++)
        g_string_append_printf(words, "%s%s", words->len == 0 ? "" : "|", (*schedule)->name);
    return g_string_free(words, FALSE);
}

static char *
list_keys(void)
{
    GString *text = g_string_new(NULL);

    for (PdKey key = 0; key < PD_N_KEYS; key++) {
        const PdKeyRow *row = pd_key_row(key);
        g_autofree char *words = key == PD_KEY_PIPELINE_SCHEDULE ? schedule_words()
                                 : row->words != NULL ? g_strjoinv("|", (char **)row->words)
                                                      : g_strdup("");

        g_string_append_printf(text, "%s.%s=%s\n", row->section, row->name, words);
    }
    return g_string_free(text, FALSE);
}

static char *
fail(const char *topic, const char *topics, GError **error)
{
    g_autofree char *quoted = pd_quote(topic);

    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "--describe: %s is unknown; write one of %s",
                quoted, topics);
    return NULL;
}

char *
pd_describe_command(const char *topic, const PdCommand *command, const GOptionEntry *const *options,
                    GError **error)
{
    if (g_str_equal(topic, "man"))
        return pd_manual_page(command, options, NULL);
    if (g_str_equal(topic, "options"))
        return list_options(options);
    if (g_str_equal(topic, "arguments"))
        return list_arguments(command);
    return fail(topic, "man, options, arguments", error);
}

char *
pd_describe_program(const char *topic, const PdCommand *program, const GOptionEntry *const *options,
                    const PdCommand *const *commands, GError **error)
{
    if (g_str_equal(topic, "man"))
        return pd_manual_page(program, options, commands);
    if (g_str_equal(topic, "commands"))
        return list_commands(commands);
    if (g_str_equal(topic, "options"))
        return list_options(options);
    if (g_str_equal(topic, "keys"))
        return list_keys();
    return fail(topic, "man, commands, options, keys", error);
}

#include "manual.h"

#include <string.h>

#include "data_paths.h"
#include "version.h"

static const struct {
    const char *term;
    const char *text;
} statuses[] = {
    { "0", "done" },
    { "1", "a check or a validation did not hold" },
    { "2", "bad usage or bad input: one line says where, what is wrong and what would be right" },
    { "3", "the system failed: a full disk, a missing program" },
}, files[] = {
    { PD_DATA_CONFIGURED "/scenarios/", "scenarios to run, each with a comment on what it shows" },
    { PD_DATA_CONFIGURED "/models/", "transformers that [model] file can name" },
    { PD_DATA_CONFIGURED "/models/hardware/", "devices and links that [hardware] file can name" },
}, variables[] = {
    { "PIPEDRIFT_DATA", "a folder with other models, scenarios and plot scripts than the installed" },
};

/* "KIND is one of", of the first argument. */
static char *
choice_title(const PdCommand *command)
{
    return g_strdup_printf("%.*s is one of", (int)strcspn(command->arguments, " "),
                           command->arguments);
}

char *
pd_manual_introduction(const PdCommand *command)
{
    GString *text = g_string_new(command->summary);

    g_assert(command->description != NULL);
    g_string_append_printf(text, "\n\n%s", command->description);
    if (command->choice != NULL) {
        g_autofree char *title = choice_title(command);

        g_string_append_printf(text, "\n\n%s\n", title);
        for (guint i = 0; command->choice(i).word != NULL; i++)
            g_string_append_printf(text, "%s  %-12s %s", i == 0 ? "" : "\n",
                                   command->choice(i).word, command->choice(i).summary);
    }
    return g_string_free(text, FALSE);
}

char *
pd_manual_examples(const PdCommand *command)
{
    GString *text = g_string_new("Examples:\n");

    g_assert(command->examples != NULL);
    for (const PdExample *example = command->examples; example->line != NULL; example++)
        g_string_append_printf(text, "  %s\n    %s\n", example->purpose, example->line);
    return g_string_free(text, FALSE);
}

/* Text as roff takes it: a minus that can be copied, and no line that begins like a request. */
static void
append_text(GString *page, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if ((*at == '.' || *at == '\'') && (at == text || at[-1] == '\n'))
            g_string_append(page, "\\&");
        if (*at == '\\')
            g_string_append(page, "\\e");
        else if (*at == '-')
            g_string_append(page, "\\-");
        else
            g_string_append_c(page, *at);
    }
}

/* A word in a font, B or I, within a line. */
static void
append_word(GString *page, char font, const char *word)
{
    g_string_append_printf(page, "\\f%c", font);
    append_text(page, word);
    g_string_append(page, "\\fR");
}

static void
append_entry(GString *page, const char *term, const char *text)
{
    g_string_append(page, ".TP\n");
    append_word(page, 'B', term);
    g_string_append_c(page, '\n');
    append_text(page, text);
    g_string_append_c(page, '\n');
}

static void
append_paragraphs(GString *page, const char *text)
{
    g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);

    for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++) {
        g_string_append(page, paragraph == paragraphs ? "" : ".PP\n");
        append_text(page, *paragraph);
        g_string_append_c(page, '\n');
    }
}

/* "run a scenario", as the index of manual pages has it, of "Run a scenario." */
static void
append_name(GString *page, const char *name, const char *summary)
{
    g_autofree char *phrase = g_strdup(summary);

    phrase[0] = g_ascii_tolower(phrase[0]);
    if (g_str_has_suffix(phrase, "."))
        phrase[strlen(phrase) - 1] = '\0';
    g_string_append(page, ".SH NAME\n");
    append_text(page, name);
    g_string_append(page, " \\- ");
    append_text(page, phrase);
    g_string_append_c(page, '\n');
}

static void
append_synopsis(GString *page, const PdCommand *command)
{
    g_string_append(page, ".SH SYNOPSIS\n\\fBpipedrift");
    if (*command->name != '\0') {
        g_string_append_c(page, ' ');
        append_text(page, command->name);
        g_string_append(page, "\\fR [\\fIOPTION\\fR...] ");
    } else {
        g_string_append(page, "\\fR ");
    }
    append_word(page, 'I', command->arguments);
    g_string_append_c(page, '\n');
}

static void
append_option(GString *page, const GOptionEntry *entry)
{
    if (*entry->long_name == '\0' || (entry->flags & G_OPTION_FLAG_HIDDEN) != 0)
        return;
    g_string_append(page, ".TP\n");
    if (entry->short_name != '\0')
        g_string_append_printf(page, "\\fB\\-%c\\fR, ", entry->short_name);
    g_string_append(page, "\\fB\\-\\-");
    append_text(page, entry->long_name);
    g_string_append(page, "\\fR");
    if (entry->arg_description != NULL) {
        g_string_append_c(page, '=');
        append_word(page, 'I', entry->arg_description);
    }
    g_string_append_c(page, '\n');
    append_text(page, entry->description);
    g_string_append_c(page, '\n');
}

static void
append_options(GString *page, const GOptionEntry *const *options)
{
    static const GOptionEntry help = {
        "help", 'h', 0, G_OPTION_ARG_NONE, NULL, "tell the options, and exit", NULL
    };

    g_string_append(page, ".SH OPTIONS\n");
    for (; *options != NULL; options++)
        for (const GOptionEntry *entry = *options; entry->long_name != NULL; entry++)
            append_option(page, entry);
    append_option(page, &help);
}

static void
append_choices(GString *page, const PdCommand *command)
{
    g_autofree char *title = choice_title(command);

    g_string_append(page, ".PP\n");
    append_text(page, title);
    g_string_append_c(page, '\n');
    for (guint i = 0; command->choice(i).word != NULL; i++)
        append_entry(page, command->choice(i).word, command->choice(i).summary);
}

static void
append_commands(GString *page, const PdCommand *const *commands)
{
    g_string_append(page, ".SH COMMANDS\nEach has a page of its own, such as "
                          "\\fBpipedrift\\-simulate\\fR(1).\n");
    for (; *commands != NULL; commands++)
        append_entry(page, (*commands)->name, (*commands)->summary);
}

static void
append_examples(GString *page, const PdCommand *command)
{
    g_string_append(page, ".SH EXAMPLES\n");
    for (const PdExample *example = command->examples; example->line != NULL; example++) {
        g_string_append(page, ".TP\n");
        append_text(page, example->purpose);
        g_string_append_c(page, '\n');
        append_word(page, 'B', example->line);
        g_string_append_c(page, '\n');
    }
}

/* What holds for all commands. */
static void
append_common(GString *page)
{
    g_string_append(page, ".SH EXIT STATUS\n");
    for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++)
        append_entry(page, statuses[i].term, statuses[i].text);
    g_string_append(page, ".SH FILES\n");
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        append_entry(page, files[i].term, files[i].text);
    g_string_append(page, ".SH ENVIRONMENT\n");
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
        append_entry(page, variables[i].term, variables[i].text);
}

static void
append_see_also(GString *page, const PdCommand *const *commands)
{
    g_string_append(page, ".SH SEE ALSO\n");
    if (commands == NULL)
        g_string_append(page, "\\fBpipedrift\\fR(1)");
    for (; commands != NULL && *commands != NULL; commands++)
        g_string_append_printf(page, "\\fBpipedrift\\-%s\\fR(1)%s", (*commands)->name,
                               commands[1] == NULL ? "" : ",\n");
    g_string_append(page,
                    ";\nthe keys of a scenario are in the file scenario\\-files.md, what a report "
                    "says in reports.md,\namong the program's documentation\n");
}

char *
pd_manual_page(const PdCommand *command, const GOptionEntry *const *options,
               const PdCommand *const *commands)
{
    g_autofree char *name =
        g_strconcat("pipedrift", *command->name == '\0' ? "" : "-", command->name, NULL);
    g_autofree char *title = g_ascii_strup(name, -1);
    GString *page = g_string_new(".TH ");

    append_text(page, title);
    g_string_append(page, " 1 \"\" \"pipedrift " PD_VERSION "\" \"User Commands\"\n");
    /* what is to be copied is not broken, nor spread */
    g_string_append(page, ".nh\n.ad l\n");
    append_name(page, name, command->summary);
    append_synopsis(page, command);
    g_string_append(page, ".SH DESCRIPTION\n");
    append_paragraphs(page, command->description);
    if (command->choice != NULL)
        append_choices(page, command);
    if (commands != NULL)
        append_commands(page, commands);
    append_options(page, options);
    append_examples(page, command);
    append_common(page);
    append_see_also(page, commands);
    return g_string_free(page, FALSE);
}

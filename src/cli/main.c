#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "describe.h"
#include "errors.h"
#include "manual.h"
#include "version.h"

enum { STATUS_USAGE = 2, STATUS_SYSTEM = 3 };

static const PdCommand *const commands[] = {
    &pd_command_simulate, &pd_command_compare,   &pd_command_sweep,
    &pd_command_plot,     &pd_command_train,     &pd_command_validate,
    &pd_command_check,    &pd_command_schedules, NULL,
};

static const PdExample examples[] = {
    { "which schedule is the fastest?", "pipedrift compare quickstart.ini" },
    { "where does the time go?", "pipedrift simulate quickstart.ini" },
    { "does it hold?", "pipedrift validate train-quick.ini" },
    { NULL, NULL },
};

static const PdCommand program = {
    .name = "",
    .arguments = "COMMAND [OPTION...] [ARGUMENT...]",
    .summary = "What would this pipeline schedule do, on this model and this cluster?",
    .description = "A scenario describes a pipeline, a model and hardware. From it the time of a\n"
                   "run is predicted, the bubble and its causes, the memory peak of every device\n"
                   "and the weight versions that every micro-batch meets. The very same schedules\n"
                   "train a small GPT on this machine, which proves the prediction.",
    .examples = examples,
};

static const GOptionEntry options[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, "tell the version, and exit", NULL },
    G_OPTION_ENTRY_NULL,
};

static int
describe(const char *topic, GError **error)
{
    const GOptionEntry *const tables[] = { options, NULL };
    g_autofree char *text = pd_describe_program(topic, &program, tables, commands, error);

    if (text == NULL)
        return -1;
    g_print("%s", text);
    return 0;
}

static void
print_usage(void)
{
    g_autofree char *introduction = pd_manual_introduction(&program);
    g_autofree char *ending = pd_manual_examples(&program);

    g_print("Usage: pipedrift %s\n\n%s\n\n", program.arguments, introduction);
    for (const PdCommand *const *command = commands; *command != NULL; command++)
        g_print("  %-10s %-13s %s\n", (*command)->name, (*command)->arguments, (*command)->summary);
    g_print(
        "\n%s\npipedrift COMMAND --help tells the options of a command; pipedrift --version, the "
        "version.\n",
        ending);
}

static const PdCommand *
find_command(const char *name, GError **error)
{
    const char *names[G_N_ELEMENTS(commands)] = { NULL };
    const char *near;

    for (guint i = 0; commands[i] != NULL; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
        names[i] = commands[i]->name;
    }
    g_autofree char *quoted = pd_quote(name);
    near = pd_nearest(name, names);
    if (near != NULL)
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "command %s is unknown; did you mean %s?",
                    quoted, near);
    else
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "command %s is unknown; see pipedrift --help for what there is", quoted);
    return NULL;
}

static int
report_error(const GError *error)
{
    g_printerr("pipedrift: %s\n", error->message);
    return g_error_matches(error, PD_ERROR, PD_ERROR_SYSTEM) ? STATUS_SYSTEM : STATUS_USAGE;
}

static int
run(int argc, char **argv, GError **error)
{
    const PdCommand *command;

    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage();
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        g_print("pipedrift %s\n", PD_VERSION);
        return 0;
    }
    if (strcmp(argv[1], "--describe") == 0)
        return describe(argc > 2 ? argv[2] : "", error);
    command = find_command(argv[1], error);
    return command == NULL ? -1 : command->run(argc - 1, argv + 1, error);
}

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    int status;

    setlocale(LC_CTYPE, "");
    if (argc < 2) {
        g_printerr("pipedrift: a command is missing; see pipedrift --help for what there is\n");
        return STATUS_USAGE;
    }
    status = run(argc, argv, &error);
    return status < 0 ? report_error(error) : status;
}

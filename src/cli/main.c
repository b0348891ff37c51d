#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "errors.h"
#include "version.h"

enum { STATUS_USAGE = 2, STATUS_SYSTEM = 3 };

static const PdCommand *const commands[] = {
    &pd_command_simulate,
    &pd_command_compare,
    &pd_command_sweep,
    &pd_command_train,
    &pd_command_validate,
    &pd_command_schedules,
    NULL,
};

static void
print_usage(void)
{
    g_print("Usage: pipedrift COMMAND [OPTION...] [ARGUMENT...]\n\n"
            "What would this pipeline schedule do, on this model and this cluster?\n\n");
    for (const PdCommand *const *command = commands; *command != NULL; command++)
        g_print("  %-10s %-9s %s\n", (*command)->name, (*command)->arguments, (*command)->summary);
    g_print("\npipedrift COMMAND --help tells the options of a command; pipedrift --version, the "
            "version.\n");
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

int
main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    const PdCommand *command;
    int status;

    setlocale(LC_CTYPE, "");
    if (argc < 2) {
        g_printerr("pipedrift: a command is missing; see pipedrift --help for what there is\n");
        return STATUS_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage();
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        g_print("pipedrift %s\n", PD_VERSION);
        return 0;
    }
    command = find_command(argv[1], &error);
    if (command == NULL)
        return report_error(error);
    status = command->run(argc - 1, argv + 1, &error);
    return status < 0 ? report_error(error) : status;
}

#include "errors.h"
#include "options.h"
#include "validation_run.h"

static int
run(int argc, char **argv, GError **error)
{
    gboolean paced = FALSE;
    gint64 mini_batches = -1;
    const GOptionEntry extra[] = {
        { "pace", 0, 0, G_OPTION_ARG_NONE, &paced,
          "operations and links take the scenario's time at least; nothing is calibrated", NULL },
        { "mini-batches", 0, 0, G_OPTION_ARG_INT64, &mini_batches,
          "how many to train (default: the scenario's, up to 90)", "N" },
        G_OPTION_ENTRY_NULL,
    };
    g_auto(PdOptions) options = { 0 };
    g_autoptr(PdValidation) validation = NULL;
    g_autofree char *text = NULL;

    if (!pd_options_parse(&options, &pd_command_validate, extra, argc, argv, error))
        return -1;
    validation = pd_validation_run(&options, options.arguments[0], mini_batches, paced, error);
    if (validation == NULL)
        return -1;
    text = options.format == PD_FORMAT_JSON ? pd_validation_json(validation)
                                            : pd_validation_table(validation);
    if (!pd_options_write(&options, text, error))
        return -1;
    return validation->holds ? 0 : 1;
}

static const PdExample examples[] = {
    { "what the machine can do", "pipedrift validate train-quick.ini" },
    { "hardware that is not there", "pipedrift validate train-paced.ini --pace" },
    { NULL, NULL },
};

const PdCommand pd_command_validate = {
    .name = "validate",
    .arguments = "SCENARIO",
    .min_arguments = 1,
    .max_arguments = 1,
    .formats = PD_FORMAT_TABLE | PD_FORMAT_JSON,
    .summary = "Train for a while and hold it against the simulator's prediction.",
    .description =
        "A third of the run teaches how long operations take; the rest is predicted\n"
        "with these times, and measured. With --pace nothing is learnt: operations take\n"
        "the scenario's times. An idle machine helps.\n"
        "\n"
        "The exit status is 1 where the schedule's bound, or the accuracy that the\n"
        "scenario's section [check] asks for, does not hold.",
    .examples = examples,
    .run = run,
};

#include "errors.h"
#include "experiment.h"

static gboolean
compare(const PdOptions *options, const PdConfig *config, const char *list,
        gboolean per_micro_batch, GPtrArray *reports, GError **error)
{
    g_autoptr(GPtrArray) scenarios = NULL;

    /* before notes on schedules that are left out */
    if (per_micro_batch && !pd_experiment_check_per_micro_batch(options, NULL, error))
        return FALSE;
    scenarios = pd_experiment_scenarios(options, config, list, error);
    for (guint i = 0; scenarios != NULL && i < scenarios->len; i++) {
        const PdScenario *scenario = scenarios->pdata[i];
        PdReport *report;

        if (per_micro_batch && !pd_experiment_check_per_micro_batch(options, scenario, error))
            return FALSE;
        report = pd_experiment_simulate(options, scenario, per_micro_batch, NULL, error);
        if (report == NULL)
            return pd_error_prefix(options->arguments[0], error);
        g_ptr_array_add(reports, report);
    }
    return scenarios != NULL;
}

static int
run(int argc, char **argv, GError **error)
{
    g_autofree char *list = NULL;
    gboolean per_micro_batch = FALSE;
    const GOptionEntry extra[] = {
        { "schedules", 0, 0, G_OPTION_ARG_STRING, &list,
          "the schedules to compare, separated by commas (default: all)", "SCHEDULES" },
        { "per-micro-batch", 0, 0, G_OPTION_ARG_NONE, &per_micro_batch,
          "report the crossing of every micro-batch (json, csv)", NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_auto(PdOptions) options = { 0 };
    g_autoptr(PdConfig) config = NULL;
    g_autoptr(GPtrArray) reports = g_ptr_array_new_with_free_func((GDestroyNotify)pd_report_free);
    g_autofree char *text = NULL;

    if (!pd_options_parse(&options, &pd_command_compare, extra, argc, argv, error) ||
        !pd_options_check_output(&options, error))
        return -1;
    config = pd_experiment_load(&options, options.arguments[0], error);
    if (config == NULL || !compare(&options, config, list, per_micro_batch, reports, error))
        return -1;
    text = pd_experiment_print(&options, (PdReport *const *)reports->pdata, reports->len, TRUE,
                               per_micro_batch);
    return pd_options_write(&options, text, error) ? 0 : -1;
}

static const PdExample examples[] = {
    { "all schedules", "pipedrift compare quickstart.ini" },
    { "some of them", "pipedrift compare quickstart.ini --schedules gpipe,1f1b,pipedream,paci" },
    { "for a spreadsheet", "pipedrift compare quickstart.ini --format csv --output schedules.csv" },
    { NULL, NULL },
};

const PdCommand pd_command_compare = {
    .name = "compare",
    .arguments = "SCENARIO",
    .min_arguments = 1,
    .max_arguments = 1,
    .formats = PD_FORMAT_TABLE | PD_FORMAT_JSON | PD_FORMAT_CSV,
    .summary = "Run a scenario under several schedules, one row for each.",
    .description = "Without --schedules, all that the scenario goes with are compared. A star\n"
                   "marks the best of a column. What only some schedules have a use for, such as\n"
                   "in-flight, may stand in the scenario all the same.",
    .examples = examples,
    .run = run,
};

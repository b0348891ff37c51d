#include "checked.h"
#include "errors.h"
#include "experiment.h"
#include "schedules.h"
#include "training.h"

#define DEFAULT_MINI_BATCHES 20 /* that are trained */

typedef struct {
    char *events; /* a file to be checked in place of a simulation, or NULL */
    gint64 seeds; /* −1: one */
    gboolean trained;
    gboolean paced;
    gint64 mini_batches; /* −1: the default */
} CheckOptions;

static void
check_options_clear(CheckOptions *own)
{
    g_free(own->events);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckOptions, check_options_clear)

/* A scenario that is ready to be run. */
typedef struct {
    PdConfig *config;
    PdScenario *scenario;
    PdTraining training;   /* where --trained asks for it */
    PdEventFile *recorded; /* of --events, or NULL */
} Subject;

static void
subject_free(Subject *subject)
{
    pd_config_free(subject->config);
    pd_scenario_free(subject->scenario);
    pd_training_clear(&subject->training);
    pd_event_file_free(subject->recorded);
    g_free(subject);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Subject, subject_free)

/* --- before anything runs --------------------------------------------------------------------- */

static gboolean
check_options(const PdOptions *options, const CheckOptions *own, GError **error)
{
    if (own->seeds < 1 && own->seeds != -1)
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--seeds: must be positive; write a number such as 10");
    else if (own->events != NULL && own->seeds != -1)
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--seeds: has no use with --events, whose run is over");
    else if (own->events != NULL && own->trained)
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--trained: has no use with --events, whose run is over");
    else if (own->events != NULL && options->arguments[1] != NULL)
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--events: is a run of one scenario; name that alone");
    else if (own->paced && !own->trained && own->events == NULL)
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--pace: has no use without --trained or --events");
    else if (own->mini_batches != -1 && !own->trained)
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--mini-batches: has no use without --trained");
    else
        return TRUE;
    return FALSE;
}

static gboolean
prepare_training(Subject *subject, const CheckOptions *own, GError **error)
{
    g_autoptr(PdConfig) config = pd_config_copy(subject->config);

    return pd_training_shorten(config, own->mini_batches, DEFAULT_MINI_BATCHES, error) &&
           pd_training_init(&subject->training, config, error);
}

/* Refuse a run of another pipeline: its figures say nothing about this scenario's. */
static gboolean
open_recorded(Subject *subject, const char *path, GError **error)
{
    const PdScenario *mine = subject->scenario, *its;

    subject->recorded = pd_event_file_open(path, pd_schedules, error);
    if (subject->recorded == NULL)
        return FALSE;
    its = pd_event_file_scenario(subject->recorded);
    const struct {
        PdKey key;
        gint64 mine, its;
    } numbers[] = {
        { PD_KEY_PIPELINE_DEVICES, mine->n_devices, its->n_devices },
        { PD_KEY_PIPELINE_VIRTUAL_STAGES, mine->n_virtual, its->n_virtual },
        { PD_KEY_PIPELINE_MICRO_BATCHES, mine->mini_batch, its->mini_batch },
        { PD_KEY_PIPELINE_ACCUMULATION, mine->accumulation, its->accumulation },
    };

    if (mine->schedule != its->schedule)
        return pd_config_fail(subject->config, PD_KEY_PIPELINE_SCHEDULE, error,
                              "is %s, but the run of --events was one of %s", mine->schedule->name,
                              its->schedule->name);
    for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
        if (numbers[i].mine != numbers[i].its)
            return pd_config_fail(subject->config, numbers[i].key, error,
                                  "is %" G_GINT64_FORMAT
                                  ", but in the run of --events it was %" G_GINT64_FORMAT,
                                  numbers[i].mine, numbers[i].its);
    return TRUE;
}

static Subject *
subject_new(const PdOptions *options, const CheckOptions *own, const char *path, GError **error)
{
    g_autoptr(Subject) subject = g_new0(Subject, 1);

    subject->config = pd_experiment_load(options, path, error);
    if (subject->config == NULL)
        return NULL;
    subject->scenario = pd_experiment_scenario(subject->config, error);
    if (subject->scenario == NULL || (own->trained && !prepare_training(subject, own, error)) ||
        (own->events != NULL && !open_recorded(subject, own->events, error)))
        return NULL;
    if (subject->scenario->seed > (guint64)(G_MAXINT64 - (MAX(own->seeds, 1) - 1))) {
        pd_config_fail(subject->config, PD_KEY_SCENARIO_SEED, error,
                       "is too large for --seeds %" G_GINT64_FORMAT "; a smaller one is right",
                       own->seeds);
        return NULL;
    }
    return g_steal_pointer(&subject);
}

static GPtrArray *
load(const PdOptions *options, const CheckOptions *own, GError **error)
{
    g_autoptr(GPtrArray) subjects = g_ptr_array_new_with_free_func((GDestroyNotify)subject_free);

    for (char **path = options->arguments; *path != NULL; path++) {
        Subject *subject = subject_new(options, own, *path, error);

        if (subject == NULL)
            return NULL;
        g_ptr_array_add(subjects, subject);
    }
    return g_steal_pointer(&subjects);
}

/* --- runs ------------------------------------------------------------------------------------- */

static void add_note(PdChecked *checked, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
add_note(PdChecked *checked, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(checked->notes, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

static PdCheckedRuns *
runs_new(PdChecked *checked, const char *mark, guint64 first_seed, gint64 n_seeds)
{
    PdCheckedRuns *runs = g_new(PdCheckedRuns, 1);

    *runs = (PdCheckedRuns){ .mark = mark, .first_seed = first_seed, .n_seeds = n_seeds };
    g_ptr_array_add(checked->runs, runs);
    return runs;
}

/* Hold a report to the scenario's limits, beside those of other seeds. */
static void
add_report(PdCheckedRuns *runs, const Subject *subject, const PdReport *report, gboolean times,
           guint64 seed)
{
    g_autoptr(GArray) verdicts = pd_limits_check(subject->config, report, times, seed);

    if (runs->verdicts != NULL) {
        pd_verdicts_worsen(runs->verdicts, verdicts);
        return;
    }
    runs->executor = report->executor;
    runs->micro_batches = report->micro_batches;
    runs->verdicts = g_steal_pointer(&verdicts);
}

static gboolean
simulate(PdChecked *checked, const PdOptions *options, const CheckOptions *own,
         const Subject *subject, GError **error)
{
    PdScenario seeded = *subject->scenario;
    PdCheckedRuns *runs =
        runs_new(checked, NULL, seeded.seed, seeded.jitter > 0 ? MAX(own->seeds, 1) : 1);

    for (gint64 i = 0; i < runs->n_seeds; i++, seeded.seed++) {
        g_autoptr(PdReport) report = pd_experiment_simulate(options, &seeded, FALSE, NULL, error);

        if (report == NULL)
            return pd_error_prefix(checked->file, error);
        add_report(runs, subject, report, TRUE, seeded.seed);
    }
    if (own->seeds > runs->n_seeds)
        add_note(checked, "Without jitter one run stands for all %" G_GINT64_FORMAT " seeds.",
                 own->seeds);
    return TRUE;
}

/* Limits on bubbles and throughput are for the scenario's times. */
static void
note_times(PdChecked *checked, const Subject *subject, gboolean times)
{
    if (!times && pd_limits_any(subject->config, TRUE))
        add_note(checked, "Limits on bubbles and throughput are not held against real time without "
                          "--pace.");
}

/* A run that is over, held to its scenario's limits. */
static gboolean
read_again(PdChecked *checked, const PdOptions *options, const CheckOptions *own,
           const Subject *subject, GError **error)
{
    g_autoptr(PdReport) report =
        pd_experiment_read_events(options, subject->recorded, FALSE, NULL, error);
    const guint64 seed = pd_event_file_scenario(subject->recorded)->seed;
    gboolean times;

    if (report == NULL)
        return FALSE;
    times = own->paced || !g_str_equal(report->executor, pd_executor_name(PD_THREADS));
    add_report(runs_new(checked, "recorded", seed, 1), subject, report, times, seed);
    note_times(checked, subject, times);
    return TRUE;
}

static gboolean
train(PdChecked *checked, const CheckOptions *own, Subject *subject, GError **error)
{
    g_autoptr(PdReport) report = pd_training_measure(&subject->training, own->paced, FALSE, error);
    const guint64 seed = subject->scenario->seed;

    if (report == NULL)
        return pd_error_prefix(checked->file, error);
    add_report(runs_new(checked, "trained", seed, 1), subject, report, own->paced, seed);
    note_times(checked, subject, own->paced);
    return TRUE;
}

static PdChecked *
check(const PdOptions *options, const CheckOptions *own, const char *path, Subject *subject,
      GError **error)
{
    const gboolean has_limits = pd_limits_any(subject->config, FALSE);
    g_autoptr(PdChecked) checked = pd_checked_new(path, subject->scenario, has_limits);

    if (!has_limits)
        add_note(checked, "[check] has no limit on a run: the schedule's own bound alone was "
                          "checked.");
    if (!(subject->recorded != NULL ? read_again : simulate)(checked, options, own, subject,
                                                             error) ||
        (own->trained && !train(checked, own, subject, error)))
        return NULL;
    return g_steal_pointer(&checked);
}

/* --- the command ------------------------------------------------------------------------------ */

static char *
print(PdFormat format, PdChecked *const *checked, guint n)
{
    if (format == PD_FORMAT_JSON)
        return pd_checked_json(checked, n);
    if (format == PD_FORMAT_TAP)
        return pd_checked_tap(checked, n);
    if (format == PD_FORMAT_JUNIT)
        return pd_checked_junit(checked, n);
    return pd_checked_table(checked, n);
}

static int
run(int argc, char **argv, GError **error)
{
    g_auto(CheckOptions) own = { .seeds = -1, .mini_batches = -1 };
    const GOptionEntry extra[] = {
        { "events", 0, 0, G_OPTION_ARG_FILENAME, &own.events,
          "check the recorded run of a scenario in place of a simulation", "FILE" },
        { "seeds", 0, 0, G_OPTION_ARG_INT64, &own.seeds,
          "simulate N seeds from the scenario's on, where there is jitter", "N" },
        { "trained", 0, 0, G_OPTION_ARG_NONE, &own.trained,
          "train for a while too, and hold that to the limits of drift and memory", NULL },
        { "pace", 0, 0, G_OPTION_ARG_NONE, &own.paced,
          "operations and links of the training take the scenario's times, or those of the "
          "recorded run did: hold it to all limits",
          NULL },
        { "mini-batches", 0, 0, G_OPTION_ARG_INT64, &own.mini_batches,
          "how many to train (default: the scenario's, up to 20)", "N" },
        G_OPTION_ENTRY_NULL,
    };
    g_auto(PdOptions) options = { 0 };
    g_autoptr(GPtrArray) subjects = NULL;
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)pd_checked_free);
    g_autofree char *text = NULL;

    if (!pd_options_parse(&options, &pd_command_check, extra, argc, argv, error) ||
        !check_options(&options, &own, error))
        return -1;
    subjects = load(&options, &own, error);
    if (subjects == NULL || !pd_options_check_output(&options, error))
        return -1;
    for (guint i = 0; i < subjects->len; i++) {
        PdChecked *checked = check(&options, &own, options.arguments[i], subjects->pdata[i], error);

        if (checked == NULL)
            return -1;
        g_ptr_array_add(all, checked);
    }
    text = print(options.format, (PdChecked *const *)all->pdata, all->len);
    if (!pd_options_write(&options, text, error))
        return -1;
    return pd_checked_failed_all((PdChecked *const *)all->pdata, all->len) == 0 ? 0 : 1;
}

static const PdExample examples[] = {
    { "every scenario of a folder", "pipedrift check pipelines/*.ini" },
    { "for a CI server", "pipedrift check pipelines/*.ini --format junit --output report.xml" },
    { "the worst of twenty runs", "pipedrift check jitter.ini --seeds 20" },
    { "a run that was recorded", "pipedrift check train-quick.ini --events run.events" },
    { NULL, NULL },
};

const PdCommand pd_command_check = {
    .name = "check",
    .arguments = "SCENARIO...",
    .min_arguments = 1,
    .max_arguments = PD_ANY_NUMBER,
    .formats = PD_FORMAT_TABLE | PD_FORMAT_JSON | PD_FORMAT_TAP | PD_FORMAT_JUNIT,
    .summary = "Hold runs to the limits of [check] and of their schedules.",
    .description =
        "Each scenario is simulated and held to the limits of its section [check] and to\n"
        "the bound on crossings that its schedule promises. One line per limit says how\n"
        "near it came, and where. The exit status is 1 if any limit is exceeded.",
    .examples = examples,
    .run = run,
};

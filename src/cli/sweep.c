#include <unistd.h>

#include "errors.h"
#include "experiment.h"
#include "output.h"
#include "sweep_choice.h"
#include "sweep_identity.h"
#include "sweep_run.h"

#define MOST_JOBS 1024

/* An option that takes a number and was not given. */
#define ABSENT G_MININT64

/* What the user wrote. */
typedef struct {
    char **vary;
    gboolean zip;
    gint64 sample, seed;
    gint64 jobs;
    char *where, *sort, *pareto;
    gint64 top;
    gboolean resume;
} SweepOptions;

static void
sweep_options_clear(SweepOptions *options)
{
    g_strfreev(options->vary);
    g_free(options->where);
    g_free(options->sort);
    g_free(options->pareto);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SweepOptions, sweep_options_clear)

/* --- options ---------------------------------------------------------------------------------- */

static gboolean
fail(GError **error, const char *message)
{
    g_set_error_literal(error, PD_ERROR, PD_ERROR_INPUT, message);
    return FALSE;
}

/* An option that takes a number from 1 to a largest. */
static gboolean
check_number(const char *option, gint64 value, gint64 most, GError **error)
{
    if (value == ABSENT || (value >= 1 && value <= most))
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "%s: %" G_GINT64_FORMAT
                " is out of range; write a number from 1 to %" G_GINT64_FORMAT,
                option, value, most);
    return FALSE;
}

/* Rows are written as they come, unless all are needed before the first can be. */
static gboolean
needs_all(const SweepOptions *own)
{
    return own->sort != NULL || own->pareto != NULL || own->top != ABSENT;
}

static gboolean
check_resume(const PdOptions *options, const SweepOptions *own, GError **error)
{
    const char *path = options->output;

    if (!own->resume)
        return TRUE;
    if (path == NULL)
        return fail(error, "--resume: goes on with a file; add --output FILE");
    if (options->format != PD_FORMAT_CSV)
        return fail(error, "--resume: only rows of a csv can be gone on with; add --format csv");
    if (needs_all(own))
        return fail(error, "--resume: does not go with --sort, --pareto and --top, which need all "
                           "rows first");
    if (pd_output_is_direct(path))
        return fail(error, "--resume: goes on with a regular file; a device, a pipe, or what "
                           "standard output goes to, is none");
    return TRUE;
}

static gboolean
check_options(const PdOptions *options, const SweepOptions *own, GError **error)
{
    if (own->vary == NULL)
        return fail(error, "--vary: is missing; write one such as --vary "
                           "pipeline.micro-batches=8,16,32");
    if (!check_number("--sample", own->sample, PD_SPACE_MOST_DRAWN, error) ||
        !check_number("--jobs", own->jobs, MOST_JOBS, error) ||
        !check_number("--top", own->top, G_MAXINT64, error))
        return FALSE;
    if (own->seed != ABSENT && own->seed < 0)
        return fail(error, "--seed: is negative; write a whole number");
    if (own->seed != ABSENT && own->sample == ABSENT)
        return fail(error, "--seed: has no use without --sample");
    return check_resume(options, own, error);
}

static gboolean
read_choice(PdSweepChoice *choice, const SweepOptions *own, const PdSpace *space, GError **error)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new();

    for (guint key = 0; key < pd_space_n_keys(space); key++)
        g_ptr_array_add(keys, pd_space_vary(space, key)->name);
    g_ptr_array_add(keys, NULL);
    return pd_sweep_choice_init(choice, (const char *const *)keys->pdata, own->where, own->pareto,
                                own->sort, own->top == ABSENT ? G_MAXINT64 : own->top, error);
}

static gboolean
read_space(PdSpace *space, const SweepOptions *own, GError **error)
{
    if (!pd_space_init(space, (const char *const *)own->vary, own->zip, error))
        return FALSE;
    if (own->sample != ABSENT)
        pd_space_sample(space, own->sample, own->seed == ABSENT ? 1 : (guint64)own->seed);
    return TRUE;
}

/* --- all rows at once ------------------------------------------------------------------------- */

static char *
print(const PdOptions *options, const PdSweep *sweep, const GPtrArray *rows)
{
    PdSweepRow *const *all = (PdSweepRow *const *)rows->pdata;
    g_autofree char *header = pd_sweep_csv_header(sweep->space);
    GString *csv;

    if (options->format == PD_FORMAT_TABLE)
        return pd_sweep_table(sweep->space, pd_config_text(sweep->base, PD_KEY_SCENARIO_TITLE), all,
                              rows->len);
    if (options->format == PD_FORMAT_JSON)
        return pd_sweep_json(sweep->space, all, rows->len);
    csv = g_string_new(header);
    for (guint i = 0; i < rows->len; i++)
        pd_sweep_csv_append(csv, sweep->space, all[i]);
    return g_string_free(csv, FALSE);
}

static gboolean
run_collected(const PdOptions *options, const PdSweepChoice *choice, PdSweepRun *run,
              GError **error)
{
    g_autoptr(GPtrArray) chosen = NULL;
    g_autofree char *text = NULL;

    if (!pd_options_check_output(options, error) || !pd_sweep_run_all(run, error))
        return FALSE;
    chosen = pd_sweep_choose(choice, run->rows);
    text = print(options, run->sweep, chosen);
    return pd_options_write(options, text, error);
}

/* --- rows as they come ------------------------------------------------------------------------ */

static char *
number_text(gint64 number)
{
    return number == ABSENT ? g_strdup("") : g_strdup_printf("%" G_GINT64_FORMAT, number);
}

static void
identity_init(PdIdentity *identity, const PdSweep *sweep, const SweepOptions *own)
{
    g_autofree char *vary = g_strjoinv(" ", own->vary);
    g_autofree char *sample = number_text(own->sample), *seed = number_text(own->seed);
    const char *const words[] = {
        "--vary",   vary,
        "--zip",    own->zip ? "given" : "",
        "--sample", sample,
        "--seed",   seed,
        "--where",  own->where == NULL ? "" : own->where,
        NULL,
    };

    pd_sweep_identity_init(identity, sweep, words);
}

static gboolean
run_streamed(const PdOptions *options, const SweepOptions *own, PdSweepRun *run, GError **error)
{
    const PdSweep *sweep = run->sweep;
    g_autofree char *header = pd_sweep_csv_header(sweep->space);
    g_auto(PdIdentity) identity = { 0 };
    g_auto(PdSweepFile) file = { 0 };
    gboolean done;

    identity_init(&identity, sweep, own);
    done = own->resume ? pd_sweep_file_resume(&file, options->output, &identity, header,
                                              sweep->space, run->where != NULL, &run->first, error)
                       : pd_sweep_file_create(&file, options->output, &identity, header, error);
    if (!done)
        return FALSE;
    if (run->first > 0)
        pd_options_say(options, "going on behind point %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT,
                       run->first, sweep->space->n_points);
    run->file = &file;
    /* a bar among rows would be neither */
    run->quiet = run->quiet || (options->output == NULL && isatty(STDOUT_FILENO));
    done = pd_sweep_run_all(run, error);
    run->file = NULL;
    return done && pd_sweep_file_end(&file, error);
}

/* --- the command ------------------------------------------------------------------------------ */

static void
say_how_it_ended(const PdOptions *options, const PdSweepRun *run, gboolean can_go_on)
{
    const gint64 n = run->sweep->space->n_points;

    if (run->n_invalid > 0)
        pd_options_say(options,
                       "note: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                       " points %s invalid%s; the first: %s",
                       run->n_invalid, run->n_done - run->first, run->n_invalid == 1 ? "is" : "are",
                       run->where == NULL ? "" : " and left out", run->first_invalid);
    if (run->n_done < n)
        pd_options_say(options,
                       "interrupted behind point %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT "%s",
                       run->n_done, n, can_go_on ? "; --resume goes on" : "");
}

static gboolean
sweep_scenario(const PdOptions *options, const SweepOptions *own, const PdSpace *space,
               const PdSweepChoice *choice, GError **error)
{
    g_auto(PdSweep) sweep = { 0 };
    PdConfig *config = pd_experiment_read(options, options->arguments[0], error);
    g_auto(PdSweepRun) run = {
        .sweep = &sweep,
        .where = choice->where,
        .n_jobs = own->jobs == ABSENT ? MIN(g_get_num_processors(), MOST_JOBS) : (guint)own->jobs,
        .quiet = options->quiet,
    };
    gboolean streams;

    if (config == NULL || !pd_sweep_init(&sweep, config, space, options->arguments[0], error))
        return FALSE;
    run.n_jobs = (guint)MIN(run.n_jobs, space->n_points);
    streams = options->format == PD_FORMAT_CSV && !needs_all(own);
    if (!(streams ? run_streamed(options, own, &run, error)
                  : run_collected(options, choice, &run, error)))
        return FALSE;
    say_how_it_ended(options, &run, streams && options->output != NULL);
    return TRUE;
}

static int
run(int argc, char **argv, GError **error)
{
    g_auto(SweepOptions) own = { .sample = ABSENT, .seed = ABSENT, .jobs = ABSENT, .top = ABSENT };
    const GOptionEntry extra[] = {
        { "vary", 0, 0, G_OPTION_ARG_STRING_ARRAY, &own.vary,
          "a key and its values: 1,2,4 or 1..64:4 or 1..64*2 (repeatable)", "SECTION.KEY=LIST" },
        { "zip", 0, 0, G_OPTION_ARG_NONE, &own.zip, "pair the values rather than multiply them",
          NULL },
        { "sample", 0, 0, G_OPTION_ARG_INT64, &own.sample, "draw so many of the points", "N" },
        { "seed", 0, 0, G_OPTION_ARG_INT64, &own.seed, "of the sample (default: 1)", "S" },
        { "jobs", 0, 0, G_OPTION_ARG_INT64, &own.jobs, "threads (default: one per core)", "N" },
        { "where", 0, 0, G_OPTION_ARG_STRING, &own.where,
          "keep the rows of which this holds: 'max_crossing <= 1 && bubble_fraction < 5%'",
          "EXPRESSION" },
        { "pareto", 0, 0, G_OPTION_ARG_STRING, &own.pareto,
          "keep the front; -NAME: the smaller the better", "NAME,-NAME,..." },
        { "sort", 0, 0, G_OPTION_ARG_STRING, &own.sort, "by a result; -NAME: from the largest",
          "NAME" },
        { "top", 0, 0, G_OPTION_ARG_INT64, &own.top, "the first so many of the rows", "N" },
        { "resume", 0, 0, G_OPTION_ARG_NONE, &own.resume,
          "go on with the rows that the file of --output has", NULL },
        G_OPTION_ENTRY_NULL,
    };
    g_auto(PdOptions) options = { 0 };
    g_auto(PdSpace) space = { 0 };
    g_auto(PdSweepChoice) choice = { 0 };

    if (!pd_options_parse(&options, &pd_command_sweep, extra, argc, argv, error) ||
        !check_options(&options, &own, error) || !read_space(&space, &own, error) ||
        !read_choice(&choice, &own, &space, error))
        return -1;
    return sweep_scenario(&options, &own, &space, &choice, error) ? 0 : -1;
}

static const PdExample examples[] = {
    { "how many micro-batches make a flush cheap enough?",
      "pipedrift sweep quickstart.ini --vary pipeline.micro-batches=8..64*2" },
    { "rows for a spreadsheet",
      "pipedrift sweep jitter.ini --vary scenario.seed=1..99 --format csv" },
    { NULL, NULL },
};

const PdCommand pd_command_sweep = {
    .name = "sweep",
    .arguments = "SCENARIO",
    .min_arguments = 1,
    .max_arguments = 1,
    .formats = PD_FORMAT_TABLE | PD_FORMAT_JSON | PD_FORMAT_CSV,
    .description =
        "Several --vary make all combinations, the last key varying fastest. A point that\n"
        "is invalid is a row that says so. Rows of csv go to --output as they come, in\n"
        "the same order whatever the number of jobs.",
    .examples = examples,
    .summary = "Run a scenario with varied keys, one row for each combination.",
    .run = run,
};

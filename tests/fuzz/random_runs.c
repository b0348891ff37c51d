/*
 * Random scenarios against all that must be true of a run, and against the slow reference:
 *
 *   random_runs [--seed S] [--runs N] [--keep FILE]     N scenarios of the seeds S, S+1, ...
 *   random_runs FILE ...                                these scenarios
 *
 * Without --seed it is a fresh one; it is printed first. The first scenario that fails is shrunk,
 * and the smallest one that still fails is printed and written to a file that the program can run,
 * with what did not hold in its head. Exit status: 0 all held, 1 one did not, 2 bad usage.
 *
 * Each scenario runs in a process of its own, so that an assertion of the program, a sanitizer's
 * finding and a run without end are failures like others, and can be shrunk like others.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "random_scenario.h"
#include "run_checks.h"
#include "schedules.h"
#include "shrink.h"
#include "support.h"

#define MOST_COMPARED  1000 /* micro-batches times stages, for the reference is slow */
#define MOST_SECONDS   5    /* of a processor, for one scenario; a run takes some milliseconds */
#define MOST_TRIES     5000
#define STATUS_REFUSED 9 /* of the process of a scenario that is refused */

/* --- one scenario ----------------------------------------------------------------------------- */

static char *
check(const PdScenario *scenario)
{
    char *fault = test_check_invariants(scenario);

    if (fault == NULL && scenario->n_micro_batches <= MOST_COMPARED / scenario->n_stages)
        fault = test_check_reference(scenario);
    return fault;
}

/* The other process: what did not hold goes to a pipe. */
G_NORETURN static void
check_and_exit(const char *text, gboolean quiet, int pipe)
{
    const struct rlimit limit = { MOST_SECONDS, 2 * MOST_SECONDS };
    g_autoptr(GError) error = NULL;
    g_autoptr(PdScenario) scenario = NULL;
    g_autofree char *fault = NULL;

    setrlimit(RLIMIT_CPU, &limit);
    if (quiet &&
        (freopen("/dev/null", "w", stderr) == NULL || freopen("/dev/null", "w", stdout) == NULL))
        _exit(EXIT_FAILURE);
    scenario = test_scenario_of(text, pd_schedules, &error);
    fault = scenario == NULL ? g_strdup(error->message) : check(scenario);
    if (fault != NULL && write(pipe, fault, strlen(fault)) < 0)
        _exit(EXIT_FAILURE);
    _exit(scenario == NULL ? STATUS_REFUSED : EXIT_SUCCESS);
}

static char *
read_all(int pipe)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char block[256];
    gssize n;

    while ((n = read(pipe, block, sizeof block)) > 0)
        g_string_append_len(text, block, n);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/*
 * Check a scenario in a process of its own.
 *
 * quiet: what the process prints, as a failed assertion does, is not shown.
 * refused: whether the program refuses it; the result then says why.
 * Returns: what did not hold, NULL where all did. (transfer full)
 */
static char *
check_apart(const char *text, gboolean quiet, gboolean *refused)
{
    g_autofree char *fault = NULL;
    int ends[2], status = 0;
    pid_t child;

    if (pipe(ends) != 0 || (child = fork()) < 0)
        g_error("no process could be started");
    if (child == 0) {
        close(ends[0]);
        check_and_exit(text, quiet, ends[1]);
    }
    close(ends[1]);
    fault = read_all(ends[0]);
    close(ends[0]);
    waitpid(child, &status, 0);
    *refused = WIFEXITED(status) && WEXITSTATUS(status) == STATUS_REFUSED;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return g_strdup_printf("the run takes more than %d seconds", MOST_SECONDS);
    if (WIFSIGNALED(status))
        return g_strdup_printf("the run ends with signal %d, %s", WTERMSIG(status),
                               g_strsignal(WTERMSIG(status)));
    if (*fault == '\0' && WEXITSTATUS(status) != 0)
        return g_strdup_printf("the run's process exits with %d", WEXITSTATUS(status));
    return *fault == '\0' ? NULL : g_steal_pointer(&fault);
}

/* --- a failure -------------------------------------------------------------------------------- */

static gboolean
fails(const char *text, G_GNUC_UNUSED gpointer data)
{
    gboolean refused;
    g_autofree char *fault = check_apart(text, TRUE, &refused);

    return fault != NULL && !refused;
}

/* Write a scenario that does not hold to a file, as one that says so and can be run. */
static void
keep(const char *text, const char *what, const char *fault, const char *path)
{
    g_autofree char *kept =
        g_strdup_printf("# %s: %s\n#\n#   pipedrift simulate %s\n\n%s", what, fault, path, text);
    g_autoptr(GError) error = NULL;

    g_print("%s: %s\n", what, fault);
    if (g_file_set_contents(path, kept, -1, &error))
        g_print("in %s:\n\n%s", path, text);
    else
        g_print("%s\n\n%s", error->message, text);
}

/* Check one scenario. FALSE where it fails; the smallest one that fails has been kept then. */
static gboolean
holds(const char *text, const char *what, const char *path)
{
    gboolean refused;
    g_autofree char *fault = check_apart(text, TRUE, &refused);

    if (fault == NULL)
        return TRUE;
    if (refused) {
        g_autofree char *refusal = g_strdup_printf("is refused: %s", fault);

        keep(text, what, refusal, path);
    } else {
        g_autofree char *smallest = test_shrink(text, fails, NULL, MOST_TRIES);
        g_autofree char *of_smallest = check_apart(smallest, FALSE, &refused);

        keep(smallest, what, of_smallest, path);
    }
    return FALSE;
}

/* --- many ------------------------------------------------------------------------------------- */

static gboolean
run_seeds(guint64 seed, gint64 n_runs, const char *path)
{
    g_print("%" G_GINT64_FORMAT " runs from seed %" G_GUINT64_FORMAT "\n", n_runs, seed);
    for (gint64 i = 0; i < n_runs; i++, seed++) {
        g_autofree char *text = seed % 4 == 3 ? test_random_model(seed) : test_random_drains(seed);
        g_autofree char *what = g_strdup_printf("seed %" G_GUINT64_FORMAT, seed);

        if (!holds(text, what, path)) {
            g_print("\nagain: random_runs --seed %" G_GUINT64_FORMAT " --runs 1\n", seed);
            return FALSE;
        }
    }
    g_print("all hold\n");
    return TRUE;
}

static gboolean
run_files(char **files, const char *path)
{
    gboolean all = TRUE;

    for (; *files != NULL; files++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = NULL;

        if (!g_file_get_contents(*files, &text, NULL, &error)) {
            g_printerr("random_runs: %s\n", error->message);
            return FALSE;
        }
        all &= holds(text, *files, path);
    }
    return all;
}

int
main(int argc, char **argv)
{
    g_autofree char *seed_text = NULL, *path = NULL;
    g_auto(GStrv) files = NULL;
    gint64 n_runs = 1000;
    guint64 seed = g_random_int();
    const GOptionEntry entries[] = {
        { "seed", 0, 0, G_OPTION_ARG_STRING, &seed_text, "the first seed; else a fresh one", "S" },
        { "runs", 0, 0, G_OPTION_ARG_INT64, &n_runs, "how many scenarios; 1000", "N" },
        { "keep", 0, 0, G_OPTION_ARG_FILENAME, &path,
          "where to put the smallest scenario that fails; random-run.ini", "FILE" },
        { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL, "[FILE ...]" },
        { 0 },
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) ||
        (seed_text != NULL &&
         !g_ascii_string_to_unsigned(seed_text, 10, 0, G_MAXUINT64, &seed, &error))) {
        g_printerr("random_runs: %s\n", error->message);
        return 2;
    }
    if (path == NULL)
        path = g_strdup("random-run.ini");
    return (files != NULL ? run_files(files, path) : run_seeds(seed, n_runs, path)) ? EXIT_SUCCESS
                                                                                    : EXIT_FAILURE;
}

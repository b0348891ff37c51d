/*
 * How many points a second a sweep gets through: 10,000 points of an 8-stage pipeline with 64
 * micro-batches, by the real program, with one and with two jobs; beside them two independent
 * processes that do half of the points each, at the same time. Rounds alternate, so that what else
 * the machine does meets all alike; the medians are told.
 *
 * usage: PIPEDRIFT=build/pipedrift bench_sweep
 */
#include <stdio.h>
#include <stdlib.h>

#include <glib/gstdio.h>

#define N_ROUNDS 7
#define N_POINTS 10000

#define SWEEP(from, to, jobs, file)                                                                \
    "\"$PIPEDRIFT\" sweep s.ini --quiet --format csv --jobs " jobs " --output " file               \
    " --vary link.latency=1us..100us --vary compute.forward=" from "us.." to "us:10us"

static const struct {
    const char *name;
    const char *line;
} cases[] = {
    { "one job", SWEEP("1000", "1990", "1", "a") },
    { "two jobs", SWEEP("1000", "1990", "2", "b") },
    { "two processes",
      SWEEP("1000", "1490", "1", "c") " & " SWEEP("1500", "1990", "1", "d") " & wait" },
};

static const char *const text = "[pipeline]\nschedule = paci\ndevices = 8\nmicro-batches = 64\n"
                                "[compute]\nforward = 1 ms\nbackward = 2 ms\n"
                                "[memory]\nweights = 1 GB\nactivations = 100 MB\n";

/* What the sweeps leave is removed with the folder. */
static void
remove_folder(const char *folder)
{
    g_autofree char *line = g_strdup_printf("rm -r %s", folder);

    if (system(line) != 0)
        g_warning("%s cannot be removed", folder);
}

static double
points_per_s(const char *folder, const char *line)
{
    g_autofree char *all = g_strdup_printf("cd %s && { %s; }", folder, line);
    const gint64 start_us = g_get_monotonic_time();

    if (system(all) != 0)
        g_error("this failed: %s", all);
    return N_POINTS / ((double)(g_get_monotonic_time() - start_us) / 1e6);
}

static int
compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int
main(void)
{
    g_autofree char *folder = g_dir_make_tmp("pipedrift-XXXXXX", NULL);
    g_autofree char *scenario = g_build_filename(folder, "s.ini", NULL);
    double rates[G_N_ELEMENTS(cases)][N_ROUNDS];

    if (!g_file_set_contents(scenario, text, -1, NULL))
        g_error("%s cannot be written", scenario);
    for (guint round = 0; round < N_ROUNDS; round++)
        for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
            rates[i][round] = points_per_s(folder, cases[i].line);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        qsort(rates[i], N_ROUNDS, sizeof(double), compare);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        printf("# %-14s %6.0f points/s, %.2f times one job, %.1f %% of two processes\n",
               cases[i].name, rates[i][N_ROUNDS / 2],
               rates[i][N_ROUNDS / 2] / rates[0][N_ROUNDS / 2],
               100 * rates[i][N_ROUNDS / 2] / rates[2][N_ROUNDS / 2]);
    remove_folder(folder);
    return EXIT_SUCCESS;
}

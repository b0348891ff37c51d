/*
 * How many operations a second the simulator gets through, all ledgers on, beside a bare recurrence
 * of the same pipeline in the same run.
 *
 * usage: bench_simulate DEVICES MINI_BATCHES   (of 100 micro-batches)
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "ledgers.h"
#include "schedules.h"
#include "simulator.h"
#include "support.h"

#define MINI_BATCH  100
#define FORWARD_NS  1000000
#define BACKWARD_NS 2000000
#define LATENCY_NS  1000
#define ROUNDS      3

/*
 * The makespan of 1F1B over runs of `length` micro-batches, by two nested loops and nothing else.
 * In step m, stage s runs the forward of micro-batch m and the backward of m−(N−1−s), which is the
 * one that its neighbour behind ran in the step before. paci with equal costs has this order as
 * well, in one run.
 */
static gint64
bare_makespan(guint n_stages, gint64 length, gint64 n_runs)
{
    g_autofree gint64 *free_ns = g_new0(gint64, n_stages);     /* when the device is free */
    g_autofree gint64 *sent_ns = g_new0(gint64, n_stages + 1); /* end of its backward, a step ago */

    for (gint64 run = 0; run < n_runs; run++) {
        for (gint64 m = 0; m < length + n_stages - 1; m++) {
            gint64 arrival_ns = 0;

            for (guint s = 0; s < n_stages && m < length; s++) {
                free_ns[s] = MAX(free_ns[s], arrival_ns) + FORWARD_NS;
                arrival_ns = free_ns[s] + LATENCY_NS;
            }
            for (guint s = 0; s < n_stages; s++) {
                const gint64 backward = m - (n_stages - 1 - s);

                if (backward < 0 || backward >= length)
                    continue;
                free_ns[s] = MAX(free_ns[s], sent_ns[s + 1] + LATENCY_NS) + BACKWARD_NS;
                sent_ns[s] = free_ns[s];
            }
        }
    }
    return free_ns[0];
}

static PdScenario *
scenario_of(const char *schedule, guint devices, gint64 mini_batches, double jitter)
{
    g_autofree char *text = g_strdup_printf(
        "[pipeline]\nschedule = %s\ndevices = %u\nmicro-batches = %d\n"
        "mini-batches = %" G_GINT64_FORMAT "\n[compute]\nforward = %d ns\nbackward = %d ns\n"
        "jitter = %.2f\n[link]\nlatency = %d ns\n",
        schedule, devices, MINI_BATCH, mini_batches, FORWARD_NS, BACKWARD_NS, jitter, LATENCY_NS);
    g_autoptr(GError) error = NULL;
    PdScenario *scenario = test_scenario_of(text, pd_schedules, &error);

    if (scenario == NULL)
        g_error("%s", error->message);
    return scenario;
}

/* Returns the makespan; adds up operations and seconds. */
static gint64
simulate(const PdScenario *scenario, gint64 *operations, double *seconds)
{
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(scenario, FALSE);
    PdSink *sinks[PD_N_LEDGERS + 1] = { NULL };
    g_autoptr(GError) error = NULL;
    PdStream stream;
    gint64 start_us;

    pd_ledgers_sinks(ledgers, sinks);
    pd_stream_init(&stream, sinks);
    start_us = g_get_monotonic_time();
    if (!pd_simulate(scenario, &stream, &error))
        g_error("%s", error->message);
    *seconds = (double)(g_get_monotonic_time() - start_us) / 1e6;
    *operations = 0;
    for (guint d = 0; d < scenario->n_devices; d++)
        *operations += ledgers->time.devices[d].operations;
    return ledgers->time.makespan_ns;
}

static void
bench(const char *schedule, guint devices, gint64 mini_batches, double jitter)
{
    g_autoptr(PdScenario) scenario = scenario_of(schedule, devices, mini_batches, jitter);
    const gboolean flush = scenario->schedule->update == PD_UPDATE_AT_FLUSH;
    double best = G_MAXDOUBLE, bare = G_MAXDOUBLE;
    gint64 operations = 0, makespan_ns = 0, bare_ns = 0;
    struct rusage usage;

    for (int round = 0; round < ROUNDS; round++) {
        double seconds;
        gint64 start_us;

        makespan_ns = simulate(scenario, &operations, &seconds);
        best = MIN(best, seconds);
        start_us = g_get_monotonic_time();
        bare_ns = flush ? bare_makespan(devices, MINI_BATCH, mini_batches)
                        : bare_makespan(devices, MINI_BATCH * mini_batches, 1);
        bare = MIN(bare, (double)(g_get_monotonic_time() - start_us) / 1e6);
    }
    if (jitter <= 0 && makespan_ns != bare_ns)
        g_error("the simulator says %" G_GINT64_FORMAT " ns, the recurrence %" G_GINT64_FORMAT,
                makespan_ns, bare_ns);
    getrusage(RUSAGE_SELF, &usage);
    printf("# %-5s %4u x %-8" G_GINT64_FORMAT " jitter %.1f  %5.1f M operations/s  bare %5.1f M  "
           "ratio %4.1f  %ld KiB\n",
           schedule, devices, MINI_BATCH * mini_batches, jitter, (double)operations / best / 1e6,
           (double)operations / bare / 1e6, best / bare, usage.ru_maxrss);
    fflush(stdout);
}

int
main(int argc, char **argv)
{
    const guint devices = argc == 3 ? (guint)strtoul(argv[1], NULL, 10) : 0;
    const gint64 mini_batches = argc == 3 ? strtoll(argv[2], NULL, 10) : 0;

    if (devices == 0 || mini_batches == 0) {
        fprintf(stderr, "usage: bench_simulate DEVICES MINI_BATCHES\n");
        return EXIT_FAILURE;
    }
    bench("1f1b", devices, mini_batches, 0);
    bench("paci", devices, mini_batches, 0);
    bench("1f1b", devices, mini_batches, 0.1);
    bench("paci", devices, mini_batches, 0.1);
    return EXIT_SUCCESS;
}

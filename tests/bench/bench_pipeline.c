/*
 * What a second core is worth: tokens per second of two stages in two threads against one stage in
 * one, on the 8-layer, width-128, context-64 model of bytes at micro-batch 8. Rounds alternate, so
 * that what else the machine does meets all alike; the medians' ratio is told.
 */
#include <stdio.h>
#include <stdlib.h>

#include "trainings.h"

#define N_ROUNDS 5

static const struct {
    const char *name;
    const char *schedule;
    guint devices, micro_batches, mini_batches;
} cases[] = {
    { "one stage", "gpipe", 1, 8, 4 },
    { "two stages, paci", "paci", 2, 8, 4 },
    { "two stages, 1f1b, M = 32", "1f1b", 2, 32, 1 },
};

static double
tokens_per_s(guint i)
{
    g_auto(PdTraining) training = { 0 };
    g_autoptr(PdReport) report = NULL;

    test_training_init(&training,
                       "[pipeline]\nschedule = %s\ndevices = %u\nmicro-batches = %u\n"
                       "mini-batches = %u\n"
                       "[model]\nlayers = 8\nheads = 4\nhidden = 128\ncontext = 64\n"
                       "vocabulary = 256\nmicro-batch-size = 8\n"
                       "[compute]\nforward = 1 ms\nbackward = 2 ms\n",
                       cases[i].schedule, cases[i].devices, cases[i].micro_batches,
                       cases[i].mini_batches);
    report = test_training_run(&training, PD_THREADS, FALSE, NULL);
    return report->throughput_tokens_per_s;
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
    double rates[G_N_ELEMENTS(cases)][N_ROUNDS];

    for (guint round = 0; round < N_ROUNDS; round++)
        for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
            rates[i][round] = tokens_per_s(i);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        qsort(rates[i], N_ROUNDS, sizeof(double), compare);
        printf("%-26s %.0f tokens/s, %.2f times one stage\n", cases[i].name, rates[i][N_ROUNDS / 2],
               rates[i][N_ROUNDS / 2] / rates[0][N_ROUNDS / 2]);
    }
    return 0;
}

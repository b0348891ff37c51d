/*
 * How near the GPT's training comes to its matrix products alone: one step (forwards, backwards,
 * update) of one stage in one thread, beside cblas_sgemm on the same list of products.
 *
 * usage: bench_gpt
 */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>

#include "gpt_run.h"
#include "support.h"

#define ROUNDS       7
#define ACCUMULATION 8

enum { B = 8, T = 64, C = 128, NH = 4, V = 256, LAYERS = 8, BT = B * T, HS = C / NH };

/* One matrix product and how often a micro-batch needs it. ld: of X, Y and Z, row-major. */
typedef struct {
    int M, N, K;
    CBLAS_TRANSPOSE X, Y;
    int ldX, ldY, ldZ;
    int count;
} Product;

#define PLAIN  CblasNoTrans
#define TURNED CblasTrans

/* A linear layer's three, then attention's two and four. */
#define LINEAR(inputs, outputs, n)                                                                 \
    { BT, outputs, inputs, PLAIN, TURNED, inputs, inputs, outputs, n },                            \
        { BT, inputs, outputs, PLAIN, PLAIN, outputs, inputs, inputs, n },                         \
    {                                                                                              \
        outputs, inputs, BT, TURNED, PLAIN, outputs, inputs, inputs, n                             \
    }

static const Product products[] = {
    LINEAR(C, 3 * C, LAYERS),
    LINEAR(C, C, LAYERS),
    LINEAR(C, 4 * C, LAYERS),
    LINEAR(4 * C, C, LAYERS),
    LINEAR(C, V, 1),
    { T, T, HS, PLAIN, TURNED, 3 * C, 3 * C, T, B *NH *LAYERS }, /* Q Kᵀ */
    { T, HS, T, PLAIN, PLAIN, T, 3 * C, C, B *NH *LAYERS },      /* P V */
    { T, HS, T, TURNED, PLAIN, T, C, 3 * C, B *NH *LAYERS },     /* dV */
    { T, T, HS, PLAIN, TURNED, C, 3 * C, T, B *NH *LAYERS },     /* dP */
    { T, HS, T, PLAIN, PLAIN, T, 3 * C, 3 * C, B *NH *LAYERS },  /* dQ */
    { T, HS, T, TURNED, PLAIN, T, 3 * C, 3 * C, B *NH *LAYERS }, /* dK */
};

static double
flops_of_a_micro_batch(void)
{
    double sum = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(products); i++) {
        const Product *p = &products[i];

        sum += 2.0 * p->M * p->N * p->K * p->count;
    }
    return sum;
}

/* Where a product's operands lie: large enough for the largest. */
typedef struct {
    float *X, *Y, *Z;
} Operands;

static double
time_products(const Operands *operands)
{
    const gint64 start_us = g_get_monotonic_time();

    for (gsize i = 0; i < G_N_ELEMENTS(products); i++) {
        const Product *p = &products[i];

        for (int n = 0; n < p->count * ACCUMULATION; n++)
            cblas_sgemm(CblasRowMajor, p->X, p->Y, p->M, p->N, p->K, 1, operands->X, p->ldX,
                        operands->Y, p->ldY, 0, operands->Z, p->ldZ);
    }
    return (double)(g_get_monotonic_time() - start_us) * 1e-6;
}

static double
time_step(GptRun *run, gint64 step)
{
    const gint64 start_us = g_get_monotonic_time();

    for (gint64 m = step * ACCUMULATION; m < (step + 1) * ACCUMULATION; m++) {
        gpt_run_operation(run, PD_FORWARD, m, 0);
        gpt_run_operation(run, PD_BACKWARD, m, 0);
    }
    gpt_run_operation(run, PD_UPDATE, (step + 1) * ACCUMULATION - 1, 0);
    return (double)(g_get_monotonic_time() - start_us) * 1e-6;
}

static int
compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double
median(double values[ROUNDS])
{
    qsort(values, ROUNDS, sizeof *values, compare);
    return values[ROUNDS / 2];
}

int
main(void)
{
    g_autoptr(GptRun) run = gpt_run_new(
        "[pipeline]\nschedule = gpipe\ndevices = 1\nmicro-batches = %d\nmini-batches = %d\n"
        "[compute]\nforward = 1 ms\nbackward = 2 ms\n"
        "[model]\nlayers = %d\nheads = %d\nhidden = %d\ncontext = %d\nvocabulary = %d\n"
        "micro-batch-size = %d\nprecision = fp32\ndropout = no\n",
        ACCUMULATION, ROUNDS + 1, LAYERS, NH, C, T, V, B);
    const gsize largest = (gsize)BT * 4 * C;
    g_autofree float *memory = g_new0(float, 3 * largest);
    const Operands operands = { memory, memory + largest, memory + 2 * largest };
    const double flops = flops_of_a_micro_batch() * ACCUMULATION;
    double step[ROUNDS], product[ROUNDS], ratio[ROUNDS];

    time_step(run, 0);
    time_products(&operands);
    for (int round = 0; round < ROUNDS; round++) {
        step[round] = time_step(run, round + 1);
        product[round] = time_products(&operands);
        ratio[round] = product[round] / step[round];
    }
    printf("training: %.0f tokens/s, %.1f GFLOP/s in matrix products\n",
           (double)(BT * ACCUMULATION) / median(step), flops / median(step) / 1e9);
    printf("products alone: %.1f GFLOP/s; training reaches %.0f %% of that\n",
           flops / median(product) / 1e9, 100 * median(ratio));
    return EXIT_SUCCESS;
}

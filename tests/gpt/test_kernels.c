#include <pthread.h>

#include "kernels.h"
#include "support.h"

/* --- many threads ----------------------------------------------------------------------------- */

enum { N_THREADS = 8, ROUNDS = 60, BT = 67, C = 48, OC = 160 };

/* One linear layer, forward and backward. */
typedef struct {
    float X[BT * C], W[OC * C], b[OC], Y[BT * OC];
    float dX[BT * C], dW[OC * C], db[OC];
} Layer;

static void
fill(float *values, gsize n, guint64 seed)
{
    for (gsize i = 0; i < n; i++)
        values[i] = (float)test_random(&seed, 2001) / 1000.0f - 1.0f;
}

static void
layer_run(Layer *layer)
{
    memset(layer->dW, 0, sizeof layer->dW);
    memset(layer->db, 0, sizeof layer->db);
    pd_linear_forward(layer->Y, layer->X, layer->W, layer->b, NULL, BT, C, OC);
    pd_linear_backward(layer->dX, layer->dW, layer->db, layer->Y, layer->X, layer->W, BT, C, OC);
}

static Layer *
layer_new(guint64 seed)
{
    Layer *layer = g_new0(Layer, 1);

    fill(layer->X, BT * C, seed);
    fill(layer->W, OC * C, seed + 1);
    fill(layer->b, OC, seed + 2);
    return layer;
}

/* What a thread works on, and what one thread alone made of the same. */
typedef struct {
    Layer *layer;
    const Layer *alone;
    gboolean same;
} Job;

static void *
job_run(void *data)
{
    Job *job = (Job *)data;

    job->same = TRUE;
    for (int round = 0; round < ROUNDS; round++) {
        layer_run(job->layer);
        job->same = job->same && memcmp(job->layer, job->alone, sizeof *job->alone) == 0;
    }
    return NULL;
}

START_TEST(threads_get_the_same_bits_together_as_alone)
{
    Layer *layers[N_THREADS], *alone[N_THREADS];
    pthread_t threads[N_THREADS];
    Job jobs[N_THREADS];

    pd_blas_use_callers_thread();
    for (guint i = 0; i < N_THREADS; i++) {
        layers[i] = layer_new(10 * i);
        alone[i] = layer_new(10 * i);
        layer_run(alone[i]);
        jobs[i] = (Job){ layers[i], alone[i], FALSE };
    }
    for (guint i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, job_run, &jobs[i]), 0);
    for (guint i = 0; i < N_THREADS; i++)
        pthread_join(threads[i], NULL);
    for (guint i = 0; i < N_THREADS; i++) {
        ck_assert(jobs[i].same);
        g_free(layers[i]);
        g_free(alone[i]);
    }
}
END_TEST

/* --- any width of vectors --------------------------------------------------------------------- */

/* The kernels once more, compiled for the plainest machine: see plain_kernels.h. */
extern __typeof__(pd_layer_norm_forward) plain_layer_norm_forward;
extern __typeof__(pd_layer_norm_backward) plain_layer_norm_backward;
extern __typeof__(pd_attention_forward) plain_attention_forward;
extern __typeof__(pd_attention_backward) plain_attention_backward;
extern __typeof__(pd_gelu_forward) plain_gelu_forward;
extern __typeof__(pd_gelu_backward) plain_gelu_backward;
extern __typeof__(pd_cross_entropy_forward) plain_cross_entropy_forward;
extern __typeof__(pd_cross_entropy_backward) plain_cross_entropy_backward;
extern __typeof__(pd_adamw) plain_adamw;

enum { N = 40 * 77 };

START_TEST(layer_norm_has_the_same_bits_for_any_vectors)
{
    float x[N], w[77], b[77], dy[N], y[2][N], mean[2][40], rstd[2][40];
    float dx[2][N], dw[2][77] = { { 0 } }, db[2][77] = { { 0 } };

    fill(x, N, 1);
    fill(w, 77, 2);
    fill(b, 77, 3);
    fill(dy, N, 4);
    memset(dx, 0, sizeof dx);
    pd_layer_norm_forward(y[0], mean[0], rstd[0], x, w, b, 40, 77);
    plain_layer_norm_forward(y[1], mean[1], rstd[1], x, w, b, 40, 77);
    pd_layer_norm_backward(dx[0], dw[0], db[0], dy, x, w, mean[0], rstd[0], 40, 77);
    plain_layer_norm_backward(dx[1], dw[1], db[1], dy, x, w, mean[1], rstd[1], 40, 77);
    ck_assert_mem_eq(y[0], y[1], sizeof y[0]);
    ck_assert_mem_eq(dx[0], dx[1], sizeof dx[0]);
    ck_assert_mem_eq(dw[0], dw[1], sizeof dw[0]);
    ck_assert_mem_eq(db[0], db[1], sizeof db[0]);
}
END_TEST

START_TEST(attention_has_the_same_bits_for_any_vectors)
{
    enum { B = 2, T = 35, C_ = 24, NH = 2 };
    float qkv[B * T * 3 * C_], dout[B * T * C_], dP[T * T];
    float out[2][B * T * C_], P[2][B * NH * T * T], dqkv[2][B * T * 3 * C_];

    fill(qkv, B * T * 3 * C_, 1);
    fill(dout, B * T * C_, 2);
    pd_attention_forward(out[0], P[0], qkv, B, T, C_, NH);
    plain_attention_forward(out[1], P[1], qkv, B, T, C_, NH);
    pd_attention_backward(dqkv[0], dP, dout, P[0], qkv, B, T, C_, NH);
    plain_attention_backward(dqkv[1], dP, dout, P[1], qkv, B, T, C_, NH);
    ck_assert_mem_eq(P[0], P[1], sizeof P[0]);
    ck_assert_mem_eq(out[0], out[1], sizeof out[0]);
    ck_assert_mem_eq(dqkv[0], dqkv[1], sizeof dqkv[0]);
}
END_TEST

START_TEST(gelu_has_the_same_bits_for_any_vectors)
{
    float x[N], y[2][N], d[2][N];

    fill(x, N, 1);
    for (gsize i = 0; i < N; i++)
        x[i] *= 8;
    fill(d[0], N, 2);
    fill(d[1], N, 2);
    pd_gelu_forward(y[0], x, N);
    plain_gelu_forward(y[1], x, N);
    pd_gelu_backward(d[0], x, N);
    plain_gelu_backward(d[1], x, N);
    ck_assert_mem_eq(y[0], y[1], sizeof y[0]);
    ck_assert_mem_eq(d[0], d[1], sizeof d[0]);
}
END_TEST

START_TEST(cross_entropy_has_the_same_bits_for_any_vectors)
{
    enum { T = 12, V = 256 };
    static const guint8 tokens[T + 1] = { 1, 2, 3, 250, 4 };
    float P[2][T * V];
    double loss[2];

    fill(P[0], T * V, 1);
    fill(P[1], T * V, 1);
    loss[0] = pd_cross_entropy_forward(P[0], tokens, 1, T, V);
    loss[1] = plain_cross_entropy_forward(P[1], tokens, 1, T, V);
    pd_cross_entropy_backward(P[0], tokens, 0.3f, 1, T, V);
    plain_cross_entropy_backward(P[1], tokens, 0.3f, 1, T, V);
    ck_assert_mem_eq(&loss[0], &loss[1], sizeof loss[0]);
    ck_assert_mem_eq(P[0], P[1], sizeof P[0]);
}
END_TEST

START_TEST(adamw_has_the_same_bits_for_any_vectors)
{
    const PdAdamW step = { 1e-3f, 0.1f, 0.9f, 0.95f, 10, 20, 1e-8f };
    float state[2][4][N];

    for (guint i = 0; i < 2; i++)
        for (guint j = 0; j < 4; j++)
            fill(state[i][j], N, j);
    for (guint i = 0; i < N; i++)
        state[0][3][i] = state[1][3][i] = state[0][3][i] * state[0][3][i];
    pd_adamw(&step, state[0][0], state[0][1], state[0][2], state[0][3], N);
    plain_adamw(&step, state[1][0], state[1][1], state[1][2], state[1][3], N);
    ck_assert_mem_eq(state[0], state[1], sizeof state[0]);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("kernels");
    TCase *tcase = tcase_create("kernels");

    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, threads_get_the_same_bits_together_as_alone);
    tcase_add_test(tcase, layer_norm_has_the_same_bits_for_any_vectors);
    tcase_add_test(tcase, attention_has_the_same_bits_for_any_vectors);
    tcase_add_test(tcase, gelu_has_the_same_bits_for_any_vectors);
    tcase_add_test(tcase, cross_entropy_has_the_same_bits_for_any_vectors);
    tcase_add_test(tcase, adamw_has_the_same_bits_for_any_vectors);
    suite_add_tcase(suite, tcase);
    return test_main(suite);
}

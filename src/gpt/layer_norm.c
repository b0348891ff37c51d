#include <math.h>

#include "kernel.h"
#include "kernels.h"

#define EPSILON 1e-5f

static inline float
sum(const float *restrict x, gsize n)
{
    float lanes[PD_LANES] = { 0 };
    const gsize whole = n - n % PD_LANES;
    gsize i = 0;

    for (; i < whole; i += PD_LANES)
        for (gsize l = 0; l < PD_LANES; l++)
            lanes[l] += x[i + l];
    for (; i < n; i++)
        lanes[i % PD_LANES] += x[i];
    return pd_lanes_sum(lanes);
}

static inline float
sum_of_squares(const float *restrict x, float mean, gsize n)
{
    float lanes[PD_LANES] = { 0 };
    const gsize whole = n - n % PD_LANES;
    gsize i = 0;

    for (; i < whole; i += PD_LANES)
        for (gsize l = 0; l < PD_LANES; l++)
            lanes[l] += (x[i + l] - mean) * (x[i + l] - mean);
    for (; i < n; i++)
        lanes[i % PD_LANES] += (x[i] - mean) * (x[i] - mean);
    return pd_lanes_sum(lanes);
}

PD_KERNEL
void
pd_layer_norm_forward(float *restrict y, float *restrict mean, float *restrict rstd,
                      const float *restrict x, const float *restrict w, const float *restrict b,
                      gsize BT, gsize C)
{
    for (gsize bt = 0; bt < BT; bt++) {
        const float *restrict row = x + bt * C;
        float *restrict out = y + bt * C;
        const float m = sum(row, C) / (float)C;
        const float r = 1.0f / sqrtf(sum_of_squares(row, m, C) / (float)C + EPSILON);

        for (gsize c = 0; c < C; c++)
            out[c] = (row[c] - m) * r * w[c] + b[c];
        mean[bt] = m;
        rstd[bt] = r;
    }
}

/* The gradient of the normalised row, n = (x − mean) rstd: its sum, and its sum weighted with n. */
static inline void
gradient_sums(float *plain, float *weighted, const float *restrict dy, const float *restrict x,
              const float *restrict w, float mean, float rstd, gsize n)
{
    float lanes[2][PD_LANES] = { { 0 } };
    const gsize whole = n - n % PD_LANES;
    gsize i = 0;

    for (; i < whole; i += PD_LANES)
        for (gsize l = 0; l < PD_LANES; l++) {
            lanes[0][l] += dy[i + l] * w[i + l];
            lanes[1][l] += dy[i + l] * w[i + l] * ((x[i + l] - mean) * rstd);
        }
    for (; i < n; i++) {
        lanes[0][i % PD_LANES] += dy[i] * w[i];
        lanes[1][i % PD_LANES] += dy[i] * w[i] * ((x[i] - mean) * rstd);
    }
    *plain = pd_lanes_sum(lanes[0]);
    *weighted = pd_lanes_sum(lanes[1]);
}

/* One row: dx += rstd (dn − mean(dn) − n mean(dn n)), with dn = dy w. */
static inline void
backward_row(float *restrict dx, float *restrict dw, float *restrict db, const float *restrict dy,
             const float *restrict x, const float *restrict w, float mean, float rstd, gsize C)
{
    float plain, weighted;

    gradient_sums(&plain, &weighted, dy, x, w, mean, rstd, C);
    plain /= (float)C;
    weighted /= (float)C;
    for (gsize c = 0; c < C; c++) {
        const float normalised = (x[c] - mean) * rstd;

        dw[c] += dy[c] * normalised;
        db[c] += dy[c];
        dx[c] += rstd * (dy[c] * w[c] - plain - normalised * weighted);
    }
}

PD_KERNEL
void
pd_layer_norm_backward(float *restrict dx, float *restrict dw, float *restrict db,
                       const float *restrict dy, const float *restrict x, const float *restrict w,
                       const float *restrict mean, const float *restrict rstd, gsize BT, gsize C)
{
    for (gsize bt = 0; bt < BT; bt++)
        backward_row(dx + bt * C, dw, db, dy + bt * C, x + bt * C, w, mean[bt], rstd[bt], C);
}

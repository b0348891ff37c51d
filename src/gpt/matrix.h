/*
 * Matrix products, row-major: Z = alpha X Y + beta Z, where Z is [M, N] and the inner dimension K.
 * The letters say which of X and Y is transposed (t) or not (n), as it lies in memory. ldX: the
 * distance between its rows, so that a matrix may be a part of a wider one. beta = 0 does not read
 * Z.
 */
#pragma once

#include <cblas.h>
#include <glib.h>

static inline void
pd_product_nt(gsize M, gsize N, gsize K, float alpha, const float *X, gsize ldX, const float *Y,
              gsize ldY, float beta, float *Z, gsize ldZ)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)M, (int)N, (int)K, alpha, X, (int)ldX,
                Y, (int)ldY, beta, Z, (int)ldZ);
}

static inline void
pd_product_nn(gsize M, gsize N, gsize K, float alpha, const float *X, gsize ldX, const float *Y,
              gsize ldY, float beta, float *Z, gsize ldZ)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)M, (int)N, (int)K, alpha, X,
                (int)ldX, Y, (int)ldY, beta, Z, (int)ldZ);
}

static inline void
pd_product_tn(gsize M, gsize N, gsize K, float alpha, const float *X, gsize ldX, const float *Y,
              gsize ldY, float beta, float *Z, gsize ldZ)
{
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)M, (int)N, (int)K, alpha, X, (int)ldX,
                Y, (int)ldY, beta, Z, (int)ldZ);
}

#include <cblas.h>
#include <string.h>

#include "kernel.h"
#include "kernels.h"
#include "matrix.h"

void
pd_blas_use_callers_thread(void)
{
    openblas_set_num_threads(1);
}

PD_KERNEL
static void
set_rows(float *restrict Y, const float *restrict b, const float *restrict residual, gsize BT,
         gsize OC)
{
    for (gsize bt = 0; bt < BT; bt++)
        for (gsize o = 0; o < OC; o++)
            Y[bt * OC + o] = b[o] + residual[bt * OC + o];
}

/* sums[o] += the sum of column o. */
PD_KERNEL
static void
add_columns(float *restrict sums, const float *restrict Y, gsize BT, gsize OC)
{
    for (gsize bt = 0; bt < BT; bt++)
        for (gsize o = 0; o < OC; o++)
            sums[o] += Y[bt * OC + o];
}

void
pd_linear_forward(float *Y, const float *X, const float *W, const float *b, const float *residual,
                  gsize BT, gsize C, gsize OC)
{
    /* what is added to the product stands in Y before it, which saves a pass over Y */
    if (b != NULL && residual != NULL)
        set_rows(Y, b, residual, BT, OC);
    for (gsize bt = 0; b != NULL && residual == NULL && bt < BT; bt++)
        memcpy(Y + bt * OC, b, OC * sizeof *Y);
    pd_product_nt(BT, OC, C, 1, X, C, W, C, b == NULL ? 0 : 1, Y, OC);
}

void
pd_linear_backward(float *dX, float *dW, float *db, const float *dY, const float *X, const float *W,
                   gsize BT, gsize C, gsize OC)
{
    pd_product_nn(BT, C, OC, 1, dY, OC, W, C, 0, dX, C);
    pd_product_tn(OC, C, BT, 1, dY, OC, X, C, 1, dW, C);
    if (db != NULL)
        add_columns(db, dY, BT, OC);
}

#include "jitter.h"

#include <math.h>
#include <string.h>

#include "hash.h"

/* ln 2 in two parts: the first has so few bits that k * LN2_HIGH is exact */
#define LN2_HIGH  6.93147180369123816490e-01
#define LN2_LOW   1.90821492927058770002e-10
#define SQRT_HALF 0.70710678118654752440

/* 2^k by its bits, −1022 <= k <= 1023. */
static double
power_of_two(gint64 k)
{
    const guint64 bits = (guint64)(k + 1023) << 52;
    double power;

    memcpy(&power, &bits, sizeof power);
    return power;
}

/* exp(k ln 2 + r) = 2^k exp(r) with |r| <= ln(2)/2, and the Taylor series for exp(r). */
double
pd_exp(double x)
{
    static const double inverse_factorials[] = {
        1.0,
        1.0,
        1.0 / 2,
        1.0 / 6,
        1.0 / 24,
        1.0 / 120,
        1.0 / 720,
        1.0 / 5040,
        1.0 / 40320,
        1.0 / 362880,
        1.0 / 3628800,
        1.0 / 39916800,
        1.0 / 479001600,
        1.0 / 6227020800,
    };
    gint64 k;
    double r, square, even = 0, odd = 0;

    if (x > 709)
        return G_MAXDOUBLE;
    if (x < -708)
        return 0;
    k = (gint64)(x / LN2_HIGH + (x < 0 ? -0.5 : 0.5));
    r = (x - (double)k * LN2_HIGH) - (double)k * LN2_LOW;
    square = r * r;
    /* two sums of every other term: they do not wait for each other */
    for (gsize n = G_N_ELEMENTS(inverse_factorials); n > 0; n -= 2) {
        odd = odd * square + inverse_factorials[n - 1];
        even = even * square + inverse_factorials[n - 2];
    }
    return (even + odd * r) * power_of_two(k);
}

/* log(2^k m) = k ln 2 + log(m), and log(m) = 2 atanh((m−1)/(m+1)) as a series. For x > 0, normal.
 */
double
pd_log(double x)
{
    guint64 bits;
    gint64 k;
    double m, t, square, sum = 0;

    memcpy(&bits, &x, sizeof bits);
    k = (gint64)(bits >> 52) - 1022;
    bits = (bits & ((G_GUINT64_CONSTANT(1) << 52) - 1)) | G_GUINT64_CONSTANT(1022) << 52;
    memcpy(&m, &bits, sizeof m);
    if (m < SQRT_HALF) {
        m *= 2;
        k--;
    }
    t = (m - 1) / (m + 1);
    square = t * t;
    for (int n = 21; n > 0; n -= 2)
        sum = sum * square + 1.0 / n;
    return (double)k * LN2_HIGH + (2 * t * sum + (double)k * LN2_LOW);
}

/* numerator / denominator, each a polynomial of degree 7 with its constant first. */
static double
rational(const double numerator[8], const double denominator[8], double x)
{
    double above = numerator[7], below = denominator[7];

    for (int i = 6; i >= 0; i--) {
        above = above * x + numerator[i];
        below = below * x + denominator[i];
    }
    return above / below;
}

/* Wichura 1988, algorithm AS 241 (PPND16), about 1 part in 1e16; 0 < probability < 1. */
double
pd_inverse_normal(double probability)
{
    static const double centre_above[8] = {
        3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
        1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
        3.3430575583588128105e4, 2.5090809287301226727e3,
    };
    static const double centre_below[8] = {
        1.0,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    };
    static const double middle_above[8] = {
        1.42343711074968357734e0,  4.63033784615654529590e0,  5.76949722146069140550e0,
        3.64784832476320460504e0,  1.27045825245236838258e0,  2.41780725177450611770e-1,
        2.27238449892691845833e-2, 7.74545014278341407640e-4,
    };
    static const double middle_below[8] = {
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    };
    static const double tail_above[8] = {
        6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
        2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
        2.71155556874348757815e-5, 2.01033439929228813265e-7,
    };
    static const double tail_below[8] = {
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    };
    const double q = probability - 0.5;
    double r, z;

    if (q >= -0.425 && q <= 0.425)
        return q * rational(centre_above, centre_below, 0.180625 - q * q);
    r = sqrt(-pd_log(q < 0 ? probability : 1 - probability));
    z = r <= 5 ? rational(middle_above, middle_below, r - 1.6)
               : rational(tail_above, tail_below, r - 5);
    return q < 0 ? -z : z;
}

void
pd_jitter_init(PdJitter *jitter, guint64 seed, double cv)
{
    const double variance = cv > 0 ? pd_log(1 + cv * cv) : 0;

    *jitter = (PdJitter){ .seed = pd_mix(seed), .sigma = sqrt(variance), .shift = variance / 2 };
}

double
pd_jitter_factor(const PdJitter *jitter, PdOperation operation)
{
    const guint64 where = (guint64)operation.stage * PD_N_KINDS + operation.kind;
    const guint64 hash = pd_mix(pd_mix(jitter->seed ^ where) ^ (guint64)operation.micro_batch);
    /* the 52 bits above, centred in their cell: never 0 nor 1 */
    const double uniform = ((double)(hash >> 12) + 0.5) / 4503599627370496.0;

    return pd_exp(jitter->sigma * pd_inverse_normal(uniform) - jitter->shift);
}

gint64
pd_jitter_apply(const PdJitter *jitter, PdOperation operation, gint64 ns)
{
    double product;

    if (!(jitter->sigma > 0))
        return ns;
    product = (double)ns * pd_jitter_factor(jitter, operation) + 0.5;
    return product < 9.2e18 ? (gint64)product : G_MAXINT64;
}

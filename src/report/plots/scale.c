#include "scale.h"

#include <math.h>

/* The largest unit of which there are some; the last entry is the smallest. */
static PdScale
choose(const PdScale *scales, guint n, double most)
{
    for (guint i = 0; i + 1 < n; i++)
        if (most >= scales[i].per_unit)
            return scales[i];
    return scales[n - 1];
}

PdScale
pd_scale_time(gint64 most_ns)
{
    static const PdScale scales[] = {
        { "h", 2 * 3600e9 }, { "s", 2e9 }, { "ms", 2e6 }, { "µs", 2e3 }, { "ns", 2 },
    };
    /* two of a unit at least: an axis from 0 to 1.2 s is better told in ms */
    PdScale scale = choose(scales, G_N_ELEMENTS(scales), (double)most_ns);

    scale.per_unit /= 2;
    return scale;
}

PdScale
pd_scale_size(gint64 most_bytes)
{
    static const PdScale scales[] = {
        { "TiB", 1024.0 * 1024 * 1024 * 1024 },
        { "GiB", 1024.0 * 1024 * 1024 },
        { "MiB", 1024.0 * 1024 },
        { "KiB", 1024.0 },
        { "B", 1 },
    };

    return choose(scales, G_N_ELEMENTS(scales), (double)most_bytes);
}

double
pd_scale_step(double span, double most)
{
    static const double mantissas[] = { 1, 2, 5, 10 };
    const double least = span / MAX(most, 1), decade = pow(10, floor(log10(least)));
    guint i = 0;

    while (i + 1 < G_N_ELEMENTS(mantissas) && mantissas[i] * decade < least)
        i++;
    return mantissas[i] * decade;
}

PdScale
pd_scale_count(gint64 most)
{
    static const PdScale scales[] = {
        { "trillions", 1e12 }, { "billions", 1e9 }, { "millions", 1e6 },
        { "thousands", 1e3 },  { "", 1 },
    };

    return choose(scales, G_N_ELEMENTS(scales), (double)most);
}

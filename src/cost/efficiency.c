#include "efficiency.h"

double
pd_efficiency_at(const PdPoint *curve, guint n, gint64 size)
{
    const PdPoint *to = curve;

    while (to < curve + n - 1 && to->size < size)
        to++;
    if (to == curve || to->size <= size)
        return to->value;
    const PdPoint *from = to - 1;
    const double weight = (double)(size - from->size) / (double)(to->size - from->size);
    const double from_time = (double)from->size / from->value;
    const double to_time = (double)to->size / to->value;
    return (double)size / (from_time * (1 - weight) + to_time * weight);
}

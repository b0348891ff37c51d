#include "series.h"

/* The first position whose member is not below number. */
static guint
position(const PdSeries *series, gint64 number)
{
    guint low = 0, high = series->beyond->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;

        if (g_array_index(series->beyond, gint64, middle) < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

gboolean
pd_series_has_beyond(const PdSeries *series, gint64 number)
{
    guint at = position(series, number);

    return at < series->beyond->len && g_array_index(series->beyond, gint64, at) == number;
}

void
pd_series_add_beyond(PdSeries *series, gint64 number)
{
    guint reached = 0;

    if (series->beyond == NULL)
        series->beyond = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_array_insert_val(series->beyond, position(series, number), number);
    while (reached < series->beyond->len &&
           g_array_index(series->beyond, gint64, reached) == series->prefix) {
        series->prefix++;
        reached++;
    }
    g_array_remove_range(series->beyond, 0, reached);
}

void
pd_series_clear(PdSeries *series)
{
    g_clear_pointer(&series->beyond, g_array_unref);
    series->prefix = 0;
}

#include "figures.h"

#include <math.h>

#include "units.h"

char *
pd_figure_percent(double share)
{
    return isnan(share) ? g_strdup("-") : g_strdup_printf("%.1f %%", 100 * share);
}

char *
pd_figure_rate(double per_s)
{
    static const char *const prefixes[] = { "", " k", " M", " G", " T" };
    gsize prefix = 0;

    if (isnan(per_s))
        return g_strdup("-");
    for (; per_s >= 9999.5 && prefix + 1 < G_N_ELEMENTS(prefixes); prefix++)
        per_s /= 1000;
    return g_strdup_printf("%.*f%s",
                           per_s < 9.9995   ? 3
                           : per_s < 99.995 ? 2
                           : per_s < 999.95 ? 1
                                            : 0,
                           per_s, prefixes[prefix]);
}

static char *
count(gint64 n)
{
    return g_strdup_printf("%" G_GINT64_FORMAT, n);
}

static char *
makespan_text(const PdReport *report)
{
    return pd_duration_format(report->makespan_ns);
}

static double
makespan_cost(const PdReport *report)
{
    return (double)report->makespan_ns;
}

static char *
micro_batches_text(const PdReport *report)
{
    return pd_figure_rate(report->throughput_micro_batches_per_s);
}

static double
throughput_cost(const PdReport *report)
{
    return -report->throughput_micro_batches_per_s;
}

static char *
tokens_text(const PdReport *report)
{
    return pd_figure_rate(report->throughput_tokens_per_s);
}

static char *
bubble_text(const PdReport *report)
{
    return pd_figure_percent(report->bubble_fraction);
}

static double
bubble_cost(const PdReport *report)
{
    return report->bubble_fraction;
}

static char *
steady_text(const PdReport *report)
{
    return pd_figure_percent(report->steady_bubble_fraction);
}

static double
steady_cost(const PdReport *report)
{
    return report->steady_bubble_fraction;
}

static char *
memory_text(const PdReport *report)
{
    g_autofree char *size = pd_size_format(report->max_peak_memory_bytes);

    return g_strdup_printf("%s%s", report->fits_memory ? "" : "! ", size);
}

static double
memory_cost(const PdReport *report)
{
    return (double)report->max_peak_memory_bytes;
}

static char *
crossing_text(const PdReport *report)
{
    return count(report->max_crossing);
}

static double
crossing_cost(const PdReport *report)
{
    return (double)report->max_crossing;
}

static char *
mismatch_text(const PdReport *report)
{
    return count(report->max_mismatch);
}

static double
mismatch_cost(const PdReport *report)
{
    return (double)report->max_mismatch;
}

const PdFigure pd_figure_makespan = { "makespan", makespan_text, makespan_cost };
const PdFigure pd_figure_micro_batches = { "micro-b./s", micro_batches_text, throughput_cost };
const PdFigure pd_figure_tokens = { "tokens/s", tokens_text, throughput_cost };
const PdFigure pd_figure_bubble = { "bubble", bubble_text, bubble_cost };
const PdFigure pd_figure_steady = { "steady", steady_text, steady_cost };
const PdFigure pd_figure_memory = { "peak mem", memory_text, memory_cost };
const PdFigure pd_figure_crossing = { "crossing", crossing_text, crossing_cost };
const PdFigure pd_figure_mismatch = { "mismatch", mismatch_text, mismatch_cost };

const PdFigure *
pd_figure_throughput(PdReport *const *reports, guint n)
{
    for (guint i = 0; i < n; i++)
        if (isnan(reports[i]->throughput_tokens_per_s))
            return &pd_figure_micro_batches;
    return &pd_figure_tokens;
}

gboolean
pd_figure_is_best(const PdFigure *figure, PdReport *const *reports, guint n, guint i)
{
    const double mine = figure->cost(reports[i]);
    g_autofree char *shown = figure->text(reports[i]);
    guint worse = 0;

    if (isnan(mine))
        return FALSE;
    for (guint j = 0; j < n; j++) {
        const double other = figure->cost(reports[j]);
        g_autofree char *cell = figure->text(reports[j]);

        if (g_str_equal(cell, shown))
            continue;
        if (other < mine)
            return FALSE;
        worse++;
    }
    return worse > 0;
}

#include "sweep_result.h"

#include <math.h>
#include <string.h>

#include "scalars.h"
#include "table.h"

const PdSavedRow *
pd_sweep_row(const PdPlot *plot, guint row)
{
    return plot->sweep.rows->rows->pdata[row];
}

static PdValue
value_of(const PdPlot *plot, guint row, guint result)
{
    return pd_sweep_row(plot, row)->values[plot->sweep.results[result].scalar];
}

static const char *
name_of(const PdPlot *plot, guint result)
{
    return pd_scalars[plot->sweep.results[result].scalar].name;
}

double
pd_sweep_result(const PdPlot *plot, guint row, guint result)
{
    return pd_value_number(value_of(plot, row, result));
}

gboolean
pd_sweep_is_too_large(const PdSavedRow *row)
{
    guint fits = 0;

    while (strcmp(pd_scalars[fits].name, "fits_memory") != 0)
        fits++;
    return row->values[fits].type == PD_VALUE_BOOLEAN && row->values[fits].integer == 0;
}

char *
pd_sweep_result_text(const PdPlot *plot, guint row, guint result)
{
    return pd_table_cell(name_of(plot, result), value_of(plot, row, result));
}

char *
pd_sweep_result_title(const PdPlot *plot, guint result, PdScale scale)
{
    static const struct {
        const char *name, *title;
    } titles[] = {
        { "throughput_micro_batches_per_s", "micro-batches/s" },
        { "throughput_tokens_per_s", "tokens/s" },
        { "max_peak_memory_bytes", "peak memory" },
        { "bubble_fraction", "bubble" },
        { "steady_bubble_fraction", "steady bubble" },
        { "makespan_ns", "makespan" },
        { "max_crossing", "largest crossing" },
        { "max_mismatch", "largest mismatch" },
    };
    g_autofree char *title = g_strdelimit(g_strdup(name_of(plot, result)), "_", ' ');

    for (guint i = 0; i < G_N_ELEMENTS(titles); i++) {
        if (strcmp(titles[i].name, name_of(plot, result)) == 0) {
            g_free(title);
            title = g_strdup(titles[i].title);
        }
    }
    return *scale.unit == '\0' ? g_steal_pointer(&title)
                               : g_strdup_printf("%s (%s)", title, scale.unit);
}

gboolean
pd_sweep_result_span(const PdPlot *plot, guint result, double *least, double *most)
{
    *least = INFINITY;
    *most = -INFINITY;
    for (guint row = 0; row < plot->sweep.rows->rows->len; row++) {
        *least = fmin(*least, pd_sweep_result(plot, row, result));
        *most = fmax(*most, pd_sweep_result(plot, row, result));
    }
    return *least <= *most;
}

PdScale
pd_sweep_result_scale(const PdPlot *plot, guint result, double most)
{
    const char *name = name_of(plot, result);

    if (g_str_has_suffix(name, "_ns"))
        return pd_scale_time((gint64)most);
    if (g_str_has_suffix(name, "_bytes"))
        return pd_scale_size((gint64)most);
    if (g_str_has_suffix(name, "_per_s") && most < 1e4)
        return (PdScale){ "", 1 };
    if (pd_scalars[plot->sweep.results[result].scalar].type == PD_VALUE_REAL &&
        !g_str_has_suffix(name, "_per_s"))
        return (PdScale){ "%", 0.01 };
    return pd_scale_count((gint64)fmin(most, 9e18));
}

void
pd_sweep_result_range(const PdPlot *plot, guint result, PdScale *scale, double *from, double *to)
{
    double least, most, span;

    if (!pd_sweep_result_span(plot, result, &least, &most))
        least = most = 0;
    *scale = pd_sweep_result_scale(plot, result, most);
    least /= scale->per_unit;
    most /= scale->per_unit;
    *from = least > 0.5 * most && least < most ? least - 0.15 * (most - least) : fmin(least, 0);
    span = most > *from ? most - *from : 1;
    *to = *from + 1.08 * span;
    if (*from <= 0)
        *from -= 0.03 * span;
}

double
pd_sweep_result_step(const PdPlot *plot, guint result, PdScale scale, double span, double most)
{
    const gboolean counts =
        pd_scalars[plot->sweep.results[result].scalar].type == PD_VALUE_INTEGER &&
        scale.per_unit == 1;
    const double step = pd_scale_step(span, most);

    return counts ? fmax(step, 1) : step;
}

char *
pd_sweep_note(const PdPlot *plot, const char *too_large, const char *missing)
{
    GString *note = g_string_new(NULL);
    gboolean any_too_large = FALSE;
    guint n_missing = 0;

    for (guint row = 0; row < plot->sweep.rows->rows->len; row++) {
        any_too_large = any_too_large || pd_sweep_is_too_large(pd_sweep_row(plot, row));
        for (guint result = 0; result < plot->sweep.n_results; result++) {
            if (isnan(pd_sweep_result(plot, row, result))) {
                n_missing++;
                break;
            }
        }
    }
    if (any_too_large)
        g_string_append_printf(note, "%s: does not fit the memory", too_large);
    if (n_missing > 0)
        g_string_append_printf(note, "%s%s: no result (%u of %u points)",
                               any_too_large ? "     " : "", missing, n_missing,
                               plot->sweep.rows->rows->len);
    return g_string_free(note, FALSE);
}

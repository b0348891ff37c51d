#include "table.h"

#include <math.h>

#include "sentence.h"
#include "text_table.h"
#include "units.h"

/* "12.3 %"; a dash where there is no number. */
static char *
percent(double share)
{
    return isnan(share) ? g_strdup("-") : g_strdup_printf("%.1f %%", 100 * share);
}

static char *
percent_of(gint64 part, gint64 whole)
{
    return percent(whole > 0 ? (double)part / (double)whole : (double)NAN);
}

/* Four significant digits, in thousands, millions ... where it is large. */
static char *
rate(double per_s)
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

char *
pd_table_cell(const char *name, PdValue value)
{
    if (pd_value_is_null(value))
        return g_strdup("-");
    if (value.type == PD_VALUE_TEXT)
        return g_strdup(value.text);
    if (value.type == PD_VALUE_BOOLEAN)
        return g_strdup(value.integer != 0 ? "yes" : "no");
    if (g_str_has_suffix(name, "_per_s"))
        return rate(pd_value_number(value));
    if (value.type == PD_VALUE_REAL)
        return percent(value.real);
    return g_str_has_suffix(name, "_ns")      ? pd_duration_format(value.integer)
           : g_str_has_suffix(name, "_bytes") ? pd_size_format(value.integer)
                                              : count(value.integer);
}

/* --- one report ------------------------------------------------------------------------------- */

static void
print_head(GString *text, const PdReport *report)
{
    g_autofree char *makespan = pd_duration_format(report->makespan_ns);
    g_autofree char *micro_batches = rate(report->throughput_micro_batches_per_s);
    g_autofree char *tokens = rate(report->throughput_tokens_per_s);
    g_autofree char *bubble = percent(report->bubble_fraction);
    g_autofree char *steady = percent(report->steady_bubble_fraction);
    g_autofree char *memory = pd_size_format(report->max_peak_memory_bytes);

    if (report->title != NULL)
        g_string_append_printf(text, "%s\n", report->title);
    g_string_append_printf(
        text, "%s on %u devices, %u stages, %" G_GINT64_FORMAT " micro-batches\n\n",
        report->schedule, report->n_devices, report->n_stages, report->micro_batches);
    g_string_append_printf(text, "makespan      %s\n", makespan);
    g_string_append_printf(text, "throughput    %s micro-batches/s", micro_batches);
    if (!isnan(report->throughput_tokens_per_s))
        g_string_append_printf(text, ", %s tokens/s", tokens);
    g_string_append_printf(text, "\nbubble        %s of the devices' time", bubble);
    if (!isnan(report->steady_bubble_fraction))
        g_string_append_printf(text, ", %s in steady state", steady);
    g_string_append_printf(text, "\nmemory peak   %s%s\n", memory,
                           !report->has_capacity ? ""
                           : report->fits_memory ? ", fits"
                                                 : ", DOES NOT FIT");
    g_string_append_printf(text,
                           "crossings     at most %" G_GINT64_FORMAT " (bound %" G_GINT64_FORMAT
                           "), mismatch at most %" G_GINT64_FORMAT "\n",
                           report->max_crossing, report->crossing_bound, report->max_mismatch);
    g_string_append_printf(text, "updates       %" G_GINT64_FORMAT "\n\n", report->updates);
}

/* A column for each cause that any device has met. */
static void
print_devices(GString *text, const PdReport *report)
{
    static const char *const short_names[PD_N_CAUSES] = {
        [PD_STARTUP] = "startup",       [PD_ACTIVATION] = "activat.", [PD_GRADIENT] = "gradient",
        [PD_IN_FLIGHT_LIMIT] = "limit", [PD_PROCESSOR] = "proces.",   [PD_BARRIER] = "barrier",
        [PD_DRAINED] = "drained",
    };
    const char *headers[PD_N_CAUSES + 4] = { "device", "busy" };
    PdCause causes[PD_N_CAUSES];
    guint n = 0;

    for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++) {
        gboolean met = FALSE;

        for (guint i = 0; i < report->n_devices; i++)
            met = met || report->devices[i].bubble_by_cause_ns[cause] > 0;
        if (met) {
            headers[n + 2] = short_names[cause];
            causes[n++] = cause;
        }
    }
    headers[n + 2] = "peak mem";
    g_autoptr(PdTextTable) table = pd_text_table_new(headers);
    for (guint i = 0; i < report->n_devices; i++) {
        const PdDeviceReport *device = &report->devices[i];

        pd_text_table_add(table, g_strdup_printf("%6u", i));
        pd_text_table_add(table, percent_of(device->busy_ns, report->makespan_ns));
        for (guint j = 0; j < n; j++)
            pd_text_table_add(
                table, percent_of(device->bubble_by_cause_ns[causes[j]], report->makespan_ns));
        pd_text_table_add(table, pd_size_format(device->peak_memory_bytes));
        if (!device->fits)
            pd_text_table_mark(table, i, n + 2);
    }
    pd_text_table_print(table, text);
    if (!report->fits_memory)
        g_string_append(text, "* does not fit the device's memory\n");
    g_string_append_c(text, '\n');
}

static void
print_stages(GString *text, const PdReport *report)
{
    static const char *const headers[] = { "stage",    "in flight", "updates", "unapplied",
                                           "crossing", "bound",     "mean",    "mismatch",
                                           "delay",    NULL };
    g_autoptr(PdTextTable) table = pd_text_table_new(headers);

    for (guint i = 0; i < report->n_stages; i++) {
        const PdStageReport *stage = &report->stages[i];

        pd_text_table_add(table, g_strdup_printf("%5u", i));
        pd_text_table_add(table, count(stage->peak_in_flight));
        pd_text_table_add(table, count(stage->updates));
        pd_text_table_add(table, count(stage->unapplied_gradients));
        pd_text_table_add(table, count(stage->crossing.max));
        pd_text_table_add(table, count(stage->bound));
        pd_text_table_add(table, g_strdup_printf("%.3f", stage->crossing.mean));
        pd_text_table_add(table, count(stage->mismatch.max));
        pd_text_table_add(table, count(stage->delay.max));
    }
    pd_text_table_print(table, text);
    g_string_append_c(text, '\n');
}

static void
print_training(GString *text, const PdTrainingReport *training)
{
    g_autofree char *parameters = rate((double)training->parameters);
    g_autofree char *tokens = rate((double)training->tokens);

    g_string_append_printf(text, "%s parameters after %s tokens: loss %.4f nats per token",
                           parameters, tokens, training->loss);
    if (!isnan(training->validation_loss))
        g_string_append_printf(text, ",\nvalidation loss %.4f, perplexity %.4g",
                               training->validation_loss, exp(training->validation_loss));
    if (!isnan(training->entropy_floor))
        g_string_append_printf(text, "; the source's entropy is %.4f", training->entropy_floor);
    g_string_append(text, ".\n\n");
}

char *
pd_table_report(const PdReport *report)
{
    GString *text = g_string_new(NULL);
    g_autofree char *sentence = pd_sentence_report(report);

    print_head(text, report);
    print_devices(text, report);
    print_stages(text, report);
    if (report->has_training)
        print_training(text, &report->training);
    g_string_append_printf(text, "%s\n", sentence);
    return g_string_free(text, FALSE);
}

/* --- a comparison ----------------------------------------------------------------------------- */

typedef struct {
    const char *header;
    char *(*cell)(const PdReport *report);
    double (*cost)(const PdReport *report); /* the smallest is the best; NAN: no number */
} Column;

static char *
schedule_cell(const PdReport *report)
{
    return g_strdup(report->schedule);
}

static char *
makespan_cell(const PdReport *report)
{
    return pd_duration_format(report->makespan_ns);
}

static double
makespan_cost(const PdReport *report)
{
    return (double)report->makespan_ns;
}

static char *
micro_batches_cell(const PdReport *report)
{
    return rate(report->throughput_micro_batches_per_s);
}

static double
throughput_cost(const PdReport *report)
{
    return -report->throughput_micro_batches_per_s;
}

static char *
tokens_cell(const PdReport *report)
{
    return rate(report->throughput_tokens_per_s);
}

static char *
bubble_cell(const PdReport *report)
{
    return percent(report->bubble_fraction);
}

static double
bubble_cost(const PdReport *report)
{
    return report->bubble_fraction;
}

static char *
steady_cell(const PdReport *report)
{
    return percent(report->steady_bubble_fraction);
}

static double
steady_cost(const PdReport *report)
{
    return report->steady_bubble_fraction;
}

static char *
memory_cell(const PdReport *report)
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
crossing_cell(const PdReport *report)
{
    return count(report->max_crossing);
}

static double
crossing_cost(const PdReport *report)
{
    return (double)report->max_crossing;
}

static char *
mismatch_cell(const PdReport *report)
{
    return count(report->max_mismatch);
}

static double
mismatch_cost(const PdReport *report)
{
    return (double)report->max_mismatch;
}

/* Two values that a reader cannot tell apart are equally good. */
static gboolean
is_best(PdReport *const *reports, guint n, const Column *column, guint i)
{
    const double mine = column->cost(reports[i]);
    g_autofree char *shown = column->cell(reports[i]);
    guint worse = 0;

    if (isnan(mine))
        return FALSE;
    for (guint j = 0; j < n; j++) {
        const double other = column->cost(reports[j]);
        g_autofree char *cell = column->cell(reports[j]);

        if (g_str_equal(cell, shown))
            continue;
        if (other < mine)
            return FALSE;
        worse++;
    }
    return worse > 0;
}

char *
pd_table_comparison(PdReport *const *reports, guint n)
{
    static const Column all[] = {
        { "schedule", schedule_cell, NULL },
        { "makespan", makespan_cell, makespan_cost },
        { "micro-b./s", micro_batches_cell, throughput_cost },
        { "tokens/s", tokens_cell, throughput_cost },
        { "bubble", bubble_cell, bubble_cost },
        { "steady", steady_cell, steady_cost },
        { "peak mem", memory_cell, memory_cost },
        { "crossing", crossing_cell, crossing_cost },
        { "mismatch", mismatch_cell, mismatch_cost },
    };
    const gboolean tokens = !isnan(reports[0]->throughput_tokens_per_s);
    const Column *columns[G_N_ELEMENTS(all)];
    const char *headers[G_N_ELEMENTS(all) + 1] = { NULL };
    GString *text = g_string_new(NULL);
    g_autofree char *sentence = pd_sentence_comparison(reports, n);
    guint n_columns = 0;

    /* the rate that says more: tokens where the model is known */
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        if (all[i].cell == (tokens ? micro_batches_cell : tokens_cell))
            continue;
        headers[n_columns] = all[i].header;
        columns[n_columns++] = &all[i];
    }
    g_autoptr(PdTextTable) table = pd_text_table_new(headers);
    for (guint i = 0; i < n; i++) {
        for (guint j = 0; j < n_columns; j++) {
            pd_text_table_add(table, columns[j]->cell(reports[i]));
            if (columns[j]->cost != NULL && is_best(reports, n, columns[j], i))
                pd_text_table_mark(table, i, j);
        }
    }
    if (reports[0]->title != NULL)
        g_string_append_printf(text, "%s\n", reports[0]->title);
    g_string_append_printf(text, "%u devices, %" G_GINT64_FORMAT " micro-batches\n\n",
                           reports[0]->n_devices, reports[0]->micro_batches);
    pd_text_table_print(table, text);
    g_string_append_printf(text, "\n%s\n", sentence);
    return g_string_free(text, FALSE);
}

#include "table.h"

#include <math.h>

#include "figures.h"
#include "labels.h"
#include "sentence.h"
#include "text_table.h"
#include "units.h"

static char *
percent_of(gint64 part, gint64 whole)
{
    return pd_figure_percent(whole > 0 ? (double)part / (double)whole : (double)NAN);
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
        return pd_figure_rate(pd_value_number(value));
    if (value.type == PD_VALUE_REAL)
        return pd_figure_percent(value.real);
    return g_str_has_suffix(name, "_ns")      ? pd_duration_format(value.integer)
           : g_str_has_suffix(name, "_bytes") ? pd_size_format(value.integer)
                                              : count(value.integer);
}

/* --- one report ------------------------------------------------------------------------------- */

static void
print_head(GString *text, const PdReport *report)
{
    g_autofree char *makespan = pd_duration_format(report->makespan_ns);
    g_autofree char *micro_batches = pd_figure_rate(report->throughput_micro_batches_per_s);
    g_autofree char *tokens = pd_figure_rate(report->throughput_tokens_per_s);
    g_autofree char *bubble = pd_figure_percent(report->bubble_fraction);
    g_autofree char *steady = pd_figure_percent(report->steady_bubble_fraction);
    g_autofree char *memory = pd_size_format(report->max_peak_memory_bytes);

    pd_label_head(text, report->title);
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
        [PD_STARTUP] = "start",         [PD_ACTIVATION] = "activ.", [PD_GRADIENT] = "grad.",
        [PD_IN_FLIGHT_LIMIT] = "limit", [PD_PROCESSOR] = "proc.",   [PD_BARRIER] = "barr.",
        [PD_DRAINED] = "drain",
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
    g_autofree char *parameters = pd_figure_rate((double)training->parameters);
    g_autofree char *tokens = pd_figure_rate((double)training->tokens);

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

char *
pd_table_comparison(PdReport *const *reports, guint n)
{
    const PdFigure *const figures[] = {
        &pd_figure_makespan, pd_figure_throughput(reports, n),
        &pd_figure_bubble,   &pd_figure_steady,
        &pd_figure_memory,   &pd_figure_crossing,
        &pd_figure_mismatch,
    };
    const char *headers[G_N_ELEMENTS(figures) + 2] = { "schedule" };
    GString *text = g_string_new(NULL);
    g_autofree char *sentence = pd_sentence_comparison(reports, n);

    for (guint j = 0; j < G_N_ELEMENTS(figures); j++)
        headers[j + 1] = figures[j]->header;
    g_autoptr(PdTextTable) table = pd_text_table_new(headers);
    for (guint i = 0; i < n; i++) {
        pd_text_table_add(table, g_strdup(reports[i]->schedule));
        for (guint j = 0; j < G_N_ELEMENTS(figures); j++) {
            pd_text_table_add(table, figures[j]->text(reports[i]));
            if (pd_figure_is_best(figures[j], reports, n, i))
                pd_text_table_mark(table, i, j + 1);
        }
    }
    pd_label_head(text, reports[0]->title);
    g_string_append_printf(text, "%u devices, %" G_GINT64_FORMAT " micro-batches\n\n",
                           reports[0]->n_devices, reports[0]->micro_batches);
    pd_text_table_print(table, text);
    g_string_append_printf(text, "\n%s\n", sentence);
    return g_string_free(text, FALSE);
}

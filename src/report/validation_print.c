/* A validation as text for people and for programs. */
#include <math.h>

#include "json_report.h"
#include "labels.h"
#include "text_table.h"
#include "units.h"
#include "validation.h"

/* --- for people ------------------------------------------------------------------------------- */

/* Every comparison reads "predicted / measured". */
static char *
pair(gint64 predicted, gint64 measured)
{
    return g_strdup_printf("%" G_GINT64_FORMAT " / %" G_GINT64_FORMAT, predicted, measured);
}

static char *
share_pair(double predicted, double measured)
{
    return g_strdup_printf("%.1f / %.1f %%", 100 * predicted, 100 * measured);
}

static void
print_head(const PdValidation *self, GString *text)
{
    g_autofree char *predicted = pd_duration_format(self->predicted->makespan_ns);
    g_autofree char *measured = pd_duration_format(self->measured->makespan_ns);
    g_autofree char *bubbles =
        share_pair(self->predicted->bubble_fraction, self->measured->bubble_fraction);

    pd_label_head(text, self->measured->title);
    g_string_append_printf(
        text, "%s, %u devices, %" G_GINT64_FORMAT " micro-batches; %s\n\n",
        self->measured->schedule, self->measured->n_devices, self->measured->micro_batches,
        self->paced ? "paced by the scenario's times" : "times calibrated on a part before");
    g_string_append_printf(text, "predicted / measured:\n\n  makespan  %s / %s, error %+.2f %%\n",
                           predicted, measured, 100 * self->makespan_error);
    g_string_append_printf(text, "  bubble    %s\n\n", bubbles);
}

static void
print_devices(const PdValidation *self, GString *text)
{
    static const char *const headers[] = { "device", "bubble", "peak memory", NULL };
    g_autoptr(PdTextTable) table = pd_text_table_new(headers);

    for (guint d = 0; d < self->measured->n_devices; d++) {
        const PdDeviceReport *predicted = &self->predicted->devices[d];
        const PdDeviceReport *measured = &self->measured->devices[d];
        g_autofree char *was = pd_size_format(predicted->peak_memory_bytes);
        g_autofree char *is = pd_size_format(measured->peak_memory_bytes);

        pd_text_table_add(table, g_strdup_printf("%u", d));
        pd_text_table_add(
            table, share_pair((double)predicted->bubble_ns / (double)self->predicted->makespan_ns,
                              (double)measured->bubble_ns / (double)self->measured->makespan_ns));
        pd_text_table_add(table, g_strdup_printf("%s / %s", was, is));
    }
    pd_text_table_print(table, text);
    g_string_append_c(text, '\n');
}

static void
print_stages(const PdValidation *self, GString *text)
{
    static const char *const headers[] = {
        "stage",     "in flight",  "crossing max", "mean", "bound",
        "agreement", "difference", "violations",   NULL,
    };
    g_autoptr(PdTextTable) table = pd_text_table_new(headers);

    for (guint s = 0; s < self->measured->n_stages; s++) {
        const PdStageReport *predicted = &self->predicted->stages[s];
        const PdStageReport *measured = &self->measured->stages[s];
        const PdStageValidation *stage = &self->stages[s];

        pd_text_table_add(table, g_strdup_printf("%u", s));
        pd_text_table_add(table, pair(predicted->peak_in_flight, measured->peak_in_flight));
        pd_text_table_add(table, pair(predicted->crossing.max, measured->crossing.max));
        pd_text_table_add(table, g_strdup_printf("%.2f / %.2f", predicted->crossing.mean,
                                                 measured->crossing.mean));
        pd_text_table_add(table, g_strdup_printf("%" G_GINT64_FORMAT, measured->bound));
        pd_text_table_add(table, g_strdup_printf("%.2f %%", 100 * stage->agreement));
        pd_text_table_add(table, g_strdup_printf("%" G_GINT64_FORMAT, stage->largest_difference));
        pd_text_table_add(table, g_strdup_printf("%" G_GINT64_FORMAT, stage->violations));
    }
    pd_text_table_print(table, text);
}

static void
print_verdict(const PdValidation *self, GString *text)
{
    g_string_append_printf(text, "\n%.2f %% of micro-batches crossed as predicted",
                           100 * self->agreement);
    if (!isnan(self->min_agreement))
        g_string_append_printf(text, " (at least %.4g %% asked)", 100 * self->min_agreement);
    if (!isnan(self->max_makespan_error))
        g_string_append_printf(text, ";\nan error of the makespan up to %.4g %% is allowed",
                               100 * self->max_makespan_error);
    g_string_append_printf(text, ".\n%s\n",
                           self->violations > 0 ? "The schedule's bound was VIOLATED."
                           : self->holds        ? "The bound held, and so did the prediction."
                                         : "The bound held; the prediction MISSED its limits.");
}

char *
pd_validation_table(const PdValidation *validation)
{
    GString *text = g_string_new(NULL);

    print_head(validation, text);
    print_devices(validation, text);
    print_stages(validation, text);
    print_verdict(validation, text);
    return g_string_free(text, FALSE);
}

/* --- for programs ----------------------------------------------------------------------------- */

static void
add_stage(JsonBuilder *builder, const PdStageValidation *stage, guint number)
{
    json_builder_begin_object(builder);
    pd_json_set_integer(builder, "stage", number);
    pd_json_set_real(builder, "crossing_agreement", stage->agreement);
    pd_json_set_integer(builder, "largest_crossing_difference", stage->largest_difference);
    pd_json_set_integer(builder, "bound_violations", stage->violations);
    json_builder_end_object(builder);
}

char *
pd_validation_json(const PdValidation *validation)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "schema");
    json_builder_add_string_value(builder, "pipedrift.validation/1");
    json_builder_set_member_name(builder, "paced");
    json_builder_add_boolean_value(builder, validation->paced);
    json_builder_set_member_name(builder, "holds");
    json_builder_add_boolean_value(builder, validation->holds);
    pd_json_set_real(builder, "makespan_error", validation->makespan_error);
    pd_json_set_real(builder, "max_makespan_error", validation->max_makespan_error);
    pd_json_set_real(builder, "crossing_agreement", validation->agreement);
    pd_json_set_real(builder, "min_crossing_agreement", validation->min_agreement);
    pd_json_set_integer(builder, "bound_violations", validation->violations);
    json_builder_set_member_name(builder, "stages");
    json_builder_begin_array(builder);
    for (guint s = 0; s < validation->measured->n_stages; s++)
        add_stage(builder, &validation->stages[s], s);
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "predicted");
    pd_json_add_report(builder, validation->predicted);
    json_builder_set_member_name(builder, "measured");
    pd_json_add_report(builder, validation->measured);
    json_builder_end_object(builder);
    return pd_json_text(builder, TRUE);
}

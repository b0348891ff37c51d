#include "json.h"

#include <math.h>

#include "json_report.h"
#include "scalars.h"

/* What json-glib keeps for a number in an array, and the number's text. */
#define BYTES_PER_NUMBER 160

static void
add_real(JsonBuilder *builder, double value)
{
    if (isnan(value))
        json_builder_add_null_value(builder);
    else
        json_builder_add_double_value(builder, value);
}

void
pd_json_add_value(JsonBuilder *builder, PdValue value)
{
    switch (value.type) {
    case PD_VALUE_TEXT:
        json_builder_add_string_value(builder, value.text);
        break;
    case PD_VALUE_INTEGER:
        json_builder_add_int_value(builder, value.integer);
        break;
    case PD_VALUE_REAL:
        add_real(builder, value.real);
        break;
    case PD_VALUE_BOOLEAN:
        if (value.integer < 0)
            json_builder_add_null_value(builder);
        else
            json_builder_add_boolean_value(builder, value.integer != 0);
        break;
    }
}

void
pd_json_set_integer(JsonBuilder *builder, const char *name, gint64 value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, value);
}

static void
set_capacity(JsonBuilder *builder, const PdDeviceReport *device)
{
    json_builder_set_member_name(builder, "capacity_bytes");
    if (device->capacity_bytes < 0)
        json_builder_add_null_value(builder);
    else
        json_builder_add_int_value(builder, device->capacity_bytes);
    json_builder_set_member_name(builder, "fits");
    if (device->capacity_bytes < 0)
        json_builder_add_null_value(builder);
    else
        json_builder_add_boolean_value(builder, device->fits);
}

static void
add_device(JsonBuilder *builder, const PdDeviceReport *device, guint number)
{
    json_builder_begin_object(builder);
    pd_json_set_integer(builder, "device", number);
    pd_json_set_integer(builder, "first_start_ns", device->first_start_ns);
    pd_json_set_integer(builder, "last_end_ns", device->last_end_ns);
    pd_json_set_integer(builder, "busy_ns", device->busy_ns);
    pd_json_set_integer(builder, "bubble_ns", device->bubble_ns);
    json_builder_set_member_name(builder, "bubble_by_cause_ns");
    json_builder_begin_object(builder);
    for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++)
        pd_json_set_integer(builder, pd_cause_name(cause), device->bubble_by_cause_ns[cause]);
    json_builder_end_object(builder);
    pd_json_set_integer(builder, "operations", device->operations);
    pd_json_set_integer(builder, "peak_memory_bytes", device->peak_memory_bytes);
    pd_json_set_integer(builder, "peak_memory_at_ns", device->peak_memory_at_ns);
    json_builder_set_member_name(builder, "peak_memory_parts_bytes");
    json_builder_begin_object(builder);
    for (PdMemoryPart part = 0; part < PD_N_PARTS; part++)
        pd_json_set_integer(builder, pd_memory_part_name(part),
                            device->peak_memory_parts_bytes[part]);
    json_builder_end_object(builder);
    set_capacity(builder, device);
    json_builder_end_object(builder);
}

/* bound: of the distribution; −1 where it has none. */
static void
set_distribution(JsonBuilder *builder, const char *name, const PdDistribution *distribution,
                 gint64 bound)
{
    json_builder_set_member_name(builder, name);
    json_builder_begin_object(builder);
    pd_json_set_integer(builder, "max", distribution->max);
    json_builder_set_member_name(builder, "mean");
    add_real(builder, distribution->mean);
    if (bound >= 0)
        pd_json_set_integer(builder, "bound", bound);
    json_builder_set_member_name(builder, "histogram");
    json_builder_begin_array(builder);
    for (guint i = 0; i < distribution->n; i++)
        json_builder_add_int_value(builder, distribution->histogram[i]);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
}

static void
add_stage(JsonBuilder *builder, const PdStageReport *stage, guint number)
{
    json_builder_begin_object(builder);
    pd_json_set_integer(builder, "stage", number);
    pd_json_set_integer(builder, "device", stage->device);
    pd_json_set_integer(builder, "updates", stage->updates);
    pd_json_set_integer(builder, "unapplied_gradients", stage->unapplied_gradients);
    pd_json_set_integer(builder, "peak_in_flight", stage->peak_in_flight);
    set_distribution(builder, "crossing", &stage->crossing, stage->bound);
    set_distribution(builder, "mismatch", &stage->mismatch, -1);
    set_distribution(builder, "delay", &stage->delay, -1);
    json_builder_end_object(builder);
}

static void
set_crossings(JsonBuilder *builder, const PdReport *report)
{
    json_builder_set_member_name(builder, "crossings");
    json_builder_begin_array(builder);
    for (guint s = 0; s < report->n_stages; s++) {
        json_builder_begin_array(builder);
        for (gint64 m = 0; m < report->micro_batches; m++)
            json_builder_add_int_value(builder, report->stages[s].crossings[m]);
        json_builder_end_array(builder);
    }
    json_builder_end_array(builder);
}

void
pd_json_set_real(JsonBuilder *builder, const char *name, double value)
{
    json_builder_set_member_name(builder, name);
    add_real(builder, value);
}

static void
set_training(JsonBuilder *builder, const PdTrainingReport *training)
{
    json_builder_set_member_name(builder, "training");
    json_builder_begin_object(builder);
    pd_json_set_integer(builder, "tokens", training->tokens);
    pd_json_set_integer(builder, "parameters", training->parameters);
    pd_json_set_real(builder, "loss", training->loss);
    pd_json_set_real(builder, "validation_loss", training->validation_loss);
    pd_json_set_real(builder, "validation_perplexity", exp(training->validation_loss));
    pd_json_set_real(builder, "entropy_floor", training->entropy_floor);
    json_builder_end_object(builder);
}

void
pd_json_add_report(JsonBuilder *builder, const PdReport *report)
{
    json_builder_begin_object(builder);
    for (const PdScalar *scalar = pd_scalars; scalar->name != NULL; scalar++) {
        json_builder_set_member_name(builder, scalar->name);
        pd_json_add_value(builder, scalar->get(report));
    }
    if (report->has_training)
        set_training(builder, &report->training);
    json_builder_set_member_name(builder, "devices");
    json_builder_begin_array(builder);
    for (guint i = 0; i < report->n_devices; i++)
        add_device(builder, &report->devices[i], i);
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "stages");
    json_builder_begin_array(builder);
    for (guint i = 0; i < report->n_stages; i++)
        add_stage(builder, &report->stages[i], i);
    json_builder_end_array(builder);
    if (report->stages[0].crossings != NULL)
        set_crossings(builder, report);
    json_builder_end_object(builder);
}

char *
pd_json_text(JsonBuilder *builder, gboolean pretty)
{
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    g_autofree char *text = json_to_string(root, pretty);

    return g_strconcat(text, "\n", NULL);
}

char *
pd_json_report(const PdReport *report)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    pd_json_add_report(builder, report);
    return pd_json_text(builder, report->stages[0].crossings == NULL);
}

char *
pd_json_comparison(PdReport *const *reports, guint n)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "schema");
    json_builder_add_string_value(builder, "pipedrift.comparison/1");
    json_builder_set_member_name(builder, "reports");
    json_builder_begin_array(builder);
    for (guint i = 0; i < n; i++)
        pd_json_add_report(builder, reports[i]);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    return pd_json_text(builder, reports[0]->stages[0].crossings == NULL);
}

gint64
pd_json_crossings_bytes(const PdScenario *scenario)
{
    const PdU128 bytes = pd_wide(scenario->n_micro_batches) * scenario->n_stages * BYTES_PER_NUMBER;

    return bytes > G_MAXINT64 ? G_MAXINT64 : (gint64)bytes;
}

/* What was checked, as JSON. */
#include <math.h>

#include "checked.h"
#include "errors.h"
#include "json_report.h"

/* A number in a limit's unit: whole where the unit is; null where there is none. */
static void
set_number(JsonBuilder *builder, const char *name, PdLimitUnit unit, double number)
{
    if (!isnan(number) && (unit == PD_UNIT_UPDATES || unit == PD_UNIT_BYTES))
        pd_json_set_integer(builder, name, (gint64)number);
    else
        pd_json_set_real(builder, name, number);
}

/* −1 reads null. */
static void
set_place(JsonBuilder *builder, const char *name, gint64 number)
{
    json_builder_set_member_name(builder, name);
    if (number < 0)
        json_builder_add_null_value(builder);
    else
        json_builder_add_int_value(builder, number);
}

static void
set_text(JsonBuilder *builder, const char *name, const char *text)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, text);
}

static void
set_truth(JsonBuilder *builder, const char *name, gboolean truth)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_boolean_value(builder, truth);
}

static void
add_verdict(JsonBuilder *builder, const PdVerdict *verdict)
{
    json_builder_begin_object(builder);
    set_text(builder, "limit", verdict->name);
    set_truth(builder, "holds", verdict->holds);
    set_text(builder, "unit", pd_limit_unit_name(verdict->unit));
    set_number(builder, verdict->is_least ? "least" : "most", verdict->unit, verdict->limit);
    set_number(builder, "measured", verdict->unit, verdict->value);
    set_number(builder, "margin", verdict->unit, verdict->margin);
    pd_json_set_real(builder, "margin_share", verdict->margin_share);
    set_place(builder, "stage", verdict->stage);
    set_place(builder, "micro_batch", verdict->micro_batch);
    set_place(builder, "device", verdict->device);
    set_place(builder, "at_ns", verdict->at_ns);
    set_place(builder, "seed", (gint64)verdict->seed);
    json_builder_end_object(builder);
}

static void
add_runs(JsonBuilder *builder, const PdCheckedRuns *runs)
{
    json_builder_begin_object(builder);
    set_text(builder, "executor", runs->executor);
    pd_json_set_integer(builder, "micro_batches", runs->micro_batches);
    set_place(builder, "first_seed", (gint64)runs->first_seed);
    pd_json_set_integer(builder, "seeds_count", runs->n_seeds);
    json_builder_set_member_name(builder, "limits");
    json_builder_begin_array(builder);
    for (guint i = 0; i < runs->verdicts->len; i++)
        add_verdict(builder, &g_array_index(runs->verdicts, PdVerdict, i));
    json_builder_end_array(builder);
    json_builder_end_object(builder);
}

static void
add_checked(JsonBuilder *builder, const PdChecked *checked)
{
    g_autofree char *file = g_utf8_make_valid(checked->file, -1);

    json_builder_begin_object(builder);
    set_text(builder, "file", file);
    set_text(builder, "title", checked->title);
    set_text(builder, "schedule", checked->schedule);
    pd_json_set_integer(builder, "devices_count", checked->n_devices);
    set_truth(builder, "has_limits", checked->has_limits);
    set_truth(builder, "holds", pd_checked_failed(checked) == 0);
    json_builder_set_member_name(builder, "notes");
    json_builder_begin_array(builder);
    for (guint i = 0; i < checked->notes->len; i++)
        json_builder_add_string_value(builder, checked->notes->pdata[i]);
    json_builder_end_array(builder);
    json_builder_set_member_name(builder, "runs");
    json_builder_begin_array(builder);
    for (guint i = 0; i < checked->runs->len; i++)
        add_runs(builder, checked->runs->pdata[i]);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
}

char *
pd_checked_json(PdChecked *const *checked, guint n)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_object(builder);
    set_text(builder, "schema", "pipedrift.check/1");
    set_truth(builder, "holds", pd_checked_failed_all(checked, n) == 0);
    json_builder_set_member_name(builder, "scenarios");
    json_builder_begin_array(builder);
    for (guint i = 0; i < n; i++)
        add_checked(builder, checked[i]);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    return pd_json_text(builder, TRUE);
}

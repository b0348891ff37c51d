#include "json_read.h"

#include "errors.h"
#include "input.h"
#include "json_read_report.h"
#include "scenario.h"

/* What a byte of text takes of memory at most, as the parser keeps it. */
#define MEMORY_PER_BYTE 96

/* --- several ---------------------------------------------------------------------------------- */

static void
read_comparison(PdJsonMembers *members, JsonObject *object, GPtrArray *reports)
{
    JsonArray *array = pd_json_members_array(members, object, "reports", -1);
    const guint n = array == NULL ? 0 : json_array_get_length(array);

    pd_json_members_require(members, n > 0, "reports", "is empty");
    for (guint i = 0; i < n && members->fault == NULL; i++) {
        JsonObject *report = pd_json_members_object_at(members, array, "reports", i);
        const gsize before = pd_json_members_enter(members, "reports", i);

        g_ptr_array_add(reports, pd_json_read_report(members, report));
        pd_json_members_leave(members, before);
    }
}

static PdReport *
read_report_in(PdJsonMembers *members, JsonObject *object, const char *name)
{
    JsonObject *inner = pd_json_members_object(members, object, name);
    const gsize before = pd_json_members_enter(members, name, -1);
    PdReport *report = pd_json_read_report(members, inner);

    pd_json_members_leave(members, before);
    return report;
}

static void
read_validation_stages(PdJsonMembers *members, JsonObject *object, PdValidation *validation)
{
    const guint n = validation->measured->n_stages;
    JsonArray *array = pd_json_members_array(members, object, "stages", n);

    validation->stages = g_new0(PdStageValidation, n);
    for (guint i = 0; i < n && members->fault == NULL; i++) {
        JsonObject *stage = pd_json_members_object_at(members, array, "stages", i);
        const gsize before = pd_json_members_enter(members, "stages", i);

        pd_json_members_integer(members, stage, "stage", i, i);
        validation->stages[i] = (PdStageValidation){
            .agreement = pd_json_members_real(members, stage, "crossing_agreement", FALSE),
            .largest_difference =
                pd_json_members_count(members, stage, "largest_crossing_difference"),
            .violations = pd_json_members_count(members, stage, "bound_violations"),
        };
        pd_json_members_leave(members, before);
    }
}

static PdValidation *
read_validation(PdJsonMembers *members, JsonObject *object)
{
    g_autoptr(PdValidation) validation = g_new0(PdValidation, 1);

    validation->paced = pd_json_members_boolean(members, object, "paced", FALSE) == 1;
    validation->holds = pd_json_members_boolean(members, object, "holds", FALSE) == 1;
    validation->makespan_error = pd_json_members_real(members, object, "makespan_error", FALSE);
    validation->max_makespan_error =
        pd_json_members_real(members, object, "max_makespan_error", TRUE);
    validation->agreement = pd_json_members_real(members, object, "crossing_agreement", FALSE);
    validation->min_agreement =
        pd_json_members_real(members, object, "min_crossing_agreement", TRUE);
    validation->violations = pd_json_members_count(members, object, "bound_violations");
    validation->predicted = read_report_in(members, object, "predicted");
    validation->measured = read_report_in(members, object, "measured");
    if (members->fault != NULL)
        return NULL;
    pd_json_members_require(members,
                            validation->predicted->n_stages == validation->measured->n_stages &&
                                validation->predicted->n_devices == validation->measured->n_devices,
                            "measured", "has other numbers of stages and devices than predicted");
    read_validation_stages(members, object, validation);
    return members->fault == NULL ? g_steal_pointer(&validation) : NULL;
}

/* --- files ------------------------------------------------------------------------------------ */

void
pd_saved_reports_clear(PdSavedReports *saved)
{
    g_clear_pointer(&saved->reports, g_ptr_array_unref);
    g_clear_pointer(&saved->validation, pd_validation_free);
}

static void
free_report(gpointer report)
{
    pd_report_free(report);
}

static void
read_any(PdJsonMembers *members, JsonObject *object, PdSavedReports *saved)
{
    const char *schema = pd_json_members_text(members, object, "schema", FALSE);

    if (g_strcmp0(schema, "pipedrift.validation/1") == 0)
        saved->validation = read_validation(members, object);
    else if (g_strcmp0(schema, "pipedrift.comparison/1") == 0)
        read_comparison(members, object, saved->reports);
    else if (g_strcmp0(schema, "pipedrift.report/1") == 0)
        g_ptr_array_add(saved->reports, pd_json_read_report(members, object));
    else
        pd_json_members_fail(members, "schema",
                             "is none of pipedrift.report/1, pipedrift.comparison/1, "
                             "pipedrift.validation/1");
}

static gboolean
fail(const char *path, const char *what, GError **error)
{
    g_autofree char *why = pd_printable(what);

    return pd_error_input(path, error, "is no report: %s", why);
}

gboolean
pd_saved_reports_parse(PdSavedReports *saved, const char *path, const char *text, gsize length,
                       GError **error)
{
    g_autoptr(JsonParser) parser = json_parser_new_immutable();
    g_auto(PdJsonMembers) members;
    JsonObject *object;

    pd_json_members_init(&members);
    *saved = (PdSavedReports){ .reports = g_ptr_array_new_with_free_func(free_report) };
    object = pd_json_members_parse(&members, parser, text, length);
    if (object != NULL)
        read_any(&members, object, saved);
    return members.fault == NULL || fail(path, members.fault, error);
}

gboolean
pd_saved_reports_load(PdSavedReports *saved, const char *path, GError **error)
{
    const gsize most = (gsize)pd_machine_memory_bytes() / MEMORY_PER_BYTE;
    gsize length;
    g_autofree char *text =
        pd_input_read(path, most, "what this machine has the memory to read", &length, error);

    *saved = (PdSavedReports){ .reports = NULL };
    return text != NULL && pd_saved_reports_parse(saved, path, text, length, error);
}

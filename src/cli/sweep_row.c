#include "sweep_row.h"

#include <json-glib/json-glib.h>

#include "csv.h"
#include "json_report.h"
#include "scalars.h"

void
pd_sweep_row_free(PdSweepRow *row)
{
    if (row == NULL)
        return;
    g_free(row->values);
    g_free(row->error);
    g_free(row->title);
    g_free(row);
}

PdValue
pd_sweep_row_value(const PdSweepRow *row, guint name)
{
    return row->values == NULL ? pd_value_null() : row->values[name];
}

/* --- CSV -------------------------------------------------------------------------------------- */

char *
pd_sweep_csv_header(const PdSpace *space)
{
    GString *csv = g_string_new(NULL);

    for (guint key = 0; key < pd_space_n_keys(space); key++)
        g_string_append_printf(csv, "%s,", pd_space_vary(space, key)->name);
    for (const PdScalar *scalar = pd_scalars; scalar->name != NULL; scalar++)
        g_string_append_printf(csv, "%s,", scalar->name);
    g_string_append(csv, "error\n");
    return g_string_free(csv, FALSE);
}

void
pd_sweep_csv_append_keys(GString *csv, const PdSpace *space, gint64 point)
{
    for (guint key = 0; key < pd_space_n_keys(space); key++) {
        pd_csv_append_text(csv, pd_space_value(space, point, key));
        g_string_append_c(csv, ',');
    }
}

void
pd_sweep_csv_append(GString *csv, const PdSpace *space, const PdSweepRow *row)
{
    pd_sweep_csv_append_keys(csv, space, row->point);
    for (guint i = 0; pd_scalars[i].name != NULL; i++) {
        pd_csv_append_value(csv, pd_sweep_row_value(row, i));
        g_string_append_c(csv, ',');
    }
    pd_csv_append_text(csv, row->error);
    g_string_append_c(csv, '\n');
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void
add_row(JsonBuilder *builder, const PdSpace *space, const PdSweepRow *row)
{
    json_builder_begin_object(builder);
    for (guint key = 0; key < pd_space_n_keys(space); key++) {
        json_builder_set_member_name(builder, pd_space_vary(space, key)->name);
        json_builder_add_string_value(builder, pd_space_value(space, row->point, key));
    }
    for (guint i = 0; pd_scalars[i].name != NULL; i++) {
        json_builder_set_member_name(builder, pd_scalars[i].name);
        pd_json_add_value(builder, pd_sweep_row_value(row, i));
    }
    json_builder_set_member_name(builder, "error");
    pd_json_add_value(builder, pd_value_text(row->error));
    json_builder_end_object(builder);
}

char *
pd_sweep_json(const PdSpace *space, PdSweepRow *const *rows, gsize n)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();

    json_builder_begin_object(builder);
    json_builder_set_member_name(builder, "schema");
    json_builder_add_string_value(builder, "pipedrift.sweep/1");
    json_builder_set_member_name(builder, "rows");
    json_builder_begin_array(builder);
    for (gsize i = 0; i < n; i++)
        add_row(builder, space, rows[i]);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    return pd_json_text(builder, TRUE);
}

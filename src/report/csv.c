#include "csv.h"

#include <math.h>
#include <string.h>

#include "errors.h"
#include "scalars.h"

void
pd_csv_append_text(GString *csv, const char *text)
{
    if (text == NULL)
        return;
    if (strpbrk(text, ",\"\r\n") == NULL) {
        g_string_append(csv, text);
        return;
    }
    g_string_append_c(csv, '"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            g_string_append_c(csv, '"');
        g_string_append_c(csv, *text);
    }
    g_string_append_c(csv, '"');
}

void
pd_csv_append_value(GString *csv, PdValue value)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];

    switch (value.type) {
    case PD_VALUE_TEXT:
        pd_csv_append_text(csv, value.text);
        break;
    case PD_VALUE_INTEGER:
        g_string_append_printf(csv, "%" G_GINT64_FORMAT, value.integer);
        break;
    case PD_VALUE_REAL:
        if (!isnan(value.real))
            g_string_append(csv, g_ascii_dtostr(number, sizeof number, value.real));
        break;
    case PD_VALUE_BOOLEAN:
        if (value.integer >= 0)
            g_string_append(csv, value.integer != 0 ? "true" : "false");
        break;
    }
}

const char *
pd_csv_record_end(const char *at, const char *end)
{
    gboolean quoted = FALSE;

    for (; at < end; at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (*at == '\n' && !quoted)
            return at + 1;
    }
    return NULL;
}

/* Append a field that is in quotes, of which the first one is here. Returns: behind the last one.
 */
static const char *
take_quoted(const char *at, const char *end, GString *field)
{
    for (at++; at < end; at++) {
        if (*at == '"' && !(at + 1 < end && at[1] == '"'))
            return at + 1;
        at += *at == '"';
        g_string_append_c(field, *at);
    }
    return end;
}

/* The same for one that is not, up to a comma. */
static const char *
take_plain(const char *at, const char *end, GString *field)
{
    for (; at < end && *at != ',' && *at != '"'; at++)
        g_string_append_c(field, *at);
    return at;
}

char **
pd_csv_fields(const char *at, const char *end, GError **error)
{
    g_autoptr(GPtrArray) fields = g_ptr_array_new_with_free_func(g_free);

    while (end > at && (end[-1] == '\n' || end[-1] == '\r'))
        end--;
    for (gboolean more = TRUE; more; at++) {
        GString *field = g_string_new(NULL);

        at = at < end && *at == '"' ? take_quoted(at, end, field) : take_plain(at, end, field);
        g_ptr_array_add(fields, g_string_free(field, FALSE));
        more = at < end;
        if (more && *at != ',') {
            g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                        "field %u: a quote stands inside; a field with one is in quotes, the quote "
                        "doubled",
                        fields->len);
            return NULL;
        }
    }
    g_ptr_array_add(fields, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&fields), FALSE);
}

char *
pd_csv_reports(PdReport *const *reports, guint n)
{
    GString *csv = g_string_new(NULL);

    for (const PdScalar *scalar = pd_scalars; scalar->name != NULL; scalar++)
        g_string_append_printf(csv, "%s%s", scalar == pd_scalars ? "" : ",", scalar->name);
    g_string_append_c(csv, '\n');
    for (guint i = 0; i < n; i++) {
        for (const PdScalar *scalar = pd_scalars; scalar->name != NULL; scalar++) {
            if (scalar != pd_scalars)
                g_string_append_c(csv, ',');
            pd_csv_append_value(csv, scalar->get(reports[i]));
        }
        g_string_append_c(csv, '\n');
    }
    return g_string_free(csv, FALSE);
}

char *
pd_csv_crossings(PdReport *const *reports, guint n)
{
    GString *csv = g_string_new("schedule,stage,micro_batch,crossing\n");

    for (guint i = 0; i < n; i++)
        for (guint s = 0; s < reports[i]->n_stages; s++)
            for (gint64 m = 0; m < reports[i]->micro_batches; m++)
                g_string_append_printf(csv, "%s,%u,%" G_GINT64_FORMAT ",%u\n", reports[i]->schedule,
                                       s, m, reports[i]->stages[s].crossings[m]);
    return g_string_free(csv, FALSE);
}

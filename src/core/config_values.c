/* The values of a config, as numbers, and the messages about them. */
#include <string.h>

#include "config_entries.h"
#include "errors.h"

gboolean
pd_config_has(const PdConfig *config, PdKey key)
{
    return config->entries[key].value != NULL;
}

gboolean
pd_config_has_section(const PdConfig *config, PdKey key)
{
    const char *section = pd_key_row(key)->section;

    for (PdKey other = 0; other < PD_N_KEYS; other++)
        if (pd_config_has(config, other) && strcmp(pd_key_row(other)->section, section) == 0)
            return TRUE;
    return FALSE;
}

const char *
pd_config_text(const PdConfig *config, PdKey key)
{
    return config->entries[key].value;
}

char *
pd_config_path(const PdConfig *config, PdKey key)
{
    const PdConfigEntry *entry = &config->entries[key];

    if (entry->value == NULL)
        return NULL;
    return strcmp(entry->folder, ".") == 0 || g_path_is_absolute(entry->value)
               ? g_strdup(entry->value)
               : g_build_filename(entry->folder, entry->value, NULL);
}

char *
pd_config_quote(const PdConfig *config, PdKey key)
{
    return pd_quote(pd_config_text(config, key));
}

gboolean
pd_config_is(const PdConfig *config, PdKey key, const char *word)
{
    return g_strcmp0(config->entries[key].value, word) == 0;
}

/* Values were checked when they entered, so that parsing them again cannot fail. */
static gint64
quantity(PdKey key, const char *text)
{
    gint64 value = 0;
    const gboolean parsed = pd_quantity_parse(text, pd_key_row(key)->dimension, &value, NULL);

    g_assert(parsed);
    return value;
}

static double
real(const char *text)
{
    double value = 0;
    const gboolean parsed = pd_real_parse(text, &value, NULL);

    g_assert(parsed);
    return value;
}

gint64
pd_config_quantity(const PdConfig *config, PdKey key, gint64 fallback)
{
    return pd_config_has(config, key) ? quantity(key, pd_config_text(config, key)) : fallback;
}

double
pd_config_real(const PdConfig *config, PdKey key, double fallback)
{
    return pd_config_has(config, key) ? real(pd_config_text(config, key)) : fallback;
}

static char **
list_items(const PdConfig *config, PdKey key, guint *n)
{
    char **items = pd_config_has(config, key) ? pd_list_split(pd_config_text(config, key)) : NULL;

    *n = items == NULL ? 0 : g_strv_length(items);
    return items;
}

gint64 *
pd_config_quantities(const PdConfig *config, PdKey key, guint *n)
{
    g_auto(GStrv) items = list_items(config, key, n);
    gint64 *values = g_new(gint64, *n);

    for (guint i = 0; i < *n; i++)
        values[i] = quantity(key, items[i]);
    return values;
}

double *
pd_config_reals(const PdConfig *config, PdKey key, guint *n)
{
    g_auto(GStrv) items = list_items(config, key, n);
    double *values = g_new(double, *n);

    for (guint i = 0; i < *n; i++)
        values[i] = real(items[i]);
    return values;
}

PdPoint *
pd_config_curve(const PdConfig *config, PdKey key, guint *n)
{
    g_auto(GStrv) items = list_items(config, key, n);
    PdPoint *points = g_new(PdPoint, *n);

    if (*n > 0 && !pd_list_is_curve(pd_config_text(config, key)))
        *n = 0;
    for (guint i = 0; i < *n; i++) {
        g_auto(GStrv) pair = g_strsplit(items[i], ":", 2);
        const gboolean parsed = pd_quantity_parse(pair[0], PD_COUNT, &points[i].size, NULL);

        g_assert(parsed);
        points[i].value = real(pair[1]);
    }
    return points;
}

gboolean
pd_config_check_length(const PdConfig *config, PdKey key, guint n, guint n_entries, const char *per,
                       GError **error)
{
    if (n == 1 || n == n_entries)
        return TRUE;
    if (n_entries <= 1)
        return pd_config_fail(config, key, error, "has %u values; 1 is right", n);
    return pd_config_fail(config, key, error, "has %u values; 1 or %u (one per %s) are right", n,
                          n_entries, per);
}

gboolean
pd_config_entries(const PdConfig *config, PdKey key, guint n_entries, const char *per,
                  gint64 **values, GError **error)
{
    guint n;
    g_autofree gint64 *given = pd_config_quantities(config, key, &n);

    if (n == 0)
        return TRUE;
    if (!pd_config_check_length(config, key, n, n_entries, per, error))
        return FALSE;
    g_free(*values);
    *values = g_new(gint64, n_entries);
    for (guint i = 0; i < n_entries; i++)
        (*values)[i] = given[n == 1 ? 0 : i];
    return TRUE;
}

gboolean
pd_config_fail(const PdConfig *config, PdKey key, GError **error, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error_literal(error, PD_ERROR, PD_ERROR_INPUT, message);
    return pd_config_prefix(config, key, error);
}

gboolean
pd_config_prefix(const PdConfig *config, PdKey key, GError **error)
{
    const PdKeyRow *row = pd_key_row(key);
    const char *origin = config->entries[key].origin;

    g_prefix_error(error, "%s: [%s] %s: ", origin != NULL ? origin : config->name, row->section,
                   row->name);
    return FALSE;
}

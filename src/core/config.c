#include "config_entries.h"

#include <string.h>

#include "data.h"
#include "errors.h"
#include "input.h"

/* A description of a pipeline is a page of text; what is larger is some other file. */
#define LARGEST_FILE (1024 * 1024)

/* Whom a value comes from, while it is being entered. */
typedef struct {
    const char *origin;
    const char *folder;
    const char *only_section; /* the one section that an included file may have; NULL: any */
    gboolean keep;            /* a value that is there stays */
} Source;

static void
entry_set(PdConfigEntry *entry, const char *value, const char *origin, const char *folder)
{
    /* the new texts may be the entry's own, so the old ones go last */
    PdConfigEntry old = *entry;

    *entry = (PdConfigEntry){ g_strdup(value), g_strdup(origin), g_strdup(folder) };
    g_free(old.value);
    g_free(old.origin);
    g_free(old.folder);
}

PdConfig *
pd_config_copy(const PdConfig *config)
{
    PdConfig *copy = g_new0(PdConfig, 1);

    copy->name = g_strdup(config->name);
    for (PdKey key = 0; key < PD_N_KEYS; key++) {
        const PdConfigEntry *entry = &config->entries[key];

        entry_set(&copy->entries[key], entry->value, entry->origin, entry->folder);
    }
    return copy;
}

void
pd_config_free(PdConfig *config)
{
    if (config == NULL)
        return;
    for (PdKey key = 0; key < PD_N_KEYS; key++)
        entry_set(&config->entries[key], NULL, NULL, NULL);
    g_free(config->name);
    g_free(config);
}

static gboolean fail_at(GError **error, const char *origin, const char *section, const char *name,
                        const char *format, ...) G_GNUC_PRINTF(5, 6);

static gboolean
fail_at(GError **error, const char *origin, const char *section, const char *name,
        const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s: [%s] %s: %s", origin, section, name, message);
    return FALSE;
}

/* Put the origin in front of the message of an error that is set. Returns FALSE. */
static gboolean
prefix_origin(const Source *source, GError **error)
{
    g_prefix_error(error, "%s: ", source->origin);
    return FALSE;
}

/* Enter the value of a key, checked. */
static gboolean
enter_key(PdConfig *config, const Source *source, PdKey key, const char *value, GError **error)
{
    g_autofree char *stripped = g_strstrip(g_strdup(value));
    const PdKeyRow *row = pd_key_row(key);

    if (!pd_key_check(key, stripped, error)) {
        g_prefix_error(error, "%s: [%s] %s: ", source->origin, row->section, row->name);
        return FALSE;
    }
    if (!source->keep || config->entries[key].value == NULL)
        entry_set(&config->entries[key], stripped, source->origin, source->folder);
    return TRUE;
}

/* The same for a key that its names tell. */
static gboolean
enter(PdConfig *config, const Source *source, const char *section, const char *name,
      const char *value, GError **error)
{
    PdKey key;

    if (!pd_key_require(section, name, &key, error))
        return prefix_origin(source, error);
    if (source->only_section != NULL &&
        (strcmp(section, source->only_section) != 0 || strcmp(name, "file") == 0))
        return fail_at(error, source->origin, section, name,
                       "does not belong here; this file has the section [%s] only, without 'file'",
                       source->only_section);
    return enter_key(config, source, key, value, error);
}

/*
 * Go through the lines once before GKeyFile does: it keeps the last of two keys of one name without
 * a word, and its messages quote a whole line, however long.
 */
static gboolean
check_lines(const Source *source, const char *text, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *section = NULL;

    for (guint i = 0; lines[i] != NULL; i++) {
        char *line = g_strstrip(lines[i]);
        char *end = strchr(line, *line == '[' ? ']' : '=');
        g_autofree char *quoted = pd_quote(line);
        g_autofree char *name = NULL;

        if (*line == '\0' || *line == '#')
            continue;
        if (end == NULL || end == line || (*line == '[' && (end[1] != '\0' || end == line + 1)) ||
            (*line != '[' && section == NULL)) {
            g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                        "%s: line %u: %s is neither a [section] nor a key = value in one, nor a "
                        "comment that starts with #",
                        source->origin, i + 1, quoted);
            return FALSE;
        }
        if (*line == '[') {
            g_free(section);
            section = g_strndup(line + 1, (gsize)(end - line - 1));
            name = g_strdup_printf("[%s]", section);
        } else {
            g_autofree char *key = g_strchomp(g_strndup(line, (gsize)(end - line)));

            name = g_strdup_printf("[%s] %s", section, key);
        }
        if (!g_hash_table_add(seen, g_strdup(name))) {
            g_autofree char *twice = pd_quote(name);

            g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                        "%s: line %u: %s stands twice; keep one of them", source->origin, i + 1,
                        twice);
            return FALSE;
        }
    }
    return TRUE;
}

/* A title and a path may hold escapes (\s, \n ...), which GKeyFile resolves; numbers may not. */
static char *
key_file_value(GKeyFile *file, const char *section, const char *name, GError **error)
{
    PdKey key;
    const gboolean text = pd_key_find(section, name, &key) && pd_key_row(key)->type == PD_TYPE_TEXT;

    return text ? g_key_file_get_string(file, section, name, error)
                : g_key_file_get_value(file, section, name, error);
}

static gboolean
enter_section(PdConfig *config, const Source *source, GKeyFile *file, const char *section,
              GError **error)
{
    g_auto(GStrv) names = g_key_file_get_keys(file, section, NULL, NULL);

    if (!pd_section_check(section, error))
        return prefix_origin(source, error);
    for (char **name = names; *name != NULL; name++) {
        g_autoptr(GError) failure = NULL;
        g_autofree char *value = key_file_value(file, section, *name, &failure);

        /* of a wrong escape GKeyFile returns the text as well */
        if (value == NULL || failure != NULL)
            return fail_at(error, source->origin, section, *name,
                           "has an escape that key files do not know; write \\\\ for a backslash");
        if (!enter(config, source, section, *name, value, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
enter_text(PdConfig *config, const Source *source, const char *text, gsize length, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) failure = NULL;
    g_auto(GStrv) sections = NULL;

    if (!g_utf8_validate(text, (gssize)length, NULL)) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "%s: is not a text file in UTF-8; a scenario is an INI file", source->origin);
        return FALSE;
    }
    if (!check_lines(source, text, error))
        return FALSE;
    /* without the flag, "devices[de] = 4" would vanish unless the user's locale is German */
    if (!g_key_file_load_from_data(file, text, length, G_KEY_FILE_KEEP_TRANSLATIONS, &failure)) {
        /* an empty file is not a key file to GLib, but merely lacks keys to us */
        if (g_error_matches(failure, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE) && length == 0)
            return TRUE;
        g_autofree char *quoted = pd_quote(failure->message);
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s: is not an INI file: %s", source->origin,
                    quoted);
        return FALSE;
    }
    sections = g_key_file_get_groups(file, NULL);
    for (char **section = sections; *section != NULL; section++)
        if (!enter_section(config, source, file, *section, error))
            return FALSE;
    return TRUE;
}

/* The text of a file, NUL-ended. */
static char *
read_file(const char *path, gsize *length, GError **error)
{
    return pd_input_read(path, LARGEST_FILE, "1 MiB; a scenario is an INI file of a few lines",
                         length, error);
}

PdConfig *
pd_config_parse(const char *name, const char *text, gsize length, GError **error)
{
    g_autoptr(PdConfig) config = g_new0(PdConfig, 1);
    g_autofree char *folder = g_path_get_dirname(name);
    Source source = { .folder = folder };

    source.origin = config->name = pd_printable(name);
    if (!enter_text(config, &source, text, length, error))
        return NULL;
    return g_steal_pointer(&config);
}

PdConfig *
pd_config_load(const char *path, GError **error)
{
    gsize length;
    g_autofree char *text = read_file(path, &length, error);

    return text == NULL ? NULL : pd_config_parse(path, text, length, error);
}

gboolean
pd_config_override(PdConfig *config, const char *option, const char *assignment, GError **error)
{
    const Source source = { .origin = option, .folder = "." };
    const char *equals = strchr(assignment, '=');
    const char *dot = strchr(assignment, '.');
    g_autofree char *section = NULL, *name = NULL;

    if (equals == NULL || dot == NULL || dot > equals || !g_utf8_validate(assignment, -1, NULL)) {
        g_autofree char *quoted = pd_quote(assignment);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "%s: %s is not of the form SECTION.KEY=VALUE, such as pipeline.devices=4",
                    option, quoted);
        return FALSE;
    }
    section = g_strstrip(g_strndup(assignment, (gsize)(dot - assignment)));
    name = g_strstrip(g_strndup(dot + 1, (gsize)(equals - dot - 1)));
    return enter(config, &source, section, name, equals + 1, error);
}

gboolean
pd_config_set(PdConfig *config, const char *option, PdKey key, const char *value, GError **error)
{
    const Source source = { .origin = option, .folder = "." };

    return enter_key(config, &source, key, value, error);
}

/* Where among the program's data an included file may be: by its name, or by a path as one writes
 * it in models/ or, for a scenario that was copied from there, in scenarios/. */
static const char *const model_folders[] = { "models", "scenarios", NULL };
static const char *const hardware_folders[] = { "models/hardware", "models", "scenarios", NULL };

/* The path of a file among the data; NULL where there is none. (transfer full) */
static char *
find_in_data(const char *name, const char *const *folders)
{
    for (; *folders != NULL; folders++) {
        g_autofree char *path = pd_data_path(*folders, name);

        if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
            return g_steal_pointer(&path);
    }
    return NULL;
}

char *
pd_config_find_included(const PdConfig *config, PdKey key, GError **error)
{
    const char *const *folders = key == PD_KEY_MODEL_FILE ? model_folders : hardware_folders;
    const char *name = pd_config_text(config, key);
    g_autofree char *beside = pd_config_path(config, key);
    g_autofree char *found = NULL, *printable = NULL, *folder = NULL, *where = NULL;

    /* what is there and cannot be read is told by who reads it */
    if (g_path_is_absolute(name) || g_file_test(beside, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&beside);
    found = find_in_data(name, folders);
    if (found != NULL)
        return g_steal_pointer(&found);
    printable = pd_printable(beside);
    folder = pd_data_path(*folders, NULL);
    where = pd_printable(folder);
    pd_config_fail(config, key, error, "%s: cannot be read: it is not there, nor in %s", printable,
                   where);
    return NULL;
}

static gboolean
include(PdConfig *config, PdKey key, GError **error)
{
    g_autofree char *path = NULL, *origin = NULL, *folder = NULL, *text = NULL;
    g_autoptr(GError) failure = NULL;
    Source source = { .only_section = pd_key_row(key)->section, .keep = TRUE };
    gsize length;

    if (!pd_config_has(config, key))
        return TRUE;
    path = pd_config_find_included(config, key, error);
    if (path == NULL)
        return FALSE;
    origin = pd_printable(path);
    folder = g_path_get_dirname(path);
    source.origin = origin;
    source.folder = folder;
    text = read_file(path, &length, &failure);
    if (text == NULL)
        return pd_config_fail(config, key, error, "%s", failure->message);
    return enter_text(config, &source, text, length, error);
}

gboolean
pd_config_include(PdConfig *config, GError **error)
{
    return include(config, PD_KEY_MODEL_FILE, error) &&
           include(config, PD_KEY_HARDWARE_FILE, error);
}

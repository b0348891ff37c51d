/*
 * The values of a scenario file, as text, each with where it came from.
 *
 * A config is read from a GLib key file, may be changed by overrides ("SECTION.KEY=VALUE", the
 * last one wins) and completed from the files that [model] and [hardware] name. Whatever enters is
 * checked against the table in keys.h, so a config holds known keys with well-formed values only;
 * what a value means together with others is for those who read it.
 *
 * All messages have the form "FILE: [section] key: what is wrong and what would be right", with
 * the option ("--set") in the place of FILE for a value that an override gave.
 */
#pragma once

#include "keys.h"

typedef struct PdConfig PdConfig;

/*
 * Read a scenario file.
 *
 * Returns: (transfer full) the config; NULL with error set.
 * Errors: PD_ERROR_INPUT for a file that cannot be read or is no key file, a section or key that
 * is unknown or stands twice, a value that is not well formed.
 */
PdConfig *pd_config_load(const char *path, GError **error);

/* The same from text; name stands for the file in messages and paths in it are relative to it. */
PdConfig *pd_config_parse(const char *name, const char *text, gsize length, GError **error);

PdConfig *pd_config_copy(const PdConfig *config);
void pd_config_free(PdConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdConfig, pd_config_free)

/*
 * Apply one override, "SECTION.KEY=VALUE"; a path in it is relative to the current folder.
 *
 * option: what the user wrote it for, "--set"; it stands in the place of FILE in messages.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_config_override(PdConfig *config, const char *option,
                                                      const char *assignment, GError **error);

/* The same for a key that has been found. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_config_set(PdConfig *config, const char *option, PdKey key,
                                                 const char *value, GError **error);

/*
 * Complete [model] and [hardware] from the files that their key "file" names. A key that the config
 * has already keeps its value.
 *
 * A relative path that is not there is looked for among the program's data (data.h): in models/ or
 * models/hardware/, then as if it stood in models/ or scenarios/, so that "gpt2-medium.ini" is
 * known anywhere and a scenario may be copied from there.
 *
 * Errors: PD_ERROR_INPUT for a file that is nowhere or that pd_config_load() would refuse.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_config_include(PdConfig *config, GError **error);

/*
 * Find the file that pd_config_include() would read for a key.
 *
 * key: PD_KEY_MODEL_FILE or PD_KEY_HARDWARE_FILE, which the config has.
 * Returns: (transfer full) its path; NULL with error set.
 * Errors: PD_ERROR_INPUT for a file that is nowhere.
 */
char *pd_config_find_included(const PdConfig *config, PdKey key, GError **error);

gboolean pd_config_has(const PdConfig *config, PdKey key);

/* Whether any key of the section that this key belongs to is present. */
gboolean pd_config_has_section(const PdConfig *config, PdKey key);

/* The text of a value, NULL where the key is absent. (transfer none) */
const char *pd_config_text(const PdConfig *config, PdKey key);

/* The path that a value states, relative to the file that gave it, as one that can be opened; NULL
 * where the key is absent. (transfer full) */
char *pd_config_path(const PdConfig *config, PdKey key);

/* The text of a value that is present, as pd_quote() puts it, for messages. (transfer full) */
char *pd_config_quote(const PdConfig *config, PdKey key);

/* A word or text compared; FALSE where the key is absent. */
gboolean pd_config_is(const PdConfig *config, PdKey key, const char *word);

/* The value of a single quantity or real; the fallback where the key is absent. */
gint64 pd_config_quantity(const PdConfig *config, PdKey key, gint64 fallback);
double pd_config_real(const PdConfig *config, PdKey key, double fallback);

/*
 * The values of a list.
 *
 * n: where to put how many there are; 0 where the key is absent.
 * Returns: (transfer full) n numbers.
 */
gint64 *pd_config_quantities(const PdConfig *config, PdKey key, guint *n);
double *pd_config_reals(const PdConfig *config, PdKey key, guint *n);

/* One pair of a curve: the value that was measured at a size. */
typedef struct {
    gint64 size;
    double value;
} PdPoint;

/*
 * The pairs of a list that is a curve (PD_CURVE in keys.h), sizes ascending.
 *
 * n: where to put how many there are; 0 where the key is absent or holds plain values, which
 * pd_config_reals() reads.
 * Returns: (transfer full) n points.
 */
PdPoint *pd_config_curve(const PdConfig *config, PdKey key, guint *n);

/*
 * Check that a list has one value, which stands for all, or one per entry.
 *
 * per: what an entry is, for the message: "device", "link", ...
 * Errors: PD_ERROR_INPUT.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_config_check_length(const PdConfig *config, PdKey key,
                                                          guint n, guint n_entries, const char *per,
                                                          GError **error);

/*
 * The values of a list of quantities, one per entry.
 *
 * values: (transfer full) n_entries numbers; unchanged where the key is absent. What it held before
 * is freed.
 * Errors: PD_ERROR_INPUT for a list of the wrong length.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_config_entries(const PdConfig *config, PdKey key,
                                                     guint n_entries, const char *per,
                                                     gint64 **values, GError **error);

/* Set an error about a key: its place, then the message. Returns FALSE, to be returned at once. */
gboolean pd_config_fail(const PdConfig *config, PdKey key, GError **error, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* Put a key's place in front of the message of an error that is set. Returns FALSE. */
gboolean pd_config_prefix(const PdConfig *config, PdKey key, GError **error);

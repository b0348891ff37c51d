/*
 * A fuzz target: overrides, as --set has them, one on each line, applied to a small scenario. Each
 * is refused in one short line and changes nothing, or it is applied; what results is refused or
 * runs. Seeds are in tests/fuzz/corpus/override:
 *
 *   build-fuzz/tests/fuzz_override -timeout=10 FOLDER tests/fuzz/corpus/override
 *
 * Every other mutation sets a line to a key of the table in keys.h with a value that such a key
 * might have.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "fuzz_mutate.h"
#include "fuzz_run.h"
#include "fuzz_support.h"
#include "fuzz_values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* A scenario that every key can make another of. */
static const char base[] =
    "[pipeline]\nschedule = paci\ndevices = 4\nmicro-batches = 8\nmini-batches = 2\n"
    "[model]\nlayers = 8\nheads = 2\nhidden = 64\ncontext = 32\nvocabulary = 100\n"
    "[hardware]\ncompute = 1 TFLOP/s\nefficiency = 0.5\nlink-bandwidth = 10 GB/s\n";

/* Whether two configs have the same values. */
static gboolean
is_same(const PdConfig *a, const PdConfig *b)
{
    for (PdKey key = 0; key < PD_N_KEYS; key++)
        if (g_strcmp0(pd_config_text(a, key), pd_config_text(b, key)) != 0)
            return FALSE;
    return TRUE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(PdConfig) config = pd_config_parse("fuzz.ini", base, strlen(base), NULL);

    g_assert_nonnull(config);
    for (char **line = lines; *line != NULL; line++) {
        g_autoptr(PdConfig) before = pd_config_copy(config);
        g_autoptr(GError) error = NULL;

        if (pd_config_override(config, "--set", *line, &error))
            continue;
        fuzz_check_error(error);
        g_assert_true(is_same(config, before));
    }
    fuzz_run(config);
    return 0;
}

/* The text with one of its lines, or a new last one, set to "SECTION.KEY=VALUE". */
static GString *
set_line(const char *text, GRand *rand)
{
    const PdKey key = (PdKey)g_rand_int_range(rand, 0, PD_N_KEYS);
    const PdKeyRow *row = pd_key_row(key);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    const guint n = g_strv_length(lines);
    const guint which = (guint)g_rand_int_range(rand, 0, (gint32)MIN(n, 10) + 1);
    GString *changed = g_string_new(NULL);

    for (guint i = 0; i <= n; i++) {
        if (i != which && i < n)
            g_string_append(changed, lines[i]);
        if (i == which) {
            g_string_append_printf(changed, "%s.%s=", row->section, row->name);
            fuzz_append_value(changed, key, rand);
        }
        if (i + 1 < n || (i + 1 == n && which == n))
            g_string_append_c(changed, '\n');
    }
    return changed;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    return fuzz_mutate(data, size, max_size, seed, set_line);
}

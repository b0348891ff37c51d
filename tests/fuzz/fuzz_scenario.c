/*
 * A fuzz target: whatever text stands in a scenario file, it is refused in one short line or it
 * runs to an end, and its report can be printed. Seeds are the files of tests/data and scenarios:
 *
 *   CC=clang meson setup build-fuzz -Dfuzzing=true -Db_lto=false -Db_lundef=false
 *   meson compile -C build-fuzz
 *   mkdir corpus && cp -r tests/data/good tests/data/bad scenarios corpus
 *   build-fuzz/tests/fuzz_scenario -timeout=10 corpus
 *
 * Every other mutation sets a key of the table in keys.h, in its section, to a value that such a
 * key might have.
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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_malloc0(size + 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = NULL;

    /* NUL-ended, as whoever reads a file leaves it */
    if (size > 0)
        memcpy(text, data, size);
    config = pd_config_parse("fuzz.ini", text, size, &error);
    if (config == NULL)
        fuzz_check_error(error);
    else
        fuzz_run(config);
    return 0;
}

/* The text with some key set to a value in its section, which is added where it is not there. */
static GString *
set_key(const char *text, GRand *rand)
{
    const PdKey key = (PdKey)g_rand_int_range(rand, 0, PD_N_KEYS);
    const PdKeyRow *row = pd_key_row(key);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *header = g_strdup_printf("[%s]", row->section);
    GString *changed = g_string_new(NULL);
    gboolean inside = FALSE, done = FALSE;

    for (char **line = lines; *line != NULL; line++) {
        if (**line == '[')
            inside = g_str_equal(*line, header);
        else if (inside && g_str_has_prefix(*line, row->name))
            continue;
        g_string_append_printf(changed, "%s%s", *line, line[1] == NULL ? "" : "\n");
        if (inside && !done) {
            g_string_append_printf(changed, "%s = ", row->name);
            fuzz_append_value(changed, key, rand);
            g_string_append_c(changed, '\n');
            done = TRUE;
        }
    }
    if (!done) {
        g_string_append_printf(changed, "\n%s\n%s = ", header, row->name);
        fuzz_append_value(changed, key, rand);
    }
    return changed;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    return fuzz_mutate(data, size, max_size, seed, set_key);
}

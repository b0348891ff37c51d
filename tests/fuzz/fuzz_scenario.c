/*
 * A fuzz target: whatever text stands in a scenario file, it is refused in one short line or it
 * runs to an end, and its report can be printed. Seeds are the files of tests/data and scenarios:
 *
 *   CC=clang meson setup build-fuzz -Dfuzzing=true -Db_lto=false -Db_lundef=false
 *   meson compile -C build-fuzz
 *   mkdir corpus && cp -r tests/data/good tests/data/bad scenarios corpus
 *   build-fuzz/tests/fuzz_scenario -timeout=10 corpus
 *
 * Bytes alone would hardly ever make a key of a scenario. So every other mutation sets a key of
 * the table in keys.h, in its section, to a value that such a key might have.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "derive.h"
#include "errors.h"
#include "fuzz_support.h"
#include "schedules.h"
#include "simulator.h"

#define MOST_STAGES     64
#define MOST_OPERATIONS 20000 /* micro-batches times stages */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size); /* of libFuzzer */

/* --- a run ------------------------------------------------------------------------------------ */

static void
simulate(const PdScenario *scenario)
{
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(scenario, TRUE);
    g_autoptr(PdReport) report = NULL;
    g_autoptr(GError) error = NULL;
    PdSink *sinks[PD_N_LEDGERS + 1] = { NULL };
    PdStream stream;

    pd_ledgers_sinks(ledgers, sinks);
    pd_stream_init(&stream, sinks);
    if (!pd_simulate(scenario, &stream, &error)) {
        /* a scenario may overflow the clock, but no scenario makes a schedule deadlock */
        g_assert_true(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
        fuzz_check_error(error);
        return;
    }
    report = pd_report_new(ledgers, "simulator");
    fuzz_check_report(report);
    for (guint s = 0; s < report->n_stages; s++)
        g_assert_cmpint(report->stages[s].crossing.max, <=, report->stages[s].bound);
    fuzz_print(report);
}

/* --- a scenario ------------------------------------------------------------------------------- */

static PdScenario *
resolve(const PdConfig *config, GError **error)
{
    g_autoptr(PdScenario) scenario = pd_scenario_new(config, pd_schedules, error);
    g_auto(PdCosts) costs = { { NULL } };
    g_auto(GStrv) unused = NULL;

    if (scenario == NULL || !pd_costs_derive(&costs, scenario, config, error) ||
        !pd_scenario_complete(scenario, config, &costs, error))
        return NULL;
    unused = pd_scenario_unused_keys(scenario, config);
    return g_steal_pointer(&scenario);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_malloc0(size + 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = NULL;
    g_autoptr(PdScenario) scenario = NULL;

    /* NUL-ended, as whoever reads a file leaves it */
    if (size > 0)
        memcpy(text, data, size);
    config = pd_config_parse("fuzz.ini", text, size, &error);
    if (config == NULL) {
        fuzz_check_error(error);
        return 0;
    }
    if (fuzz_is_heavy(config))
        return 0;
    scenario = resolve(config, &error);
    if (scenario == NULL)
        fuzz_check_error(error);
    else if (scenario->n_stages <= MOST_STAGES &&
             scenario->n_micro_batches <= MOST_OPERATIONS / scenario->n_stages)
        simulate(scenario);
    return 0;
}

/* --- mutations -------------------------------------------------------------------------------- */

static const char *
any_of(const char *const *texts, guint n, GRand *rand)
{
    return texts[g_rand_int_range(rand, 0, (gint32)n)];
}

#define ANY_OF(texts, rand) any_of(texts, G_N_ELEMENTS(texts), rand)

static void
append_number(GString *text, const PdKeyRow *row, GRand *rand)
{
    static const char *const numbers[] = { "0",   "1",     "2",    "3",    "4",   "5",
                                           "8",   "9.5",   "16",   "100",  "1e3", "1e9",
                                           "0.5", "9e18",  "-1",   ".",    "1e",  "1e-9",
                                           "",    "1e999", "0.49", "12345" };
    static const char *const units[][4] = {
        [PD_DURATION] = { " ns", " us", " ms", " s" },
        [PD_SIZE] = { " B", " kB", " MiB", " TiB" },
        [PD_BANDWIDTH] = { " bit/s", " GB/s", " B/s", " TiB/s" },
        [PD_COMPUTE] = { " FLOP/s", " GFLOP/s", " TFLOP/s", " PFLOP/s" },
        [PD_COUNT] = { "", "", "", " %" },
    };

    g_string_append(text, ANY_OF(numbers, rand));
    g_string_append(text,
                    ANY_OF(units[row->type == PD_TYPE_REAL ? PD_COUNT : row->dimension], rand));
}

static void
append_value(GString *text, PdKey key, GRand *rand)
{
    static const char *const syntax[] = { "auto", "auto+1", "auto*2", "auto*", "3", "1;2;3;4",
                                          "2;2",  "auto-1", "0",      "1;1",   "",  "9e18" };
    static const char *const titles[] = { "a", "", "#", "\\n", "\\", "\303\266", "\"a\", b" };
    const PdKeyRow *row = pd_key_row(key);
    guint n =
        (row->flags & PD_LIST) && g_rand_boolean(rand) ? (guint)g_rand_int_range(rand, 1, 9) : 1;

    if (key == PD_KEY_PIPELINE_SCHEDULE) {
        const gint32 schedule = g_rand_int_range(rand, 0, 6);

        g_string_append(text, pd_schedules[schedule]->name);
    } else if (row->type == PD_TYPE_WORD) {
        g_string_append(text, any_of(row->words, g_strv_length((char **)row->words), rand));
    } else if (row->type == PD_TYPE_SYNTAX) {
        g_string_append(text, ANY_OF(syntax, rand));
    } else if (row->type == PD_TYPE_TEXT) {
        g_string_append(text, ANY_OF(titles, rand));
    } else {
        const gboolean curve = (row->flags & PD_CURVE) && g_rand_boolean(rand);

        for (; n > 0; n--) {
            if (curve)
                g_string_append_printf(text, "%d:", g_rand_int_range(rand, 0, 9));
            append_number(text, row, rand);
            if (n > 1)
                g_string_append_c(text, ';');
        }
    }
}

/* The text with a key set to a value in its section, which is added where it is not there. */
static GString *
set_key(const char *text, PdKey key, GRand *rand)
{
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
            append_value(changed, key, rand);
            g_string_append_c(changed, '\n');
            done = TRUE;
        }
    }
    if (!done) {
        g_string_append_printf(changed, "\n%s\n%s = ", header, row->name);
        append_value(changed, key, rand);
    }
    return changed;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    g_autofree char *text = NULL;
    g_autoptr(GString) changed = NULL;

    if (g_rand_boolean(rand))
        return LLVMFuzzerMutate(data, size, max_size);
    text = g_strndup((const char *)data, size);
    changed = set_key(text, (PdKey)g_rand_int_range(rand, 0, PD_N_KEYS), rand);
    size = MIN(changed->len, max_size);
    memcpy(data, changed->str, size);
    return size;
}

#include "fuzz_values.h"

#include "schedules.h"

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

void
fuzz_append_value(GString *text, PdKey key, GRand *rand)
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

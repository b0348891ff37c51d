#include <string.h>

#include "labels.h"
#include "scalars.h"
#include "sweep_row.h"
#include "table.h"
#include "text_table.h"

#define TERMINAL     80
#define LONGEST_CELL 24

/* The scalars that tell most, in the order of the columns. What does not fit the terminal is left
 * out from the end of the other order: the last to go tell most. */
static const struct {
    const char *header;
    const char *name;
    int rank;
} columns[] = {
    { "makespan", "makespan_ns", 3 },
    { "micro-b./s", "throughput_micro_batches_per_s", 0 },
    { "tokens/s", "throughput_tokens_per_s", 0 },
    { "bubble", "bubble_fraction", 4 },
    { "steady", "steady_bubble_fraction", 5 },
    { "peak mem", "max_peak_memory_bytes", 1 },
    { "crossing", "max_crossing", 2 },
    { "mismatch", "max_mismatch", 6 },
};

enum { N_COLUMNS = G_N_ELEMENTS(columns), N_RANKS = 7 };

/* The key without its section, unless another one has the same. (transfer full) */
static char *
header_of(const PdSpace *space, guint key)
{
    const char *name = pd_key_row(pd_space_vary(space, key)->key)->name;

    for (guint other = 0; other < pd_space_n_keys(space); other++)
        if (other != key && strcmp(pd_key_row(pd_space_vary(space, other)->key)->name, name) == 0)
            return g_strdup(pd_space_vary(space, key)->name);
    return g_strdup(name);
}

static char *
shortened(const char *text)
{
    if (g_utf8_strlen(text, -1) <= LONGEST_CELL)
        return g_strdup(text);
    g_autofree char *start = g_utf8_substring(text, 0, LONGEST_CELL - 3);
    return g_strconcat(start, "...", NULL);
}

/* What does not fit the devices is marked, and what is invalid is a dash. */
static char *
cell(const PdSweepRow *row, const char *name)
{
    const PdValue fits = pd_sweep_row_value(row, pd_scalar_number("fits_memory"));
    g_autofree char *text = pd_table_cell(name, pd_sweep_row_value(row, pd_scalar_number(name)));
    const gboolean marked = strcmp(name, "max_peak_memory_bytes") == 0 &&
                            fits.type == PD_VALUE_BOOLEAN && fits.integer == 0;

    return g_strconcat(marked ? "! " : "", text, NULL);
}

/* Whether any row has tokens, which tell more than micro-batches. */
static gboolean
has_tokens(PdSweepRow *const *rows, gsize n)
{
    const guint tokens = pd_scalar_number("throughput_tokens_per_s");

    for (gsize i = 0; i < n; i++)
        if (!pd_value_is_null(pd_sweep_row_value(rows[i], tokens)))
            return TRUE;
    return FALSE;
}

/* The table with the columns of the first ranks. (transfer full) */
static char *
print(const PdSpace *space, PdSweepRow *const *rows, gsize n, int n_ranks, gboolean tokens)
{
    g_autoptr(GPtrArray) headers = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(PdTextTable) table = NULL;
    const char *shown[N_COLUMNS];
    guint n_shown = 0;
    GString *text = g_string_new(NULL);

    for (guint key = 0; key < pd_space_n_keys(space); key++)
        g_ptr_array_add(headers, header_of(space, key));
    for (gsize i = 0; i < N_COLUMNS; i++) {
        if (columns[i].rank >= n_ranks ||
            strcmp(columns[i].header, tokens ? "micro-b./s" : "tokens/s") == 0)
            continue;
        g_ptr_array_add(headers, g_strdup(columns[i].header));
        shown[n_shown++] = columns[i].name;
    }
    g_ptr_array_add(headers, NULL);
    table = pd_text_table_new((const char *const *)headers->pdata);
    for (gsize i = 0; i < n; i++) {
        for (guint key = 0; key < pd_space_n_keys(space); key++)
            pd_text_table_add(table, shortened(pd_space_value(space, rows[i]->point, key)));
        for (guint j = 0; j < n_shown; j++)
            pd_text_table_add(table, cell(rows[i], shown[j]));
    }
    pd_text_table_print(table, text);
    return g_string_free(text, FALSE);
}

static glong
width_of(const char *table)
{
    glong widest = 0;

    for (const char *end; (end = strchr(table, '\n')) != NULL; table = end + 1)
        widest = MAX(widest, g_utf8_strlen(table, end - table));
    return widest;
}

char *
pd_sweep_table(const PdSpace *space, const char *title, PdSweepRow *const *rows, gsize n)
{
    const gboolean tokens = has_tokens(rows, n);
    g_autofree char *table = NULL;
    GString *text = g_string_new(NULL);

    for (int n_ranks = N_RANKS; n_ranks > 0; n_ranks--) {
        g_free(table);
        table = print(space, rows, n, n_ranks, tokens);
        if (width_of(table) <= TERMINAL)
            break;
    }
    pd_label_head(text, title);
    g_string_append_printf(text, "%" G_GSIZE_FORMAT " of %" G_GINT64_FORMAT " points\n\n%s", n,
                           space->n_points, table);
    if (strstr(table, "! ") != NULL)
        g_string_append(text, "! does not fit the devices' memory\n");
    return g_string_free(text, FALSE);
}

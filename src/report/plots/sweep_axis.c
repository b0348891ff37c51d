#include "sweep_axis.h"
#include "labels.h"

#include <math.h>
#include <string.h>

#include "panels.h"
#include "scale.h"
#include "script.h"
#include "units.h"

#define CHARACTER    7.5 /* px */
#define LEAST_TIC    26  /* px from one tic to the next */
#define WIDE_TIC     56
#define STEP         44  /* px of equal steps */
#define NARROWER     0.8 /* than the characters of a name */
#define LEAST_FACTOR 1.5
#define SAME         0.01
#define PAD          0.03 /* of an axis, at both ends */

/* --- values of a key -------------------------------------------------------------------------- */

static void
collect(PdSweepAxis *self, const PdSweepRows *rows, guint key)
{
    g_autoptr(GHashTable) numbers = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint row = 0; row < rows->rows->len; row++) {
        const char *text = ((const PdSavedRow *)rows->rows->pdata[row])->keys[key];
        gpointer number;

        if (!g_hash_table_lookup_extended(numbers, text, NULL, &number)) {
            number = GUINT_TO_POINTER(self->values->len);
            g_hash_table_insert(numbers, (gpointer)text, number);
            g_ptr_array_add(self->values, (gpointer)text);
        }
        self->of_row[row] = GPOINTER_TO_UINT(number);
    }
}

/* All values as plain numbers, or as quantities of a dimension. */
static gboolean
parse_numbers(PdSweepAxis *self)
{
    for (guint i = 0; i < self->values->len; i++)
        if (!pd_real_parse(self->values->pdata[i], &self->at[i], NULL))
            return FALSE;
    return TRUE;
}

static gboolean
parse_quantities(PdSweepAxis *self, PdDimension dimension)
{
    for (guint i = 0; i < self->values->len; i++) {
        gint64 value;

        if (!pd_quantity_parse(self->values->pdata[i], dimension, &value, NULL))
            return FALSE;
        self->at[i] = (double)value;
    }
    return TRUE;
}

static double
most_of(const PdSweepAxis *self)
{
    double most = 0;

    for (guint i = 0; i < self->values->len; i++)
        most = fmax(most, self->at[i]);
    return most;
}

static PdScale
scale_of(PdDimension dimension, double most)
{
    static const PdScale bandwidths[] = {
        { "GB/s", 8e9 }, { "MB/s", 8e6 }, { "kB/s", 8e3 }, { "B/s", 8 }
    };
    static const PdScale computes[] = {
        { "PFLOP/s", 1e15 }, { "TFLOP/s", 1e12 }, { "GFLOP/s", 1e9 }, { "FLOP/s", 1 }
    };
    const PdScale *scale = dimension == PD_BANDWIDTH ? bandwidths : computes;

    if (dimension == PD_DURATION)
        return pd_scale_time((gint64)most);
    if (dimension == PD_SIZE)
        return pd_scale_size((gint64)most);
    while (most < scale->per_unit && scale->per_unit > 8)
        scale++;
    return *scale;
}

static gboolean
parse(PdSweepAxis *self)
{
    static const PdDimension dimensions[] = { PD_DURATION, PD_SIZE, PD_BANDWIDTH, PD_COMPUTE };

    self->unit = "";
    if (parse_numbers(self))
        return TRUE;
    for (guint d = 0; d < G_N_ELEMENTS(dimensions); d++) {
        if (parse_quantities(self, dimensions[d])) {
            const PdScale scale = scale_of(dimensions[d], most_of(self));

            for (guint i = 0; i < self->values->len; i++)
                self->at[i] /= scale.per_unit;
            self->unit = scale.unit;
            return TRUE;
        }
    }
    return FALSE;
}

static int
compare_places(gconstpointer a, gconstpointer b, gpointer axis)
{
    const double *at = ((const PdSweepAxis *)axis)->at;
    const double x = at[*(const guint *)a], y = at[*(const guint *)b];

    return x < y ? -1 : x > y ? 1 : 0;
}

/* Put the values into the order of their numbers. */
static void
sort(PdSweepAxis *self, guint n_rows)
{
    const guint n = self->values->len;
    g_autofree guint *order = g_new(guint, n), *places = g_new(guint, n);
    g_autofree gpointer *values = g_new(gpointer, n);
    g_autofree double *at = g_new(double, n);

    for (guint i = 0; i < n; i++)
        order[i] = i;
    g_qsort_with_data(order, (gint)n, sizeof *order, compare_places, self);
    for (guint i = 0; i < n; i++) {
        places[order[i]] = i;
        values[i] = self->values->pdata[order[i]];
        at[i] = self->at[order[i]];
    }
    memcpy(self->values->pdata, values, n * sizeof *values);
    memcpy(self->at, at, n * sizeof *at);
    for (guint row = 0; row < n_rows; row++)
        self->of_row[row] = places[self->of_row[row]];
}

static gboolean
is_logarithmic(const PdSweepAxis *self)
{
    const guint n = self->values->len;
    const double *at = self->at, first = n < 3 || at[0] <= 0 ? 0 : at[1] / at[0];
    const double last = n < 3 || at[0] <= 0 ? 0 : at[n - 1] / at[n - 2];

    if (first < LEAST_FACTOR)
        return FALSE;
    for (guint i = 2; i + 1 < n; i++)
        if (fabs(at[i] / at[i - 1] / first - 1) > SAME)
            return FALSE;
    /* of three values there is no telling that the last step is a shorter one */
    return last < first * (1 + SAME) && last > (n == 3 ? first * (1 - SAME) : 1);
}

void
pd_sweep_axis_init(PdSweepAxis *axis, const PdSweepRows *rows, guint key)
{
    const guint n_rows = rows->rows->len;

    *axis = (PdSweepAxis){
        .name = rows->names[key],
        .values = g_ptr_array_new(),
        .of_row = g_new(guint, n_rows),
    };
    collect(axis, rows, key);
    axis->at = g_new(double, axis->values->len);
    axis->numeric = parse(axis);
    if (axis->numeric) {
        sort(axis, n_rows);
        axis->logarithmic = is_logarithmic(axis);
    }
    for (guint i = 0; i < axis->values->len; i++)
        axis->at[i] = axis->logarithmic ? log10(axis->at[i]) : axis->numeric ? axis->at[i] : i;
}

void
pd_sweep_axis_clear(PdSweepAxis *axis)
{
    g_clear_pointer(&axis->values, g_ptr_array_unref);
    g_clear_pointer(&axis->of_row, g_free);
    g_clear_pointer(&axis->at, g_free);
}

void
pd_sweep_axis_to_categories(PdSweepAxis *axis)
{
    axis->numeric = axis->logarithmic = FALSE;
    axis->unit = "";
    for (guint i = 0; i < axis->values->len; i++)
        axis->at[i] = i;
}

/* --- an axis ---------------------------------------------------------------------------------- */

void
pd_sweep_axis_range(const PdSweepAxis *axis, double *from, double *to)
{
    const double first = axis->at[0], last = axis->at[axis->values->len - 1];
    const double pad = !axis->numeric || last <= first ? 0.5 : PAD * (last - first);

    *from = first - pad;
    *to = last + pad;
}

char *
pd_sweep_axis_title(const PdSweepAxis *axis)
{
    return *axis->unit == '\0' || axis->logarithmic
               ? g_strdup(axis->name)
               : g_strdup_printf("%s (%s)", axis->name, axis->unit);
}

/* px of the widest value, as far as it is shown. */
static double
widest(const PdSweepAxis *self, double most_px)
{
    double px = 0;

    for (guint i = 0; i < self->values->len; i++)
        px = fmax(px, CHARACTER * (double)g_utf8_strlen(self->values->pdata[i], -1));
    return fmin(px, most_px);
}

static void
add_tic(GArray *at, GPtrArray *texts, double place, char *text)
{
    g_array_append_val(at, place);
    g_ptr_array_add(texts, text);
}

/* Values themselves, as many as there is room for. */
static void
add_values(const PdSweepAxis *self, double per_unit_px, GArray *at, GPtrArray *texts)
{
    const double room = self->numeric ? WIDE_TIC : per_unit_px;
    const double apart = self->numeric ? widest(self, WIDE_TIC) + 8 : LEAST_TIC;
    double last = -INFINITY;

    for (guint i = 0; i < self->values->len; i++) {
        if ((self->at[i] - last) * per_unit_px < apart)
            continue;
        last = self->at[i];
        add_tic(at, texts, last,
                pd_label_fit(self->values->pdata[i],
                             pd_panels_characters(fmax(room, apart) / NARROWER)));
    }
}

static void
add_steps(double from, double to, double px, GArray *at, GPtrArray *texts)
{
    const double step = pd_scale_step(to - from, px / STEP);

    for (double i = ceil(from / step - 1e-9); i * step <= to + 1e-9 * step; i++)
        add_tic(at, texts, i * step, g_strdup_printf("%g", i * step + 0.0)); /* no -0 */
}

void
pd_sweep_axis_print(const PdSweepAxis *axis, const char *name, double px, GString *script)
{
    g_autoptr(GArray) at = g_array_new(FALSE, FALSE, sizeof(double));
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *tics = g_strconcat(name, "_tics", NULL);
    g_autofree char *labels = g_strconcat(name, "_texts", NULL);
    g_autofree char *n = g_strconcat(name, "_n", NULL);
    double from, to;

    pd_sweep_axis_range(axis, &from, &to);
    if (axis->numeric && !axis->logarithmic && axis->values->len > 1)
        add_steps(from, to, px, at, texts);
    else
        add_values(axis, px / (to - from), at, texts);
    pd_script_integer(script, n, at->len);
    pd_script_reals(script, tics, (const double *)(const void *)at->data, at->len);
    pd_script_texts(script, labels, (const char *const *)texts->pdata, texts->len);
}

guint
pd_sweep_keys(const PdSweepRows *rows, guint *keys)
{
    guint n = 0;

    for (guint key = 0; key < rows->n_keys; key++) {
        const PdSavedRow *first = rows->rows->pdata[0];
        gboolean varied = FALSE;

        for (guint row = 1; row < rows->rows->len && !varied; row++)
            varied = strcmp(((const PdSavedRow *)rows->rows->pdata[row])->keys[key],
                            first->keys[key]) != 0;
        if (varied)
            keys[n++] = key;
    }
    if (n == 0)
        keys[n++] = 0;
    return n;
}

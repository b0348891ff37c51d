#include "space.h"

#include <stdlib.h>

#include "errors.h"
#include "hash.h"

static void
clear_vary(gpointer vary)
{
    pd_vary_clear(vary);
}

static gboolean
check_distinct(const PdSpace *self, GError **error)
{
    const guint last = pd_space_n_keys(self) - 1;

    for (guint i = 0; i < last; i++) {
        if (pd_space_vary(self, i)->key == pd_space_vary(self, last)->key) {
            g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                        "--vary: %s is given twice; put all its values behind one --vary",
                        pd_space_vary(self, i)->name);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
count_pairs(PdSpace *self, GError **error)
{
    const PdVary *first = pd_space_vary(self, 0);

    for (guint i = 1; i < pd_space_n_keys(self); i++) {
        const PdVary *vary = pd_space_vary(self, i);

        if (vary->values->len != first->values->len) {
            g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                        "--zip: %s has %u values and %s has %u; as many of each are right",
                        first->name, first->values->len, vary->name, vary->values->len);
            return FALSE;
        }
    }
    self->n_all = first->values->len;
    return TRUE;
}

static gboolean
count_product(PdSpace *self, GError **error)
{
    self->n_all = 1;
    for (guint i = 0; i < pd_space_n_keys(self); i++) {
        if (__builtin_mul_overflow(self->n_all, (gint64)pd_space_vary(self, i)->values->len,
                                   &self->n_all)) {
            g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                        "--vary: the product has more points than can be counted; fewer values "
                        "are right");
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
pd_space_init(PdSpace *space, const char *const *texts, gboolean zip, GError **error)
{
    gboolean counted;

    *space = (PdSpace){ .varies = g_array_new(FALSE, TRUE, sizeof(PdVary)), .zip = zip };
    g_array_set_clear_func(space->varies, clear_vary);
    for (; *texts != NULL; texts++) {
        g_array_set_size(space->varies, space->varies->len + 1);
        if (!pd_vary_parse(&g_array_index(space->varies, PdVary, space->varies->len - 1), "--vary",
                           *texts, error) ||
            !check_distinct(space, error))
            return FALSE;
    }
    g_assert(pd_space_n_keys(space) > 0);
    counted = zip ? count_pairs(space, error) : count_product(space, error);
    space->n_points = space->n_all;
    return counted;
}

void
pd_space_clear(PdSpace *space)
{
    g_clear_pointer(&space->varies, g_array_unref);
    g_clear_pointer(&space->sample, g_free);
}

static int
compare_numbers(const void *a, const void *b)
{
    const gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

    return (x > y) - (x < y);
}

/* Floyd's algorithm (Bentley and Floyd 1987, CACM 30(9)): n different ones of all in n draws. */
void
pd_space_sample(PdSpace *space, gint64 n, guint64 seed)
{
    g_autoptr(GHashTable) drawn = NULL;

    g_assert(n > 0 && n <= PD_SPACE_MOST_DRAWN);
    if (n >= space->n_all)
        return;
    drawn = g_hash_table_new(g_int64_hash, g_int64_equal);
    space->n_points = n;
    space->sample = g_new(gint64, n);
    for (gint64 i = 0; i < n; i++) {
        const guint64 last = (guint64)(space->n_all - n + i);
        gint64 *number = &space->sample[i];

        *number = (gint64)pd_reduce(pd_mix(pd_mix(seed) ^ (guint64)i), last + 1);
        if (g_hash_table_contains(drawn, number))
            *number = (gint64)last;
        g_hash_table_add(drawn, number);
    }
    qsort(space->sample, (gsize)n, sizeof *space->sample, compare_numbers);
}

const char *
pd_space_value(const PdSpace *space, gint64 point, guint key)
{
    gint64 number = space->sample == NULL ? point : space->sample[point];

    g_assert(point >= 0 && point < space->n_points);
    for (guint i = pd_space_n_keys(space) - 1; !space->zip && i > key; i--)
        number /= pd_space_vary(space, i)->values->len;
    return pd_space_vary(space, key)
        ->values->pdata[number % pd_space_vary(space, key)->values->len];
}

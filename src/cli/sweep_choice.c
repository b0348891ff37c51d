#include "sweep_choice.h"

#include "errors.h"
#include "pareto.h"
#include "sweep_names.h"
#include "sweep_row.h"

static gboolean
read_sort(PdSweepChoice *self, const char *sort, GError **error)
{
    guint n;

    self->order = pd_criteria_parse("--sort", sort, self->names, FALSE, &n, error);
    if (self->order == NULL || n == 1)
        return self->order != NULL;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "--sort: takes one name, not %u", n);
    return FALSE;
}

gboolean
pd_sweep_choice_init(PdSweepChoice *choice, const char *const *keys, const char *where,
                     const char *pareto, const char *sort, gint64 top, GError **error)
{
    *choice = (PdSweepChoice){ .names = pd_sweep_names(keys), .top = top };
    if (where != NULL) {
        choice->where = pd_expression_parse(where, choice->names, error);
        if (choice->where == NULL) {
            g_prefix_error(error, "--where: ");
            return FALSE;
        }
    }
    if (pareto != NULL) {
        choice->objectives = pd_criteria_parse("--pareto", pareto, choice->names, TRUE,
                                               &choice->n_objectives, error);
        if (choice->objectives == NULL)
            return FALSE;
    }
    return sort == NULL || read_sort(choice, sort, error);
}

void
pd_sweep_choice_clear(PdSweepChoice *choice)
{
    g_free(choice->names);
    pd_expression_free(choice->where);
    g_free(choice->objectives);
    g_free(choice->order);
}

static GPtrArray *
front_of(const PdSweepChoice *self, const GPtrArray *rows)
{
    const guint n = self->n_objectives;
    g_autofree double *values = g_new(double, (gsize)rows->len *n);
    g_autofree gboolean *front = NULL;
    GPtrArray *kept = g_ptr_array_new();

    for (guint i = 0; i < rows->len; i++) {
        for (guint j = 0; j < n; j++) {
            const PdCriterion *objective = &self->objectives[j];
            const double value =
                pd_value_number(pd_sweep_row_value(rows->pdata[i], objective->name));

            values[(gsize)i * n + j] = objective->opposite ? -value : value;
        }
    }
    front = pd_pareto_front(values, rows->len, n);
    for (guint i = 0; i < rows->len; i++)
        if (front[i])
            g_ptr_array_add(kept, rows->pdata[i]);
    return kept;
}

static GPtrArray *
sorted(const PdSweepChoice *self, const GPtrArray *rows)
{
    g_autofree PdValue *values = g_new(PdValue, rows->len);
    g_autofree gsize *order = NULL;
    GPtrArray *in_order = g_ptr_array_new();

    for (guint i = 0; i < rows->len; i++)
        values[i] = pd_sweep_row_value(rows->pdata[i], self->order->name);
    order = pd_criterion_order(*self->order, values, rows->len);
    for (guint i = 0; i < rows->len; i++)
        g_ptr_array_add(in_order, rows->pdata[order[i]]);
    return in_order;
}

GPtrArray *
pd_sweep_choose(const PdSweepChoice *choice, const GPtrArray *rows)
{
    g_autoptr(GPtrArray) front = choice->objectives == NULL ? NULL : front_of(choice, rows);
    const GPtrArray *kept = front == NULL ? rows : front;
    GPtrArray *chosen = choice->order == NULL ? g_ptr_array_new() : sorted(choice, kept);

    if (choice->order == NULL)
        for (guint i = 0; i < kept->len; i++)
            g_ptr_array_add(chosen, kept->pdata[i]);
    g_ptr_array_set_size(chosen, (int)MIN(choice->top, (gint64)chosen->len));
    return chosen;
}

#include "criterion.h"

#include <stdlib.h>

#include "errors.h"

static gboolean
parse_one(PdCriterion *self, const char *option, const char *text, const PdName *names,
          gboolean numbers, GError **error)
{
    const char *word = text + (*text == '-');
    guint i;

    if (!pd_name_find(names, word, "reports.md lists the names", &i, error)) {
        g_prefix_error(error, "%s: ", option);
        return FALSE;
    }
    *self = (PdCriterion){ .name = i, .opposite = word != text };
    if (!numbers || pd_type_is_number(names[i].type))
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "%s: %s is no number; write the names of numbers, such as max_crossing", option,
                word);
    return FALSE;
}

static gboolean
check_distinct(const PdCriterion *criteria, guint last, const char *option, const PdName *names,
               GError **error)
{
    for (guint i = 0; i < last; i++) {
        if (criteria[i].name == criteria[last].name) {
            g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s: %s stands twice; once is right",
                        option, names[criteria[i].name].name);
            return FALSE;
        }
    }
    return TRUE;
}

PdCriterion *
pd_criteria_parse(const char *option, const char *text, const PdName *names, gboolean numbers,
                  guint *n, GError **error)
{
    g_auto(GStrv) words = g_strsplit(*text == '\0' ? " " : text, ",", -1);
    g_autofree PdCriterion *criteria = NULL;

    *n = g_strv_length(words);
    criteria = g_new(PdCriterion, *n);
    for (guint i = 0; i < *n; i++)
        if (!parse_one(&criteria[i], option, g_strstrip(words[i]), names, numbers, error) ||
            !check_distinct(criteria, i, option, names, error))
            return NULL;
    return g_steal_pointer(&criteria);
}

typedef struct {
    PdValue value;
    gsize row;
} Ranked;

static int
compare_rows(gsize a, gsize b)
{
    return (a > b) - (a < b);
}

/* Null behind everything, then by value, then in the order of the rows. */
static int
compare(const Ranked *a, const Ranked *b, int sign)
{
    const gboolean null_a = pd_value_is_null(a->value), null_b = pd_value_is_null(b->value);
    const int order =
        null_a || null_b ? null_a - null_b : sign * pd_value_compare(a->value, b->value);

    return order != 0 ? order : compare_rows(a->row, b->row);
}

static int
compare_ascending(const void *a, const void *b)
{
    return compare(a, b, 1);
}

static int
compare_descending(const void *a, const void *b)
{
    return compare(a, b, -1);
}

gsize *
pd_criterion_order(PdCriterion criterion, const PdValue *values, gsize n)
{
    g_autofree Ranked *ranked = g_new(Ranked, n);
    gsize *rows = g_new(gsize, n);

    for (gsize i = 0; i < n; i++)
        ranked[i] = (Ranked){ values[i], i };
    if (n > 0)
        qsort(ranked, n, sizeof *ranked,
              criterion.opposite ? compare_descending : compare_ascending);
    for (gsize i = 0; i < n; i++)
        rows[i] = ranked[i].row;
    return rows;
}

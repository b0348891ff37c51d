#include "rows.h"

#include <string.h>

#include "scalars.h"
#include "support.h"

PdSweepRows *
test_rows(const char *text)
{
    g_autoptr(GError) error = NULL;
    PdSweepRows *rows = pd_sweep_rows_parse("a.csv", text, strlen(text), &error);

    ck_assert_msg(rows != NULL, "%s", error == NULL ? "?" : error->message);
    return rows;
}

const PdSavedRow *
test_row(const PdSweepRows *rows, guint row)
{
    ck_assert_uint_lt(row, rows->rows->len);
    return rows->rows->pdata[row];
}

guint
test_scalar(const char *name)
{
    guint scalar;

    ck_assert_msg(pd_scalar_find(name, &scalar), "no scalar %s", name);
    return scalar;
}

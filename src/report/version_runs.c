#include "version_runs.h"

void
pd_version_runs_init(PdVersionRuns *self)
{
    *self = (PdVersionRuns){ .runs = g_array_new(FALSE, FALSE, sizeof(PdVersionRun)) };
}

void
pd_version_runs_clear(PdVersionRuns *self)
{
    g_clear_pointer(&self->runs, g_array_unref);
}

void
pd_version_runs_add(PdVersionRuns *self, gint64 version)
{
    const PdVersionRun run = { version, 1 };
    const guint n = pd_version_runs_count(self);
    PdVersionRun *last = n == 0 ? NULL : pd_version_runs_at(self, n - 1);

    if (last != NULL && last->version == version)
        last->count++;
    else
        g_array_append_val(self->runs, run);
}

/* The place of a version, looked for from the newest; the number of runs where it has none. */
static guint
find(const PdVersionRuns *self, gint64 version)
{
    const guint n = pd_version_runs_count(self);

    for (guint i = n; i-- > 0;)
        if (pd_version_runs_at(self, i)->version == version)
            return i;
    return n;
}

/* Forget the oldest run; when as many are gone as are left, move those to the front. */
static void
drop_first(PdVersionRuns *self)
{
    self->first++;
    if (2 * self->first < self->runs->len)
        return;
    g_array_remove_range(self->runs, 0, self->first);
    self->first = 0;
}

gboolean
pd_version_runs_take(PdVersionRuns *self, gint64 version)
{
    const gboolean oldest =
        pd_version_runs_count(self) > 0 && pd_version_runs_at(self, 0)->version == version;
    const guint i = oldest ? 0 : find(self, version);

    g_assert(i < pd_version_runs_count(self));
    if (--pd_version_runs_at(self, i)->count > 0)
        return FALSE;
    if (i == 0)
        drop_first(self);
    else
        g_array_remove_index(self->runs, self->first + i);
    return TRUE;
}

gboolean
pd_version_runs_has(const PdVersionRuns *self, gint64 version)
{
    return find(self, version) < pd_version_runs_count(self);
}

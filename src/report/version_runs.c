#include "version_runs.h"

void
pd_version_runs_init(PdVersionRuns *self)
{
    self->runs = g_array_new(FALSE, FALSE, sizeof(PdVersionRun));
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
    PdVersionRun *last =
        self->runs->len == 0 ? NULL : pd_version_runs_at(self, self->runs->len - 1);

    if (last != NULL && last->version == version)
        last->count++;
    else
        g_array_append_val(self->runs, run);
}

/* The place of a version; the number of runs where it has none. */
static guint
find(const PdVersionRuns *self, gint64 version)
{
    guint i = 0;

    while (i < self->runs->len && pd_version_runs_at(self, i)->version != version)
        i++;
    return i;
}

gboolean
pd_version_runs_take(PdVersionRuns *self, gint64 version)
{
    const guint i = find(self, version);

    g_assert(i < self->runs->len);
    if (--pd_version_runs_at(self, i)->count > 0)
        return FALSE;
    g_array_remove_index(self->runs, i);
    return TRUE;
}

gboolean
pd_version_runs_has(const PdVersionRuns *self, gint64 version)
{
    return find(self, version) < self->runs->len;
}

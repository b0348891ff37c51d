/*
 * A multiset of weight versions, kept as runs (version, count) in the order in which versions came
 * in. In a pipeline there are few different ones at a time: at most one per micro-batch in flight.
 */
#pragma once

#include <glib.h>

typedef struct {
    gint64 version;
    gint64 count;
} PdVersionRun;

/* Array of PdVersionRun; NULL is empty. */
typedef struct {
    GArray *runs;
} PdVersionRuns;

static inline PdVersionRun *
pd_version_runs_at(const PdVersionRuns *self, guint i)
{
    return &g_array_index(self->runs, PdVersionRun, i);
}

void pd_version_runs_init(PdVersionRuns *self);
void pd_version_runs_clear(PdVersionRuns *self);

/* Add one of a version. */
void pd_version_runs_add(PdVersionRuns *self, gint64 version);

/* Take one of a version away, of which there must be one. Returns whether it was the last. */
gboolean pd_version_runs_take(PdVersionRuns *self, gint64 version);

/* Whether there is one of the version. */
gboolean pd_version_runs_has(const PdVersionRuns *self, gint64 version);

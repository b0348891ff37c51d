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

typedef struct {
    GArray *runs; /* of PdVersionRun */
    guint first;  /* those before it are gone: the oldest versions go first, and often */
} PdVersionRuns;

static inline guint
pd_version_runs_count(const PdVersionRuns *self)
{
    return self->runs->len - self->first;
}

/* Take all away. */
static inline void
pd_version_runs_reset(PdVersionRuns *self)
{
    g_array_set_size(self->runs, 0);
    self->first = 0;
}

static inline PdVersionRun *
pd_version_runs_at(const PdVersionRuns *self, guint i)
{
    return &g_array_index(self->runs, PdVersionRun, self->first + i);
}

void pd_version_runs_init(PdVersionRuns *self);
void pd_version_runs_clear(PdVersionRuns *self);

/* Add one of a version. */
void pd_version_runs_add(PdVersionRuns *self, gint64 version);

/* Take one of a version away, of which there must be one. Returns whether it was the last. */
gboolean pd_version_runs_take(PdVersionRuns *self, gint64 version);

/* Whether there is one of the version. */
gboolean pd_version_runs_has(const PdVersionRuns *self, gint64 version);

/*
 * What became of scenarios that were checked: the verdicts on their runs, for people and for
 * programs.
 */
#pragma once

#include "check_limits.h"

/* One run of a scenario, or several with different seeds, held to the scenario's limits. */
typedef struct {
    const char *mark;     /* how it was run, "trained" for instance; NULL: simulated. A constant */
    const char *executor; /* as in a report */
    gint64 micro_batches;
    guint64 first_seed;
    gint64 n_seeds;   /* how many runs, with seeds from first_seed on */
    GArray *verdicts; /* of PdVerdict, the worst of all seeds */
} PdCheckedRuns;

void pd_checked_runs_free(PdCheckedRuns *runs);

/* A scenario and its runs. */
typedef struct {
    char *file;
    char *title; /* or NULL */
    const char *schedule;
    guint n_devices;
    gboolean has_limits; /* of its own, in [check] */
    GPtrArray *runs;     /* of PdCheckedRuns */
    GPtrArray *notes;    /* of sentences about what was checked and what was not */
} PdChecked;

/* A scenario without runs and notes. file: as the user wrote it. (transfer full) */
PdChecked *pd_checked_new(const char *file, const PdScenario *scenario, gboolean has_limits);
void pd_checked_free(PdChecked *checked);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdChecked, pd_checked_free)

/* How many verdicts there are on a scenario, and how many of them do not hold. */
guint pd_checked_count(const PdChecked *checked);
guint pd_checked_failed(const PdChecked *checked);

/* Of all n scenarios. */
guint pd_checked_count_all(PdChecked *const *checked, guint n);
guint pd_checked_failed_all(PdChecked *const *checked, guint n);

/* What was run, in a line: "paci, 8 devices, 800 micro-batches, seeds 7 to 16". (transfer full) */
char *pd_checked_describe(const PdChecked *checked, const PdCheckedRuns *runs);

/* The verdict's name among those on all runs: "max-crossing (trained)". (transfer full) */
char *pd_checked_name(const PdCheckedRuns *runs, const PdVerdict *verdict);

/* A table for a terminal, 80 columns wide, per scenario. (transfer full) */
char *pd_checked_table(PdChecked *const *checked, guint n);

/* "pipedrift.check/1". (transfer full) */
char *pd_checked_json(PdChecked *const *checked, guint n);

/* TAP version 13, a test per verdict (testanything.org). (transfer full) */
char *pd_checked_tap(PdChecked *const *checked, guint n);

/*
 * JUnit's XML as CI servers read it: a suite per scenario, a case per verdict. Times are 0, so that
 * equal inputs give equal bytes. (transfer full)
 */
char *pd_checked_junit(PdChecked *const *checked, guint n);

/*
 * From a scenario file to a report: what every command that simulates has in common.
 */
#pragma once

#include "event_file.h"
#include "options.h"

#define PD_MOST_EXTRA 8

/* Read a scenario file and apply the overrides of --set. */
PdConfig *pd_experiment_read(const PdOptions *options, const char *path, GError **error);

/* The same, and read the files that it names. */
PdConfig *pd_experiment_load(const PdOptions *options, const char *path, GError **error);

/* Resolve a config to a scenario: its own costs over those derived from model and hardware. */
PdScenario *pd_experiment_scenario(const PdConfig *config, GError **error);

/* The same under another schedule, a name of --schedules. */
PdScenario *pd_experiment_scenario_under(const PdConfig *config, const char *schedule,
                                         GError **error);

/*
 * The scenario under each of several schedules.
 *
 * list: names separated by commas; NULL: all schedules, of which those that refuse the scenario are
 * left out with a note, as long as one is left.
 * Returns: (transfer full) of PdScenario, one at least; NULL with error set.
 */
GPtrArray *pd_experiment_scenarios(const PdOptions *options, const PdConfig *config,
                                   const char *list, GError **error);

/*
 * Simulate a scenario and make its report. A long run shows its progress on a terminal.
 *
 * per_micro_batch: keep every crossing.
 * extra: more sinks, NULL-ended and at most PD_MOST_EXTRA, or NULL.
 */
PdReport *pd_experiment_simulate(const PdOptions *options, const PdScenario *scenario,
                                 gboolean per_micro_batch, PdSink *const *extra, GError **error);

/* The same for a run that was recorded: read it and make its report. */
PdReport *pd_experiment_read_events(const PdOptions *options, PdEventFile *file,
                                    gboolean per_micro_batch, PdSink *const *extra, GError **error);

/* Put n reports into the text of a format. comparison: of several schedules. (transfer full) */
char *pd_experiment_print(const PdOptions *options, PdReport *const *reports, guint n,
                          gboolean comparison, gboolean per_micro_batch);

/* Refuse --per-micro-batch where it does not go with the format or, for a scenario, with the
 * machine's memory. scenario: NULL: it is not known yet. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_experiment_check_per_micro_batch(const PdOptions *options,
                                                                       const PdScenario *scenario,
                                                                       GError **error);

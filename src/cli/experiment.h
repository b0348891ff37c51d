/*
 * From a scenario file to a report: what every command that simulates has in common.
 */
#pragma once

#include "options.h"
#include "report.h"

/* Read a scenario file and apply the overrides of --set. */
PdConfig *pd_experiment_read(const PdOptions *options, const char *path, GError **error);

/* The same, and read the files that it names. */
PdConfig *pd_experiment_load(const PdOptions *options, const char *path, GError **error);

/* Resolve a config to a scenario: its own costs over those derived from model and hardware. */
PdScenario *pd_experiment_scenario(const PdConfig *config, GError **error);

/*
 * Simulate a scenario and make its report. A long run shows its progress on a terminal.
 *
 * per_micro_batch: keep every crossing.
 * extra: one more sink, or NULL.
 */
PdReport *pd_experiment_simulate(const PdOptions *options, const PdScenario *scenario,
                                 gboolean per_micro_batch, PdSink *extra, GError **error);

/* Put n reports into the text of a format. comparison: of several schedules. (transfer full) */
char *pd_experiment_print(const PdOptions *options, PdReport *const *reports, guint n,
                          gboolean comparison, gboolean per_micro_batch);

/* Refuse --per-micro-batch where it does not go with the format or the machine's memory. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_experiment_check_per_micro_batch(const PdOptions *options,
                                                                       const PdScenario *scenario,
                                                                       GError **error);

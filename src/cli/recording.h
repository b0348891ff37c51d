/*
 * What a run leaves beside its report: a trace, a file of its events. The options for them are
 * those of every command that runs something.
 */
#pragma once

#include "event_writer.h"
#include "trace.h"

/* What is asked for. */
typedef struct {
    char *trace; /* a file; NULL: none */
    char *events;
    gboolean trace_idle;
} PdRecordingOptions;

void pd_recording_options_clear(PdRecordingOptions *options);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdRecordingOptions, pd_recording_options_clear)

/* Rows of a command's table of options. */
#define PD_RECORDING_ROWS(options)                                                                 \
    { "trace",                                                                                     \
      0,                                                                                           \
      0,                                                                                           \
      G_OPTION_ARG_FILENAME,                                                                       \
      &(options)->trace,                                                                           \
      "write Chrome trace events to a file, for Perfetto",                                         \
      "FILE" },                                                                                    \
        { "trace-idle",                                                                            \
          0,                                                                                       \
          0,                                                                                       \
          G_OPTION_ARG_NONE,                                                                       \
          &(options)->trace_idle,                                                                  \
          "with a track of idle times and their causes",                                           \
          NULL },                                                                                  \
    {                                                                                              \
        "events", 0, 0, G_OPTION_ARG_FILENAME, &(options)->events,                                 \
            "write the run to a file that simulate reads again", "FILE"                            \
    }

/*
 * Refuse options that make no sense.
 *
 * input, output, log: the command's other files, which have to be others; NULL: none.
 * Errors: PD_ERROR_INPUT.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_recording_check(const PdRecordingOptions *options,
                                                      const char *input, const char *output,
                                                      const char *log, GError **error);

/* The files of one run. */
typedef struct {
    PdTrace trace;
    PdEventWriter events;
    gboolean has_trace, has_events;
} PdRecording;

/*
 * Begin the files that are asked for.
 *
 * scenario: of the run, to outlive the recording.
 * executor: as in a report.
 * Errors: PD_ERROR_SYSTEM where one cannot be written.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_recording_begin(PdRecording *recording,
                                                      const PdRecordingOptions *options,
                                                      const PdScenario *scenario,
                                                      const char *executor, GError **error);

#define PD_MOST_RECORDED 2

/* Put the sinks of the files that have begun into an array, and NULL behind them. */
void pd_recording_sinks(PdRecording *recording, PdSink *sinks[PD_MOST_RECORDED + 1]);

/*
 * End the files behind the run.
 *
 * training: what it learnt; NULL where it learnt nothing.
 * Errors: PD_ERROR_SYSTEM.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_recording_end(PdRecording *recording,
                                                    const PdTrainingReport *training,
                                                    GError **error);

/* Files that have not ended are not there. */
void pd_recording_clear(PdRecording *recording);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdRecording, pd_recording_clear)

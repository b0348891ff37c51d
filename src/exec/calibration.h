/*
 * Calibration: how long operations really took, as a scenario's times. A sink.
 */
#pragma once

#include "scenario.h"
#include "stream.h"

typedef struct {
    PdSink sink;
    const PdScenario *scenario;
    gint64 *sum_ns; /* per stage and kind: [stage * PD_N_KINDS + kind] */
    gint64 *n;
} PdCalibration;

void pd_calibration_init(PdCalibration *calibration, const PdScenario *scenario);
void pd_calibration_clear(PdCalibration *calibration);

/* Replace a scenario's durations by the means of those seen, where any was seen, and its links by
 * instantaneous ones: between threads, passing a message on is part of an operation. */
void pd_calibration_apply(const PdCalibration *calibration, PdScenario *scenario);

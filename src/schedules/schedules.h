/*
 * The schedules there are. To add one: write its file, declare it here by one line, and name the
 * file in meson.build and the schedule in the theory tests.
 */
#pragma once

#include "schedule.h"

/* NULL-ended, in the order in which people read them: flushing ones first. */
extern const PdSchedule *const pd_schedules[];

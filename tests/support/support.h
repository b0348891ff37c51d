/*
 * What tests have in common: scenarios from text, runs, and the main function of a suite.
 */
#pragma once

#include <check.h>

#include "report.h"
#include "scenario.h"
#include "stream.h"

/* A scenario of this text, with costs, of the schedules that the program has. Fails the test if it
 * is refused. (transfer full) */
PdScenario *test_scenario(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* The message with which a scenario of this text is refused. Fails the test if it is not.
 * (transfer full) */
char *test_refusal(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* The same for schedules of the test's own. NULL with error set where it is refused. */
PdScenario *test_scenario_of(const char *text, const PdSchedule *const *registry, GError **error);

/* Load a file, override it and read what it includes, as the program does. overrides: NULL-ended,
 * or NULL. NULL with error set where it is refused. */
PdConfig *test_config(const char *path, const char *const *overrides, GError **error);

/* Assert that an error is bad input in one short line that begins and goes on as said. */
void test_check_refusal(const GError *error, const char *start, const char *part);

/* Simulate and report, keeping every crossing. extra: one more sink, or NULL. Returns NULL with
 * error set where the run fails. */
PdReport *test_simulate(const PdScenario *scenario, PdSink *extra, GError **error);

/* The same. Fails the test if the run fails. */
PdReport *test_run(const PdScenario *scenario, PdSink *extra);

/* test_scenario(), then test_run(). */
PdReport *test_report(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Fail the test where a condition does not hold. Check's own assertions tell the runner of every
 * one that does hold, which is too slow for millions. */
#define test_require(condition)                                                                    \
    do {                                                                                           \
        if (G_UNLIKELY(!(condition)))                                                              \
            ck_abort_msg("%s", #condition);                                                        \
    } while (0)

/* Fail the test with what a check says that did not hold; NULL: all does. (transfer full) */
void test_holds(char *message);

/* A random number from 0 to n−1, from a seed that it moves on: the same on any machine. */
guint64 test_random(guint64 *seed, guint64 n);

/* Run a suite, TAP on standard output. Returns the exit status. */
int test_main(Suite *suite);

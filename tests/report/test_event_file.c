/*
 * Event files: read again, a run is what it was, to the byte of its report.
 */
#include <math.h>
#include <string.h>

#include "csv.h"
#include "event_writer.h"
#include "events.h"
#include "files.h"
#include "json.h"
#include "random_scenario.h"
#include "schedules.h"
#include "simulator.h"
#include "support.h"
#include "table.h"
#include "trainings.h"
#include "witness.h"

#define ROUNDS    20 /* random scenarios per test function call */
#define N_BATCHES 20

/* What is told when a sink says so is told no more. */
typedef struct {
    PdSink sink;
    PdStream *stream;
    gint64 n_left; /* events before the wish to finish; negative: there is none */
} Interrupt;

static void
count_down(PdSink *sink, G_GNUC_UNUSED const PdEvent *events, gsize n)
{
    Interrupt *self = (Interrupt *)sink;

    self->n_left -= (gint64)n;
    if (self->n_left <= 0)
        pd_stream_wish(self->stream, PD_WISH_FINISH);
}

/* Simulate with the sinks of a report and these. n_events: before the run is to end early; −1: it
 * is not. */
static PdReport *
simulate(const PdScenario *scenario, PdSink *first, PdSink *second, gint64 n_events)
{
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(scenario, TRUE);
    g_autoptr(GError) error = NULL;
    PdSink *sinks[PD_N_LEDGERS + 4] = { NULL };
    PdStream stream;
    Interrupt interrupt = { .sink.consume = count_down, .stream = &stream, .n_left = n_events };

    pd_ledgers_sinks(ledgers, sinks);
    sinks[PD_N_LEDGERS] = first;
    sinks[PD_N_LEDGERS + 1] = second;
    sinks[PD_N_LEDGERS + 2] = n_events < 0 ? NULL : &interrupt.sink;
    pd_stream_init(&stream, sinks);
    if (n_events >= 0)
        stream.block = 1;
    if (!pd_simulate(scenario, &stream, &error))
        ck_abort_msg("%s", error->message);
    return pd_report_new(ledgers, "simulator");
}

static PdEventFile *
open_file(const char *path)
{
    g_autoptr(GError) error = NULL;
    PdEventFile *file = pd_event_file_open(path, pd_schedules, &error);

    ck_assert_msg(file != NULL, "%s", error == NULL ? "?" : error->message);
    return file;
}

static void
check_same_text(char *a, char *b)
{
    ck_assert_str_eq(a, b);
    g_free(a);
    g_free(b);
}

static void
check_same_report(PdReport *a, PdReport *b)
{
    check_same_text(pd_json_report(a), pd_json_report(b));
    check_same_text(pd_table_report(a), pd_table_report(b));
    check_same_text(pd_csv_reports(&a, 1), pd_csv_reports(&b, 1));
    check_same_text(pd_csv_crossings(&a, 1), pd_csv_crossings(&b, 1));
}

static void
check_same_events(const Witness *a, const Witness *b)
{
    test_require(a->events->len == b->events->len);
    for (guint i = 0; i < a->events->len; i++) {
        const PdEvent *x = &g_array_index(a->events, PdEvent, i);
        const PdEvent *y = &g_array_index(b->events, PdEvent, i);

        test_require(x->operation.micro_batch == y->operation.micro_batch);
        test_require(x->operation.stage == y->operation.stage);
        test_require(x->operation.kind == y->operation.kind);
        test_require(x->operation.cause == y->operation.cause);
        test_require(x->start_ns == y->start_ns && x->end_ns == y->end_ns);
        test_require(x->forward_version == y->forward_version && x->version == y->version);
        test_require(x->device == y->device);
    }
}

/* Simulate to a file, read it twice, and compare. n_events: see simulate(). */
static void
check_recording(const PdScenario *scenario, gint64 n_events)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "run.events", NULL);
    g_autoptr(GError) error = NULL;
    g_auto(PdEventWriter) writer = { 0 };
    g_auto(Witness) told = { 0 };

    ck_assert(pd_event_writer_init(&writer, scenario, "simulator", path, &error));
    witness_init(&told, scenario);
    g_autoptr(PdReport) report = simulate(scenario, &writer.sink, &told.sink, n_events);
    if (!pd_event_writer_end(&writer, NULL, &error))
        ck_abort_msg("%s", error->message);
    ck_assert(pd_event_file_is(path));
    g_autoptr(PdEventFile) file = open_file(path);
    for (guint i = 0; i < 2; i++) {
        g_auto(Witness) read = { 0 };

        witness_init(&read, scenario);
        g_autoptr(PdReport) again = test_events_report(file, &read.sink, &error);
        ck_assert_msg(again != NULL, "%s", error == NULL ? "?" : error->message);
        ck_assert_ptr_null(pd_event_file_training(file));
        check_same_report(report, again);
        check_same_events(&told, &read);
    }
}

START_TEST(random_runs_are_read_as_they_were_told)
{
    for (guint64 round = 0; round < ROUNDS; round++) {
        const guint64 seed = (guint64)_i * ROUNDS + round;
        g_autofree char *text = test_random_scenario(seed, NULL);
        g_autoptr(PdScenario) scenario = test_scenario("%s", text);

        g_printerr("seed %" G_GUINT64_FORMAT "\n", seed);
        check_recording(scenario, -1);
    }
}
END_TEST

static PdScenario *
scenario_of(const PdSchedule *schedule, guint mini_batches, const char *more)
{
    return test_scenario("[scenario]\ntitle = a \"run\" # of events\n"
                         "[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 8\n"
                         "mini-batches = %u\naccumulation = 3\nprocessors = 3\n"
                         "[compute]\nforward = 1001 ns\nbackward = 2003 ns\nupdate = 7 ns\n"
                         "jitter = 0.2\n[link]\nlatency = 11 ns\n"
                         "[memory]\nweights = 100 B\nactivations = 10 B\n%s",
                         schedule->name, mini_batches, more);
}

/* Each schedule: drained again and again, resumed, ended early, and both. */
START_TEST(runs_of_every_kind_are_read_as_they_were_told)
{
    const PdSchedule *schedule = pd_schedules[_i];
    g_autoptr(PdScenario) plain = scenario_of(schedule, 6, "");
    g_autoptr(PdScenario) drained =
        scenario_of(schedule, 6, "[train]\ncheckpoint-every = 2\nvalidate-every = 3\n");
    g_autoptr(PdScenario) resumed = scenario_of(schedule, 6, "[train]\ncheckpoint-every = 2\n");

    resumed->first = 24;
    resumed->tokens = 1000;
    check_recording(plain, -1);
    check_recording(plain, 50);
    check_recording(drained, -1);
    check_recording(drained, 100);
    check_recording(resumed, -1);
    check_recording(resumed, 20);
}
END_TEST

/* --- trainings -------------------------------------------------------------------------------- */

#define MODEL                                                                                      \
    "[model]\nlayers = 4\nheads = 2\nhidden = 8\ncontext = 4\nvocabulary = "                       \
    "256\nmicro-batch-size = 1\n"                                                                  \
    "[compute]\nforward = 1 us\nbackward = 2 us\nupdate = 500 ns\n"                                \
    "[train]\nlearning-rate = 0.01\nwarm-up = 100\ndecay = 700\n"

static const PdTrainingReport learnt[] = {
    { 1234567890123, 987654321, 0.1, 1.0 / 3, 1.5735123456789012 },
    { 0, 1, 5e-324, 1.7976931348623157e308, -0.0 },
};

START_TEST(trainings_are_read_as_they_were_told)
{
    const PdExecutor executor = _i % 2 == 0 ? PD_THREADS : PD_REPLAY;
    PdTrainingReport training = learnt[_i / 2 % 2];
    g_auto(PdTraining) trained = { 0 };
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "run.events", NULL);
    g_autoptr(GError) error = NULL;
    g_auto(PdEventWriter) writer = { 0 };

    if (_i / 2 % 3 == 0)
        training.validation_loss = training.entropy_floor = (double)NAN;
    test_training_init(&trained,
                       "[pipeline]\nschedule = %s\ndevices = 2\nmicro-batches = 4\n"
                       "mini-batches = 12\naccumulation = 2\n" MODEL "validate-every = 5\n",
                       pd_schedules[_i / 2]->name);
    ck_assert(
        pd_event_writer_init(&writer, trained.scenario, pd_executor_name(executor), path, &error));
    g_autoptr(PdReport) report = test_training_run(&trained, executor, FALSE, &writer.sink);
    report->has_training = TRUE;
    report->training = training;
    if (!pd_event_writer_end(&writer, &training, &error))
        ck_abort_msg("%s", error->message);
    g_autoptr(PdEventFile) file = open_file(path);
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(pd_event_file_scenario(file), FALSE);
    PdSink *sinks[PD_N_LEDGERS + 1] = { NULL };
    PdStream stream;

    pd_ledgers_sinks(ledgers, sinks);
    pd_stream_init(&stream, sinks);
    ck_assert(pd_event_file_read(file, &stream, &error));
    ck_assert_ptr_nonnull(pd_event_file_training(file));
    g_autoptr(PdReport) again = pd_event_file_report(file, ledgers);
    check_same_text(pd_json_report(report), pd_json_report(again));
    check_same_text(pd_table_report(report), pd_table_report(again));
    check_same_text(pd_csv_reports(&report, 1), pd_csv_reports(&again, 1));
}
END_TEST

/* --- versions --------------------------------------------------------------------------------- */

/* Tells another sink the events with versions that lag behind. */
typedef struct {
    PdSink sink;
    PdSink *told;
    gint64 lag; /* negative: the versions lead */
} Forger;

static void
forge(PdSink *sink, const PdEvent *events, gsize n)
{
    const Forger *self = (Forger *)sink;

    for (gsize i = 0; i < n; i++) {
        PdEvent event = events[i];

        if (event.operation.kind == PD_BACKWARD && !pd_event_is_wait(&event))
            event.version = MAX(event.version - self->lag, event.forward_version);
        self->told->consume(self->told, &event, 1);
    }
}

START_TEST(versions_that_are_not_the_counted_ones_are_kept)
{
    g_autoptr(PdScenario) scenario = scenario_of(pd_schedule_find(pd_schedules, "async"), 3, "");
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "run.events", NULL);
    g_autoptr(GError) error = NULL;
    g_auto(PdEventWriter) writer = { 0 };
    g_auto(Witness) told = { 0 }, read = { 0 };

    ck_assert(pd_event_writer_init(&writer, scenario, "simulator", path, &error));
    witness_init(&told, scenario);
    witness_init(&read, scenario);
    for (guint i = 0; i < 2; i++) {
        Forger forger = { .sink.consume = forge,
                          .told = i == 0 ? &told.sink : &writer.sink,
                          .lag = 1 };

        pd_report_free(simulate(scenario, &forger.sink, NULL, -1));
    }
    ck_assert(pd_event_writer_end(&writer, NULL, &error));
    g_autoptr(PdEventFile) file = open_file(path);
    g_autoptr(PdReport) report = test_events_report(file, &read.sink, &error);
    ck_assert_ptr_nonnull(report);
    check_same_events(&told, &read);
    ck_assert_int_eq(report->max_crossing, 2);
}
END_TEST

START_TEST(versions_that_no_run_can_have_are_not_written)
{
    g_autoptr(PdScenario) scenario = scenario_of(pd_schedule_find(pd_schedules, "async"), 3, "");
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "run.events", NULL);
    g_autoptr(GError) error = NULL;
    g_auto(PdEventWriter) writer = { 0 };
    Forger forger = { .sink.consume = forge, .told = &writer.sink, .lag = -1 };

    ck_assert(pd_event_writer_init(&writer, scenario, "simulator", path, &error));
    pd_report_free(simulate(scenario, &forger.sink, NULL, -1));
    ck_assert(!pd_event_writer_end(&writer, NULL, &error));
    ck_assert_msg(strstr(error->message, "weight versions") != NULL, "%s", error->message);
    pd_event_writer_clear(&writer);
    writer = (PdEventWriter){ 0 };
    ck_assert_uint_eq(test_count_files(folder), 0);
}
END_TEST

/* --- length ----------------------------------------------------------------------------------- */

/* Eight devices, times of milliseconds; every operation as long as the last, or none. */
START_TEST(an_event_takes_a_few_bytes)
{
    const gboolean even = _i % 2 == 0;
    g_autoptr(PdScenario) scenario = test_scenario(
        "[pipeline]\nschedule = %s\ndevices = 8\nmicro-batches = 8\nmini-batches = 100\n"
        "[compute]\nforward = 1200 us\nbackward = 2500 us\nupdate = 300 us\njitter = %s\n"
        "[link]\nlatency = 20 us\n",
        pd_schedules[_i / 2]->name, even ? "0" : "0.2");
    g_autoptr(GString) bytes = test_events_bytes(scenario, NULL);
    g_auto(Witness) witness = { 0 };

    witness_init(&witness, scenario);
    pd_report_free(test_run(scenario, &witness.sink));
    ck_assert_uint_le(bytes->len, (even ? 5 : 7) * witness.events->len);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("event file");
    TCase *tests = tcase_create("event file");
    int n_schedules = 0;

    while (pd_schedules[n_schedules] != NULL)
        n_schedules++;
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, random_runs_are_read_as_they_were_told, 0, N_BATCHES);
    tcase_add_loop_test(tests, runs_of_every_kind_are_read_as_they_were_told, 0, n_schedules);
    tcase_add_loop_test(tests, trainings_are_read_as_they_were_told, 0, 2 * n_schedules);
    tcase_add_test(tests, versions_that_are_not_the_counted_ones_are_kept);
    tcase_add_test(tests, versions_that_no_run_can_have_are_not_written);
    tcase_add_loop_test(tests, an_event_takes_a_few_bytes, 0, 2 * n_schedules);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

/*
 * Event files: read again, a run is what it was, to the byte of its report; and whatever a file
 * holds is a run or is refused.
 */
#include <math.h>
#include <string.h>

#include "csv.h"
#include "errors.h"
#include "event_file.h"
#include "event_format.h"
#include "event_writer.h"
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

/* The report of a file. extra: one more sink, or NULL. */
static PdReport *
report_of(PdEventFile *file, PdSink *extra, GError **error)
{
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(pd_event_file_scenario(file), TRUE);
    PdSink *sinks[PD_N_LEDGERS + 2] = { NULL };
    PdStream stream;

    pd_ledgers_sinks(ledgers, sinks);
    sinks[PD_N_LEDGERS] = extra;
    pd_stream_init(&stream, sinks);
    return pd_event_file_read(file, &stream, error) ? pd_event_file_report(file, ledgers) : NULL;
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
        g_autoptr(PdReport) again = report_of(file, &read.sink, &error);
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
    g_autoptr(PdReport) report = report_of(file, &read.sink, &error);
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

/* --- damage ----------------------------------------------------------------------------------- */

static GString *
bytes_of(const PdScenario *scenario, const PdTrainingReport *training)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "run.events", NULL);
    g_auto(PdEventWriter) writer = { 0 };
    char *bytes;
    gsize n;

    ck_assert(pd_event_writer_init(&writer, scenario, "simulator", path, NULL));
    pd_report_free(simulate(scenario, &writer.sink, NULL, -1));
    ck_assert(pd_event_writer_end(&writer, training, NULL));
    ck_assert(g_file_get_contents(path, &bytes, &n, NULL));
    GString *content = g_string_new_len(bytes, (gssize)n);
    g_free(bytes);
    return content;
}

/* Read bytes as a file. Returns whether they are accepted; else they are refused in one line. */
static gboolean
accepts(const char *bytes, gsize n)
{
    g_autoptr(GError) error = NULL;
    FILE *stream = fmemopen((char *)bytes, n, "rb");
    g_autoptr(PdEventFile) file = pd_event_file_new(stream, "run.events", pd_schedules, &error);
    g_autoptr(PdReport) report = file == NULL ? NULL : report_of(file, NULL, &error);

    if (report != NULL) {
        g_free(pd_json_report(report));
        g_free(pd_table_report(report));
        return TRUE;
    }
    test_require(error->domain == PD_ERROR && error->code == PD_ERROR_INPUT);
    test_require(g_str_has_prefix(error->message, "run.events: "));
    test_require(strpbrk(error->message, "\n\r\t") == NULL && strlen(error->message) < 400);
    return FALSE;
}

static const char *const small[] = {
    "[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 3\nmini-batches = 2\n"
    "accumulation = 2\n[compute]\nforward = 10 ns\nbackward = 200 ns\nupdate = 3 ns\n",
    "[pipeline]\nschedule = pipedream\ndevices = 3\nmicro-batches = 4\n"
    "[compute]\nforward = 10 ns\nbackward = 200 ns\n[memory]\nweights = 8 B\n",
    "[pipeline]\nschedule = interleaved\ndevices = 2\nvirtual-stages = 2\nmicro-batches = 2\n"
    "mini-batches = 2\n[compute]\nforward = 10 ns\nbackward = 20 ns\n[link]\nbarrier = 5 ns\n",
};

START_TEST(a_file_that_is_cut_off_is_refused)
{
    g_autoptr(PdScenario) scenario = test_scenario("%s", small[_i]);
    g_autoptr(GString) bytes = bytes_of(scenario, _i == 0 ? &learnt[0] : NULL);

    ck_assert(accepts(bytes->str, bytes->len));
    for (gsize n = 1; n < bytes->len; n++)
        test_require(!accepts(bytes->str, n));
}
END_TEST

START_TEST(a_file_with_something_behind_its_end_is_refused)
{
    g_autoptr(PdScenario) scenario = test_scenario("%s", small[_i]);
    g_autoptr(GString) bytes = bytes_of(scenario, NULL);

    g_string_append_c(bytes, '\0');
    ck_assert(!accepts(bytes->str, bytes->len));
}
END_TEST

/* Every bit of a small file turned over: another run, or none. */
START_TEST(a_file_with_a_wrong_bit_is_a_run_or_is_refused)
{
    g_autoptr(PdScenario) scenario = test_scenario("%s", small[_i]);
    g_autoptr(GString) bytes = bytes_of(scenario, _i == 0 ? &learnt[0] : NULL);
    gsize n_accepted = 0;

    for (gsize bit = 0; bit < 8 * bytes->len; bit++) {
        bytes->str[bit / 8] = (char)(bytes->str[bit / 8] ^ 1 << bit % 8);
        n_accepted += accepts(bytes->str, bytes->len) ? 1 : 0;
        bytes->str[bit / 8] = (char)(bytes->str[bit / 8] ^ 1 << bit % 8);
    }
    /* a title's letter, a cost or a cause may be another one; the order of events may not */
    ck_assert_uint_lt(n_accepted, 4 * bytes->len);
}
END_TEST

/* A head of one device and one micro-batch, and what follows it. */
typedef struct {
    const char *head;
    const char *events;
    gsize n;
    const char *message; /* NULL: it is accepted */
} Damage;

#define SCENARIO                                                                                   \
    "[pipeline]\nschedule=paci\ndevices=1\nmicro-batches=2\naccumulation=1\n"                      \
    "stash=no\n[compute]\nforward=1 ns\nbackward=1 ns\n"
#define HEAD           "pipedrift.events/1\nexecutor simulator\nfirst 0\ntokens 0\nscenario 112\n" SCENARIO
#define BYTES(literal) literal, sizeof literal - 1

/* F 0x00, B 0x01, U 0x03, each with how much longer it is than the last (0x02 is 1 ns); a wait for
 * a processor 0x14; the end 0x80. */
static const Damage damages[] = {
    { HEAD, BYTES("\x00\x02\x01\x04\x03\x00\x00\x00\x01\x01\x03\x00\x80\x06\x00"), NULL },
    { HEAD, BYTES("\x00\x02\x01\x04\x03\x00\x14\x0a\x00\x00\x01\x00\x03\x00\x80\x07\x00"), NULL },
    { HEAD, BYTES("\x00\x01"), "event 1: the 64-bit clock cannot tell how long" },
    { HEAD, BYTES("\x80\x00\x00"), NULL },
    { HEAD, BYTES(""), "is not whole: it ends behind an event" },
    { HEAD, BYTES("\x00"), "is not whole: it ends within an event" },
    { HEAD, BYTES("\x00\x02\x80\x01\x00"), "at its end: the run ends before device 0 has done" },
    { HEAD, BYTES("\x00\x02\x01\x02\x03\x00\x80\x03\x00"), "at its end: the run ends before" },
    { HEAD, BYTES("\x80\x01\x00"), "which tells of 1 events where there are 0" },
    { HEAD, BYTES("\x81\x00\x00"), "event 1: it is of an unknown kind" },
    { HEAD, BYTES("\x80\x00\x00 "), "something stands behind its end" },
    { HEAD, BYTES("\x80\x00\x05train"), "it does not tell what was learnt" },
    { HEAD, BYTES("\x80\x00\x02train"), "it does not tell what was learnt" },
    { HEAD, BYTES("\x80\x00\x05tra"), "is not whole: it ends within its last line" },
    { HEAD, BYTES("\x01\x02"), "event 1: device 0 runs B(0, 0) before its gradient" },
    { HEAD, BYTES("\x02\x02"), "event 1: device 0 runs W(0, 0) but does not split" },
    { HEAD, BYTES("\x03\x02"), "event 1: device 0 runs U(-1, 0) but the run has no" },
    { HEAD, BYTES("\x00\x02\x01\x02\x00\x00"), "event 3: device 0 runs F(1, 0) before the update" },
    { HEAD, BYTES("\x00\x02\x20\x01\x02"), "event 2: device 0 runs F(0, 0) a second time" },
    { HEAD, BYTES("\x00\x02\x00\x02"), "event 2: device 0 runs F(1, 0) with as many in flight" },
    { HEAD, BYTES("\x20\x02\x02"), "event 1: device 0 runs F(1, 0) too far ahead" },
    { HEAD, BYTES("\x20\x01\x02"), "event 1: device 0 runs F(-1, 0) but the run has no" },
    { HEAD, BYTES("\x20\xfe\xff\xff\xff\xff\xff\xff\xff\x7f\x02"), "event 1: device 0 runs F(" },
    { HEAD, BYTES("\x00\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), "the 64-bit clock cannot tell" },
    { HEAD, BYTES("\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), "more than 63 bits" },
    { HEAD, BYTES("\x00\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"), "more than 63 bits" },
    { HEAD, BYTES("\x54\x02\x00\x00"), "event 1: a wait has no weight versions" },
    { HEAD, BYTES("\x34\x06\x02"), "event 1: device 0 waits for F(3, 0) but the run has no" },
    { HEAD, BYTES("\x40\x02\x01\x00"), "event 1: device 0 runs F(0, 0) with weight versions" },
    { HEAD, BYTES("\x40\x02\x00\x02"), "event 1: device 0 runs F(0, 0) with weight versions" },
    { HEAD, BYTES("\x00\x02\x01\x02\x43\x00\x01\x01"), "runs U(0, 0) with weight versions" },
    { "pipedrift.events/2\n", BYTES(""), "this program reads pipedrift.events/1" },
    { "pipedrift", BYTES(""), "is no event file" },
    { "pipedrift.events/1\nexecutor gpu\n", BYTES(""), "no executor that there is" },
    { "pipedrift.events/1\nfirst 0\n", BYTES(""), "'executor' is missing" },
    { "pipedrift.events/1\nexecutor", BYTES(""), "is not whole: it ends in its head" },
    { "pipedrift.events/1\nexecutor threads\nfirst -1\n", BYTES(""), "proper number of 'first'" },
    { "pipedrift.events/1\nexecutor threads\nfirst 2\ntokens 0\nscenario 112\n" SCENARIO, BYTES(""),
      "no mini-batch of its run begins at 'first'" },
    { "pipedrift.events/1\nexecutor threads\nfirst 1\ntokens 0\nscenario 112\n" SCENARIO, BYTES(""),
      "no mini-batch of its run begins at 'first'" },
    { "pipedrift.events/1\nexecutor threads\nfirst 0\ntokens 0\nscenario 99999999999\n", BYTES(""),
      "proper number of 'scenario'" },
    { "pipedrift.events/1\nexecutor threads\nfirst 0\ntokens 0\nscenario 99999999\n[", BYTES(""),
      "is not whole: it ends in its head" },
    { "pipedrift.events/1\nexecutor threads\nfirst 0\ntokens 0\nscenario 10\n[pipeline]", BYTES(""),
      "[pipeline] schedule: this key is missing" },
};

START_TEST(what_is_wrong_is_told_with_its_place)
{
    const Damage *damage = &damages[_i];
    g_autoptr(GString) bytes = g_string_new(damage->head);
    g_autoptr(GError) error = NULL;
    g_autoptr(PdReport) report = NULL;

    g_string_append_len(bytes, damage->events, (gssize)damage->n);
    FILE *stream = fmemopen(bytes->str, bytes->len, "rb");
    g_autoptr(PdEventFile) file = pd_event_file_new(stream, "run.events", pd_schedules, &error);

    report = file == NULL ? NULL : report_of(file, NULL, &error);
    if (damage->message == NULL)
        ck_assert_msg(report != NULL, "%s", error == NULL ? "?" : error->message);
    else
        ck_assert_msg(error != NULL && strstr(error->message, damage->message) != NULL,
                      "'%s' does not stand in: %s", damage->message,
                      error == NULL ? "nothing" : error->message);
    if (error != NULL)
        test_check_message(error->message);
}
END_TEST

/* --- files ------------------------------------------------------------------------------------ */

START_TEST(other_files_are_not_taken_for_event_files)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *empty = test_file(folder, "empty", "");
    g_autofree char *scenario = test_file(folder, "a.ini", small[0]);
    g_autofree char *later = test_file(folder, "later", PD_EVENT_FAMILY "9\n");
    g_autofree char *nothing = g_build_filename(folder, "nothing", NULL);

    ck_assert(!pd_event_file_is(empty) && !pd_event_file_is(scenario));
    ck_assert(!pd_event_file_is(folder) && !pd_event_file_is(nothing));
    ck_assert(!pd_event_file_is("/dev/null"));
    ck_assert(pd_event_file_is(later));
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_told)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *nothing = g_build_filename(folder, "nothing", NULL);
    const char *const paths[] = { folder, nothing };

    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PdEventFile) file = pd_event_file_open(paths[i], pd_schedules, &error);

        ck_assert_ptr_null(file);
        ck_assert_msg(strstr(error->message, ": cannot be read: ") != NULL, "%s", error->message);
        test_check_message(error->message);
    }
}
END_TEST

/* Eight devices, times of milliseconds; every operation as long as the last, or none. */
START_TEST(an_event_takes_a_few_bytes)
{
    const gboolean even = _i % 2 == 0;
    g_autoptr(PdScenario) scenario = test_scenario(
        "[pipeline]\nschedule = %s\ndevices = 8\nmicro-batches = 8\nmini-batches = 100\n"
        "[compute]\nforward = 1200 us\nbackward = 2500 us\nupdate = 300 us\njitter = %s\n"
        "[link]\nlatency = 20 us\n",
        pd_schedules[_i / 2]->name, even ? "0" : "0.2");
    g_autoptr(GString) bytes = bytes_of(scenario, NULL);
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
    tcase_add_loop_test(tests, a_file_that_is_cut_off_is_refused, 0, G_N_ELEMENTS(small));
    tcase_add_loop_test(tests, a_file_with_something_behind_its_end_is_refused, 0,
                        G_N_ELEMENTS(small));
    tcase_add_loop_test(tests, a_file_with_a_wrong_bit_is_a_run_or_is_refused, 0,
                        G_N_ELEMENTS(small));
    tcase_add_loop_test(tests, what_is_wrong_is_told_with_its_place, 0, G_N_ELEMENTS(damages));
    tcase_add_test(tests, other_files_are_not_taken_for_event_files);
    tcase_add_test(tests, a_file_that_cannot_be_read_is_told);
    tcase_add_loop_test(tests, an_event_takes_a_few_bytes, 0, 2 * n_schedules);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

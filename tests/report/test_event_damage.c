/*
 * Event files: whatever a file holds is a run or is refused.
 */
#include <string.h>

#include "errors.h"
#include "event_format.h"
#include "events.h"
#include "files.h"
#include "json.h"
#include "schedules.h"
#include "support.h"
#include "table.h"

/* Read bytes as a file. Returns whether they are accepted; else they are refused in one line. */
static gboolean
accepts(const char *bytes, gsize n)
{
    g_autoptr(GError) error = NULL;
    FILE *stream = fmemopen((char *)bytes, n, "rb");
    g_autoptr(PdEventFile) file = pd_event_file_new(stream, "run.events", pd_schedules, &error);
    g_autoptr(PdReport) report = file == NULL ? NULL : test_events_report(file, NULL, &error);

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

/* Runs whose files are short. */
static const char *const small[] = {
    "[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 3\nmini-batches = 2\n"
    "accumulation = 2\n[compute]\nforward = 10 ns\nbackward = 200 ns\nupdate = 3 ns\n",
    "[pipeline]\nschedule = pipedream\ndevices = 3\nmicro-batches = 4\n"
    "[compute]\nforward = 10 ns\nbackward = 200 ns\n[memory]\nweights = 8 B\n",
    "[pipeline]\nschedule = interleaved\ndevices = 2\nvirtual-stages = 2\nmicro-batches = 2\n"
    "mini-batches = 2\n[compute]\nforward = 10 ns\nbackward = 20 ns\n[link]\nbarrier = 5 ns\n",
};

static const PdTrainingReport learnt = { 1234567890123, 987654321, 0.1, 1.0 / 3,
                                         1.5735123456789012 };

/* --- damage ----------------------------------------------------------------------------------- */

START_TEST(a_file_that_is_cut_off_is_refused)
{
    g_autoptr(PdScenario) scenario = test_scenario("%s", small[_i]);
    g_autoptr(GString) bytes = test_events_bytes(scenario, _i == 0 ? &learnt : NULL);

    ck_assert(accepts(bytes->str, bytes->len));
    for (gsize n = 1; n < bytes->len; n++)
        test_require(!accepts(bytes->str, n));
}
END_TEST

START_TEST(a_file_with_something_behind_its_end_is_refused)
{
    g_autoptr(PdScenario) scenario = test_scenario("%s", small[_i]);
    g_autoptr(GString) bytes = test_events_bytes(scenario, NULL);

    g_string_append_c(bytes, '\0');
    ck_assert(!accepts(bytes->str, bytes->len));
}
END_TEST

/* Every bit of a small file turned over: another run, or none. */
START_TEST(a_file_with_a_wrong_bit_is_a_run_or_is_refused)
{
    g_autoptr(PdScenario) scenario = test_scenario("%s", small[_i]);
    g_autoptr(GString) bytes = test_events_bytes(scenario, _i == 0 ? &learnt : NULL);
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

/* --- what is told ----------------------------------------------------------------------------- */

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

    report = file == NULL ? NULL : test_events_report(file, NULL, &error);
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

/* --- other files ------------------------------------------------------------------------------ */

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

int
main(void)
{
    Suite *suite = suite_create("event damage");
    TCase *tests = tcase_create("event damage");

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_file_that_is_cut_off_is_refused, 0, G_N_ELEMENTS(small));
    tcase_add_loop_test(tests, a_file_with_something_behind_its_end_is_refused, 0,
                        G_N_ELEMENTS(small));
    tcase_add_loop_test(tests, a_file_with_a_wrong_bit_is_a_run_or_is_refused, 0,
                        G_N_ELEMENTS(small));
    tcase_add_loop_test(tests, what_is_wrong_is_told_with_its_place, 0, G_N_ELEMENTS(damages));
    tcase_add_test(tests, other_files_are_not_taken_for_event_files);
    tcase_add_test(tests, a_file_that_cannot_be_read_is_told);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

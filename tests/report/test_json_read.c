/*
 * Saved reports: what is written is read as it was, and what is not a report is refused.
 */
#include <math.h>
#include <string.h>

#include "files.h"
#include "json.h"
#include "json_read.h"
#include "random_scenario.h"
#include "support.h"

#define N_SCENARIOS 60
#define N_DAMAGES   3000

/* What varies from one report to the next beside its scenario. */
typedef enum { PLAIN, PER_MICRO_BATCH, TRAINED, N_FLAVOURS } Flavour;

static void
drop_crossings(PdReport *report)
{
    for (guint s = 0; s < report->n_stages; s++)
        g_clear_pointer(&report->stages[s].crossings, g_free);
}

static PdReport *
random_report(guint seed, Flavour flavour)
{
    g_autofree char *text = test_random_scenario(seed, NULL);
    PdReport *report = test_report("%s", text);

    if (flavour != PER_MICRO_BATCH)
        drop_crossings(report);
    report->has_training = flavour == TRAINED;
    report->training =
        (PdTrainingReport){ 12345, 678, 1.0 / 3, seed % 2 ? (double)NAN : 1e-3, NAN };
    return report;
}

/* Read a text, or fail the test. */
static void
parse(PdSavedReports *saved, const char *text)
{
    g_autoptr(GError) error = NULL;

    if (!pd_saved_reports_parse(saved, "a.json", text, strlen(text), &error))
        ck_abort_msg("%s", error->message);
}

START_TEST(a_report_that_is_read_is_written_as_it_was)
{
    g_autoptr(PdReport) report = random_report((guint)_i / N_FLAVOURS, _i % N_FLAVOURS);
    g_autofree char *text = pd_json_report(report), *again = NULL;
    g_auto(PdSavedReports) saved = { NULL };

    parse(&saved, text);
    ck_assert_uint_eq(saved.reports->len, 1);
    again = pd_json_report(saved.reports->pdata[0]);
    ck_assert_str_eq(again, text);
}
END_TEST

START_TEST(a_comparison_that_is_read_is_written_as_it_was)
{
    g_autoptr(PdReport) first = random_report(1, _i), second = random_report(2, _i);
    PdReport *const reports[] = { first, second };
    g_autofree char *text = pd_json_comparison(reports, 2), *again = NULL;
    g_auto(PdSavedReports) saved = { NULL };

    parse(&saved, text);
    again = pd_json_comparison((PdReport *const *)saved.reports->pdata, saved.reports->len);
    ck_assert_str_eq(again, text);
}
END_TEST

static PdValidation *
some_validation(double limit)
{
    return pd_validation_new(random_report(7, PER_MICRO_BATCH), random_report(7, PER_MICRO_BATCH),
                             FALSE, limit, limit);
}

START_TEST(a_validation_that_is_read_is_written_as_it_was)
{
    g_autoptr(PdValidation) validation = some_validation(_i == 0 ? (double)NAN : 0.07);
    g_autofree char *text = pd_validation_json(validation), *again = NULL;
    g_auto(PdSavedReports) saved = { NULL };

    parse(&saved, text);
    ck_assert_uint_eq(saved.reports->len, 0);
    again = pd_validation_json(saved.validation);
    ck_assert_str_eq(again, text);
}
END_TEST

/* --- what is refused -------------------------------------------------------------------------- */

/* A report with one text for another, once, and what is said of it. */
typedef struct {
    const char *text, *instead;
    const char *message;
} Change;

static const Change changes[] = {
    { "report/1", "report/2", "member schema: is none of" },
    { "\"busy_ns\"", "\"bosy_ns\"", "member devices[0].busy_ns: is missing" },
    { "\"devices_count\" : 2", "\"devices_count\" : 3", "member devices: has 2 elements" },
    { "\"devices_count\" : 2", "\"devices_count\" : 0",
      "member devices_count: is no whole number" },
    { "\"micro_batches\" : 4", "\"micro_batches\" : -4", "member micro_batches: is no whole" },
    { "\"micro_batches\" : 4", "\"micro_batches\" : 4.5", "member micro_batches: is no whole" },
    { "\"micro_batches\" : 4", "\"micro_batches\" : \"4\"", "member micro_batches: is no whole" },
    { "\"bubble_fraction\" : ", "\"bubble_fraction\" : \"x\", \"x\" : ", "bubble_fraction: is no" },
    { "\"schedule\" : \"paci\"", "\"schedule\" : null", "member schedule: is no text" },
    { "\"device\" : 1", "\"device\" : 2", "member devices[1].device: is no whole number from 1" },
    { "\"startup\" : 0", "\"startup\" : 1", "devices[0].bubble_by_cause_ns: does not sum" },
    { "\"startup\" : 0", "\"startup\" : 9223372036854775807", "is too large" },
    { "\"weights\" : 5", "\"weights\" : 6", "devices[0].peak_memory_parts_bytes: does not sum" },
    { "\"fits\" : true", "\"fits\" : false", "member devices[0].fits: is not what" },
    { "\"fits\" : true", "\"fits\" : null", "member devices[0].capacity_bytes: is given" },
    { "\"fits_memory\" : true", "\"fits_memory\" : false", "member fits_memory: is not what" },
    { "\"max_crossing\" : ", "\"max_crossing\" : 9, \"x\" : ", "max_crossing: is not the most" },
    { "\"max_mismatch\" : ", "\"max_mismatch\" : 9, \"x\" : ", "max_mismatch: is not the most" },
    { "\"crossing_bound\" : ", "\"crossing_bound\" : 9, \"x\" : ",
      "crossing_bound: is not the most" },
    { "\"max_peak_memory_bytes\" : ", "\"max_peak_memory_bytes\" : 9, \"x\" : ",
      "max_peak_memory_bytes: is not the most" },
    { "\"histogram\" : [", "\"histogram\" : [ 9223372036854775807, ", "crossing.histogram[1]" },
    { "\"histogram\" : [", "\"histogram\" : [], \"x\" : [",
      "stages[0].crossing.max: is not where" },
    { "\"histogram\" : [", "\"histogram\" : {}, \"x\" : [", "crossing.histogram: is no array" },
    { "{", "[", "is no report" },
    { "{", "/* { */ {", "a character is not JSON's" },
    { "null", "[[[[[[[[[[[[[[[[[[[[[[[[[[null]]]]]]]]]]]]]]]]]]]]]]]]]]", "nested too deeply" },
};

static char *
small_report(void)
{
    g_autoptr(PdReport) report = test_report(
        "[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 2\nmini-batches = 2\n"
        "[compute]\nforward = 1 ms\nbackward = 2 ms\n[memory]\nweights = 5 B\n"
        "activations = 3 B\ncapacity = 1 kB\n");

    drop_crossings(report);
    return pd_json_report(report);
}

START_TEST(what_is_no_report_is_refused_with_the_member_that_is_wrong)
{
    const Change *change = &changes[_i];
    g_autofree char *text = small_report(), *changed = NULL;
    const char *at = strstr(text, change->text);
    g_auto(PdSavedReports) saved = { NULL };
    g_autoptr(GError) error = NULL;

    ck_assert_msg(at != NULL, "%s is not in\n%s", change->text, text);
    changed = g_strdup_printf("%.*s%s%s", (int)(at - text), text, change->instead,
                              at + strlen(change->text));
    ck_assert(!pd_saved_reports_parse(&saved, "a.json", changed, strlen(changed), &error));
    test_check_refusal(error, "a.json: is no report: ", change->message);
}
END_TEST

START_TEST(a_comparison_of_nothing_and_a_validation_of_two_pipelines_are_refused)
{
    const char *const empty = "{\"schema\": \"pipedrift.comparison/1\", \"reports\": []}";
    g_autofree char *report = small_report(), *text = NULL, *other = NULL;
    g_autoptr(PdValidation) validation = some_validation(NAN);
    g_auto(PdSavedReports) saved = { NULL }, second = { NULL };
    g_autoptr(GError) error = NULL, failure = NULL;
    const char *at;

    ck_assert(!pd_saved_reports_parse(&saved, "a.json", empty, strlen(empty), &error));
    test_check_refusal(error, "a.json: is no report: ", "member reports: is empty");
    text = pd_validation_json(validation);
    at = strstr(text, "\"measured\" : ");
    other = g_strdup_printf("%.*s\"measured\" : %s}", (int)(at - text), text, report);
    ck_assert(!pd_saved_reports_parse(&second, "a.json", other, strlen(other), &failure));
    test_check_refusal(failure, "a.json: is no report: ", "member measured: has other numbers");
}
END_TEST

START_TEST(a_file_is_read_and_one_that_is_not_there_is_named)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *text = small_report(), *path = test_file(folder, "a.json", text);
    g_auto(PdSavedReports) saved = { NULL }, none = { NULL };
    g_autoptr(GError) error = NULL;

    ck_assert(pd_saved_reports_load(&saved, path, NULL));
    ck_assert_uint_eq(saved.reports->len, 1);
    ck_assert(!pd_saved_reports_load(&none, "not-there.json", &error));
    test_check_refusal(error, "not-there.json: cannot be read", "");
}
END_TEST

/* --- damage ----------------------------------------------------------------------------------- */

/* Read a text that may be anything; print what is accepted, which must not crash either. */
static void
try(const char *text, gsize length)
{
    /* exactly as long, for a sanitizer to see what reads beyond */
    g_autofree char *copy = memcpy(g_malloc(MAX(length, 1)), text, length);
    g_auto(PdSavedReports) saved = { NULL };
    g_autoptr(GError) error = NULL;

    if (!pd_saved_reports_parse(&saved, "a.json", copy, length, &error)) {
        test_require(error != NULL);
        test_require(strchr(error->message, '\n') == NULL);
        test_require(g_str_has_prefix(error->message, "a.json: is no report: "));
        return;
    }
    for (guint i = 0; i < saved.reports->len; i++)
        g_free(pd_json_report(saved.reports->pdata[i]));
    if (saved.validation != NULL)
        g_free(pd_validation_json(saved.validation));
}

static char *
text_to_damage(int i)
{
    g_autoptr(PdValidation) validation = some_validation(0.5);
    g_autoptr(PdReport) report = random_report((guint)i, i % N_FLAVOURS);
    PdReport *const reports[] = { report, report };

    return i == 0   ? pd_validation_json(validation)
           : i == 1 ? pd_json_comparison(reports, 2)
                    : pd_json_report(report);
}

START_TEST(a_report_that_is_cut_off_is_refused_and_never_crashes)
{
    g_autofree char *text = text_to_damage(_i);
    const gsize length = strlen(text), step = MAX(length / N_DAMAGES, 1);

    for (gsize n = 0; n < length; n += step)
        try(text, n);
}
END_TEST

START_TEST(a_report_with_random_bytes_changed_never_crashes)
{
    static const char likely[] = "0123456789-+.eE\"\\{}[]:,ntf /";
    g_autofree char *text = text_to_damage(_i);
    const gsize length = strlen(text);
    guint64 seed = 1 + (guint64)_i;

    for (guint i = 0; i < N_DAMAGES; i++) {
        g_autofree char *damaged = g_strdup(text);
        const guint64 n = 1 + test_random(&seed, 3);

        for (guint64 j = 0; j < n; j++)
            damaged[test_random(&seed, length)] =
                test_random(&seed, 4) == 0 ? (char)(guchar)test_random(&seed, 256)
                                           : likely[test_random(&seed, sizeof likely - 1)];
        try(damaged, length);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("json_read");
    TCase *tests = tcase_create("json_read");

    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, a_report_that_is_read_is_written_as_it_was, 0,
                        N_SCENARIOS * N_FLAVOURS);
    tcase_add_loop_test(tests, a_comparison_that_is_read_is_written_as_it_was, 0, N_FLAVOURS);
    tcase_add_loop_test(tests, a_validation_that_is_read_is_written_as_it_was, 0, 2);
    tcase_add_loop_test(tests, what_is_no_report_is_refused_with_the_member_that_is_wrong, 0,
                        G_N_ELEMENTS(changes));
    tcase_add_test(tests, a_comparison_of_nothing_and_a_validation_of_two_pipelines_are_refused);
    tcase_add_test(tests, a_file_is_read_and_one_that_is_not_there_is_named);
    tcase_add_loop_test(tests, a_report_that_is_cut_off_is_refused_and_never_crashes, 0, 4);
    tcase_add_loop_test(tests, a_report_with_random_bytes_changed_never_crashes, 0, 4);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

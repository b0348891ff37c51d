/*
 * Training logs, read again.
 */
#include <math.h>
#include <string.h>

#include "files.h"
#include "support.h"
#include "training_curve.h"

#define HEAD PD_TRAINING_LOG_HEAD "\n"
#define ROW1 "1,100,10,20,5.5,,0.001,0\n"
#define ROW2 "2,200,20,40,5.25,5.125,0.002,3\n"

static PdTrainingCurve *
parse(const char *text, GError **error)
{
    return pd_training_curve_parse("a.csv", text, strlen(text), error);
}

static PdTrainingCurve *
curve_of(const char *text)
{
    g_autoptr(GError) error = NULL;
    PdTrainingCurve *curve = parse(text, &error);

    ck_assert_msg(curve != NULL, "%s: %s", text, error == NULL ? "?" : error->message);
    return curve;
}

START_TEST(a_row_is_a_point)
{
    g_autoptr(PdTrainingCurve) curve = curve_of(HEAD ROW1 ROW2);
    const PdTrainingPoint *point = &curve->points[1];

    ck_assert_uint_eq(curve->n_points, 2);
    ck_assert(curve->virtual_time);
    ck_assert_int_eq(point->step, 2);
    ck_assert_int_eq(point->tokens, 200);
    ck_assert_int_eq(point->real_ns, 20);
    ck_assert_int_eq(point->virtual_ns, 40);
    ck_assert_double_eq(point->loss, 5.25);
    ck_assert_double_eq(point->validation_loss, 5.125);
    ck_assert_double_eq(point->learning_rate, 0.002);
    ck_assert_int_eq(point->max_crossing, 3);
}
END_TEST

START_TEST(an_empty_field_is_not_there)
{
    g_autoptr(PdTrainingCurve) curve = curve_of(HEAD "1,100,10,,,,,\n");
    const PdTrainingPoint *point = &curve->points[0];

    ck_assert(!curve->virtual_time);
    ck_assert_int_eq(point->virtual_ns, -1);
    ck_assert(isnan(point->loss));
    ck_assert(isnan(point->validation_loss));
    ck_assert(isnan(point->learning_rate));
    ck_assert_int_eq(point->max_crossing, -1);
}
END_TEST

/* What is read, whatever the ends of lines. */
static const struct {
    const char *text;
    gsize n_points;
} good[] = {
    { HEAD ROW1 ROW2, 2 },
    { PD_TRAINING_LOG_HEAD "\r\n1,100,10,20,5.5,,0.001,0\r\n2,200,20,40,5.25,,0.002,3\r\n", 2 },
    { PD_TRAINING_LOG_HEAD "\r1,100,10,20,5.5,,0.001,0\r2,200,20,40,5.25,,0.002,3\r", 2 },
    { HEAD ROW1 "\n" ROW2 "\n", 2 },
    /* the training may be writing its last line */
    { HEAD ROW1 "2", 1 },
    { HEAD ROW1 "2,200,20,40,5.25,5.125,0.002,3", 1 },
    { HEAD ROW1 "2,200,20,4x", 1 },
    /* a part of a training, as after a resumption */
    { HEAD "7,700,20,40,5.25,,0.002,3\n9,900,30,60,5,,0.002,1\n", 2 },
    { HEAD "1,100,0,0,0,0,0,0\n", 1 },
};

START_TEST(a_log_is_read)
{
    g_autoptr(PdTrainingCurve) curve = curve_of(good[_i].text);

    ck_assert_uint_eq(curve->n_points, good[_i].n_points);
}
END_TEST

/* What is refused, and how the message goes on behind the name of the file. */
static const struct {
    const char *text, *start, *part;
} bad[] = {
    { "", "line 1: is not the head of a training log", PD_TRAINING_LOG_HEAD },
    { "[pipeline]\ndevices = 4\n", "line 1: is not the head of a training log", "train --log" },
    { "step,tokens\n" ROW1, "line 1: is not the head of a training log", "" },
    { ROW1 ROW2, "line 1: is not the head of a training log", "" },
    { PD_TRAINING_LOG_HEAD, "has no whole row yet", "one per mini-batch" },
    { HEAD, "has no whole row yet", "" },
    { HEAD "1,100,10,20,5.5,,0.001,0", "has no whole row yet", "" },
    { HEAD ROW1 "2,200,20\n", "line 3: has 3 fields", "the 8 that the head names" },
    { HEAD "1,100,10,20,5.5,,0.001,0,7\n", "line 2: has 9 fields", "8" },
    { HEAD "1,100,10,20,5.5,,0.001,0;\n", "line 2: max_crossing: ", "whole number" },
    { HEAD ROW1 "\n2.5,200,20,40,5.5,,0.001,0\n", "line 4: step: '2.5' ", "whole number" },
    { HEAD ",100,10,20,5.5,,0.001,0\n", "line 2: step: '' is empty", "" },
    { HEAD "1,,10,20,5.5,,0.001,0\n", "line 2: tokens: '' is empty", "" },
    { HEAD "1,100,,20,5.5,,0.001,0\n", "line 2: real_ns: '' is empty", "" },
    { HEAD "1,100,-10,20,5.5,,0.001,0\n", "line 2: real_ns: '-10' is negative", "" },
    { HEAD "1,100,10,soon,5.5,,0.001,0\n", "line 2: virtual_ns: 'soon' is not a number", "" },
    { HEAD "1,100,10,20,nan,,0.001,0\n", "line 2: loss: 'nan' is not a number", "" },
    { HEAD "1,100,10,20,5.5,inf,0.001,0\n", "line 2: validation_loss: 'inf' is not", "" },
    { HEAD "1,100,10,20,\"5.5\",,0.001,0\n", "line 2: loss: ", "is not a number" },
    { HEAD "1,100,10,20,5.5,,1e999,0\n", "line 2: learning_rate: '1e999' is too large", "" },
    { HEAD "99999999999999999999,1,10,20,5.5,,0.1,0\n", "line 2: step: ", "too large" },
    { HEAD "0,100,10,20,5.5,,0.001,0\n", "line 2: step: 0 must be above 0", "" },
    { HEAD ROW1 ROW1, "line 3: step: 1 must be above 1", "rises from row to row" },
    { HEAD ROW1 "2,100,20,40,5.5,,0.001,0\n", "line 3: tokens: 100 must be above 100", "" },
    { HEAD "1,1,9223372036854775000,,5,,1,0\n2,2,9223372036854774000,,5,,1,0\n",
      "line 3: real_ns, virtual_ns: ", "too large for 64 bits" },
};

START_TEST(a_bad_log_is_refused_in_one_line)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *start = g_strdup_printf("a.csv: %s", bad[_i].start);

    ck_assert_ptr_null(parse(bad[_i].text, &error));
    test_check_refusal(error, start, bad[_i].part);
}
END_TEST

START_TEST(a_nul_byte_is_refused)
{
    static const char text[] = HEAD ROW1 "2,200,20,40,5.25,\0,0.002,3\n";
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(pd_training_curve_parse("a.csv", text, sizeof text - 1, &error));
    test_check_refusal(error, "a.csv: ", "NUL");
}
END_TEST

START_TEST(the_times_of_a_training_that_was_resumed_go_on)
{
    g_autoptr(PdTrainingCurve) curve =
        curve_of(HEAD "1,100,10,200,5.5,,1,0\n2,200,30,400,5.5,,1,0\n3,300,12,200,5.5,,1,0\n"
                      "4,400,25,400,5.5,,1,0\n5,500,11,200,5.5,,1,0\n");
    static const gint64 real_ns[] = { 10, 30, 42, 55, 66 };

    for (guint i = 0; i < G_N_ELEMENTS(real_ns); i++) {
        ck_assert_int_eq(curve->points[i].real_ns, real_ns[i]);
        ck_assert_int_eq(curve->points[i].virtual_ns, 200 * (i + 1));
    }
}
END_TEST

START_TEST(a_log_is_known_by_its_head)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *log = test_file(folder, "log.csv", HEAD);
    g_autofree char *scenario = test_file(folder, "a.ini", "[pipeline]\n");
    g_autofree char *empty = test_file(folder, "empty.csv", "");

    ck_assert(pd_training_curve_is(log));
    ck_assert(!pd_training_curve_is(scenario));
    ck_assert(!pd_training_curve_is(empty));
    ck_assert(!pd_training_curve_is(folder));
    ck_assert(!pd_training_curve_is("/nowhere"));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("training_curve");
    TCase *tests = tcase_create("training_curve");

    tcase_add_test(tests, a_row_is_a_point);
    tcase_add_test(tests, an_empty_field_is_not_there);
    tcase_add_loop_test(tests, a_log_is_read, 0, (int)G_N_ELEMENTS(good));
    tcase_add_loop_test(tests, a_bad_log_is_refused_in_one_line, 0, (int)G_N_ELEMENTS(bad));
    tcase_add_test(tests, a_nul_byte_is_refused);
    tcase_add_test(tests, the_times_of_a_training_that_was_resumed_go_on);
    tcase_add_test(tests, a_log_is_known_by_its_head);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

/*
 * Saved sweeps, read again.
 */
#include <string.h>

#include "rows.h"
#include "support.h"

START_TEST(quotes_line_breaks_and_empty_fields_are_read)
{
    g_autoptr(PdSweepRows) rows =
        test_rows("memory.weights,title,max_crossing,fits_memory,bubble_fraction,error\r\n"
                  "\"1 GB;2 GB\",\"a, \"\"b\"\"\nc\",3,false,0.25,\r\n"
                  "1 GB,,,,,\"no, never\"\n"
                  "2 GB,x,7,tr");

    ck_assert_uint_eq(rows->n_keys, 1);
    ck_assert_str_eq(rows->names[0], "memory.weights");
    ck_assert_uint_eq(rows->rows->len, 2);
    ck_assert_str_eq(test_row(rows, 0)->keys[0], "1 GB;2 GB");
    ck_assert_str_eq(test_row(rows, 0)->values[test_scalar("title")].text, "a, \"b\"\nc");
    ck_assert_int_eq(test_row(rows, 0)->values[test_scalar("max_crossing")].integer, 3);
    ck_assert_int_eq(test_row(rows, 0)->values[test_scalar("fits_memory")].integer, 0);
    ck_assert(test_row(rows, 0)->values[test_scalar("bubble_fraction")].real == 0.25);
    ck_assert(pd_value_is_null(test_row(rows, 0)->values[test_scalar("makespan_ns")]));
    ck_assert_ptr_null(test_row(rows, 0)->error);
    ck_assert_str_eq(test_row(rows, 1)->error, "no, never");
    ck_assert(pd_value_is_null(test_row(rows, 1)->values[test_scalar("max_crossing")]));
}
END_TEST

START_TEST(json_says_the_same)
{
    g_autoptr(PdSweepRows) rows = test_rows(
        "{\"schema\": \"pipedrift.sweep/1\", \"rows\": [\n"
        "{\"link.latency\": \"1ms\", \"schedule\": \"paci\", \"max_crossing\": 3, "
        "\"bubble_fraction\": 1, \"fits_memory\": null, \"error\": null},\n"
        "{\"link.latency\": \"2ms\", \"schedule\": null, \"max_crossing\": null, \"error\": \"no\"}"
        "]}\n");

    ck_assert_uint_eq(rows->n_keys, 1);
    ck_assert_str_eq(test_row(rows, 0)->keys[0], "1ms");
    ck_assert_str_eq(test_row(rows, 0)->values[test_scalar("schedule")].text, "paci");
    ck_assert_int_eq(test_row(rows, 0)->values[test_scalar("max_crossing")].integer, 3);
    ck_assert(test_row(rows, 0)->values[test_scalar("bubble_fraction")].real == 1);
    ck_assert(pd_value_is_null(test_row(rows, 0)->values[test_scalar("fits_memory")]));
    ck_assert_str_eq(test_row(rows, 1)->error, "no");
}
END_TEST

static const struct {
    const char *text, *message;
} refused[] = {
    { "", "a.csv: has no whole row of a sweep" },
    { "link.latency,error\n1ms", "a.csv: has no whole row of a sweep" },
    { "link.latency,errors\n", "a.csv: line 1: is not the head of a saved sweep" },
    { "link.latenzy,error\n", "'link.latenzy' is no key and no result" },
    { "schedule,error\npaci,\n", "a.csv: line 1: names no varied key" },
    { "link.latency,error,error\n", "a.csv: line 1: names the column error twice" },
    { "[pipeline]\ndevices = 4\n", "a scenario is swept with --vary" },
    { "link.latency,max_crossing\n1ms,1\n1ms\n",
      "a.csv: line 3: has 1 fields, and the head names" },
    { "link.latency,max_crossing\n\"1\nms\",1\n1ms,1.5\n",
      "a.csv: line 4: max_crossing: '1.5' is not a whole number" },
    { "link.latency,bubble_fraction\n1ms,1e999\n", "bubble_fraction: '1e999' is not a number" },
    { "link.latency,fits_memory\n1ms,yes\n", "fits_memory: 'yes' is not true or false" },
    { "link.latency,error\n1\"m\"s,\n", "a.csv: line 2: field 1: a quote stands inside" },
    { "link.latency,error\n\"1\"ms,\n", "a.csv: line 2: field 1: a quote stands inside" },
    { "{\"schema\": \"pipedrift.report/1\"}", "is no sweep: member schema: is not pipedrift.sw" },
    { "{\"schema\": \"pipedrift.sweep/1\", \"rows\": []}", "member rows: is empty" },
    { "{\"schema\": \"pipedrift.sweep/1\", \"rows\": [{\"error\": null}]}", "have no varied key" },
    { "{\"schema\": \"pipedrift.sweep/1\", \"rows\": [{\"link.latency\": 1, \"error\": null}]}",
      "member rows[0].link.latency: is no text" },
    { "{\"schema\": \"pipedrift.sweep/1\", \"rows\": [{\"link.latency\": \"1\", \"error\": null,"
      "\"max_crossing\": \"x\"}]}",
      "member rows[0].max_crossing" },
    { "{\"a\": ", "a.csv: is no sweep: " },
};

START_TEST(what_is_no_sweep_is_refused_in_one_line)
{
    g_autoptr(GError) error = NULL;
    const char *text = refused[_i].text;

    ck_assert_ptr_null(pd_sweep_rows_parse("a.csv", text, strlen(text), &error));
    test_check_refusal(error, "a.csv: ", refused[_i].message);
}
END_TEST

START_TEST(every_beginning_of_a_sweep_is_read_or_refused)
{
    const char *text = "link.latency,error\n1ms,\"a\n\"\"b\"\n2ms,\n";

    for (gsize length = 0; length <= strlen(text); length++) {
        g_autofree char *start = g_strndup(text, length);
        g_autoptr(GError) error = NULL;
        g_autoptr(PdSweepRows) rows = pd_sweep_rows_parse("a.csv", start, length, &error);

        ck_assert_uint_eq(rows == NULL ? 0 : rows->rows->len, length < 31   ? 0
                                                              : length < 36 ? 1
                                                                            : 2);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("sweep rows");
    TCase *tests = tcase_create("sweep rows");

    tcase_add_test(tests, quotes_line_breaks_and_empty_fields_are_read);
    tcase_add_test(tests, json_says_the_same);
    tcase_add_loop_test(tests, what_is_no_sweep_is_refused_in_one_line, 0, G_N_ELEMENTS(refused));
    tcase_add_test(tests, every_beginning_of_a_sweep_is_read_or_refused);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

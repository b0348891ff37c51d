/*
 * The language of --where: what holds of a row, and what is refused with a column.
 */
#include <math.h>

#include "errors.h"
#include "expression.h"
#include "files.h"
#include "support.h"

static const PdName names[] = {
    { "schedule", PD_VALUE_TEXT },
    { "makespan_ns", PD_VALUE_INTEGER },
    { "max_peak_memory_bytes", PD_VALUE_INTEGER },
    { "max_crossing", PD_VALUE_INTEGER },
    { "bubble_fraction", PD_VALUE_REAL },
    { "steady_bubble_fraction", PD_VALUE_REAL }, /* null */
    { "fits_memory", PD_VALUE_BOOLEAN },
    { "unknown_fit", PD_VALUE_BOOLEAN },            /* null */
    { "huge", PD_VALUE_INTEGER },                   /* the largest there is */
    { "pipeline.micro-batches", PD_VALUE_INTEGER }, /* a varied key: 8 */
    { NULL, PD_VALUE_TEXT },
};

static const PdValue values[] = {
    { .type = PD_VALUE_TEXT, .text = "paci" },
    { .type = PD_VALUE_INTEGER, .integer = 5000000 },
    { .type = PD_VALUE_INTEGER, .integer = G_GINT64_CONSTANT(42949672960) }, /* 40 GiB */
    { .type = PD_VALUE_INTEGER, .integer = 1 },
    { .type = PD_VALUE_REAL, .real = 0.05 },
    { .type = PD_VALUE_REAL, .real = (double)NAN },
    { .type = PD_VALUE_BOOLEAN, .integer = 1 },
    { .type = PD_VALUE_BOOLEAN, .integer = -1 },
    { .type = PD_VALUE_INTEGER, .integer = G_MAXINT64 },
    { .type = PD_VALUE_INTEGER, .integer = 8 },
};

static const struct {
    const char *text;
    gboolean holds;
} cases[] = {
    /* comparisons, units, percentages */
    { "max_crossing <= 1", TRUE },
    { "max_crossing < 1", FALSE },
    { "max_crossing >= 1", TRUE },
    { "max_crossing > 1", FALSE },
    { "max_crossing == 1", TRUE },
    { "max_crossing != 1", FALSE },
    { "max_peak_memory_bytes <= 40GiB", TRUE },
    { "max_peak_memory_bytes <= 40 GiB", TRUE },
    { "max_peak_memory_bytes < 40GiB", FALSE },
    { "max_peak_memory_bytes > 42.9GB", TRUE },
    { "makespan_ns == 5 ms", TRUE },
    { "makespan_ns == 5e3us", TRUE },
    { "bubble_fraction <= 5%", TRUE },
    { "bubble_fraction <= 4.9 %", FALSE },
    { "1GB/s == 8Gbit/s", TRUE },
    { "1 TFLOP/s == 1e12", TRUE },
    { "1B/max_crossing == 1", TRUE },
    { "schedule == \"paci\"", TRUE },
    { "schedule == 'paci'", TRUE },
    { "schedule != 'gpipe'", TRUE },
    { "'pa\"ci' == 'pa\"ci'", TRUE },
    /* a hyphen belongs to a key where a letter follows */
    { "pipeline.micro-batches == 8", TRUE },
    { "pipeline.micro-batches-3 == 5", TRUE },
    { "pipeline.micro-batches - max_crossing == 7", TRUE },
    { "-pipeline.micro-batches*2 == -16", TRUE },
    { "fits_memory", TRUE },
    { "fits_memory == true", TRUE },
    { "fits_memory != false", TRUE },
    /* or, and, not, from loose to tight */
    { "true || false && false", TRUE },
    { "(true || false) && false", FALSE },
    { "true or false and false", TRUE },
    { "not true or true", TRUE },
    { "not (true or true)", FALSE },
    { "!max_crossing > 1", TRUE },
    { "not max_crossing > 1", TRUE },
    { "not not fits_memory", TRUE },
    { "!fits_memory == false", TRUE },
    { "fits_memory == !false", TRUE },
    { "max_crossing<=1&&max_peak_memory_bytes<=40GiB&&bubble_fraction<6%", TRUE },
    { "max_crossing <= 1 and makespan_ns < 5 ms or schedule == 'gpipe'", FALSE },
    /* arithmetic */
    { "1 + 2 * 3 == 7", TRUE },
    { "(1 + 2) * 3 == 9", TRUE },
    { "10 - 4 - 3 == 3", TRUE },
    { "16 / 4 / 2 == 2", TRUE },
    { "7 / 2 == 3.5", TRUE },
    { "-max_crossing == 0 - 1", TRUE },
    { "--1 == 1", TRUE },
    { "2 * -3 == -6", TRUE },
    { "-2 + 3 == 1", TRUE },
    { "max_peak_memory_bytes / 1GiB == 40", TRUE },
    { "50% + 50% == 1", TRUE },
    { "1 - bubble_fraction > 94%", TRUE },
    { ".5 == 5e-1", TRUE },
    /* whole numbers of 64 bits keep their bits */
    { "huge == 9223372036854775807", TRUE },
    { "huge == 9223372036854775806", FALSE },
    { "huge - 1 < huge", TRUE },
    { "huge - 1 == 9223372036854775806", TRUE },
    { "9007199254740993 == 9007199254740992", FALSE },
    { "3 * 3002399751580331 == 9007199254740993", TRUE },
    { "-huge - 1 < -huge", TRUE },
    { "huge + 1 > huge", TRUE },
    { "huge * huge > huge", TRUE },
    /* null */
    { "steady_bubble_fraction < 5%", FALSE },
    { "steady_bubble_fraction >= 5%", FALSE },
    { "steady_bubble_fraction != 5%", FALSE },
    { "steady_bubble_fraction == steady_bubble_fraction", FALSE },
    { "!(steady_bubble_fraction < 5%)", TRUE },
    { "steady_bubble_fraction + 1 > 0", FALSE },
    { "-steady_bubble_fraction < 1", FALSE },
    { "unknown_fit", FALSE },
    { "!unknown_fit", TRUE },
    { "unknown_fit == false", FALSE },
    { "unknown_fit == true", FALSE },
    { "max_crossing / 0 > 0", FALSE },
    { "max_crossing / 0 <= 0", FALSE },
    { "1e300 * 1e300 > 0", FALSE },
};

START_TEST(an_expression_holds_or_not)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PdExpression) expression = pd_expression_parse(cases[_i].text, names, &error);

    ck_assert_msg(expression != NULL, "%s", error == NULL ? "?" : error->message);
    ck_assert_msg(pd_expression_holds(expression, values) == cases[_i].holds, "%s", cases[_i].text);
}
END_TEST

static const struct {
    const char *text, *message;
} refusals[] = {
    { "", "'': column 1: a value is missing here" },
    { "   ", "column 4: a value is missing" },
    { "max_crosing <= 1", "'max_crosing <= 1': column 1: the name 'max_crosing' is unknown; did "
                          "you mean max_crossing?" },
    { "schedule == paci", "column 13: the name 'paci' is unknown; a text stands in quotes" },
    { "max_crossing <= 1 && bubble < 5%", "column 22: the name 'bubble' is unknown" },
    { "max_crossing <=", "column 16: a value is missing here" },
    { "max_crossing <= <", "column 17: a value is missing here" },
    { "max_crossing = 1", "column 14: '=' is no operator; write == to compare" },
    { "fits_memory & fits_memory", "column 13: '&' is no operator; write && or and" },
    { "fits_memory | fits_memory", "column 13: '|' is no operator; write || or or" },
    { "max_crossing 1", "column 14: an operator is missing here" },
    { "(max_crossing < 1", "column 1: the parenthesis that opens here is not closed" },
    { "(max_crossing 1)", "column 15: an operator is missing here" },
    { "max_crossing < 1)", "column 17: this parenthesis closes what was not opened" },
    { "max_crossing", "column 1: this is a number; write a condition" },
    { "'paci'", "column 1: this is a text; write a condition" },
    { "schedule == 1",
      "column 10: == stands between a text and a number; both sides must be alike" },
    { "schedule < 'paci'", "column 10: < stands between two texts; it takes numbers" },
    { "schedule + 'x' == 'y'", "column 10: + stands between two texts; it takes numbers" },
    { "fits_memory < true", "column 13: < stands between two conditions; it takes numbers" },
    { "1 < max_crossing < 3", "column 18: < stands between a condition and a number" },
    { "1 && 2", "column 3: && stands between two numbers; it takes conditions" },
    { "fits_memory && 1", "column 13: && stands between a condition and a number" },
    { "!max_crossing", "column 1: ! stands before a number; it takes a condition" },
    { "-schedule == 'x'", "column 1: - stands before a text; it takes a number" },
    { "max_peak_memory_bytes <= 40Gib", "column 28: the unit 'Gib' is unknown; did you mean GiB?" },
    { "makespan_ns < 3 parsecs", "column 17: the unit 'parsecs' is unknown; write one such as" },
    { "max_crossing < 1e30s", "column 16: '1e30s' is too large for 64 bits" },
    { "max_crossing < 1e999", "column 16: '1e999' is too large" },
    { "max_crossing < .", "column 16: a point without digits is no number" },
    { "schedule == 'paci", "column 13: the text that starts here has no end; ' ends it" },
    { "max_crossing ? 1", "column 14: '?' has no meaning here" },
    { "'\303\266' == 'o' ?", "column 12: '?' has no meaning here" },
    { "'\303\266\303\266' == \303\266", "column 9: '\\303\\266' has no meaning here" },
    { "\377", "is no text in UTF-8" },
    { "max_crossing <= 1 && max_crossing <= 1 && max_crossing <= 1 && max_crosing <= 1",
      "'... <= 1 && max_crossing <= 1 && max_crosing <= 1': column 64: the name 'max_crosing'" },
};

START_TEST(what_is_no_expression_is_refused_with_its_column)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PdExpression) expression = pd_expression_parse(refusals[_i].text, names, &error);

    ck_assert_msg(expression == NULL, "%s", refusals[_i].text);
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
    ck_assert_msg(strstr(error->message, refusals[_i].message) != NULL, "%s", error->message);
    test_check_message(error->message);
}
END_TEST

static char *
repeated(const char *head, const char *middle, const char *tail, guint n)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < n; i++)
        g_string_append(text, head);
    g_string_append(text, middle);
    for (guint i = 0; i < n; i++)
        g_string_append(text, tail);
    return g_string_free(text, FALSE);
}

START_TEST(nesting_is_limited_and_length_is_not)
{
    static const struct {
        const char *head, *middle, *tail;
        guint n;
        gboolean right;
    } rows[] = {
        { "(", "true", ")", 100, TRUE },
        { "(", "true", ")", 100000, FALSE },
        { "!", "true", "", 100, TRUE },
        { "!", "true", "", 100001, FALSE },
        { "true && ", "true", "", 100000, TRUE },
        { "", "1", " + 1", 3, FALSE },
        { "false || (1 + 1 == 2 && ", "true", ")", 20, TRUE },
        { "false || (1 + 1 == 2 && ", "true", ")", 10000, FALSE },
        { "- ", "1", "", 1000, FALSE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = repeated(rows[i].head, rows[i].middle, rows[i].tail, rows[i].n);
        g_autoptr(GError) error = NULL;
        g_autoptr(PdExpression) expression = pd_expression_parse(text, names, &error);

        ck_assert_msg((expression != NULL) == rows[i].right, "row %zu: %s", i,
                      error == NULL ? "was taken" : error->message);
        if (expression != NULL)
            ck_assert(pd_expression_holds(expression, values));
        else
            test_check_message(error->message);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("expression");
    TCase *tests = tcase_create("expression");

    tcase_add_loop_test(tests, an_expression_holds_or_not, 0, (int)G_N_ELEMENTS(cases));
    tcase_add_loop_test(tests, what_is_no_expression_is_refused_with_its_column, 0,
                        (int)G_N_ELEMENTS(refusals));
    tcase_add_test(tests, nesting_is_limited_and_length_is_not);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

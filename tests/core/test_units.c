#include "support.h"
#include "units.h"

typedef struct {
    const char *text;
    PdDimension dimension;
    gint64 value;
} Good;

static const Good good[] = {
    { "18.522 ms", PD_DURATION, 18522000 },
    { "0", PD_COUNT, 0 },
    { "0.5 ns", PD_DURATION, 1 },
    { "0.4999999999999999999999999 ns", PD_DURATION, 0 },
    { "1.5ns", PD_DURATION, 2 },
    { "2.5 ns", PD_DURATION, 3 },
    { "1e3 us", PD_DURATION, 1000000 },
    { "1E-3 s", PD_DURATION, 1000000 },
    { " 7 us ", PD_DURATION, 7000 },
    { ".5 s", PD_DURATION, 500000000 },
    { "9223372036854775807 ns", PD_DURATION, G_MAXINT64 },
    { "1 B", PD_SIZE, 1 },
    { "1.5 kB", PD_SIZE, 1500 },
    { "3 MB", PD_SIZE, 3000000 },
    { "2 GB", PD_SIZE, 2000000000 },
    { "1 TB", PD_SIZE, 1000000000000 },
    { "1 KiB", PD_SIZE, 1024 },
    { "0.5 MiB", PD_SIZE, 524288 },
    { "1 GiB", PD_SIZE, 1073741824 },
    { "1 TiB", PD_SIZE, 1099511627776 },
    { "4.656612873077392578125e-10 GiB", PD_SIZE, 1 }, /* half a byte */
    { "1 B/s", PD_BANDWIDTH, 8 },
    { "25 GB/s", PD_BANDWIDTH, 200000000000 },
    { "1 GiB/s", PD_BANDWIDTH, 8589934592 },
    { "1 bit/s", PD_BANDWIDTH, 1 },
    { "200 Gbit/s", PD_BANDWIDTH, 200000000000 },
    { "312 TFLOP/s", PD_COMPUTE, 312000000000000 },
    { "50 GFLOP/s", PD_COMPUTE, 50000000000 },
    { "8.000", PD_COUNT, 8 },
    { "1e6", PD_COUNT, 1000000 },
};

START_TEST(a_quantity_is_its_decimal_rounded_half_up)
{
    const Good *row = &good[_i];
    g_autoptr(GError) error = NULL;
    gint64 value = -1;

    ck_assert_msg(pd_quantity_parse(row->text, row->dimension, &value, &error), "%s: %s", row->text,
                  error == NULL ? "?" : error->message);
    ck_assert_msg(value == row->value, "%s is %" G_GINT64_FORMAT, row->text, value);
}
END_TEST

typedef struct {
    const char *text;
    PdDimension dimension;
    const char *message; /* a part of it */
} Bad;

static const Bad bad[] = {
    { "", PD_DURATION, "is empty" },
    { "fast", PD_DURATION, "is not a number" },
    { "5", PD_DURATION, "has no unit; write a duration such as 5 ms (units: ns us ms s)" },
    { "5 parsecs", PD_DURATION, "has the unit 'parsecs'; the units of a duration are ns us ms s" },
    { "5 GB", PD_DURATION, "has the unit 'GB'" },
    { "5 gb", PD_SIZE, "has the unit 'gb'" },
    { "-5 ms", PD_DURATION, "is negative" },
    { "- 5 ms", PD_DURATION, "is not a number" },
    { "1e30 s", PD_DURATION, "is too large for 64 bits" },
    { "9223372036854775808 ns", PD_DURATION, "is too large for 64 bits" },
    { "99999999999999999999999999999999", PD_COUNT, "is too large for 64 bits" },
    { "1.5", PD_COUNT, "is not a whole number" },
    { "8 GPUs", PD_COUNT, "is not a whole number" },
    { "0x10", PD_COUNT, "is not a whole number" },
    { "inf", PD_COUNT, "is not a number" },
    { "5 ms # slow", PD_DURATION, "has the unit 'ms # slow'" },
};

START_TEST(a_wrong_quantity_is_refused_with_what_would_be_right)
{
    const Bad *row = &bad[_i];
    g_autoptr(GError) error = NULL;
    gint64 value;

    ck_assert_msg(!pd_quantity_parse(row->text, row->dimension, &value, &error), "%s", row->text);
    ck_assert_msg(strstr(error->message, row->message) != NULL, "%s: %s", row->text,
                  error->message);
}
END_TEST

START_TEST(a_real_is_a_plain_decimal_or_a_percentage)
{
    static const char *const refused[] = { "",  "inf", "nan",   "0x10", "-1", "1 ms",
                                           "%", "1e",  "1e999", "--1",  "1 2" };
    double value;

    ck_assert(pd_real_parse("0.25", &value, NULL) && value == 0.25);
    ck_assert(pd_real_parse(" 5 % ", &value, NULL) && value == 0.05);
    ck_assert(pd_real_parse("1e-3", &value, NULL) && value == 1e-3);
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autoptr(GError) error = NULL;

        ck_assert_msg(!pd_real_parse(refused[i], &value, &error), "%s", refused[i]);
        ck_assert_ptr_nonnull(error);
    }
}
END_TEST

START_TEST(a_unit_belongs_to_one_dimension_and_a_misspelt_one_has_a_neighbour)
{
    PdDimension dimension = PD_COUNT;

    ck_assert(pd_unit_find("us", &dimension) && dimension == PD_DURATION);
    ck_assert(pd_unit_find("GiB", &dimension) && dimension == PD_SIZE);
    ck_assert(pd_unit_find("GiB/s", &dimension) && dimension == PD_BANDWIDTH);
    ck_assert(pd_unit_find("TFLOP/s", &dimension) && dimension == PD_COMPUTE);
    ck_assert(!pd_unit_find("", &dimension));
    ck_assert(!pd_unit_find("gib", &dimension));
    ck_assert_str_eq(pd_unit_nearest("Gib"), "GiB");
    ck_assert_ptr_null(pd_unit_nearest("parsecs"));
    ck_assert_int_eq(pd_unit_scale("KiB", PD_SIZE), 1024);
}
END_TEST

START_TEST(the_parts_of_a_division_sum_to_the_whole_and_differ_by_one_at_most)
{
    guint64 seed = 1;

    for (int round = 0; round < 10000; round++) {
        const gint64 total = (gint64)test_random(&seed, round % 2 == 0 ? 100 : G_MAXINT64);
        const guint n = 1 + (guint)test_random(&seed, 20);
        gint64 sum = 0, least = G_MAXINT64, most = 0;

        for (guint i = 0; i < n; i++) {
            const gint64 part = pd_part(total, i, n);

            sum += part;
            least = MIN(least, part);
            most = MAX(most, part);
        }
        ck_assert_int_eq(sum, total);
        ck_assert_int_le(most - least, 1);
    }
}
END_TEST

START_TEST(a_transfer_takes_the_exact_quotient_rounded_up)
{
    ck_assert_int_eq(pd_transfer_ns(0, 8), 0);
    ck_assert_int_eq(pd_transfer_ns(1, 8), PD_NS_PER_S);
    ck_assert_int_eq(pd_transfer_ns(1, 24), 333333334);
    ck_assert_int_eq(pd_transfer_ns(16 * 1024 * 1024, G_GINT64_CONSTANT(200000000000)), 671089);
    ck_assert_int_eq(pd_transfer_ns(G_MAXINT64, 1), G_MAXINT64);
}
END_TEST

START_TEST(a_size_or_duration_is_shown_in_its_largest_unit)
{
    static const struct {
        gint64 value;
        const char *duration;
        const char *size;
    } rows[] = {
        { 0, "0 ns", "0 B" },
        { 999, "999 ns", "999 B" },
        { 12400000, "12.4 ms", "11.8 MiB" },
        { 1234567890, "1.23 s", "1.15 GiB" },
        { 1024, "1.02 us", "1.00 KiB" },
        { 999999, "1.00 ms", "977 KiB" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *duration = pd_duration_format(rows[i].value);
        g_autofree char *size = pd_size_format(rows[i].value);

        ck_assert_str_eq(duration, rows[i].duration);
        ck_assert_str_eq(size, rows[i].size);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("units");
    TCase *tests = tcase_create("units");

    tcase_add_loop_test(tests, a_quantity_is_its_decimal_rounded_half_up, 0, G_N_ELEMENTS(good));
    tcase_add_loop_test(tests, a_wrong_quantity_is_refused_with_what_would_be_right, 0,
                        G_N_ELEMENTS(bad));
    tcase_add_test(tests, a_real_is_a_plain_decimal_or_a_percentage);
    tcase_add_test(tests, a_unit_belongs_to_one_dimension_and_a_misspelt_one_has_a_neighbour);
    tcase_add_test(tests, the_parts_of_a_division_sum_to_the_whole_and_differ_by_one_at_most);
    tcase_add_test(tests, a_transfer_takes_the_exact_quotient_rounded_up);
    tcase_add_test(tests, a_size_or_duration_is_shown_in_its_largest_unit);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

#include "config.h"
#include "errors.h"
#include "files.h"
#include "support.h"

static PdConfig *
parse(const char *text, GError **error)
{
    return pd_config_parse("test.ini", text, strlen(text), error);
}

/* --- what may stand in a file ----------------------------------------------------------------- */

typedef struct {
    const char *text;
    PdKey key;
    const char *value;
} Good;

static const Good good[] = {
    { "[pipeline]\ndevices = 4\n", PD_KEY_PIPELINE_DEVICES, "4" },
    { "[pipeline]\ndevices=4", PD_KEY_PIPELINE_DEVICES, "4" },
    { "[pipeline]\r\ndevices = 4\r\n", PD_KEY_PIPELINE_DEVICES, "4" },
    { "\n  # a note\n\n[pipeline]  \n\t devices \t=\t 4 \t\n# the end", PD_KEY_PIPELINE_DEVICES,
      "4" },
    { "# = [ ]\n[pipeline]\n#devices = 9\ndevices = 4\n", PD_KEY_PIPELINE_DEVICES, "4" },
    { "[pipeline]\n[compute]\nforward = 1 ms\n", PD_KEY_COMPUTE_FORWARD, "1 ms" },
    { "[compute]\nforward = 1 ms; 2 ms ;\n", PD_KEY_COMPUTE_FORWARD, "1 ms; 2 ms ;" },
    { "[scenario]\ntitle = stage #3 of 4 # no comment\n", PD_KEY_SCENARIO_TITLE,
      "stage #3 of 4 # no comment" },
    { "[model]\nfile = models/#7.ini\n", PD_KEY_MODEL_FILE, "models/#7.ini" },
    { "[hardware]\nfile = #7.ini\n", PD_KEY_HARDWARE_FILE, "#7.ini" },
    { "[train]\ncorpus = a#b.txt\n", PD_KEY_TRAIN_CORPUS, "a#b.txt" },
    { "[scenario]\ntitle = F = 1, B = 2\n", PD_KEY_SCENARIO_TITLE, "F = 1, B = 2" },
    { "[scenario]\ntitle = [pipeline]\n", PD_KEY_SCENARIO_TITLE, "[pipeline]" },
    { "[scenario]\ntitle = gr\303\266\303\237er \342\211\245 1\n", PD_KEY_SCENARIO_TITLE,
      "gr\303\266\303\237er \342\211\245 1" },
    { "[scenario]\ntitle = a\\\\b\n", PD_KEY_SCENARIO_TITLE, "a\\b" },
    { "[scenario]\ntitle =\n", PD_KEY_SCENARIO_TITLE, "" },
    { "[scenario]\nseed = 0\n", PD_KEY_SCENARIO_SEED, "0" },
    /* one name in two sections is two keys */
    { "[scenario]\nseed = 1\n[train]\nseed = 2\n", PD_KEY_TRAIN_SEED, "2" },
    { "[scenario]\nseed = 1\n[train]\nseed = 2\n", PD_KEY_SCENARIO_SEED, "1" },
};

START_TEST(a_value_is_read_as_it_stands)
{
    const Good *row = &good[_i];
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = parse(row->text, &error);

    ck_assert_msg(config != NULL, "%s: %s", row->text, error == NULL ? "?" : error->message);
    ck_assert_str_eq(pd_config_text(config, row->key), row->value);
    ck_assert(pd_config_is(config, row->key, row->value));
    ck_assert(pd_config_has_section(config, row->key));
}
END_TEST

START_TEST(an_empty_file_has_no_keys)
{
    static const char *const empty[] = { "", "\n", " \n\t\n", "# nothing\n", "[pipeline]\n" };

    for (gsize i = 0; i < G_N_ELEMENTS(empty); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PdConfig) config = parse(empty[i], &error);

        ck_assert_msg(config != NULL, "'%s': %s", empty[i], error == NULL ? "?" : error->message);
        for (PdKey key = 0; key < PD_N_KEYS; key++)
            ck_assert(!pd_config_has(config, key) && !pd_config_has_section(config, key));
    }
}
END_TEST

START_TEST(an_absent_key_is_its_fallback_and_no_list)
{
    g_autoptr(PdConfig) config = parse("", NULL);
    const PdKey quantity = PD_KEY_PIPELINE_DEVICES, real = PD_KEY_COMPUTE_JITTER;
    guint n_quantities = 1, n_reals = 1;
    g_autofree gint64 *quantities = pd_config_quantities(config, quantity, &n_quantities);
    g_autofree double *reals = pd_config_reals(config, real, &n_reals);
    g_autofree gint64 *entries = NULL;

    ck_assert_int_eq(pd_config_quantity(config, quantity, -7), -7);
    ck_assert(pd_config_real(config, real, 0.5) == 0.5);
    ck_assert(n_quantities == 0 && quantities == NULL);
    ck_assert(n_reals == 0 && reals == NULL);
    ck_assert_ptr_null(pd_config_text(config, quantity));
    ck_assert(!pd_config_is(config, quantity, ""));
    ck_assert(pd_config_entries(config, PD_KEY_LINK_LATENCY, 3, "link", &entries, NULL));
    ck_assert_ptr_null(entries);
}
END_TEST

START_TEST(a_list_is_one_value_for_all_or_one_per_entry)
{
    static const struct {
        const char *value;
        guint n; /* entries; 0: refused */
        gint64 entries[3];
    } rows[] = {
        { "5 ns", 3, { 5, 5, 5 } },
        { "5 ns;", 3, { 5, 5, 5 } },
        { "1 ns;2 ns;3 ns", 3, { 1, 2, 3 } },
        { "1 ns ; 2 ns ; 3 ns ;", 3, { 1, 2, 3 } },
        { "1 ns;2 ns", 0, { 0 } },
        { "1 ns;2 ns;3 ns;4 ns", 0, { 0 } },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf("[link]\nlatency = %s\n", rows[i].value);
        g_autofree gint64 *entries = NULL;
        g_autoptr(GError) error = NULL;
        g_autoptr(PdConfig) config = parse(text, &error);
        const gboolean accepted =
            pd_config_entries(config, PD_KEY_LINK_LATENCY, 3, "link", &entries, &error);

        ck_assert_msg(accepted == (rows[i].n > 0), "%s", rows[i].value);
        for (guint j = 0; j < rows[i].n; j++)
            ck_assert_int_eq(entries[j], rows[i].entries[j]);
        if (!accepted)
            ck_assert_ptr_nonnull(strstr(error->message, "test.ini: [link] latency: has "));
    }
}
END_TEST

/* --- what may not ----------------------------------------------------------------------------- */

typedef struct {
    const char *text;
    const char *place;  /* how the message begins behind the file's name */
    const char *advice; /* a part of the rest */
} Bad;

static const Bad bad[] = {
    /* names */
    { "[pipline]\ndevices = 4\n", "", "did you mean [pipeline]?" },
    { "[Pipeline]\ndevices = 4\n", "", "did you mean [pipeline]?" },
    { "[ pipeline ]\ndevices = 4\n", "", "[pipeline]" },
    { "[quantum]\n", "", "'quantum' is unknown" },
    { "[pipeline]\ndevice = 4\n", "[pipeline] 'device': ", "did you mean devices?" },
    { "[pipeline]\nmicro_batches = 4\n", "[pipeline] ", "did you mean micro-batches?" },
    { "[pipeline]\nshcedule = paci\n", "[pipeline] ", "did you mean schedule?" },
    { "[compute]\nlatency = 1 ms\n", "[compute] 'latency': ", "unknown" },
    { "[pipeline]\ncolour = red\n", "[pipeline] 'colour': ", "unknown" },
    { "[pipeline]\ndevices[de] = 4\n", "[pipeline] 'devices[de]': ", "unknown" },
    { "[scenario]\ntitle = a\ntitle[xx] = b\n", "[scenario] ", "unknown" },
    /* twice */
    { "[pipeline]\ndevices = 4\ndevices = 4\n", "line 3: ", "stands twice" },
    { "[pipeline]\ndevices = 4\n devices=8\n", "line 3: ", "stands twice" },
    { "[pipeline]\ndevices = 4\n[compute]\n[pipeline]\nschedule = paci\n",
      "line 4: ", "stands twice" },
    /* lines that are none */
    { "devices = 4\n", "line 1: ", "[section]" },
    { "\n\n[pipeline\ndevices = 4\n", "line 3: ", "[section]" },
    { "[pipeline] # the pipe\ndevices = 4\n", "line 1: ", "[section]" },
    { "[]\n", "line 1: ", "[section]" },
    { "[pipeline]\ndevices 4\n", "line 2: ", "key = value" },
    { "[pipeline]\n= 4\n", "line 2: ", "key = value" },
    { "[pipeline]\n; four\ndevices = 4\n", "line 2: ", "#" },
    { "[pipeline]\ndevices = 4 \\\n  5\n", "line 3: ", "key = value" },
    { "[[pipeline]]\ndevices = 4\n", "", "" },
    { "[pipe\001line]\ndevices = 4\n", "", "" },
    { "[pipeline]\ndevices[ = 4\n", "", "" },
    /* comments behind a value */
    { "[pipeline]\ndevices = 4 # four\n", "[pipeline] devices: ", "line of its own" },
    { "[pipeline]\nschedule = paci # ours\n", "[pipeline] schedule: ", "line of its own" },
    { "[pipeline]\nin-flight = auto#\n", "[pipeline] in-flight: ", "line of its own" },
    { "[pipeline]\nstash = yes # keep\n", "[pipeline] stash: ", "line of its own" },
    { "[compute]\njitter = 0.1 # noise\n", "[compute] jitter: ", "line of its own" },
    { "[compute]\nforward = 1 ms; 2 ms # list\n", "[compute] forward: ", "line of its own" },
    { "[model]\npartition = 3;3 # even\n", "[model] partition: ", "line of its own" },
    /* values */
    { "[compute]\nforward = 5\n", "[compute] forward: ", "5 ms" },
    { "[compute]\nforward = 5 msec\n", "[compute] forward: ", "ns us ms s" },
    { "[compute]\nforward = 5 MB\n", "[compute] forward: ", "ns us ms s" },
    { "[compute]\nforward =\n", "[compute] forward: ", "is empty" },
    { "[compute]\nforward = 1 ms;;2 ms\n", "[compute] forward: ", "is empty" },
    { "[compute]\nforward = ;\n", "[compute] forward: ", "is empty" },
    { "[compute]\nforward = 1 ms, 2 ms\n", "[compute] forward: ", "unit" },
    { "[compute]\nforward = -1 ms\n", "[compute] forward: ", "is negative" },
    { "[compute]\nforward = 1e99 s\n", "[compute] forward: ", "too large" },
    { "[compute]\njitter = often\n", "[compute] jitter: ", "is not a number" },
    { "[compute]\njitter = 0.1;0.2\n", "[compute] jitter: ", "" },
    { "[link]\nbandwidth = 25 Gbps\n", "[link] bandwidth: ", "Gbit/s" },
    { "[memory]\nweights = 5 GiB/s\n", "[memory] weights: ", "GiB" },
    { "[memory]\nweights = 5 gib\n", "[memory] weights: ", "GiB" },
    { "[pipeline]\ndevices = four\n", "[pipeline] devices: ", "is not a number" },
    { "[pipeline]\ndevices = 4;4\n", "[pipeline] devices: ", "whole number" },
    { "[pipeline]\ndevices = 2.5\n", "[pipeline] devices: ", "whole number" },
    { "[pipeline]\ndevices = 0\n", "[pipeline] devices: ", "is zero" },
    { "[pipeline]\nstash = maybe\n", "[pipeline] stash: ", "auto, yes, no" },
    { "[pipeline]\nrecompute = yes\n", "[pipeline] recompute: ", "none, full" },
    { "[pipeline]\nrecompute =\n", "[pipeline] recompute: ", "none, full" },
    { "[model]\nprecision = bf16\n", "[model] precision: ", "mixed" },
    { "[scenario]\ntitle = a\\q\n", "[scenario] title: ", "\\\\" },
    { "[scenario]\ntitle = a\\\n", "[scenario] title: ", "\\\\" },
};

START_TEST(a_wrong_line_is_refused_with_its_place_and_what_would_be_right)
{
    const Bad *row = &bad[_i];
    g_autofree char *start = g_strdup_printf("test.ini: %s", row->place);
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = parse(row->text, &error);

    ck_assert_msg(config == NULL, "this was not refused:\n%s", row->text);
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
    ck_assert_msg(g_str_has_prefix(error->message, start), "%s\n%s", row->text, error->message);
    ck_assert_msg(strstr(error->message, row->advice) != NULL, "%s\n%s", row->text, error->message);
    test_check_message(error->message);
}
END_TEST

START_TEST(bytes_that_are_no_text_are_refused)
{
    static const struct {
        const char *bytes;
        gsize length;
    } rows[] = {
        { "[pipeline]\ndevices = 4\0\n", 24 }, /* NUL in a line */
        { "[pipeline]\ndevices = 4\n\0", 24 }, /* NUL at the end */
        { "\0", 1 },                           /* NUL alone */
        { "[scenario]\ntitle = \377\376\n", 22 } /* not UTF-8 */,
        { "[scenario]\ntitle = gr\374n\n", 23 }, /* Latin-1 */
        { "\177ELF\002\001\001\0\0\0\0\0\0\0\0\0", 16 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PdConfig) config =
            pd_config_parse("test.ini", rows[i].bytes, rows[i].length, &error);

        ck_assert_msg(config == NULL, "row %zu was not refused", i);
        ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
        ck_assert(g_str_has_prefix(error->message, "test.ini: "));
        test_check_message(error->message);
    }
}
END_TEST

START_TEST(random_bytes_never_give_a_long_message)
{
    static const char *const pieces[] = {
        "[",        "]",       "=",  "#", ";", "\n", "\r", "\t",   "\\",       "%",       "4",
        "pipeline", "devices", "ms", " ", ".", "e",  "-",  "\001", "[memory]", "\303\266"
    };
    guint64 seed = 1;

    for (int round = 0; round < 5000; round++) {
        g_autoptr(GString) text = g_string_new(round % 2 == 0 ? "[pipeline]\n" : NULL);
        g_autoptr(GError) error = NULL;

        for (guint64 n = test_random(&seed, 40); n > 0; n--)
            g_string_append(text, pieces[test_random(&seed, G_N_ELEMENTS(pieces))]);
        g_autoptr(PdConfig) config = pd_config_parse("test.ini", text->str, text->len, &error);
        ck_assert_msg((config == NULL) == (error != NULL), "%s", text->str);
        if (error != NULL)
            test_check_message(error->message);
    }
}
END_TEST

START_TEST(a_message_is_one_short_line_however_long_the_value)
{
    static const char *const values[] = { "x", "9", "0", "4;", "\\", "\001", " #", "\303\266" };
    const PdKeyRow *row = pd_key_row((PdKey)_i);

    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_autoptr(GError) error = NULL;

        g_string_printf(text, "[%s]\n%s = ", row->section, row->name);
        for (int n = 0; n < 5000; n++)
            g_string_append(text, values[i]);
        g_autoptr(PdConfig) config = parse(text->str, &error);
        ck_assert((config == NULL) == (error != NULL));
        if (error == NULL)
            continue;
        ck_assert(g_str_has_prefix(error->message, "test.ini: "));
        test_check_message(error->message);
    }
}
END_TEST

START_TEST(a_message_is_one_short_line_however_long_the_name)
{
    static const char *const forms[] = {
        "[%s]\n", "[pipeline]\n%s = 4\n",        "[pipeline]\n%s\n", "%s",
        "[%s",    "[pipeline]\n%s = 1\n%s = 2\n"
    };
    g_autofree char *name = g_strnfill(20000, 'n');

    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
        g_auto(GStrv) parts = g_strsplit(forms[i], "%s", -1);
        g_autofree char *text = g_strjoinv(name, parts);
        g_autoptr(GError) error = NULL;
        g_autoptr(PdConfig) config = parse(text, &error);

        ck_assert_msg(config == NULL, "form %zu was not refused", i);
        test_check_message(error->message);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("config");
    TCase *tests = tcase_create("config");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_value_is_read_as_it_stands, 0, G_N_ELEMENTS(good));
    tcase_add_test(tests, an_empty_file_has_no_keys);
    tcase_add_test(tests, an_absent_key_is_its_fallback_and_no_list);
    tcase_add_test(tests, a_list_is_one_value_for_all_or_one_per_entry);
    tcase_add_loop_test(tests, a_wrong_line_is_refused_with_its_place_and_what_would_be_right, 0,
                        G_N_ELEMENTS(bad));
    tcase_add_test(tests, bytes_that_are_no_text_are_refused);
    tcase_add_test(tests, random_bytes_never_give_a_long_message);
    tcase_add_loop_test(tests, a_message_is_one_short_line_however_long_the_value, 0, PD_N_KEYS);
    tcase_add_test(tests, a_message_is_one_short_line_however_long_the_name);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

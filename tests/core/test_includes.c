#include <stdio.h>
#include <unistd.h>

#include "config.h"
#include "errors.h"
#include "files.h"
#include "support.h"

#define MIB (1024 * 1024)

/* --- files that are included ------------------------------------------------------------------ */

START_TEST(an_included_path_is_relative_to_the_file_that_names_it)
{
    static const struct {
        const char *scenario;
        const char *model;
        const char *file;
    } rows[] = {
        { "a.ini", "m.ini", "m.ini" },
        { "a.ini", "models/m.ini", "models/m.ini" },
        { "deep/er/a.ini", "m.ini", "../../m.ini" },
        { "deep/a.ini", "models/m #1.ini", "../models/m #1.ini" },
        { "a.ini", "\303\266.ini", "./\303\266.ini" },
    };
    const gsize row = (gsize)_i;
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *text = g_strdup_printf("[model]\nfile = %s\n", rows[row].file);
    g_autofree char *path = test_file(folder, rows[row].scenario, text);
    g_autofree char *model = test_file(folder, rows[row].model, "[model]\nlayers = 24\n");
    g_autofree char *absolute = g_strdup_printf("model.file=%s", model);
    const char *const overrides[] = { absolute, NULL };
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = test_config(path, NULL, &error);
    g_autoptr(PdConfig) overridden = test_config(path, overrides, &error);

    ck_assert_msg(error == NULL, "%s", error == NULL ? "?" : error->message);
    ck_assert_str_eq(pd_config_text(config, PD_KEY_MODEL_LAYERS), "24");
    ck_assert_str_eq(pd_config_text(overridden, PD_KEY_MODEL_LAYERS), "24");
}
END_TEST

START_TEST(a_path_in_an_override_is_relative_to_the_current_folder)
{
    const char *const overrides[] = { "hardware.file=h.ini", NULL };
    g_autofree char *before = g_get_current_dir();
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autoptr(GError) error = NULL;

    test_put(folder, "deep/a.ini", "[hardware]\nfile = nowhere.ini\n");
    test_put(folder, "h.ini", "[hardware]\nmemory = 1 GB\n");
    test_put(folder, "deep/h.ini", "[hardware]\nmemory = 2 GB\n");
    ck_assert_int_eq(chdir(folder), 0);
    g_autoptr(PdConfig) config = test_config("deep/a.ini", overrides, &error);
    ck_assert_int_eq(chdir(before), 0);
    ck_assert_msg(config != NULL, "%s", error == NULL ? "?" : error->message);
    ck_assert_str_eq(pd_config_text(config, PD_KEY_HARDWARE_MEMORY), "1 GB");
}
END_TEST

START_TEST(a_key_of_the_scenario_wins_over_the_included_and_an_override_over_both)
{
    const char *const overrides[] = { "model.hidden=96", "model.layers=5", "model.layers=6", NULL };
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path =
        test_file(folder, "a.ini", "[model]\nfile = m.ini\nlayers = 2\nheads = 2\n");
    g_autoptr(GError) error = NULL;

    test_put(folder, "m.ini", "[model]\nlayers = 1\nheads = 1\nhidden = 64\ncontext = 8\n");
    g_autoptr(PdConfig) config = test_config(path, overrides, &error);
    ck_assert_msg(config != NULL, "%s", error == NULL ? "?" : error->message);
    ck_assert_int_eq(pd_config_quantity(config, PD_KEY_MODEL_LAYERS, 0), 6);
    ck_assert_int_eq(pd_config_quantity(config, PD_KEY_MODEL_HEADS, 0), 2);
    ck_assert_int_eq(pd_config_quantity(config, PD_KEY_MODEL_HIDDEN, 0), 96);
    ck_assert_int_eq(pd_config_quantity(config, PD_KEY_MODEL_CONTEXT, 0), 8);
}
END_TEST

START_TEST(a_wrong_included_file_is_refused_in_its_own_name)
{
    static const struct {
        const char *text;
        const char *place;
        const char *part;
    } rows[] = {
        { "[model]\nlayer = 24\n", "[model] 'layer': ", "did you mean layers?" },
        { "[modle]\nlayers = 24\n", "", "did you mean [model]?" },
        { "[model]\nlayers = none\n", "[model] layers: ", "is not a number" },
        { "[model]\nlayers = 1\nlayers = 2\n", "line 3: ", "stands twice" },
        { "[model]\nlayers = 24\n[hardware]\nmemory = 1 GB\n", "[hardware] memory: ", "[model]" },
        { "[model]\nlayers = 24\n[pipeline]\ndevices = 4\n", "[pipeline] devices: ", "[model]" },
        { "[model]\nfile = other.ini\n", "[model] file: ", "[model]" },
        { "\001\002\003", "", "" },
    };
    const gsize row = (gsize)_i;
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = test_file(folder, "a.ini", "[model]\nfile = m.ini\n");
    g_autofree char *model = test_file(folder, "m.ini", rows[row].text);
    g_autofree char *start = g_strdup_printf("%s: %s", model, rows[row].place);
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = test_config(path, NULL, &error);

    ck_assert_ptr_null(config);
    test_check_refusal(error, start, rows[row].part);
}
END_TEST

START_TEST(a_file_that_cannot_be_included_is_refused_at_the_key_that_names_it)
{
    g_autofree char *endless = g_strnfill(20000, 'n');
    const char *const files[] = {
        "nowhere.ini", "folder", "", ".", "\001", "new\\nline.ini", "tab\\t.ini", endless,
    };
    const char *file = files[_i];
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *text = g_strdup_printf("[hardware]\nfile = %s\n", file);
    g_autofree char *path = test_file(folder, "a.ini", text);
    g_autofree char *start = g_strdup_printf("%s: [hardware] file: ", path);
    g_autoptr(GError) error = NULL;

    test_put(folder, "folder/inner.ini", "");
    g_autoptr(PdConfig) config = test_config(path, NULL, &error);
    ck_assert_ptr_null(config);
    test_check_refusal(error, start, "cannot be read");
}
END_TEST

START_TEST(a_wrong_value_in_an_included_file_with_a_strange_name_is_one_line_all_the_same)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = test_file(folder, "a.ini", "[model]\nfile = new\\nline.ini\n");
    g_autoptr(GError) error = NULL;

    test_put(folder, "new\nline.ini", "[model]\nlayers = none\n");
    g_autoptr(PdConfig) config = test_config(path, NULL, &error);
    ck_assert_ptr_null(config);
    test_check_refusal(error, "", ": [model] layers: ");
}
END_TEST

/* --- overrides -------------------------------------------------------------------------------- */

START_TEST(an_override_sets_a_key_and_the_last_one_wins)
{
    static const struct {
        const char *assignment;
        PdKey key;
        const char *value;
    } rows[] = {
        { "pipeline.devices=8", PD_KEY_PIPELINE_DEVICES, "8" },
        { " pipeline . devices = 8 ", PD_KEY_PIPELINE_DEVICES, "8" },
        { "scenario.title=a = b # c", PD_KEY_SCENARIO_TITLE, "a = b # c" },
        { "scenario.title=", PD_KEY_SCENARIO_TITLE, "" },
        { "scenario.title=1.5", PD_KEY_SCENARIO_TITLE, "1.5" },
        { "compute.jitter=.5", PD_KEY_COMPUTE_JITTER, ".5" },
        { "link.latency=1 ms;2 ms", PD_KEY_LINK_LATENCY, "1 ms;2 ms" },
    };
    g_autoptr(PdConfig) config = pd_config_parse("test.ini", "", 0, NULL);

    ck_assert(pd_config_override(config, "--set", "pipeline.devices=1", NULL));
    ck_assert(pd_config_override(config, "--set", "scenario.title=first", NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        ck_assert_msg(pd_config_override(config, "--set", rows[i].assignment, &error), "%s: %s",
                      rows[i].assignment, error == NULL ? "?" : error->message);
        ck_assert_str_eq(pd_config_text(config, rows[i].key), rows[i].value);
    }
}
END_TEST

START_TEST(a_wrong_override_is_refused_and_changes_nothing)
{
    static const struct {
        const char *assignment;
        const char *start;
        const char *part;
    } rows[] = {
        { "", "--set: ", "SECTION.KEY=VALUE" },
        { "pipeline.devices", "--set: ", "SECTION.KEY=VALUE" },
        { "devices=8", "--set: ", "SECTION.KEY=VALUE" },
        { "title=a.b", "--set: ", "SECTION.KEY=VALUE" },
        { "=8", "--set: ", "SECTION.KEY=VALUE" },
        { ".=8", "--set: ", "" },
        { "pipeline.=8", "--set: [pipeline] ", "unknown" },
        { ".devices=8", "--set: ", "unknown" },
        { "pipline.devices=8", "--set: ", "did you mean [pipeline]?" },
        { "pipeline.device=8", "--set: [pipeline] 'device': ", "did you mean devices?" },
        { "pipeline.dev\nices=8", "--set: [pipeline] ", "unknown" },
        { "pipeline.devices=0", "--set: [pipeline] devices: ", "is zero" },
        { "pipeline.devices=", "--set: [pipeline] devices: ", "is empty" },
        { "pipeline.devices=8 # eight", "--set: [pipeline] devices: ", "line of its own" },
        { "compute.forward=5", "--set: [compute] forward: ", "5 ms" },
        { "scenario.title=\377", "--set: ", "" },
    };
    const gsize row = (gsize)_i;
    const char *text = "[pipeline]\ndevices = 4\n";
    g_autoptr(PdConfig) config = pd_config_parse("test.ini", text, strlen(text), NULL);
    g_autoptr(GError) error = NULL;

    ck_assert_msg(!pd_config_override(config, "--set", rows[row].assignment, &error), "%s",
                  rows[row].assignment);
    test_check_refusal(error, rows[row].start, rows[row].part);
    ck_assert_str_eq(pd_config_text(config, PD_KEY_PIPELINE_DEVICES), "4");
    ck_assert(!pd_config_has(config, PD_KEY_SCENARIO_TITLE));
}
END_TEST

START_TEST(an_override_of_a_copy_leaves_the_original)
{
    const char *text = "[pipeline]\ndevices = 4\n";
    g_autoptr(PdConfig) config = pd_config_parse("test.ini", text, strlen(text), NULL);
    g_autoptr(PdConfig) copy = pd_config_copy(config);

    ck_assert(pd_config_override(copy, "--set", "pipeline.devices=8", NULL));
    ck_assert(pd_config_override(copy, "--set", "scenario.title=copy", NULL));
    ck_assert_str_eq(pd_config_text(config, PD_KEY_PIPELINE_DEVICES), "4");
    ck_assert(!pd_config_has(config, PD_KEY_SCENARIO_TITLE));
    ck_assert_str_eq(pd_config_text(copy, PD_KEY_PIPELINE_DEVICES), "8");
}
END_TEST

/* --- files that are no scenarios -------------------------------------------------------------- */

START_TEST(a_file_that_is_not_there_or_is_none_is_refused)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *nowhere = g_build_filename(folder, "nowhere.ini", NULL);
    g_autofree char *start = g_strdup_printf("%s: cannot be read: ", nowhere);
    g_autofree char *start_of_folder = g_strdup_printf("%s: cannot be read: ", folder);
    g_autoptr(GError) missing = NULL, none = NULL, strange = NULL;

    ck_assert_ptr_null(pd_config_load(nowhere, &missing));
    test_check_refusal(missing, start, "");
    ck_assert_ptr_null(pd_config_load(folder, &none));
    test_check_refusal(none, start_of_folder, "");
    ck_assert_ptr_null(pd_config_load("new\nline\033[31m.ini", &strange));
    test_check_refusal(strange, "", "cannot be read");
}
END_TEST

/* Write n bytes of one character behind a start. */
static char *
large_file(const TestFolder *folder, const char *start, gsize n)
{
    g_autofree char *block = g_strnfill(MIB, 'x');
    char *path = test_file(folder, "large.ini", start);
    FILE *file = fopen(path, "ab");

    ck_assert_ptr_nonnull(file);
    for (gsize left = n - strlen(start); left > 0; left -= MIN(left, MIB))
        ck_assert_uint_eq(fwrite(block, MIN(left, MIB), 1, file), 1);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

START_TEST(a_file_larger_than_a_mebibyte_is_refused_at_once)
{
    static const struct {
        const char *start;
        gsize size;
        const char *part; /* of the refusal; NULL: none */
    } rows[] = {
        { "[scenario]\ntitle = ", MIB, NULL },
        { "[scenario]\ntitle = ", MIB + 1, "larger than 1 MiB" },
        { "", MIB, "neither a [section] nor" },
        { "", MIB + 1, "larger than 1 MiB" },
        { "[scenario]\ntitle = ", 100 * MIB, "larger than 1 MiB" },
        { "", 100 * MIB, "larger than 1 MiB" },
    };
    const gsize row = (gsize)_i;
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = large_file(folder, rows[row].start, rows[row].size);
    g_autofree char *start = g_strdup_printf("%s: ", path);
    const gint64 begin_us = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;
    g_autoptr(PdConfig) config = pd_config_load(path, &error);

    ck_assert_int_lt(g_get_monotonic_time() - begin_us, 1000000);
    ck_assert((config != NULL) == (rows[row].part == NULL));
    if (rows[row].part != NULL)
        test_check_refusal(error, start, rows[row].part);
}
END_TEST

START_TEST(a_file_without_an_end_is_refused)
{
    g_autoptr(GError) error = NULL;

    if (access("/dev/zero", R_OK) != 0)
        return;
    ck_assert_ptr_null(pd_config_load("/dev/zero", &error));
    test_check_refusal(error, "/dev/zero: ", "larger than 1 MiB");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("includes");
    TCase *tests = tcase_create("includes");

    tcase_set_timeout(tests, 30);
    tcase_add_loop_test(tests, an_included_path_is_relative_to_the_file_that_names_it, 0, 5);
    tcase_add_test(tests, a_path_in_an_override_is_relative_to_the_current_folder);
    tcase_add_test(tests, a_key_of_the_scenario_wins_over_the_included_and_an_override_over_both);
    tcase_add_loop_test(tests, a_wrong_included_file_is_refused_in_its_own_name, 0, 8);
    tcase_add_loop_test(tests, a_file_that_cannot_be_included_is_refused_at_the_key_that_names_it,
                        0, 8);
    tcase_add_test(tests,
                   a_wrong_value_in_an_included_file_with_a_strange_name_is_one_line_all_the_same);
    tcase_add_test(tests, an_override_sets_a_key_and_the_last_one_wins);
    tcase_add_loop_test(tests, a_wrong_override_is_refused_and_changes_nothing, 0, 16);
    tcase_add_test(tests, an_override_of_a_copy_leaves_the_original);
    tcase_add_test(tests, a_file_that_is_not_there_or_is_none_is_refused);
    tcase_add_loop_test(tests, a_file_larger_than_a_mebibyte_is_refused_at_once, 0, 6);
    tcase_add_test(tests, a_file_without_an_end_is_refused);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

#include "input.h"

#include <unistd.h>

#include "errors.h"
#include "files.h"
#include "support.h"

#define MOST 300000

static char *
numbered_text(gsize n)
{
    char *text = g_malloc(n + 1);

    for (gsize i = 0; i < n; i++)
        text[i] = (char)('a' + i * i % 26);
    text[n] = '\0';
    return text;
}

/* Around what a read takes at first, and around the limit. */
static const gsize sizes[] = { 0, 1, 65535, 65536, 65537, 65538, 131074, MOST - 1, MOST, MOST + 1 };

static void
check_read(const char *path, const char *text, gsize n)
{
    g_autoptr(GError) error = NULL;
    gsize length = 1;
    g_autofree char *read = pd_input_read(path, MOST, "that", &length, &error);

    ck_assert_msg((read != NULL) == (n <= MOST), "%s", error == NULL ? "?" : error->message);
    if (read == NULL) {
        ck_assert_msg(g_str_has_suffix(error->message, ": is larger than that"), "%s",
                      error->message);
        ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
        return;
    }
    ck_assert_uint_eq(length, n);
    ck_assert_mem_eq(read, text, n + 1); /* with the NUL */
}

START_TEST(a_file_is_read_whole_up_to_the_limit)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *text = numbered_text(sizes[_i]);
    g_autofree char *path = test_file(folder, "a.txt", text);

    check_read(path, text, sizes[_i]);
}
END_TEST

START_TEST(a_pipe_is_read_whole_up_to_the_limit)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *text = numbered_text(sizes[_i]);
    g_autofree char *source = test_file(folder, "a.txt", text);
    g_autofree char *pipe = g_build_filename(folder, "pipe", NULL);
    const char *const writer[] = { "sh",   "-c", "mkfifo \"$1\" && cat \"$0\" >\"$1\" &",
                                   source, pipe, NULL };

    ck_assert(
        g_spawn_sync(NULL, (char **)writer, NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL, NULL, NULL, NULL, NULL, NULL));
    while (access(pipe, F_OK) != 0)
        g_usleep(1000);
    check_read(pipe, text, sizes[_i]);
}
END_TEST

START_TEST(what_cannot_be_read_is_refused_with_its_path)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *nowhere = g_build_filename(folder, "no\nwhere", NULL);
    g_autoptr(GError) missing = NULL, none = NULL;
    gsize length;

    ck_assert_ptr_null(pd_input_read(nowhere, MOST, "that", &length, &missing));
    ck_assert(g_error_matches(missing, PD_ERROR, PD_ERROR_INPUT));
    ck_assert_msg(strstr(missing->message, "where: cannot be read: ") != NULL, "%s",
                  missing->message);
    test_check_message(missing->message);
    ck_assert_ptr_null(pd_input_read(folder, MOST, "that", &length, &none));
    ck_assert_msg(strstr(none->message, ": cannot be read: ") != NULL, "%s", none->message);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("input");
    TCase *tests = tcase_create("input");

    tcase_set_timeout(tests, 30);
    tcase_add_loop_test(tests, a_file_is_read_whole_up_to_the_limit, 0, G_N_ELEMENTS(sizes));
    tcase_add_loop_test(tests, a_pipe_is_read_whole_up_to_the_limit, 0, G_N_ELEMENTS(sizes));
    tcase_add_test(tests, what_cannot_be_read_is_refused_with_its_path);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

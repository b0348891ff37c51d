/*
 * Files that are written as streams: whole or not at all, whatever stood there before.
 */
#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "output.h"
#include "support.h"

static void
write_text(const char *path, const char *text)
{
    g_auto(PdOutput) output = { 0 };
    g_autoptr(GError) error = NULL;

    ck_assert(pd_output_begin(&output, path, &error));
    fputs(text, output.file);
    ck_assert(pd_output_end(&output, &error));
    ck_assert_ptr_null(error);
}

START_TEST(nothing_is_there_until_the_end_and_all_is_after_it)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "out", NULL);
    g_auto(PdOutput) output = { 0 };

    ck_assert(pd_output_begin(&output, path, NULL));
    for (guint i = 0; i < 100000; i++)
        fputs("0123456789\n", output.file);
    ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
    ck_assert(pd_output_end(&output, NULL));
    g_autofree char *text = test_content(path);
    ck_assert_uint_eq(strlen(text), 1100000);
    ck_assert_uint_eq(test_count_files(folder), 1);
}
END_TEST

/* Where the file system knows files without a name, as every one does that tests run on. */
START_TEST(a_process_that_is_killed_leaves_nothing)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "out", NULL);
    g_auto(PdOutput) output = { 0 };

    ck_assert(pd_output_begin(&output, path, NULL));
    fputs("a part", output.file);
    fflush(output.file);
    ck_assert_uint_eq(test_count_files(folder), output.named ? 1 : 0);
}
END_TEST

START_TEST(an_output_that_does_not_end_leaves_what_was_there)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = test_file(folder, "out", "before");
    PdOutput output;

    ck_assert(pd_output_begin(&output, path, NULL));
    fputs("a part", output.file);
    pd_output_clear(&output);
    g_autofree char *text = test_content(path);
    ck_assert_str_eq(text, "before");
    ck_assert_uint_eq(test_count_files(folder), 1);
}
END_TEST

START_TEST(what_a_killed_process_left_does_not_stand_in_the_way)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "out", NULL);

    test_put(folder, "out.part", "a part");
    write_text(path, "all");
    g_autofree char *text = test_content(path);
    ck_assert_str_eq(text, "all");
    ck_assert_uint_eq(test_count_files(folder), 1);
}
END_TEST

START_TEST(a_file_that_is_replaced_keeps_its_mode)
{
    static const mode_t modes[] = { 0600, 0640, 0644, 0666, 0755 };
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = test_file(folder, "out", "before");
    struct stat status;

    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        ck_assert_int_eq(chmod(path, modes[i]), 0);
        write_text(path, "after");
        ck_assert_int_eq(stat(path, &status), 0);
        ck_assert_uint_eq(status.st_mode & 0777, modes[i]);
    }
}
END_TEST

START_TEST(a_new_file_has_the_mode_that_the_user_lets_files_have)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = g_build_filename(folder, "out", NULL);
    const mode_t mask = umask(027);
    struct stat status;

    write_text(path, "new");
    umask(mask);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0640);
}
END_TEST

START_TEST(a_link_stays_and_the_file_that_it_names_is_replaced)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = test_file(folder, "elsewhere/real", "before");
    g_autofree char *other = g_build_filename(folder, "link", NULL);

    ck_assert_int_eq(symlink("elsewhere/real", other), 0);
    write_text(other, "after");
    g_autofree char *text = test_content(path);
    ck_assert_str_eq(text, "after");
    ck_assert(g_file_test(other, G_FILE_TEST_IS_SYMLINK));
    ck_assert_uint_eq(test_count_files(folder), 2);
}
END_TEST

START_TEST(a_full_disk_is_told_at_the_end)
{
    const gsize sizes[] = { 1, 1000, 1000000 };

    if (access("/dev/full", W_OK) != 0)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_auto(PdOutput) output = { 0 };
        g_autoptr(GError) error = NULL;
        g_autofree char *expected =
            g_strdup_printf("/dev/full: cannot be written: %s", g_strerror(ENOSPC));

        ck_assert(pd_output_begin(&output, "/dev/full", NULL));
        for (gsize j = 0; j < sizes[i]; j++)
            fputc('x', output.file);
        ck_assert(!pd_output_end(&output, &error));
        ck_assert_str_eq(error->message, expected);
    }
    ck_assert(!g_file_test("/dev/full", G_FILE_TEST_IS_REGULAR));
}
END_TEST

START_TEST(a_place_that_cannot_be_written_is_told_at_the_beginning)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *inside_a_file = test_file(folder, "a", "");
    g_autofree char *nowhere = g_build_filename(folder, "no", "where", NULL);
    g_autofree char *below = g_build_filename(inside_a_file, "b", NULL);
    const char *const paths[] = { folder, nowhere, below };

    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_auto(PdOutput) output = { 0 };
        g_autoptr(GError) error = NULL, before = NULL;

        ck_assert(!pd_output_check(paths[i], &before));
        ck_assert(!pd_output_begin(&output, paths[i], &error));
        test_check_message(error->message);
        ck_assert_str_eq(before->message, error->message);
        ck_assert_uint_eq(test_count_files(folder), 1);
    }
}
END_TEST

START_TEST(a_place_that_can_be_written_is_not_refused_before)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *there = test_file(folder, "a", "before");
    g_autofree char *new = g_build_filename(folder, "new", NULL);
    const char *const paths[] = { there, new, "/dev/null", "new" };
    g_autoptr(GError) error = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++)
        ck_assert(pd_output_check(paths[i], &error));
    ck_assert_uint_eq(test_count_files(folder), 1);
}
END_TEST

START_TEST(who_may_make_no_files_beside_a_device_may_write_to_it)
{
    const pid_t child = fork();
    int status;

    if (child == 0)
        _exit((getuid() != 0 || setuid(65534) == 0) && pd_output_check("/dev/null", NULL) ? 0 : 1);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("streamed output");
    TCase *tests = tcase_create("streamed output");

    tcase_add_test(tests, nothing_is_there_until_the_end_and_all_is_after_it);
    tcase_add_test(tests, a_process_that_is_killed_leaves_nothing);
    tcase_add_test(tests, an_output_that_does_not_end_leaves_what_was_there);
    tcase_add_test(tests, what_a_killed_process_left_does_not_stand_in_the_way);
    tcase_add_test(tests, a_file_that_is_replaced_keeps_its_mode);
    tcase_add_test(tests, a_new_file_has_the_mode_that_the_user_lets_files_have);
    tcase_add_test(tests, a_link_stays_and_the_file_that_it_names_is_replaced);
    tcase_add_test(tests, a_full_disk_is_told_at_the_end);
    tcase_add_test(tests, a_place_that_cannot_be_written_is_told_at_the_beginning);
    tcase_add_test(tests, a_place_that_can_be_written_is_not_refused_before);
    tcase_add_test(tests, who_may_make_no_files_beside_a_device_may_write_to_it);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

#include "files.h"

#include <check.h>
#include <glib/gstdio.h>
#include <string.h>

/* What a message may be long at most: a few lines of a terminal. */
#define LONGEST_MESSAGE 400

TestFolder *
test_folder_new(void)
{
    g_autoptr(GError) error = NULL;
    TestFolder *folder = g_dir_make_tmp("pipedrift-XXXXXX", &error);

    ck_assert_msg(folder != NULL, "%s", error == NULL ? "?" : error->message);
    return folder;
}

static void
remove_all(const char *path)
{
    g_autoptr(GDir) dir =
        g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *inner = g_build_filename(path, name, NULL);

        remove_all(inner);
    }
    g_remove(path);
}

void
test_folder_free(TestFolder *folder)
{
    if (folder == NULL)
        return;
    remove_all(folder);
    g_free(folder);
}

char *
test_file(const TestFolder *folder, const char *name, const char *text)
{
    char *path = g_build_filename(folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    g_autoptr(GError) error = NULL;

    ck_assert_int_eq(g_mkdir_with_parents(parent, 0700), 0);
    ck_assert_msg(g_file_set_contents(path, text, -1, &error), "%s",
                  error == NULL ? "?" : error->message);
    return path;
}

void
test_put(const TestFolder *folder, const char *name, const char *text)
{
    g_free(test_file(folder, name, text));
}

static char *
read_text(const char *path, gsize *length)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;

    ck_assert_msg(g_file_get_contents(path, &text, length, &error), "%s",
                  error == NULL ? "?" : error->message);
    return text;
}

char *
test_content(const char *path)
{
    return read_text(path, NULL);
}

char *
test_content_in(const TestFolder *folder, const char *name, gsize *length)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    return read_text(path, length);
}

guint
test_count_files(const TestFolder *folder)
{
    g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
    guint n = 0;

    while (g_dir_read_name(entries) != NULL)
        n++;
    return n;
}

void
test_check_message(const char *message)
{
    const char *at = message;

    while (*at != '\0' && !g_ascii_iscntrl(*at))
        at++;
    ck_assert_msg(*at == '\0', "a control character stands in: %s", message);
    ck_assert_msg(g_utf8_validate(message, -1, NULL), "not UTF-8: %s", message);
    ck_assert_msg(strlen(message) < LONGEST_MESSAGE, "%zu bytes: %s", strlen(message), message);
}

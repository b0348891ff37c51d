/*
 * Files for tests: a temporary folder that vanishes with the variable that holds it.
 */
#pragma once

#include <glib.h>

/* The path of a folder. */
typedef char TestFolder;

/* A new, empty folder. */
TestFolder *test_folder_new(void);

/* Remove the folder with all that is in it. */
void test_folder_free(TestFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestFolder, test_folder_free)

/* Write a file into a folder. name: may hold subfolders, which are made. Returns: its path.
 * (transfer full) */
char *test_file(const TestFolder *folder, const char *name, const char *text);

/* The same, for who does not need the path. */
void test_put(const TestFolder *folder, const char *name, const char *text);

/* The text of a file. Fails the test if it cannot be read. (transfer full) */
char *test_content(const char *path);

/* The same of a file in a folder. length: receives the bytes; or NULL. */
char *test_content_in(const TestFolder *folder, const char *name, gsize *length);

/* How many files and folders a folder holds: none may be left over from writing. */
guint test_count_files(const TestFolder *folder);

/* Assert that a message is one short line, as a terminal should see it. */
void test_check_message(const char *message);

#include "data.h"

#include "data_paths.h"
#include "errors.h"

/* Where the system tells which program this is; elsewhere than on Linux, nowhere. */
#define THIS_PROGRAM "/proc/self/exe"

/* In a build folder, beside the program: the path of the source tree. Nothing installs it, so an
 * installed program knows of no source tree. */
#define SOURCE_FILE "pipedrift-source"

/* A folder, if it is one; NULL else. Frees the path then. */
static char *
if_there(char *folder)
{
    if (g_file_test(folder, G_FILE_TEST_IS_DIR))
        return folder;
    g_free(folder);
    return NULL;
}

static char *
source_tree(const char *program_folder)
{
    g_autofree char *path = g_build_filename(program_folder, SOURCE_FILE, NULL);
    char *source = NULL;

    return g_file_get_contents(path, &source, NULL, NULL) ? if_there(g_strchomp(source)) : NULL;
}

/* The program's path has no symbolic link in it, so that ".." may be resolved as text. */
static char *
installed_with(const char *program_folder)
{
    return *PD_DATA_FROM_PROGRAM == '\0'
               ? NULL
               : if_there(g_canonicalize_filename(PD_DATA_FROM_PROGRAM, program_folder));
}

static char *
data_folder(void)
{
    const char *stated = g_getenv("PIPEDRIFT_DATA");
    g_autofree char *program = g_file_read_link(THIS_PROGRAM, NULL);
    g_autofree char *program_folder = program == NULL ? NULL : g_path_get_dirname(program);
    char *folder = NULL;

    if (stated != NULL && *stated != '\0')
        return g_strdup(stated);
    if (program_folder != NULL)
        folder = source_tree(program_folder);
    if (program_folder != NULL && folder == NULL)
        folder = installed_with(program_folder);
    return folder != NULL ? folder : g_strdup(PD_DATA_CONFIGURED);
}

char *
pd_data_path(const char *folder, const char *name)
{
    g_autofree char *root = data_folder();

    return g_build_filename(root, folder, name, NULL);
}

char *
pd_data_find(const char *folder, const char *name, GError **error)
{
    g_autofree char *path = pd_data_path(folder, name);
    g_autofree char *where = NULL;

    if (g_file_test(path, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&path);
    where = pd_printable(path);
    g_set_error(error, PD_ERROR, PD_ERROR_SYSTEM,
                "%s: is not there, though it belongs to the program; install pipedrift again, or "
                "name the folder of its data in PIPEDRIFT_DATA",
                where);
    return NULL;
}

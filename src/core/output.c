/* O_TMPFILE is Linux's own */
#define _GNU_SOURCE
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"

#define BUFFER_BYTES (64 * 1024)

/* The path by which the system knows a file that has no name. */
static char *
path_of(int descriptor)
{
    return g_strdup_printf("/proc/self/fd/%d", descriptor);
}

/* A file without a name in a folder; −1 where there is no such thing. */
static int
open_nameless(const char *folder)
{
#ifdef O_TMPFILE
    const int descriptor = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    g_autofree char *path = descriptor < 0 ? NULL : path_of(descriptor);

    if (descriptor < 0 || access(path, F_OK) == 0)
        return descriptor;
    close(descriptor);
#endif
    return -1;
}

/* Open what will replace the target. mode: of the file that is there; −1: none is. */
static int
open_beside(PdOutput *self, int mode)
{
    g_autofree char *folder = g_path_get_dirname(self->target);
    int descriptor = open_nameless(folder);

    if (descriptor < 0) {
        descriptor = open(self->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        self->named = descriptor >= 0;
    }
    if (descriptor >= 0 && mode >= 0 && fchmod(descriptor, (mode_t)mode) != 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

static gboolean
is_standard_output(const struct stat *status)
{
    struct stat output;

    return fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == status->st_dev &&
           output.st_ino == status->st_ino;
}

gboolean
pd_output_is_direct(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && (!S_ISREG(status.st_mode) || is_standard_output(&status));
}

static char *
resolve(const char *path)
{
    char *resolved = realpath(path, NULL);
    char *target = g_strdup(resolved != NULL ? resolved : path);

    free(resolved);
    return target;
}

gboolean
pd_output_check(const char *path, GError **error)
{
    g_autofree char *target = resolve(path), *folder = g_path_get_dirname(target);
    g_autofree char *inside = g_build_filename(folder, ".", NULL);

    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return pd_error_write(path, g_strerror(EISDIR), error);
    return pd_output_is_direct(path) || access(inside, W_OK) == 0 ||
           pd_error_write(path, g_strerror(errno), error);
}

/* What standard output goes to has one position for both, so that neither overwrites the other. */
int
pd_output_open_directly(const char *path, GError **error)
{
    struct stat status;
    const gboolean shared = stat(path, &status) == 0 && is_standard_output(&status);
    const int descriptor = !shared ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)
                           : fflush(stdout) == 0 ? dup(STDOUT_FILENO)
                                                 : -1;

    if (descriptor < 0)
        pd_error_write(path, g_strerror(errno), error);
    return descriptor;
}

gboolean
pd_output_begin(PdOutput *output, const char *path, GError **error)
{
    struct stat status;
    const int mode = stat(path, &status) == 0 ? (int)(status.st_mode & 0777) : -1;
    int descriptor;

    *output = (PdOutput){ .path = g_strdup(path) };
    if (pd_output_is_direct(path)) {
        descriptor = pd_output_open_directly(path, error);
    } else {
        output->target = resolve(path);
        output->part = g_strconcat(output->target, ".part", NULL);
        descriptor = open_beside(output, mode);
        if (descriptor < 0)
            pd_error_write(path, g_strerror(errno), error);
    }
    if (descriptor < 0)
        return FALSE;
    output->file = fdopen(descriptor, "wb");
    output->buffer = g_malloc(BUFFER_BYTES);
    setvbuf(output->file, output->buffer, _IOFBF, BUFFER_BYTES);
    return TRUE;
}

/* Give a file that is whole the name that it has just before it replaces the target. */
static gboolean
give_name(PdOutput *self)
{
    g_autofree char *nameless = path_of(fileno(self->file));

    if (self->named)
        return TRUE;
    /* left by a process that was killed between its last two steps */
    g_unlink(self->part);
    self->named = linkat(AT_FDCWD, nameless, AT_FDCWD, self->part, AT_SYMLINK_FOLLOW) == 0;
    return self->named;
}

/* What is replaced is lost, so that what replaces it is on the disk first. */
static gboolean
sync_before_replacing(const PdOutput *self)
{
    return access(self->target, F_OK) != 0 || fsync(fileno(self->file)) == 0;
}

gboolean
pd_output_end(PdOutput *output, GError **error)
{
    const gboolean failed_before = ferror(output->file) != 0;
    gboolean written = fflush(output->file) == 0;
    int reason;

    /* a write that failed while the disk was full may not fail again */
    if (written && failed_before) {
        written = FALSE;
        errno = EIO;
    }
    if (output->target != NULL)
        written = written && sync_before_replacing(output) && give_name(output);
    reason = errno;
    if (fclose(g_steal_pointer(&output->file)) != 0 && written) {
        written = FALSE;
        reason = errno;
    }
    if (!written)
        return pd_error_write(output->path, g_strerror(reason), error);
    if (output->target != NULL && g_rename(output->part, output->target) != 0)
        return pd_error_write(output->path, g_strerror(errno), error);
    output->named = FALSE;
    return TRUE;
}

gboolean
pd_output_write(const char *path, const void *data, gsize n, GError **error)
{
    g_auto(PdOutput) output = { 0 };

    if (!pd_output_begin(&output, path, error))
        return FALSE;
    fwrite(data, 1, n, output.file);
    return pd_output_end(&output, error);
}

void
pd_output_clear(PdOutput *output)
{
    if (output->file != NULL)
        fclose(output->file);
    if (output->named)
        g_unlink(output->part);
    g_free(output->path);
    g_free(output->target);
    g_free(output->part);
    g_free(output->buffer);
    *output = (PdOutput){ 0 };
}

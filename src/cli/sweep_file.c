#include "sweep_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csv.h"
#include "errors.h"
#include "output.h"
#include "sweep_row.h"

#define FORMAT "pipedrift.sweep-file/1"

static gboolean
fail(const PdSweepFile *self, GError **error)
{
    return pd_error_write(self->path == NULL ? "standard output" : self->path, g_strerror(errno),
                          error);
}

static char *
companion_of(const char *path)
{
    return g_strconcat(path, ".sweep", NULL);
}

/* --- writing ---------------------------------------------------------------------------------- */

gboolean
pd_sweep_file_append(const PdSweepFile *file, const char *rows, gsize length, GError **error)
{
    while (length > 0) {
        const gssize n = write(file->fd, rows, length);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(file, error);
        rows += n;
        length -= (gsize)n;
    }
    return TRUE;
}

gboolean
pd_sweep_file_end(PdSweepFile *file, GError **error)
{
    const gboolean closed = file->path == NULL || close(file->fd) == 0;

    file->fd = -1;
    return closed || fail(file, error);
}

void
pd_sweep_file_clear(PdSweepFile *file)
{
    if (file->path != NULL && file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}

static gboolean
write_companion(const PdSweepFile *self, const PdIdentity *identity, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *path = companion_of(self->path), *text = NULL;
    gsize length;

    g_key_file_set_string(file, "sweep", "format", FORMAT);
    pd_identity_store(identity, file);
    text = g_key_file_to_data(file, &length, NULL);
    return pd_output_write(path, text, length, error);
}

/* The old rows go before the new companion comes: never do rows stand beside one of another sweep.
 * They stay where it cannot come. */
static gboolean
open_anew(PdSweepFile *self, const PdIdentity *identity, GError **error)
{
    g_autofree char *companion = companion_of(self->path);

    if (pd_output_is_direct(self->path)) {
        self->fd = pd_output_open_directly(self->path, error);
        return self->fd >= 0;
    }
    if (!pd_output_check(self->path, error) || !pd_output_check(companion, error))
        return FALSE;
    self->fd = open(self->path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    return self->fd >= 0 ? write_companion(self, identity, error) : fail(self, error);
}

gboolean
pd_sweep_file_create(PdSweepFile *file, const char *path, const PdIdentity *identity,
                     const char *header, GError **error)
{
    *file = (PdSweepFile){ .path = path, .fd = path == NULL ? STDOUT_FILENO : -1 };
    return (path == NULL || open_anew(file, identity, error)) &&
           pd_sweep_file_append(file, header, strlen(header), error);
}

/* --- going on --------------------------------------------------------------------------------- */

static gboolean
check_companion(const char *path, const PdIdentity *identity, GError **error)
{
    g_autofree char *companion = companion_of(path), *printable = pd_printable(companion);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *format = NULL;

    if (g_key_file_load_from_file(file, companion, G_KEY_FILE_NONE, NULL))
        format = g_key_file_get_string(file, "sweep", "format", NULL);
    if (g_strcmp0(format, FORMAT) == 0) {
        if (pd_identity_check(identity, companion, file, error))
            return TRUE;
        g_prefix_error(error, "--resume: ");
        return FALSE;
    }
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                "--resume: %s, which says of which sweep the rows are, %s; without --resume the "
                "sweep starts anew",
                printable,
                g_file_test(companion, G_FILE_TEST_EXISTS) ? "is of no sweep of this version"
                                                           : "is missing");
    return FALSE;
}

/* Whether a line is of a point. */
static gboolean
is_of(const char *line, const char *end, const PdSpace *space, gint64 point, GString *keys)
{
    g_string_truncate(keys, 0);
    pd_sweep_csv_append_keys(keys, space, point);
    return (gsize)(end - line) > keys->len && memcmp(line, keys->str, keys->len) == 0;
}

/* Go through the whole rows. first: receives the point behind the last. Returns: where they end;
 * NULL with error set for a row that is of no point. */
static const char *
match_rows(const char *path, const char *at, const char *end, const PdSpace *space,
           gboolean filtered, gint64 *first, GError **error)
{
    g_autoptr(GString) keys = g_string_new(NULL);
    gint64 point = 0, row = 1;
    const char *next;

    for (; (next = pd_csv_record_end(at, end)) != NULL; at = next, row++) {
        while (filtered && point < space->n_points && !is_of(at, next, space, point, keys))
            point++;
        if (point == space->n_points || !is_of(at, next, space, point, keys)) {
            g_autofree char *printable = pd_printable(path);

            g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                        "--resume: %s: row %" G_GINT64_FORMAT
                        " is not what this sweep has there; without --resume it starts anew",
                        printable, row);
            return NULL;
        }
        point++;
    }
    *first = point;
    return at;
}

/* How much of the file stays: the header and whole rows. −1 with error set. */
static gint64
check_rows(const char *path, GMappedFile *content, const char *header, const PdSpace *space,
           gboolean filtered, gint64 *first, GError **error)
{
    const char *start = g_mapped_file_get_contents(content), *rows;
    const gsize length = g_mapped_file_get_length(content), head = strlen(header);

    *first = 0;
    if (length < head && strncmp(start == NULL ? "" : start, header, length) == 0)
        return 0;
    if (length < head || memcmp(start, header, head) != 0) {
        g_autofree char *printable = pd_printable(path);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "--resume: %s: has other columns than this sweep; without --resume it starts "
                    "anew",
                    printable);
        return -1;
    }
    rows = match_rows(path, start + head, start + length, space, filtered, first, error);
    return rows == NULL ? -1 : rows - start;
}

/* A sweep that was killed at once may have left an empty file without a companion. */
static gboolean
has_content(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && status.st_size > 0;
}

gboolean
pd_sweep_file_resume(PdSweepFile *file, const char *path, const PdIdentity *identity,
                     const char *header, const PdSpace *space, gboolean filtered, gint64 *first,
                     GError **error)
{
    g_autoptr(GMappedFile) content = NULL;
    g_autoptr(GError) failure = NULL;
    gint64 kept;

    *first = 0;
    if (!has_content(path))
        return pd_sweep_file_create(file, path, identity, header, error);
    *file = (PdSweepFile){ .path = path, .fd = -1 };
    if (!check_companion(path, identity, error))
        return FALSE;
    content = g_mapped_file_new(path, FALSE, &failure);
    if (content == NULL)
        return pd_error_read(path, failure->message, error);
    kept = check_rows(path, content, header, space, filtered, first, error);
    if (kept < 0)
        return FALSE;
    file->fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file->fd < 0 || ftruncate(file->fd, kept) != 0)
        return fail(file, error);
    return kept > 0 || pd_sweep_file_append(file, header, strlen(header), error);
}

#include "input.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "errors.h"

/* What is read at first where the size is not known, as of a pipe. */
#define FIRST_BLOCK (64 * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FILE, fclose)

static char *
fail_to_read(const char *path, int reason, GError **error)
{
    pd_error_read(path, g_strerror(reason), error);
    return NULL;
}

static char *
fail_as_larger(const char *path, const char *larger, GError **error)
{
    g_autofree char *origin = pd_printable(path);

    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s: is larger than %s", origin, larger);
    return NULL;
}

/* The size that a file says it has; 0 where it says none. */
static gsize
stated_size(FILE *file)
{
    struct stat status;

    return fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode) ? (gsize)status.st_size : 0;
}

char *
pd_input_read(const char *path, gsize most, const char *larger, gsize *length, GError **error)
{
    g_autoptr(FILE) file = fopen(path, "rb");
    g_autofree char *text = NULL;
    gsize room;

    if (file == NULL)
        return fail_to_read(path, errno, error);
    room = stated_size(file);
    if (room > most)
        return fail_as_larger(path, larger, error);
    /* one byte more than is expected: only a read that falls short tells the end */
    room = (room == 0 ? FIRST_BLOCK : room) + 1;
    *length = 0;
    do {
        if (*length == room)
            room *= 2;
        text = g_realloc(text, room + 1);
        *length += fread(text + *length, 1, room - *length, file);
        if (ferror(file) != 0)
            return fail_to_read(path, errno, error);
    } while (*length == room && *length <= most);
    if (*length > most)
        return fail_as_larger(path, larger, error);
    text[*length] = '\0';
    return g_steal_pointer(&text);
}

/*
 * An output: a file that is written as a stream and is there when it is whole, or not at all.
 *
 * Until then it has no name where the file system allows that, so that a process that is killed
 * leaves nothing; elsewhere it is PATH.part. What is no regular file (a pipe, /dev/null) and what
 * standard output goes to already is written to directly. A symbolic link stays one: the file that
 * it names is replaced, and who may read that file stays as it was.
 */
#pragma once

#include <glib.h>
#include <stdio.h>

typedef struct {
    FILE *file;     /* to print to; a failure to write is told when it ends */
    char *path;     /* as the user wrote it */
    char *target;   /* that is replaced; NULL: it is written to directly */
    char *part;     /* the name that it has just before that */
    char *buffer;   /* of the stream */
    gboolean named; /* it has that name */
} PdOutput;

/* Begin to write. Errors: PD_ERROR_SYSTEM, those of pd_error_write(). */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_output_begin(PdOutput *output, const char *path,
                                                   GError **error);

/* Close it, and put it in its place if all could be written. Errors: as above. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_output_end(PdOutput *output, GError **error);

/* Free it; an output that has not ended leaves what was there. A zeroed one may be cleared. */
void pd_output_clear(PdOutput *output);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdOutput, pd_output_clear)

/* Write n bytes and nothing else to a file, in this way. Errors: PD_ERROR_SYSTEM. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_output_write(const char *path, const void *data, gsize n,
                                                   GError **error);

/* Before long work: whether a file could be begun, as far as that shows. Errors: PD_ERROR_SYSTEM.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_output_check(const char *path, GError **error);

/* Whether an output of this path would be written to directly. */
gboolean pd_output_is_direct(const char *path);

/*
 * Open such a path, for what is written while it grows.
 *
 * Returns: a descriptor to be closed by the caller; −1 with error set. What standard output goes to
 * is that output again, behind what has been printed there.
 * Errors: PD_ERROR_SYSTEM.
 */
int pd_output_open_directly(const char *path, GError **error);

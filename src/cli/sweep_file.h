/*
 * Where a sweep's CSV goes while it runs: whole rows, appended as they come, so that what has been
 * written is never lost. A regular file FILE has a companion FILE.sweep, a key file that says of
 * which sweep it is; only the same sweep goes on with it.
 */
#pragma once

#include "identity.h"
#include "space.h"

typedef struct {
    const char *path; /* NULL: standard output */
    int fd;
} PdSweepFile;

/*
 * Open a file for a new sweep: what is there is replaced, and the header written.
 *
 * path: to outlive the file; NULL: standard output. A device, a pipe, or what standard output goes
 * to, has no companion.
 * Errors: PD_ERROR_SYSTEM.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_sweep_file_create(PdSweepFile *file, const char *path,
                                                        const PdIdentity *identity,
                                                        const char *header, GError **error);

/*
 * Open a file to go on with: a torn row at its end is cut off. Where there is none yet, it is
 * created.
 *
 * filtered: points may have no row.
 * first: receives the first point that is not known to have been done.
 * Errors: PD_ERROR_INPUT for a file of another sweep, or of none; it is left as it is.
 * PD_ERROR_SYSTEM where it cannot be written.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_sweep_file_resume(PdSweepFile *file, const char *path,
                                                        const PdIdentity *identity,
                                                        const char *header, const PdSpace *space,
                                                        gboolean filtered, gint64 *first,
                                                        GError **error);

/* Append whole rows. Errors: PD_ERROR_SYSTEM. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_sweep_file_append(const PdSweepFile *file, const char *rows,
                                                        gsize length, GError **error);

/* Close it behind its last row. Errors: PD_ERROR_SYSTEM. */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_sweep_file_end(PdSweepFile *file, GError **error);

/* Close it where it is open: what has been written stays. A zeroed one may be cleared. */
void pd_sweep_file_clear(PdSweepFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdSweepFile, pd_sweep_file_clear)

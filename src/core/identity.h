/*
 * What a run is, as far as its results depend on it: names and values, in order. It is stored
 * beside what the run leaves behind (a checkpoint, a sweep's rows), so that only the same run goes
 * on with it, and another one is told the first difference.
 */
#pragma once

#include <glib.h>

typedef struct {
    GPtrArray *names;  /* of char * */
    GPtrArray *values; /* of char * */
} PdIdentity;

void pd_identity_init(PdIdentity *identity);
void pd_identity_clear(PdIdentity *identity);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdIdentity, pd_identity_clear)

/* Add a name, "[section] key" or words of its own, and its value. */
void pd_identity_add(PdIdentity *identity, const char *name, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Put it into the group "run" of a key file. */
void pd_identity_store(const PdIdentity *identity, GKeyFile *file);

/*
 * Check that a key file holds the same identity.
 *
 * path: of the file, for the message.
 * Errors: PD_ERROR_INPUT with the first difference.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_identity_check(const PdIdentity *identity, const char *path,
                                                     GKeyFile *file, GError **error);

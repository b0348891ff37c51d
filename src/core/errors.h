/*
 * Errors that a user of the program can cause or meet.
 *
 * A user's mistake, a broken schedule and a failing system are reported through GError in the
 * domain PD_ERROR; a programming mistake aborts through g_assert(). Only cli/ prints and exits.
 */
#pragma once

#include <glib.h>

#define PD_ERROR (pd_error_quark())

typedef enum {
    PD_ERROR_INPUT,    /* bad usage or bad input: exit status 2 */
    PD_ERROR_SCHEDULE, /* a schedule asked for the impossible, or every device waits */
    PD_ERROR_SYSTEM,   /* the system failed: a full disk, a missing program: exit status 3 */
} PdError;

GQuark pd_error_quark(void);

/*
 * Make text printable on one line and short enough to quote in a message: control characters are
 * escaped, and what exceeds about 60 characters is replaced by "...".
 *
 * Returns: (transfer full) a new string.
 */
char *pd_quote(const char *text);

/*
 * The same for a path or another program's message, which stand in a message without quotes: what
 * is printable is kept as it is, and what exceeds about 150 bytes is replaced by "..." in the
 * middle, since both ends matter.
 *
 * Returns: (transfer full) a new string.
 */
char *pd_printable(const char *text);

/*
 * The same without replacing anything, for programs that read it.
 *
 * Returns: (transfer full) a new string, valid UTF-8.
 */
char *pd_printable_whole(const char *text);

/* Set PD_ERROR_INPUT, "PATH: ", and what is wrong with that file. Returns FALSE, to be returned. */
gboolean pd_error_input(const char *path, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Put a path in front of the message of an error that is set. Returns FALSE, to be returned. */
gboolean pd_error_prefix(const char *path, GError **error);

/*
 * Set PD_ERROR_SYSTEM, "PATH: cannot be written: REASON".
 *
 * reason: what the system says, g_strerror(errno) as a rule.
 * Returns: FALSE, to be returned at once.
 */
gboolean pd_error_write(const char *path, const char *reason, GError **error);

/* The same for what cannot be read, which is PD_ERROR_INPUT. */
gboolean pd_error_read(const char *path, const char *reason, GError **error);

/*
 * Find the candidate that is nearest to a misspelt word.
 *
 * candidates: NULL-ended array of words.
 * Returns: (transfer none) a candidate within an edit distance (Damerau-Levenshtein, adjacent
 * transpositions included) of a third of the word's length, at least 1; NULL if none is as near.
 */
const char *pd_nearest(const char *word, const char *const *candidates);

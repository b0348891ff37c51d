/*
 * A key that a sweep varies and the values it takes: "pipeline.micro-batches=4,8,16..64:16".
 *
 * Values are separated by commas and are what the scenario file would have there; a list of several
 * entries is one value (compute.forward=1ms,1ms;2ms). Where the value is a number, or may be one,
 * an item may be a range, see range.h. Each value is checked as if it stood in the file, so that
 * what remains to be told are values that do not fit the other keys.
 */
#pragma once

#include "keys.h"

typedef struct {
    char *name; /* as given: "pipeline.micro-batches" */
    PdKey key;
    GPtrArray *values; /* of char *, at least one */
} PdVary;

/*
 * Parse what stands behind --vary.
 *
 * option: what the user wrote it for, "--vary"; it stands in front of messages.
 * vary: to be cleared by the caller, also on failure.
 * Errors: PD_ERROR_INPUT for another form, an unknown key, a value that the key does not take.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_vary_parse(PdVary *vary, const char *option, const char *text,
                                                 GError **error);

void pd_vary_clear(PdVary *vary);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PdVary, pd_vary_clear)

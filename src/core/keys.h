/*
 * The words of a scenario file: every section and key, what its value is and what may stand there.
 *
 * The table is the only list of keys. A value is checked against it as soon as it is read, so a
 * mistake is found whether or not a command has a use for the key. To add a key, add its name to
 * PdKey and its row to the table in keys.c.
 */
#pragma once

#include "units.h"

typedef enum {
    PD_KEY_SCENARIO_TITLE,
    PD_KEY_SCENARIO_SEED,

    PD_KEY_PIPELINE_DEVICES,
    PD_KEY_PIPELINE_SCHEDULE,
    PD_KEY_PIPELINE_MICRO_BATCHES,
    PD_KEY_PIPELINE_MINI_BATCHES,
    PD_KEY_PIPELINE_ACCUMULATION,
    PD_KEY_PIPELINE_VIRTUAL_STAGES,
    PD_KEY_PIPELINE_IN_FLIGHT,
    PD_KEY_PIPELINE_STASH,
    PD_KEY_PIPELINE_RECOMPUTE,
    PD_KEY_PIPELINE_PROCESSORS,

    PD_KEY_COMPUTE_FORWARD,
    PD_KEY_COMPUTE_BACKWARD,
    PD_KEY_COMPUTE_BACKWARD_INPUT,
    PD_KEY_COMPUTE_BACKWARD_WEIGHT,
    PD_KEY_COMPUTE_UPDATE,
    PD_KEY_COMPUTE_JITTER,

    PD_KEY_LINK_LATENCY,
    PD_KEY_LINK_MESSAGE,
    PD_KEY_LINK_BANDWIDTH,
    PD_KEY_LINK_BARRIER,

    PD_KEY_MEMORY_WEIGHTS,
    PD_KEY_MEMORY_GRADIENTS,
    PD_KEY_MEMORY_OPTIMIZER,
    PD_KEY_MEMORY_ACTIVATIONS,
    PD_KEY_MEMORY_INPUTS,
    PD_KEY_MEMORY_CAPACITY,

    PD_KEY_MODEL_FILE,
    PD_KEY_MODEL_TITLE,
    PD_KEY_MODEL_LAYERS,
    PD_KEY_MODEL_HEADS,
    PD_KEY_MODEL_HIDDEN,
    PD_KEY_MODEL_CONTEXT,
    PD_KEY_MODEL_VOCABULARY,
    PD_KEY_MODEL_PRECISION,
    PD_KEY_MODEL_DROPOUT,
    PD_KEY_MODEL_ATTENTION,
    PD_KEY_MODEL_MICRO_BATCH_SIZE,
    PD_KEY_MODEL_GLOBAL_BATCH,
    PD_KEY_MODEL_PARTITION,

    PD_KEY_HARDWARE_FILE,
    PD_KEY_HARDWARE_TITLE,
    PD_KEY_HARDWARE_COMPUTE,
    PD_KEY_HARDWARE_EFFICIENCY,
    PD_KEY_HARDWARE_MEMORY,
    PD_KEY_HARDWARE_MEMORY_BANDWIDTH,
    PD_KEY_HARDWARE_LINK_BANDWIDTH,
    PD_KEY_HARDWARE_LINK_LATENCY,

    PD_KEY_TRAIN_CORPUS,
    PD_KEY_TRAIN_SEED,
    PD_KEY_TRAIN_LEARNING_RATE,
    PD_KEY_TRAIN_FINAL_LEARNING_RATE,
    PD_KEY_TRAIN_WARM_UP,
    PD_KEY_TRAIN_DECAY,
    PD_KEY_TRAIN_BETAS,
    PD_KEY_TRAIN_EPSILON,
    PD_KEY_TRAIN_WEIGHT_DECAY,
    PD_KEY_TRAIN_VALIDATION_SHARE,
    PD_KEY_TRAIN_VALIDATION_WINDOWS,
    PD_KEY_TRAIN_VALIDATE_EVERY,
    PD_KEY_TRAIN_CHECKPOINT_EVERY,

    PD_KEY_CHECK_MAX_CROSSING,
    PD_KEY_CHECK_MAX_MISMATCH,
    PD_KEY_CHECK_MAX_BUBBLE_FRACTION,
    PD_KEY_CHECK_MAX_STEADY_BUBBLE_FRACTION,
    PD_KEY_CHECK_MAX_PEAK_MEMORY,
    PD_KEY_CHECK_MIN_THROUGHPUT,
    PD_KEY_CHECK_MAX_MAKESPAN_ERROR,
    PD_KEY_CHECK_MIN_CROSSING_AGREEMENT,

    PD_N_KEYS,
} PdKey;

/* What a value is. */
typedef enum {
    PD_TYPE_TEXT,     /* anything, also with a # in it */
    PD_TYPE_SYNTAX,   /* a small language of its own, parsed where it is used */
    PD_TYPE_WORD,     /* one of the words of the row */
    PD_TYPE_REAL,     /* a number or a percentage */
    PD_TYPE_QUANTITY, /* a number with the unit of the row's dimension */
} PdType;

typedef enum {
    PD_ONE = 0,
    PD_LIST = 1 << 0,  /* one value, or several separated by ';' */
    PD_ZERO = 1 << 1,  /* zero is allowed */
    PD_SHARE = 1 << 2, /* of a PD_TYPE_REAL: not more than the whole */
    PD_CURVE = 1 << 3, /* a list may be of pairs SIZE:VALUE, sizes ascending, instead of values */
} PdKeyFlags;

typedef struct {
    const char *section;
    const char *name;
    PdType type;
    PdDimension dimension; /* of a PD_TYPE_QUANTITY */
    PdKeyFlags flags;
    const char *const *words; /* of a PD_TYPE_WORD, NULL-ended */
} PdKeyRow;

/* The row of a key. (transfer none) */
const PdKeyRow *pd_key_row(PdKey key);

/* Find a key by its names; FALSE where there is none. */
gboolean pd_key_find(const char *section, const char *name, PdKey *key);

/*
 * Check that a section of this name exists.
 *
 * Errors: PD_ERROR_INPUT, with the nearest known one.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_section_check(const char *section, GError **error);

/*
 * Find a key that a user has named.
 *
 * Errors: PD_ERROR_INPUT for an unknown section or key, with the nearest known one.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_key_require(const char *section, const char *name, PdKey *key,
                                                  GError **error);

/* The items of a list: separated by ';', of which one may end it; at least one. (transfer full) */
char **pd_list_split(const char *value);

/* Whether a list that may be a curve is one: there is a ':' in it. */
gboolean pd_list_is_curve(const char *value);

/*
 * Check one value against a key's row: type, unit, sign, zero, share, list, curve.
 *
 * Errors: PD_ERROR_INPUT, the message without place.
 */
G_GNUC_WARN_UNUSED_RESULT gboolean pd_key_check(PdKey key, const char *value, GError **error);

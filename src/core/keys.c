#include "keys.h"

#include <string.h>

#include "errors.h"

static const char *const yes_no[] = { "yes", "no", NULL };
static const char *const stash_words[] = { "auto", "yes", "no", NULL };
static const char *const recompute_words[] = { "none", "full", NULL };
static const char *const precision_words[] = { "mixed", "mixed-fp32-gradients", "fp32", NULL };
static const char *const attention_words[] = { "standard", "fused", NULL };

#define TEXT(section, name)                                                                        \
    {                                                                                              \
        section, name, PD_TYPE_TEXT, 0, PD_ONE, NULL                                               \
    }
#define SYNTAX(section, name)                                                                      \
    {                                                                                              \
        section, name, PD_TYPE_SYNTAX, 0, PD_ONE, NULL                                             \
    }
#define WORD(section, name, words)                                                                 \
    {                                                                                              \
        section, name, PD_TYPE_WORD, 0, PD_ONE, words                                              \
    }
#define REAL(section, name, flags)                                                                 \
    {                                                                                              \
        section, name, PD_TYPE_REAL, 0, flags, NULL                                                \
    }
#define QUANTITY(section, name, unit, flag)                                                        \
    {                                                                                              \
        section, name, PD_TYPE_QUANTITY, unit, flag, NULL                                          \
    }

static const PdKeyRow rows[PD_N_KEYS] = {
    [PD_KEY_SCENARIO_TITLE] = TEXT("scenario", "title"),
    [PD_KEY_SCENARIO_SEED] = QUANTITY("scenario", "seed", PD_COUNT, PD_ZERO),

    [PD_KEY_PIPELINE_DEVICES] = QUANTITY("pipeline", "devices", PD_COUNT, PD_ONE),
    [PD_KEY_PIPELINE_SCHEDULE] = SYNTAX("pipeline", "schedule"),
    [PD_KEY_PIPELINE_MICRO_BATCHES] = QUANTITY("pipeline", "micro-batches", PD_COUNT, PD_ONE),
    [PD_KEY_PIPELINE_MINI_BATCHES] = QUANTITY("pipeline", "mini-batches", PD_COUNT, PD_ONE),
    [PD_KEY_PIPELINE_ACCUMULATION] = QUANTITY("pipeline", "accumulation", PD_COUNT, PD_ONE),
    [PD_KEY_PIPELINE_VIRTUAL_STAGES] = QUANTITY("pipeline", "virtual-stages", PD_COUNT, PD_ONE),
    [PD_KEY_PIPELINE_IN_FLIGHT] = SYNTAX("pipeline", "in-flight"),
    [PD_KEY_PIPELINE_STASH] = WORD("pipeline", "stash", stash_words),
    [PD_KEY_PIPELINE_RECOMPUTE] = WORD("pipeline", "recompute", recompute_words),
    [PD_KEY_PIPELINE_PROCESSORS] = QUANTITY("pipeline", "processors", PD_COUNT, PD_ONE),

    [PD_KEY_COMPUTE_FORWARD] = QUANTITY("compute", "forward", PD_DURATION, PD_LIST | PD_ZERO),
    [PD_KEY_COMPUTE_BACKWARD] = QUANTITY("compute", "backward", PD_DURATION, PD_LIST | PD_ZERO),
    [PD_KEY_COMPUTE_BACKWARD_INPUT] =
        QUANTITY("compute", "backward-input", PD_DURATION, PD_LIST | PD_ZERO),
    [PD_KEY_COMPUTE_BACKWARD_WEIGHT] =
        QUANTITY("compute", "backward-weight", PD_DURATION, PD_LIST | PD_ZERO),
    [PD_KEY_COMPUTE_UPDATE] = QUANTITY("compute", "update", PD_DURATION, PD_LIST | PD_ZERO),
    [PD_KEY_COMPUTE_JITTER] = REAL("compute", "jitter", PD_ZERO),

    [PD_KEY_LINK_LATENCY] = QUANTITY("link", "latency", PD_DURATION, PD_LIST | PD_ZERO),
    [PD_KEY_LINK_MESSAGE] = QUANTITY("link", "message", PD_SIZE, PD_LIST | PD_ZERO),
    [PD_KEY_LINK_BANDWIDTH] = QUANTITY("link", "bandwidth", PD_BANDWIDTH, PD_LIST),
    [PD_KEY_LINK_BARRIER] = QUANTITY("link", "barrier", PD_DURATION, PD_ZERO),

    [PD_KEY_MEMORY_WEIGHTS] = QUANTITY("memory", "weights", PD_SIZE, PD_LIST | PD_ZERO),
    [PD_KEY_MEMORY_GRADIENTS] = QUANTITY("memory", "gradients", PD_SIZE, PD_LIST | PD_ZERO),
    [PD_KEY_MEMORY_OPTIMIZER] = QUANTITY("memory", "optimizer", PD_SIZE, PD_LIST | PD_ZERO),
    [PD_KEY_MEMORY_ACTIVATIONS] = QUANTITY("memory", "activations", PD_SIZE, PD_LIST | PD_ZERO),
    [PD_KEY_MEMORY_INPUTS] = QUANTITY("memory", "inputs", PD_SIZE, PD_LIST | PD_ZERO),
    [PD_KEY_MEMORY_CAPACITY] = QUANTITY("memory", "capacity", PD_SIZE, PD_LIST | PD_ZERO),

    [PD_KEY_MODEL_FILE] = TEXT("model", "file"),
    [PD_KEY_MODEL_TITLE] = TEXT("model", "title"),
    [PD_KEY_MODEL_LAYERS] = QUANTITY("model", "layers", PD_COUNT, PD_ONE),
    [PD_KEY_MODEL_HEADS] = QUANTITY("model", "heads", PD_COUNT, PD_ONE),
    [PD_KEY_MODEL_HIDDEN] = QUANTITY("model", "hidden", PD_COUNT, PD_ONE),
    [PD_KEY_MODEL_CONTEXT] = QUANTITY("model", "context", PD_COUNT, PD_ONE),
    [PD_KEY_MODEL_VOCABULARY] = QUANTITY("model", "vocabulary", PD_COUNT, PD_ONE),
    [PD_KEY_MODEL_PRECISION] = WORD("model", "precision", precision_words),
    [PD_KEY_MODEL_DROPOUT] = WORD("model", "dropout", yes_no),
    [PD_KEY_MODEL_ATTENTION] = WORD("model", "attention", attention_words),
    [PD_KEY_MODEL_MICRO_BATCH_SIZE] = QUANTITY("model", "micro-batch-size", PD_COUNT, PD_ONE),
    [PD_KEY_MODEL_GLOBAL_BATCH] = QUANTITY("model", "global-batch", PD_COUNT, PD_ONE),
    [PD_KEY_MODEL_PARTITION] = SYNTAX("model", "partition"),

    [PD_KEY_HARDWARE_FILE] = TEXT("hardware", "file"),
    [PD_KEY_HARDWARE_TITLE] = TEXT("hardware", "title"),
    [PD_KEY_HARDWARE_COMPUTE] = QUANTITY("hardware", "compute", PD_COMPUTE, PD_LIST),
    [PD_KEY_HARDWARE_EFFICIENCY] = REAL("hardware", "efficiency", PD_LIST | PD_SHARE | PD_CURVE),
    [PD_KEY_HARDWARE_MEMORY] = QUANTITY("hardware", "memory", PD_SIZE, PD_LIST | PD_ZERO),
    [PD_KEY_HARDWARE_MEMORY_BANDWIDTH] =
        QUANTITY("hardware", "memory-bandwidth", PD_BANDWIDTH, PD_LIST),
    [PD_KEY_HARDWARE_LINK_BANDWIDTH] =
        QUANTITY("hardware", "link-bandwidth", PD_BANDWIDTH, PD_LIST),
    [PD_KEY_HARDWARE_LINK_LATENCY] =
        QUANTITY("hardware", "link-latency", PD_DURATION, PD_LIST | PD_ZERO),

    [PD_KEY_TRAIN_CORPUS] = TEXT("train", "corpus"),
    [PD_KEY_TRAIN_SEED] = QUANTITY("train", "seed", PD_COUNT, PD_ZERO),
    [PD_KEY_TRAIN_LEARNING_RATE] = REAL("train", "learning-rate", PD_ONE),
    [PD_KEY_TRAIN_FINAL_LEARNING_RATE] = REAL("train", "final-learning-rate", PD_ZERO),
    [PD_KEY_TRAIN_WARM_UP] = QUANTITY("train", "warm-up", PD_COUNT, PD_ZERO),
    [PD_KEY_TRAIN_DECAY] = QUANTITY("train", "decay", PD_COUNT, PD_ZERO),
    [PD_KEY_TRAIN_BETAS] = REAL("train", "betas", PD_LIST | PD_ZERO),
    [PD_KEY_TRAIN_EPSILON] = REAL("train", "epsilon", PD_ONE),
    [PD_KEY_TRAIN_WEIGHT_DECAY] = REAL("train", "weight-decay", PD_ZERO),
    [PD_KEY_TRAIN_VALIDATION_SHARE] = REAL("train", "validation-share", PD_ZERO),
    [PD_KEY_TRAIN_VALIDATION_WINDOWS] = QUANTITY("train", "validation-windows", PD_COUNT, PD_ONE),
    [PD_KEY_TRAIN_VALIDATE_EVERY] = QUANTITY("train", "validate-every", PD_COUNT, PD_ZERO),
    [PD_KEY_TRAIN_CHECKPOINT_EVERY] = QUANTITY("train", "checkpoint-every", PD_COUNT, PD_ZERO),

    [PD_KEY_CHECK_MAX_CROSSING] = QUANTITY("check", "max-crossing", PD_COUNT, PD_ZERO),
    [PD_KEY_CHECK_MAX_MISMATCH] = QUANTITY("check", "max-mismatch", PD_COUNT, PD_ZERO),
    [PD_KEY_CHECK_MAX_BUBBLE_FRACTION] = REAL("check", "max-bubble-fraction", PD_ZERO),
    [PD_KEY_CHECK_MAX_STEADY_BUBBLE_FRACTION] =
        REAL("check", "max-steady-bubble-fraction", PD_ZERO),
    [PD_KEY_CHECK_MAX_PEAK_MEMORY] = QUANTITY("check", "max-peak-memory", PD_SIZE, PD_ZERO),
    [PD_KEY_CHECK_MIN_THROUGHPUT] = REAL("check", "min-throughput", PD_ZERO),
    [PD_KEY_CHECK_MAX_MAKESPAN_ERROR] = REAL("check", "max-makespan-error", PD_ZERO),
    [PD_KEY_CHECK_MIN_CROSSING_AGREEMENT] = REAL("check", "min-crossing-agreement", PD_ZERO),
};

const PdKeyRow *
pd_key_row(PdKey key)
{
    g_assert(key < PD_N_KEYS);
    return &rows[key];
}

gboolean
pd_key_find(const char *section, const char *name, PdKey *key)
{
    for (PdKey i = 0; i < PD_N_KEYS; i++) {
        if (strcmp(rows[i].section, section) == 0 && strcmp(rows[i].name, name) == 0) {
            *key = i;
            return TRUE;
        }
    }
    return FALSE;
}

/* The names of the sections, or with a section those of its keys, ended by NULL. */
static void
known_names(const char *section, const char *names[PD_N_KEYS + 1])
{
    guint n = 0;

    for (PdKey i = 0; i < PD_N_KEYS; i++)
        if (section == NULL || strcmp(rows[i].section, section) == 0)
            names[n++] = section == NULL ? rows[i].section : rows[i].name;
    names[n] = NULL;
}

#define WHERE_ALL_IS "see scenario-files.md for what there is"

gboolean
pd_section_check(const char *section, GError **error)
{
    const char *names[PD_N_KEYS + 1], *near;

    known_names(NULL, names);
    if (g_strv_contains(names, section))
        return TRUE;
    near = pd_nearest(section, names);
    g_autofree char *quoted = pd_quote(section);
    g_autofree char *hint =
        near == NULL ? g_strdup(WHERE_ALL_IS) : g_strdup_printf("did you mean [%s]?", near);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "section %s is unknown; %s", quoted, hint);
    return FALSE;
}

/* Names come from the user: quoted where they may hold anything, as they are once found. */
gboolean
pd_key_require(const char *section, const char *name, PdKey *key, GError **error)
{
    const char *names[PD_N_KEYS + 1], *near;

    if (pd_key_find(section, name, key))
        return TRUE;
    if (!pd_section_check(section, error))
        return FALSE;
    known_names(section, names);
    near = pd_nearest(name, names);
    g_autofree char *quoted = pd_quote(name);
    g_autofree char *hint =
        near == NULL ? g_strdup(WHERE_ALL_IS) : g_strdup_printf("did you mean %s?", near);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "[%s] %s: this key is unknown; %s", section,
                quoted, hint);
    return FALSE;
}

static gboolean
check_word(const PdKeyRow *row, const char *value, GError **error)
{
    g_autofree char *quoted = pd_quote(value);
    g_autofree char *words = g_strjoinv(", ", (char **)row->words);

    if (g_strv_contains(row->words, value))
        return TRUE;
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s is unknown; write one of %s", quoted, words);
    return FALSE;
}

static gboolean
check_number(const PdKeyRow *row, const char *value, GError **error)
{
    gint64 quantity = 0;
    double real = 0;
    gboolean zero;

    if (row->type == PD_TYPE_REAL) {
        if (!pd_real_parse(value, &real, error))
            return FALSE;
        zero = !(real > 0);
    } else {
        if (!pd_quantity_parse(value, row->dimension, &quantity, error))
            return FALSE;
        zero = quantity == 0;
    }
    if (zero && !(row->flags & PD_ZERO)) {
        g_autofree char *quoted = pd_quote(value);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s is zero; it must be larger", quoted);
        return FALSE;
    }
    if (real > 1 && (row->flags & PD_SHARE)) {
        g_autofree char *quoted = pd_quote(value);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "%s is more than the whole; write a share such as 0.45 or 45 %%", quoted);
        return FALSE;
    }
    return TRUE;
}

/* One pair of a curve; *size is the one before it. */
static gboolean
check_pair(const PdKeyRow *row, const char *item, gint64 *size, GError **error)
{
    g_autofree char *quoted = pd_quote(item);
    g_auto(GStrv) pair = g_strsplit(item, ":", 2);
    const gint64 before = *size;

    if (g_strv_length(pair) != 2) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "%s stands among pairs and has no size; write pairs only, such as "
                    "1:0.18; 4:0.35, or one value per device without sizes",
                    quoted);
        return FALSE;
    }
    if (!pd_quantity_parse(pair[0], PD_COUNT, size, error))
        return FALSE;
    if (*size <= before) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    before == 0 ? "%s has the size 0; sizes start at 1"
                                : "%s does not have a larger size than the pair before it; sizes "
                                  "ascend, each once",
                    quoted);
        return FALSE;
    }
    return check_number(row, pair[1], error);
}

gboolean
pd_list_is_curve(const char *value)
{
    return strchr(value, ':') != NULL;
}

char **
pd_list_split(const char *value)
{
    static const char *const empty[] = { "", NULL };
    g_autofree char *list = g_strstrip(g_strdup(value));

    if (g_str_has_suffix(list, ";"))
        list[strlen(list) - 1] = '\0';
    /* g_strsplit() makes no item of an empty text, but an empty value is one (wrong) value */
    return *list == '\0' ? g_strdupv((char **)empty) : g_strsplit(list, ";", -1);
}

static gboolean
check_list(const PdKeyRow *row, const char *value, GError **error)
{
    const gboolean curve = (row->flags & PD_CURVE) && pd_list_is_curve(value);
    g_auto(GStrv) items = pd_list_split(value);
    gint64 size = 0;

    for (char **item = items; *item != NULL; item++)
        if (curve ? !check_pair(row, *item, &size, error) : !check_number(row, *item, error))
            return FALSE;
    return TRUE;
}

gboolean
pd_key_check(PdKey key, const char *value, GError **error)
{
    const PdKeyRow *row = pd_key_row(key);

    if (row->type == PD_TYPE_TEXT)
        return TRUE;
    if (strchr(value, '#') != NULL) {
        g_autofree char *quoted = pd_quote(value);

        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "%s has a comment behind the value; a comment stands on a line of its own",
                    quoted);
        return FALSE;
    }
    if (row->type == PD_TYPE_SYNTAX)
        return TRUE;
    if (row->type == PD_TYPE_WORD)
        return check_word(row, value, error);
    return row->flags & PD_LIST ? check_list(row, value, error) : check_number(row, value, error);
}

#include "corpus.h"

#include <math.h>
#include <string.h>

#include "errors.h"
#include "hash.h"
#include "input.h"
#include "markov.h"

/* The bytes are kept in memory, and a checksum of them is taken before a run starts. */
#define LARGEST_CORPUS (1024 * 1024 * 1024)

struct PdCorpus {
    guint8 *bytes;
    gsize n, n_training;
    guint64 key;      /* the mixed seed of the offsets */
    PdMarkov *source; /* NULL for bytes of unknown origin */
    char *checksum;
};

static gsize
validation_bytes(gsize n, double share)
{
    return MIN(n, (gsize)((double)n * share));
}

/* bytes: (transfer full). */
static PdCorpus *
corpus_take(guint8 *bytes, gsize n, double validation_share, guint64 seed)
{
    PdCorpus *corpus = g_new0(PdCorpus, 1);

    corpus->bytes = bytes;
    corpus->n = n;
    corpus->n_training = n - validation_bytes(n, validation_share);
    corpus->key = pd_mix(seed);
    corpus->checksum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, n);
    return corpus;
}

PdCorpus *
pd_corpus_new(const guint8 *bytes, gsize n, double validation_share, guint64 seed)
{
    g_assert(validation_share >= 0 && validation_share <= 1);
    return corpus_take(g_memdup2(bytes, n), n, validation_share, seed);
}

void
pd_corpus_free(PdCorpus *corpus)
{
    if (corpus == NULL)
        return;
    pd_markov_free(corpus->source);
    g_free(corpus->checksum);
    g_free(corpus->bytes);
    g_free(corpus);
}

/* --- what [train] names ----------------------------------------------------------------------- */

/* Whether each part that is wanted has a whole sequence. */
static gboolean
suffices(gsize n, double share, gsize length)
{
    const gsize n_validation = validation_bytes(n, share);

    return n - n_validation >= length && (!(share > 0) || n_validation >= length);
}

/* The fewest bytes that suffice; with a share below half it is validation that decides. */
static gsize
fewest_bytes(double share, gsize length)
{
    gsize n = share > 0 ? (gsize)((double)length / share) : length;

    while (!suffices(n, share, length))
        n++;
    return n;
}

/* what: the bytes' origin, for the message. */
static gboolean
check_size(const PdConfig *config, const PdRecipe *recipe, const char *what, gsize n, guint context,
           GError **error)
{
    const gsize length = (gsize)context + 1;

    if (suffices(n, recipe->validation_share, length))
        return TRUE;
    return pd_config_fail(config, PD_KEY_TRAIN_CORPUS, error,
                          "%s has %" G_GSIZE_FORMAT " bytes; a context of %u with a "
                          "validation-share of %g needs %" G_GSIZE_FORMAT " or more",
                          what, n, context, recipe->validation_share,
                          fewest_bytes(recipe->validation_share, length));
}

static PdCorpus *
load_file(const PdConfig *config, const PdRecipe *recipe, guint context, const char *path,
          GError **error)
{
    g_autoptr(GError) failure = NULL;
    g_autofree char *origin = pd_printable(path);
    gsize n;
    g_autofree char *bytes =
        pd_input_read(path, LARGEST_CORPUS, "1 GiB; a part of it will do", &n, &failure);

    if (bytes == NULL) {
        pd_config_fail(config, PD_KEY_TRAIN_CORPUS, error, "%s", failure->message);
        return NULL;
    }
    if (n == 0) {
        pd_config_fail(config, PD_KEY_TRAIN_CORPUS, error,
                       "%s is empty; a corpus is a file of text or other bytes", origin);
        return NULL;
    }
    if (!check_size(config, recipe, origin, n, context, error))
        return NULL;
    return corpus_take((guint8 *)g_steal_pointer(&bytes), n, recipe->validation_share,
                       recipe->seed);
}

static PdCorpus *
load_source(const PdConfig *config, const PdRecipe *recipe, guint context, GError **error)
{
    const gsize n = PD_CORPUS_SOURCE_BYTES;
    PdCorpus *corpus;
    PdMarkov *source;
    guint8 *bytes;

    if (!check_size(config, recipe, "the built-in source", n, context, error))
        return NULL;
    source = pd_markov_new(recipe->seed);
    bytes = g_malloc(n);
    pd_markov_generate(source, recipe->seed, n, bytes);
    corpus = corpus_take(bytes, n, recipe->validation_share, recipe->seed);
    corpus->source = source;
    return corpus;
}

PdCorpus *
pd_corpus_load(const PdConfig *config, const PdRecipe *recipe, guint context, GError **error)
{
    g_autofree char *path = pd_config_path(config, PD_KEY_TRAIN_CORPUS);

    return path == NULL ? load_source(config, recipe, context, error)
                        : load_file(config, recipe, context, path, error);
}

/* --- sequences -------------------------------------------------------------------------------- */

void
pd_corpus_batch(const PdCorpus *corpus, gint64 micro_batch, guint n_sequences, guint length,
                guint8 *bytes)
{
    const guint64 key = pd_mix(corpus->key ^ (guint64)micro_batch);

    g_assert(length <= corpus->n_training);
    for (guint i = 0; i < n_sequences; i++) {
        const guint64 offset = pd_reduce(pd_mix(key ^ i), corpus->n_training - length + 1);

        memcpy(bytes + (gsize)i * length, corpus->bytes + offset, length);
    }
}

gint64
pd_corpus_n_windows(const PdCorpus *corpus, guint length)
{
    g_assert(length > 0);
    return (gint64)((corpus->n - corpus->n_training) / length);
}

const guint8 *
pd_corpus_window(const PdCorpus *corpus, gint64 window, guint length)
{
    g_assert(window >= 0 && window < pd_corpus_n_windows(corpus, length));
    return corpus->bytes + corpus->n_training + (gsize)window * length;
}

/* --- about the bytes -------------------------------------------------------------------------- */

gsize
pd_corpus_n_bytes(const PdCorpus *corpus)
{
    return corpus->n;
}

gsize
pd_corpus_n_training_bytes(const PdCorpus *corpus)
{
    return corpus->n_training;
}

const char *
pd_corpus_checksum(const PdCorpus *corpus)
{
    return corpus->checksum;
}

double
pd_corpus_floor(const PdCorpus *corpus)
{
    return corpus->source == NULL ? (double)NAN : pd_markov_entropy_rate(corpus->source);
}

double
pd_corpus_window_floor(const PdCorpus *corpus, guint n_predictions)
{
    return corpus->source == NULL ? (double)NAN
                                  : pd_markov_window_floor(corpus->source, n_predictions);
}

/*
 * What is trained on: bytes, in two parts, the last of which is kept for validation.
 *
 * A micro-batch is cut from the training part at offsets that are drawn from (seed, micro-batch,
 * sequence) and nothing else: the order of the data has no state, and every stage that needs the
 * tokens can find them by itself.
 *
 * The bytes are a file's, or those of a source of known entropy (markov.h), which tells what loss
 * is within reach.
 */
#pragma once

#include "recipe.h"

/* How much the built-in source writes. */
#define PD_CORPUS_SOURCE_BYTES (4 * 1024 * 1024)

typedef struct PdCorpus PdCorpus;

/*
 * A corpus of these bytes.
 *
 * bytes: (transfer none) n of them; copied.
 * validation_share: 0 to 1, the part at the end that is kept for validation, rounded down to bytes.
 * seed: of the offsets.
 */
PdCorpus *pd_corpus_new(const guint8 *bytes, gsize n, double validation_share, guint64 seed);

/*
 * The corpus that [train] names: its file or, without one, PD_CORPUS_SOURCE_BYTES of the source of
 * the recipe's seed.
 *
 * context: tokens of a sequence; a sequence with its targets is one byte longer.
 * Returns: (transfer full) the corpus; NULL with error set.
 * Errors: PD_ERROR_INPUT for a file that cannot be read, is empty, larger than 1 GiB, or so short
 * that the training part, or the validation part where a share is kept, has no whole sequence.
 */
PdCorpus *pd_corpus_load(const PdConfig *config, const PdRecipe *recipe, guint context,
                         GError **error);

void pd_corpus_free(PdCorpus *corpus);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdCorpus, pd_corpus_free)

/*
 * The sequences of a micro-batch, from the training part.
 *
 * bytes: receives n_sequences x length, row after row. length is at most the training part's.
 */
void pd_corpus_batch(const PdCorpus *corpus, gint64 micro_batch, guint n_sequences, guint length,
                     guint8 *bytes);

/* How many whole windows of this length the validation part has, side by side. */
gint64 pd_corpus_n_windows(const PdCorpus *corpus, guint length);

/* A window of the validation part, 0 <= window < pd_corpus_n_windows(). (transfer none) */
const guint8 *pd_corpus_window(const PdCorpus *corpus, gint64 window, guint length);

/* The bytes of both parts; the training part's come first. */
gsize pd_corpus_n_bytes(const PdCorpus *corpus);
gsize pd_corpus_n_training_bytes(const PdCorpus *corpus);

/* The SHA-256 of all bytes, in hexadecimal: whether a checkpoint belongs to them. (transfer none)
 */
const char *pd_corpus_checksum(const PdCorpus *corpus);

/* The entropy rate of what wrote the bytes, in nats per byte; NAN where it is not known. */
double pd_corpus_floor(const PdCorpus *corpus);

/* The least mean loss over a window of n_predictions, the first of which sees one byte only, in
 * nats per byte; NAN where it is not known. */
double pd_corpus_window_floor(const PdCorpus *corpus, guint n_predictions);

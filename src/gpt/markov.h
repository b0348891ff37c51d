/*
 * A source of text-like bytes whose entropy is known exactly: what a model that learns from it can
 * reach at best.
 *
 * The bytes are lower-case letters, spaces, commas, full stops and newlines. The next byte depends
 * on the two before it: on the last one, and on whether the one before that was a vowel, a
 * consonant or a break. A seed chooses which letters are likely where; what may follow what does
 * not depend on it. From any pair of bytes that occurs every other can be reached, and returns take
 * lengths without a common divisor (words have any length), so that the chain of pairs has one
 * stationary distribution π, to which it converges.
 *
 * Probabilities are whole numbers over 2^24: a byte is drawn by comparing integers, and the same
 * integers give the entropies
 *
 *   H  = Σ π(a, b) H(· | a, b)              of a byte whose two predecessors are known
 *   H1 = Σ π(b) H(· | b)                    of a byte of which only the one before is known
 *
 * in nats. (Cover and Thomas, Elements of Information Theory, section 4.2.) A seed decides which
 * letters are likely and not how likely, so that H is the same for all, about 1.57; H1, which
 * depends on how the distributions overlap, is near 1.95.
 */
#pragma once

#include <glib.h>

typedef struct PdMarkov PdMarkov;

/* A source. seed: of what is likely. Returns: (transfer full). */
PdMarkov *pd_markov_new(guint64 seed);

void pd_markov_free(PdMarkov *markov);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PdMarkov, pd_markov_free)

/* The bytes that occur. (transfer none) */
const char *pd_markov_alphabet(void);

/*
 * Write the beginning of one of the source's streams; all start on a new line.
 *
 * stream_seed: which stream.
 * bytes: receives n bytes, the same for the same seeds on any machine.
 */
void pd_markov_generate(const PdMarkov *markov, guint64 stream_seed, gsize n, guint8 *bytes);

/* The probability of byte c behind a and b, all three of the alphabet. */
double pd_markov_probability(const PdMarkov *markov, guint8 a, guint8 b, guint8 c);

/* The stationary probability of the pair a, b. */
double pd_markov_stationary(const PdMarkov *markov, guint8 a, guint8 b);

/* H, in nats per byte: the least mean loss of a model that sees at least two bytes. */
double pd_markov_entropy_rate(const PdMarkov *markov);

/*
 * (H1 + (T − 1) H) / T, in nats per byte: the least mean loss over a window of T predictions, the
 * first of which sees one byte only. n_predictions: T, at least 1.
 */
double pd_markov_window_floor(const PdMarkov *markov, guint n_predictions);

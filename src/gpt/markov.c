#include "markov.h"

#include <math.h>
#include <string.h>

#include "hash.h"

#define ALPHABET  "aeiouybcdfghjklmnpqrstvwxz ,.\n"
#define N_SYMBOLS (sizeof ALPHABET - 1)

#define TOTAL_BITS 24
#define TOTAL      (1u << TOTAL_BITS) /* the weights behind a pair sum to it */

/* The shares of a group's weight, out of 256, that its likely letters have beside the rest, which
 * is spread over all. */
static const guint8 likely_shares[] = { 176, 52, 16 };
#define REST_SHARE 12

/* Sweeps until π moves by less than rounding; the chain forgets its start within some hundred. */
#define MOST_SWEEPS 10000
#define SETTLED     1e-14

typedef enum {
    VOWEL,
    CONSONANT,
    BREAK,
    N_GROUPS,
} Group;

/* Where each group stands in the alphabet. */
static const struct {
    guint first, n;
} groups[N_GROUPS] = { { 0, 6 }, { 6, 20 }, { 26, 4 } };

/* What may follow a letter, out of 256: by its group, the group before it, and the next one's. No
 * syllable has three vowels or three consonants in a row. */
static const guint8 after_letter[BREAK][N_GROUPS][N_GROUPS] = {
    [VOWEL] = {
        [VOWEL] = { 0, 184, 72 },
        [CONSONANT] = { 24, 160, 72 },
        [BREAK] = { 16, 216, 24 },
    },
    [CONSONANT] = {
        [VOWEL] = { 136, 48, 72 },
        [CONSONANT] = { 216, 0, 40 },
        [BREAK] = { 224, 32, 0 },
    },
};
static const guint8 after_break[N_GROUPS] = { 72, 184, 0 };

/* Which break follows a letter, out of 256, in the order of the alphabet; a full stop; a comma,
 * where the 256th part goes to the space because it is the heaviest. */
static const guint8 which_break[4] = { 222, 14, 20, 0 };
static const guint8 after_full_stop[4] = { 192, 0, 0, 64 };
static const guint8 after_comma[4] = { 255, 0, 0, 0 };

struct PdMarkov {
    guint32 cumulative[N_GROUPS][N_SYMBOLS][N_SYMBOLS]; /* by group of a, b, c; the last is TOTAL */
    double stationary[N_SYMBOLS][N_SYMBOLS];
    double entropy_rate, first_entropy; /* H, H1 */
};

static Group
group_of(guint symbol)
{
    return symbol >= groups[BREAK].first ? BREAK : symbol >= groups[CONSONANT].first;
}

static guint
symbol_of(guint8 byte)
{
    const char *at = byte == '\0' ? NULL : strchr(ALPHABET, byte);

    g_assert(at != NULL);
    return (guint)(at - ALPHABET);
}

static guint32
weight(const PdMarkov *markov, Group before, guint b, guint c)
{
    const guint32 *cumulative = markov->cumulative[before][b];

    return cumulative[c] - (c == 0 ? 0 : cumulative[c - 1]);
}

/* --- the table -------------------------------------------------------------------------------- */

/* Spread a weight over a group's letters. The likely ones are the first of a shuffle. */
static void
spread_letters(guint32 weights[N_SYMBOLS], Group group, guint32 share, guint64 key)
{
    const guint first = groups[group].first, n = groups[group].n;
    guint order[N_SYMBOLS];

    for (guint i = 0; i < n; i++) {
        weights[first + i] += share / 256 * REST_SHARE / n;
        order[i] = first + i;
    }
    for (guint rank = 0; rank < G_N_ELEMENTS(likely_shares); rank++) {
        const guint chosen = rank + (guint)pd_reduce(pd_mix(key ^ rank), n - rank);
        const guint symbol = order[chosen];

        order[chosen] = order[rank];
        order[rank] = symbol;
        weights[symbol] += share / 256 * likely_shares[rank];
    }
}

static void
spread_breaks(guint32 weights[N_SYMBOLS], const guint8 parts[4], guint32 share)
{
    for (guint i = 0; i < groups[BREAK].n; i++)
        weights[groups[BREAK].first + i] += share / 256 * parts[i];
}

static void
weigh(guint32 weights[N_SYMBOLS], Group before, guint b, guint64 key)
{
    const char symbol = ALPHABET[b];
    const guint8 *parts = after_break;

    if (symbol == '.' || symbol == ',') {
        spread_breaks(weights, symbol == '.' ? after_full_stop : after_comma, TOTAL);
        return;
    }
    if (group_of(b) != BREAK)
        parts = after_letter[group_of(b)][before];
    for (Group group = VOWEL; group < BREAK; group++)
        if (parts[group] > 0)
            spread_letters(weights, group, TOTAL / 256 * parts[group], pd_mix(key ^ group));
    spread_breaks(weights, which_break, TOTAL / 256 * parts[BREAK]);
}

/* What division left over goes to the heaviest, so that the weights sum to TOTAL. */
static void
accumulate(guint32 cumulative[N_SYMBOLS], guint32 weights[N_SYMBOLS])
{
    guint32 sum = 0;
    guint heaviest = 0;

    for (guint c = 0; c < N_SYMBOLS; c++) {
        sum += weights[c];
        if (weights[c] > weights[heaviest])
            heaviest = c;
    }
    g_assert(sum <= TOTAL);
    weights[heaviest] += TOTAL - sum;
    sum = 0;
    for (guint c = 0; c < N_SYMBOLS; c++)
        cumulative[c] = sum += weights[c];
}

static void
fill_table(PdMarkov *markov, guint64 seed)
{
    for (Group before = VOWEL; before < N_GROUPS; before++) {
        for (guint b = 0; b < N_SYMBOLS; b++) {
            guint32 weights[N_SYMBOLS] = { 0 };

            weigh(weights, before, b, pd_mix(pd_mix(seed) ^ (before * N_SYMBOLS + b)));
            accumulate(markov->cumulative[before][b], weights);
        }
    }
}

/* --- what is known of it ---------------------------------------------------------------------- */

/* One step of every pair's probability. Returns: how much moved in all. */
static double
sweep(PdMarkov *markov)
{
    double next[N_SYMBOLS][N_SYMBOLS] = { { 0 } };
    double moved = 0;

    for (guint a = 0; a < N_SYMBOLS; a++) {
        const Group before = group_of(a);

        for (guint b = 0; b < N_SYMBOLS; b++)
            for (guint c = 0; c < N_SYMBOLS; c++)
                next[b][c] +=
                    markov->stationary[a][b] * weight(markov, before, b, c) / (double)TOTAL;
    }
    for (guint b = 0; b < N_SYMBOLS; b++)
        for (guint c = 0; c < N_SYMBOLS; c++)
            moved += fabs(next[b][c] - markov->stationary[b][c]);
    memcpy(markov->stationary, next, sizeof next);
    return moved;
}

/* π by power iteration, from the pair that streams start behind. */
static void
find_stationary(PdMarkov *markov)
{
    markov->stationary[symbol_of('.')][symbol_of('\n')] = 1;
    for (guint i = 0; i < MOST_SWEEPS; i++)
        if (sweep(markov) < SETTLED)
            return;
}

static double
plogp(double p)
{
    return p > 0 ? p * log(p) : 0;
}

/* H: behind each pair, its own distribution. */
static double
entropy_behind_two(const PdMarkov *markov)
{
    double sum = 0;

    for (guint a = 0; a < N_SYMBOLS; a++)
        for (guint b = 0; b < N_SYMBOLS; b++)
            for (guint c = 0; c < N_SYMBOLS; c++)
                sum -= markov->stationary[a][b] *
                       plogp(weight(markov, group_of(a), b, c) / (double)TOTAL);
    return sum;
}

/* H1 = H(a, b) − H(a): of a pair's second byte, given the first. */
static double
entropy_behind_one(const PdMarkov *markov)
{
    double sum = 0;

    for (guint a = 0; a < N_SYMBOLS; a++) {
        double first = 0;

        for (guint b = 0; b < N_SYMBOLS; b++) {
            first += markov->stationary[a][b];
            sum -= plogp(markov->stationary[a][b]);
        }
        sum += plogp(first);
    }
    return sum;
}

PdMarkov *
pd_markov_new(guint64 seed)
{
    PdMarkov *markov = g_new0(PdMarkov, 1);

    fill_table(markov, seed);
    find_stationary(markov);
    markov->entropy_rate = entropy_behind_two(markov);
    markov->first_entropy = entropy_behind_one(markov);
    return markov;
}

void
pd_markov_free(PdMarkov *markov)
{
    g_free(markov);
}

const char *
pd_markov_alphabet(void)
{
    return ALPHABET;
}

double
pd_markov_probability(const PdMarkov *markov, guint8 a, guint8 b, guint8 c)
{
    return weight(markov, group_of(symbol_of(a)), symbol_of(b), symbol_of(c)) / (double)TOTAL;
}

double
pd_markov_stationary(const PdMarkov *markov, guint8 a, guint8 b)
{
    return markov->stationary[symbol_of(a)][symbol_of(b)];
}

double
pd_markov_entropy_rate(const PdMarkov *markov)
{
    return markov->entropy_rate;
}

double
pd_markov_window_floor(const PdMarkov *markov, guint n_predictions)
{
    g_assert(n_predictions > 0);
    return (markov->first_entropy + (n_predictions - 1) * markov->entropy_rate) / n_predictions;
}

void
pd_markov_generate(const PdMarkov *markov, guint64 stream_seed, gsize n, guint8 *bytes)
{
    const guint64 key = pd_mix(stream_seed);
    Group before = BREAK;
    guint last = symbol_of('\n');

    for (gsize i = 0; i < n; i++) {
        const guint32 *cumulative = markov->cumulative[before][last];
        const guint32 drawn = (guint32)(pd_mix(key ^ i) >> (64 - TOTAL_BITS));
        guint next = 0;

        while (drawn >= cumulative[next])
            next++;
        bytes[i] = (guint8)ALPHABET[next];
        before = group_of(last);
        last = next;
    }
}

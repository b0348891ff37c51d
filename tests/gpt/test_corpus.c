#include "corpus.h"

#include <math.h>
#include <unistd.h>

#include "errors.h"
#include "files.h"
#include "support.h"

#define MIB (1024 * 1024)

/* n bytes that count up in pairs, so that four in a row tell where they stand (below 65536). */
static guint8 *
counting_bytes(gsize n)
{
    guint8 *bytes = g_malloc(n + 1);

    for (gsize i = 0; i <= n; i++)
        bytes[i] = (guint8)(i % 2 == 0 ? i / 2 / 256 : i / 2 % 256);
    return bytes;
}

static PdCorpus *
counting_corpus(gsize n, double share, guint64 seed)
{
    g_autofree guint8 *bytes = counting_bytes(n);

    return pd_corpus_new(bytes, n, share, seed);
}

/* --- parts ------------------------------------------------------------------------------------ */

START_TEST(the_last_share_is_kept_and_rounded_down)
{
    static const struct {
        gsize n;
        double share;
        gsize n_training;
    } rows[] = {
        { 1000, 0.25, 750 }, { 1001, 0.25, 751 }, { 1003, 0.25, 753 }, { 1000, 0, 1000 },
        { 1000, 1, 0 },      { 7, 0.125, 7 },     { 8, 0.125, 7 },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PdCorpus) corpus = counting_corpus(rows[i].n, rows[i].share, 1);

        ck_assert_uint_eq(pd_corpus_n_bytes(corpus), rows[i].n);
        ck_assert_uint_eq(pd_corpus_n_training_bytes(corpus), rows[i].n_training);
    }
}
END_TEST

START_TEST(windows_stand_side_by_side_in_the_validation_part)
{
    static const guint lengths[] = { 1, 7, 250, 125, 251, 1000 };
    static const gint64 n_windows[] = { 250, 35, 1, 2, 0, 0 };
    g_autofree guint8 *bytes = counting_bytes(1000);
    g_autoptr(PdCorpus) corpus = pd_corpus_new(bytes, 1000, 0.25, 1);

    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        ck_assert_int_eq(pd_corpus_n_windows(corpus, lengths[i]), n_windows[i]);
        for (gint64 window = 0; window < n_windows[i]; window++)
            ck_assert_mem_eq(pd_corpus_window(corpus, window, lengths[i]),
                             bytes + 750 + (gsize)window * lengths[i], lengths[i]);
    }
}
END_TEST

/* --- batches ---------------------------------------------------------------------------------- */

START_TEST(batches_lie_in_the_training_part_and_reach_both_its_ends)
{
    enum { LENGTH = 8, TRAINING = 40 };
    g_autofree guint8 *bytes = counting_bytes(80);
    g_autoptr(PdCorpus) corpus = pd_corpus_new(bytes, 80, 0.5, 3);
    gboolean seen[TRAINING - LENGTH + 1] = { FALSE };

    for (gint64 micro_batch = 0; micro_batch < 1000; micro_batch++) {
        guint8 rows[2][LENGTH];

        pd_corpus_batch(corpus, micro_batch, 2, LENGTH, rows[0]);
        for (guint i = 0; i < 2; i++) {
            gsize offset = 0;

            while (offset <= TRAINING - LENGTH && memcmp(bytes + offset, rows[i], LENGTH) != 0)
                offset++;
            test_require(offset <= TRAINING - LENGTH);
            seen[offset] = TRUE;
        }
    }
    for (gsize offset = 0; offset < G_N_ELEMENTS(seen); offset++)
        ck_assert_msg(seen[offset], "%zu is never an offset", offset);
}
END_TEST

/* 33000 draws of 33 offsets: each is met 1000 times, give or take five deviations of 31. */
START_TEST(offsets_are_equally_likely)
{
    enum { N = 33 };
    guint8 bytes[N];
    guint counts[N] = { 0 };

    for (guint8 i = 0; i < N; i++)
        bytes[i] = i;
    g_autoptr(PdCorpus) corpus = pd_corpus_new(bytes, N, 0, 11);
    for (gint64 micro_batch = 0; micro_batch < 1000 * N; micro_batch++) {
        guint8 byte;

        pd_corpus_batch(corpus, micro_batch, 1, 1, &byte);
        counts[byte]++;
    }
    for (guint i = 0; i < N; i++)
        ck_assert_msg(counts[i] > 845 && counts[i] < 1155, "offset %u: %u times", i, counts[i]);
}
END_TEST

START_TEST(a_sequence_depends_on_seed_micro_batch_and_its_number_and_on_nothing_else)
{
    enum { LENGTH = 16, N = 4 };
    g_autoptr(PdCorpus) corpus = counting_corpus(60000, 0.1, 1);
    g_autoptr(PdCorpus) same = counting_corpus(60000, 0.1, 1);
    g_autoptr(PdCorpus) other = counting_corpus(60000, 0.1, 2);
    guint8 first[N * LENGTH], rows[N * LENGTH];

    pd_corpus_batch(corpus, 5, N, LENGTH, first);
    pd_corpus_batch(corpus, 6, N, LENGTH, rows);
    ck_assert_mem_ne(first, rows, sizeof rows);
    pd_corpus_batch(corpus, 5, N, LENGTH, rows);
    ck_assert_mem_eq(first, rows, sizeof rows);
    pd_corpus_batch(same, 5, N, LENGTH, rows);
    ck_assert_mem_eq(first, rows, sizeof rows);
    pd_corpus_batch(other, 5, N, LENGTH, rows);
    ck_assert_mem_ne(first, rows, sizeof rows);
    memset(rows, 0, sizeof rows);
    pd_corpus_batch(corpus, 5, 2, LENGTH, rows);
    ck_assert_mem_eq(first, rows, 2 * LENGTH);
    for (guint i = 1; i < N; i++)
        ck_assert_mem_ne(first, first + i * LENGTH, LENGTH);
}
END_TEST

START_TEST(a_sequence_may_be_the_whole_training_part)
{
    g_autofree guint8 *bytes = counting_bytes(100);
    g_autoptr(PdCorpus) corpus = pd_corpus_new(bytes, 100, 0.25, 1);
    guint8 rows[150];

    pd_corpus_batch(corpus, 0, 2, 75, rows);
    ck_assert_mem_eq(rows, bytes, 75);
    ck_assert_mem_eq(rows + 75, bytes, 75);
}
END_TEST

/* --- what [train] names ----------------------------------------------------------------------- */

/* The corpus of a scenario deep/a.ini of a folder. */
static PdCorpus *
load(const TestFolder *folder, const char *lines, guint context, GError **error)
{
    g_autofree char *text = g_strdup_printf("[train]\n%s", lines);
    g_autofree char *path = test_file(folder, "deep/a.ini", text);
    g_autoptr(GError) failure = NULL;
    g_autoptr(PdConfig) config = pd_config_load(path, &failure);
    PdRecipe recipe;

    ck_assert_msg(config != NULL, "%s", failure == NULL ? "?" : failure->message);
    ck_assert(pd_recipe_read(&recipe, config, NULL));
    return pd_corpus_load(config, &recipe, context, error);
}

START_TEST(a_file_is_read_as_bytes_relative_to_the_scenario)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = test_file(folder, "data/bytes #1.bin", "");
    g_autofree guint8 *bytes = counting_bytes(2000); /* with zeros, and no UTF-8 */
    g_autoptr(GError) error = NULL;

    ck_assert(g_file_set_contents(path, (const char *)bytes, 2000, NULL));
    g_autoptr(PdCorpus) corpus =
        load(folder, "corpus = ../data/bytes #1.bin\nvalidation-share = 0.25\n", 64, &error);
    ck_assert_msg(corpus != NULL, "%s", error == NULL ? "?" : error->message);
    ck_assert_uint_eq(pd_corpus_n_bytes(corpus), 2000);
    ck_assert_uint_eq(pd_corpus_n_training_bytes(corpus), 1500);
    ck_assert_mem_eq(pd_corpus_window(corpus, 0, 500), bytes + 1500, 500);
    ck_assert(isnan(pd_corpus_floor(corpus)));
    ck_assert(isnan(pd_corpus_window_floor(corpus, 64)));
}
END_TEST

START_TEST(without_a_file_the_bytes_are_of_known_entropy)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autoptr(PdCorpus) corpus = load(folder, "", 64, NULL), again = load(folder, "", 64, NULL);
    g_autoptr(PdCorpus) other = load(folder, "seed = 2\n", 64, NULL);
    guint8 row[65];

    ck_assert_ptr_nonnull(corpus);
    ck_assert_uint_eq(pd_corpus_n_bytes(corpus), 4 * MIB);
    ck_assert_double_gt(pd_corpus_floor(corpus), 1.2);
    ck_assert_double_lt(pd_corpus_floor(corpus), 1.7);
    ck_assert_double_gt(pd_corpus_window_floor(corpus, 64), pd_corpus_floor(corpus));
    ck_assert_str_eq(pd_corpus_checksum(corpus), pd_corpus_checksum(again));
    ck_assert_str_ne(pd_corpus_checksum(corpus), pd_corpus_checksum(other));
    pd_corpus_batch(corpus, 0, 1, 65, row);
    for (guint i = 0; i < 65; i++)
        ck_assert(row[i] == '\n' || (row[i] >= ' ' && row[i] <= 'z'));
}
END_TEST

START_TEST(the_checksum_is_the_sha_256_of_all_bytes)
{
    /* FIPS 180-2, appendix B.1, and of no bytes at all */
    g_autoptr(PdCorpus) abc = pd_corpus_new((const guint8 *)"abc", 3, 0.4, 1);
    g_autoptr(PdCorpus) empty = pd_corpus_new(NULL, 0, 0.1, 1);

    ck_assert_str_eq(pd_corpus_checksum(abc),
                     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    ck_assert_str_eq(pd_corpus_checksum(empty),
                     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
END_TEST

static const struct {
    const char *lines; /* of [train], beside the corpus */
    gsize n;           /* bytes of the file */
    guint context;
    gsize fewest; /* that would be right; 0: the file is */
} sizes[] = {
    { "", 649, 64, 650 },
    { "", 650, 64, 0 },
    { "", 1, 64, 650 },
    { "validation-share = 0.25\n", 259, 64, 260 },
    { "validation-share = 0.25\n", 260, 64, 0 },
    { "validation-share = 0.3\n", 216, 64, 217 }, /* 216.67 */
    { "validation-share = 0.3\n", 217, 64, 0 },
    { "validation-share = 0.49\n", 132, 64, 133 }, /* 132.65 */
    { "validation-share = 0\n", 64, 64, 65 },
    { "validation-share = 0\n", 65, 64, 0 },
    { "validation-share = 0.0001\n", 1000, 1, 20000 },
};

START_TEST(a_file_that_is_too_short_is_refused_with_how_long_would_be_right)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *path = test_file(folder, "c.txt", "");
    g_autofree char *lines = g_strdup_printf("corpus = ../c.txt\n%s", sizes[_i].lines);
    g_autofree char *has = g_strdup_printf("c.txt has %zu bytes; a context of %u with", sizes[_i].n,
                                           sizes[_i].context);
    g_autofree char *needs = g_strdup_printf(" needs %zu or more", sizes[_i].fewest);
    g_autofree guint8 *bytes = counting_bytes(sizes[_i].n);
    g_autoptr(GError) error = NULL;

    ck_assert(g_file_set_contents(path, (const char *)bytes, (gssize)sizes[_i].n, NULL));
    g_autoptr(PdCorpus) corpus = load(folder, lines, sizes[_i].context, &error);
    ck_assert((corpus != NULL) == (sizes[_i].fewest == 0));
    if (corpus != NULL)
        return;
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
    ck_assert_msg(strstr(error->message, "/deep/a.ini: [train] corpus: ") != NULL, "%s",
                  error->message);
    ck_assert_msg(strstr(error->message, has) != NULL, "%s", error->message);
    ck_assert_msg(g_str_has_suffix(error->message, needs), "%s", error->message);
    test_check_message(error->message);
}
END_TEST

static const struct {
    const char *file;
    const char *part;
} refused[] = {
    { "nowhere.txt", "nowhere.txt: cannot be read: " },
    { "", ": cannot be read: " },
    { "..", ": cannot be read: " },
    { "new\\nline.txt", "cannot be read: " },
    { "../empty.txt", "empty.txt is empty; a corpus is a file of text or other bytes" },
    { "../large.txt", "large.txt: is larger than 1 GiB; a part of it will do" },
};

START_TEST(a_file_that_cannot_be_a_corpus_is_refused)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *empty = test_file(folder, "empty.txt", "");
    g_autofree char *large = test_file(folder, "large.txt", "");
    g_autofree char *line = g_strdup_printf("corpus = %s\n", refused[_i].file);
    g_autoptr(GError) error = NULL;

    ck_assert_int_eq(truncate(large, (off_t)1024 * MIB + 1), 0);
    ck_assert_ptr_null(load(folder, line, 64, &error));
    ck_assert(g_error_matches(error, PD_ERROR, PD_ERROR_INPUT));
    ck_assert_msg(strstr(error->message, "/deep/a.ini: [train] corpus: ") != NULL, "%s",
                  error->message);
    ck_assert_msg(strstr(error->message, refused[_i].part) != NULL, "%s", error->message);
    test_check_message(error->message);
}
END_TEST

START_TEST(a_context_that_the_built_in_source_cannot_fill_is_refused)
{
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autoptr(GError) error = NULL;

    ck_assert_ptr_null(load(folder, "", 4 * MIB, &error));
    ck_assert_msg(strstr(error->message, "[train] corpus: the built-in source has 4194304 bytes") !=
                      NULL,
                  "%s", error->message);
    test_check_message(error->message);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("corpus");
    TCase *tests = tcase_create("corpus");

    tcase_set_timeout(tests, 30);
    tcase_add_test(tests, the_last_share_is_kept_and_rounded_down);
    tcase_add_test(tests, windows_stand_side_by_side_in_the_validation_part);
    tcase_add_test(tests, batches_lie_in_the_training_part_and_reach_both_its_ends);
    tcase_add_test(tests, offsets_are_equally_likely);
    tcase_add_test(tests,
                   a_sequence_depends_on_seed_micro_batch_and_its_number_and_on_nothing_else);
    tcase_add_test(tests, a_sequence_may_be_the_whole_training_part);
    tcase_add_test(tests, a_file_is_read_as_bytes_relative_to_the_scenario);
    tcase_add_test(tests, without_a_file_the_bytes_are_of_known_entropy);
    tcase_add_test(tests, the_checksum_is_the_sha_256_of_all_bytes);
    tcase_add_loop_test(tests, a_file_that_is_too_short_is_refused_with_how_long_would_be_right, 0,
                        G_N_ELEMENTS(sizes));
    tcase_add_loop_test(tests, a_file_that_cannot_be_a_corpus_is_refused, 0, G_N_ELEMENTS(refused));
    tcase_add_test(tests, a_context_that_the_built_in_source_cannot_fill_is_refused);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

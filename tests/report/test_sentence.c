/*
 * The sentence under a comparison says what the table says.
 */
#include "sentence.h"
#include "support.h"

#define PIPELINE(schedule, p)                                                                      \
    "[pipeline]\nschedule = " schedule "\ndevices = " p "\nmicro-batches = 8\nmini-batches = 10\n" \
    "[compute]\nforward = 1 ms\nbackward = 2 ms\n[memory]\n"

typedef struct {
    const char *first, *second;
    const char *sentence;
} Row;

static const Row rows[] = {
    { PIPELINE("1f1b", "4") "activations = 1 GB\n", PIPELINE("paci", "4") "activations = 1 GB\n",
      "paci runs 1.33x as fast as 1f1b at the same memory; no micro-batch crosses more\n"
      "than 1 update." },
    { PIPELINE("gpipe", "4") "activations = 1 GB\n", PIPELINE("1f1b", "4") "activations = 1 GB\n",
      "1f1b and gpipe are equally fast, the first with 0.50x the memory; no weights\n"
      "change between a micro-batch's forward and its backward." },
    { PIPELINE("1f1b", "4") "activations = 1 GB\ncapacity = 9 GB\n",
      PIPELINE("pipedream", "4") "activations = 1 GB\nweights = 9 GB\ncapacity = 9 GB\n",
      "1f1b runs 0.75x as fast as pipedream with 0.10x the memory; no weights change\n"
      "between a micro-batch's forward and its backward. Too large for the memory (!):\n"
      "pipedream." },
};

START_TEST(the_sentence_tells_speed_memory_and_drift_as_they_are)
{
    g_autoptr(PdReport) first = test_report("%s", rows[_i].first);
    g_autoptr(PdReport) second = test_report("%s", rows[_i].second);
    PdReport *const reports[] = { first, second };
    g_autofree char *sentence = pd_sentence_comparison(reports, 2);

    ck_assert_str_eq(sentence, rows[_i].sentence);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("sentence");
    TCase *tests = tcase_create("sentence");

    tcase_add_loop_test(tests, the_sentence_tells_speed_memory_and_drift_as_they_are, 0,
                        G_N_ELEMENTS(rows));
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

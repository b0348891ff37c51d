/*
 * Executors make the same numbers of the same operations, to the bit; weight versions are what the
 * weights' own counters say; memory is what is really held.
 */
#include "replay.h"
#include "schedules.h"
#include "support.h"
#include "trainings.h"
#include "witness.h"

#define MODEL                                                                                      \
    "[model]\nlayers = 8\nheads = 2\nhidden = 16\ncontext = 8\nvocabulary = "                      \
    "256\nmicro-batch-size = 2\n"                                                                  \
    "[compute]\nforward = 1 us\nbackward = 2 us\nupdate = 500 ns\n"                                \
    "[train]\nlearning-rate = 0.01\nwarm-up = 100\ndecay = 700\n"

/* --- sequential ------------------------------------------------------------------------------- */

static void
carry_out(PdTraining *training, PdKind kind, gint64 micro_batch)
{
    PdWork *work = training->works[0];
    const PdOperation operation = { micro_batch, 0, (guint8)kind, PD_NOT_WAITING };
    g_autoptr(GError) error = NULL;
    PdVersions versions;

    ck_assert(work->run(work, operation, NULL, &versions, &error));
}

/* The same micro-batches one after another, without an executor or a schedule. */
static void
train_sequentially(PdTraining *training)
{
    const PdScenario *scenario = training->scenario;

    for (gint64 m = 0; m < scenario->n_micro_batches; m++) {
        carry_out(training, PD_FORWARD, m);
        carry_out(training, PD_BACKWARD, m);
        if ((m + 1) % scenario->mini_batch == 0)
            carry_out(training, PD_UPDATE, m);
    }
}

static const struct {
    const char *schedule;
    guint devices, n_virtual;
} synchronous[] = {
    { "gpipe", 1, 1 }, { "gpipe", 2, 1 }, { "gpipe", 4, 1 },       { "gpipe", 8, 1 },
    { "1f1b", 1, 1 },  { "1f1b", 2, 1 },  { "1f1b", 4, 1 },        { "1f1b", 8, 1 },
    { "1f1b", 2, 1 },  { "gpipe", 2, 1 }, { "interleaved", 2, 2 }, { "interleaved", 2, 4 },
};

/* In each row under threads (0) and under replay (1). */
START_TEST(synchronous_schedules_train_as_one_stage_alone_does)
{
    const guint row = (guint)_i / 2;
    g_auto(PdTraining) alone = { 0 }, pipeline = { 0 };

    test_training_init(&alone, "[pipeline]\nschedule = gpipe\ndevices = 1\nmicro-batches = 8\n"
                               "mini-batches = 6\n" MODEL);
    test_training_init(&pipeline,
                       "[pipeline]\nschedule = %s\ndevices = %u\nvirtual-stages = %u\n"
                       "micro-batches = 8\nmini-batches = 6\nrecompute = %s\n" MODEL,
                       synchronous[row].schedule, synchronous[row].devices,
                       synchronous[row].n_virtual, row == 8 || row == 9 ? "full" : "none");
    train_sequentially(&alone);
    G_GNUC_UNUSED g_autoptr(PdReport) report =
        test_training_run(&pipeline, _i % 2 == 0 ? PD_THREADS : PD_REPLAY, FALSE, NULL);
    ck_assert(test_training_same(&alone, &pipeline));
}
END_TEST

/* --- the size of a micro-batch -----------------------------------------------------------------
 */

START_TEST(a_global_batch_trains_as_the_micro_batch_size_that_follows_from_it)
{
    static const char *const text =
        "[pipeline]\nschedule = 1f1b\ndevices = 2\nmicro-batches = 4\nmini-batches = 3\n"
        "[model]\nlayers = 2\nheads = 2\nhidden = 16\ncontext = 8\nvocabulary = 256\n%s\n"
        "[compute]\nforward = 1 us\nbackward = 2 us\n";
    g_auto(PdTraining) stated = { 0 }, derived = { 0 }, other = { 0 };

    test_training_init(&stated, text, "micro-batch-size = 3");
    test_training_init(&derived, text, "global-batch = 12");
    test_training_init(&other, text, "global-batch = 8");
    G_GNUC_UNUSED g_autoptr(PdReport) a = test_training_run(&stated, PD_REPLAY, FALSE, NULL);
    G_GNUC_UNUSED g_autoptr(PdReport) b = test_training_run(&derived, PD_REPLAY, FALSE, NULL);
    G_GNUC_UNUSED g_autoptr(PdReport) c = test_training_run(&other, PD_REPLAY, FALSE, NULL);
    ck_assert(test_training_same(&stated, &derived));
    ck_assert(!test_training_same(&stated, &other));
}
END_TEST

/* --- recorded orders -------------------------------------------------------------------------- */

static const char *const variants[] = { "", "stash = yes\n", "recompute = full\n",
                                        "in-flight = auto*2\naccumulation = 3\n",
                                        "accumulation = 1\nstash = yes\nrecompute = full\n" };

START_TEST(a_threaded_run_is_the_replay_of_its_order)
{
    const PdSchedule *schedule = pd_schedules[_i / (int)G_N_ELEMENTS(variants)];
    const char *variant = variants[_i % (int)G_N_ELEMENTS(variants)];
    const char *text = "[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 4\n"
                       "mini-batches = 12\n%s" MODEL "validate-every = 5\n";
    g_auto(PdTraining) threaded = { 0 }, replayed = { 0 };
    g_autoptr(PdReport) report = NULL;
    g_autoptr(GError) error = NULL;
    g_auto(Witness) witness = { 0 };
    PdReplay replay;

    test_training_init(&threaded, text, schedule->name, variant);
    test_training_init(&replayed, text, schedule->name, variant);
    witness_init(&witness, threaded.scenario);
    report = test_training_run(&threaded, PD_THREADS, FALSE, &witness.sink);
    test_holds(witness_check_devices(&witness));
    test_holds(witness_check_versions(&witness));
    pd_replay_init(&replay, replayed.scenario, replayed.works, NULL);
    replay.sink.consume(&replay.sink, (const PdEvent *)(const void *)witness.events->data,
                        witness.events->len);
    ck_assert(pd_replay_check(&replay, &error));
    pd_replay_clear(&replay);
    ck_assert(test_training_same(&threaded, &replayed));
}
END_TEST

START_TEST(asynchronous_updates_lead_elsewhere_than_synchronous_ones)
{
    const char *text = "[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 4\n"
                       "mini-batches = 6\n" MODEL;
    g_auto(PdTraining) a = { 0 }, b = { 0 };

    test_training_init(&a, text, "paci");
    test_training_init(&b, text, "1f1b");
    G_GNUC_UNUSED g_autoptr(PdReport) report_a = test_training_run(&a, PD_REPLAY, FALSE, NULL);
    G_GNUC_UNUSED g_autoptr(PdReport) report_b = test_training_run(&b, PD_REPLAY, FALSE, NULL);
    ck_assert(!test_training_same(&a, &b));
}
END_TEST

/* --- memory ----------------------------------------------------------------------------------- */

START_TEST(the_memory_ledger_tells_what_the_stages_held)
{
    const PdSchedule *schedule = pd_schedules[_i / (int)G_N_ELEMENTS(variants)];
    g_auto(PdTraining) training = { 0 };
    g_autoptr(PdReport) report = NULL;

    test_training_init(&training,
                       "[pipeline]\nschedule = %s\ndevices = 4\nvirtual-stages = 1\n"
                       "micro-batches = 4\nmini-batches = 6\n%s" MODEL,
                       schedule->name, variants[_i % (int)G_N_ELEMENTS(variants)]);
    report = test_training_run(&training, PD_THREADS, FALSE, NULL);
    for (guint d = 0; d < 4; d++) {
        const gint64 *parts = report->devices[d].peak_memory_parts_bytes;

        ck_assert_int_eq(parts[PD_PART_ACTIVATIONS] + parts[PD_PART_STASHED_WEIGHTS],
                         pd_gpt_peak_held_bytes(training.works[d], d));
    }
}
END_TEST

/* --- drift ------------------------------------------------------------------------------------ */

/* A model so small that a micro-batch takes microseconds. */
#define TINY                                                                                       \
    "[model]\nlayers = 16\nheads = 1\nhidden = 4\ncontext = 1\nvocabulary = "                      \
    "256\nmicro-batch-size = 1\n"                                                                  \
    "[compute]\nforward = 2 us\nbackward = 4 us\n[train]\nlearning-rate = 0.0001\n"

static const struct {
    guint devices, accumulation, mini_batches;
    gboolean paced;
} drifts[] = {
    { 16, 1, 800, FALSE }, { 16, 2, 800, FALSE }, { 16, 5, 800, FALSE }, { 16, 16, 800, FALSE },
    { 8, 1, 1600, FALSE }, { 8, 3, 1600, FALSE }, { 4, 1, 3200, FALSE }, { 3, 2, 3200, FALSE },
    { 2, 1, 4000, FALSE }, { 16, 1, 40, TRUE },   { 8, 3, 80, TRUE },    { 4, 16, 100, TRUE },
};

static gint64
count_pairs(void)
{
    gint64 n = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(drifts); i++)
        n += (gint64)drifts[i].devices * drifts[i].mini_batches * 10;
    return n;
}

START_TEST(real_training_never_violates_a_crossing_bound)
{
    g_auto(PdTraining) training = { 0 };
    g_autoptr(PdReport) report = NULL;

    ck_assert_int_ge(count_pairs(), 1000000);
    test_training_init(&training,
                       "[pipeline]\nschedule = paci\ndevices = %u\nmicro-batches = 10\n"
                       "mini-batches = %u\naccumulation = %u\n" TINY,
                       drifts[_i].devices, drifts[_i].mini_batches, drifts[_i].accumulation);
    report = test_training_run(&training, PD_THREADS, drifts[_i].paced, NULL);
    for (guint s = 0; s < report->n_stages; s++) {
        const PdStageReport *stage = &report->stages[s];
        const guint in_flight = drifts[_i].devices - s;

        ck_assert_int_le(stage->crossing.max,
                         (in_flight - 1 + drifts[_i].accumulation - 1) / drifts[_i].accumulation);
        ck_assert_int_le(stage->peak_in_flight, in_flight);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("training");
    TCase *tests = tcase_create("training"), *drift = tcase_create("drift");
    const int n_variants = (int)G_N_ELEMENTS(variants);
    int n_schedules = 0;

    while (pd_schedules[n_schedules] != NULL)
        n_schedules++;
    tcase_set_timeout(tests, 240);
    tcase_add_loop_test(tests, synchronous_schedules_train_as_one_stage_alone_does, 0,
                        2 * (int)G_N_ELEMENTS(synchronous));
    tcase_add_test(tests, a_global_batch_trains_as_the_micro_batch_size_that_follows_from_it);
    tcase_add_loop_test(tests, a_threaded_run_is_the_replay_of_its_order, 0,
                        n_schedules * n_variants);
    tcase_add_test(tests, asynchronous_updates_lead_elsewhere_than_synchronous_ones);
    tcase_add_loop_test(tests, the_memory_ledger_tells_what_the_stages_held, 0,
                        n_schedules * n_variants);
    tcase_set_timeout(drift, 240);
    tcase_add_loop_test(drift, real_training_never_violates_a_crossing_bound, 0,
                        (int)G_N_ELEMENTS(drifts));
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, drift);
    return test_main(suite);
}

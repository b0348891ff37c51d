/*
 * What threads allocate while they train: nothing once they have begun to update. Their memory is
 * that of the works and the ports, which are made before they start.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "schedules.h"
#include "support.h"
#include "trainings.h"

/* malloc() and its kin are the C library's, counted. Not where a sanitizer has put its own there.
 */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__GLIBC__)
#define COUNTS_ALLOCATIONS TRUE

/* Set by a thread that has begun to update. */
static _Thread_local gboolean counting;
static atomic_int n_counting, n_allocations;

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t n, size_t bytes);
extern void *__libc_realloc(void *block, size_t bytes);

void *
malloc(size_t bytes)
{
    n_allocations += counting;
    return __libc_malloc(bytes);
}

void *
calloc(size_t n, size_t bytes)
{
    n_allocations += counting;
    return __libc_calloc(n, bytes);
}

void *
realloc(void *block, size_t bytes)
{
    n_allocations += counting;
    return __libc_realloc(block, bytes);
}
#else
#define COUNTS_ALLOCATIONS FALSE
static _Thread_local gboolean counting;
static atomic_int n_counting, n_allocations;
#endif

/* Between an executor and the GPT's work: from a thread's first update on, it is counted. */
typedef struct {
    PdWork work;
    PdWork *real;
} Watch;

static void
accept(PdWork *work, PdMessage message, const void *payload)
{
    PdWork *real = ((Watch *)work)->real;

    real->accept(real, message, payload);
}

static gboolean
run(PdWork *work, PdOperation operation, void *payload, PdVersions *versions, GError **error)
{
    PdWork *real = ((Watch *)work)->real;
    const gboolean done = real->run(real, operation, payload, versions, error);

    if (operation.kind == PD_UPDATE && !counting) {
        counting = TRUE;
        n_counting++;
    }
    return done;
}

START_TEST(threads_allocate_nothing_behind_their_first_update)
{
    g_auto(PdTraining) training = { 0 };
    Watch watches[4];
    PdWork *real[4];

    test_training_init(&training,
                       "[pipeline]\nschedule = %s\ndevices = 4\nmicro-batches = 8\n"
                       "mini-batches = 20\naccumulation = 3\nprocessors = 3\nstash = %s\n"
                       "[model]\nlayers = 8\nheads = 2\nhidden = 32\ncontext = 16\n"
                       "vocabulary = 256\nmicro-batch-size = 2\n"
                       "[compute]\nforward = 1 us\nbackward = 2 us\n"
                       "[train]\nvalidate-every = 7\n",
                       pd_schedules[_i / 2]->name, _i % 2 == 0 ? "auto" : "yes");
    for (guint i = 0; i < 4; i++) {
        real[i] = training.works[i];
        watches[i] = (Watch){ *real[i], real[i] };
        watches[i].work.accept = accept;
        watches[i].work.run = run;
        training.works[i] = &watches[i].work;
    }
    n_counting = 0;
    n_allocations = 0;
    pd_report_free(test_training_run(&training, PD_THREADS, FALSE, NULL));
    for (guint i = 0; i < 4; i++)
        training.works[i] = real[i];
    ck_assert_int_eq(n_counting, 4);
    ck_assert_int_eq(n_allocations, 0);
}
END_TEST

START_TEST(allocations_are_counted)
{
    counting = TRUE;
    n_allocations = 0;
    g_free(g_malloc(1000));
    counting = FALSE;
    ck_assert_int_eq(n_allocations, COUNTS_ALLOCATIONS ? 1 : 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("allocations");
    TCase *tests = tcase_create("allocations");
    int n_schedules = 0;

    while (pd_schedules[n_schedules] != NULL)
        n_schedules++;
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, allocations_are_counted);
    tcase_add_loop_test(tests, threads_allocate_nothing_behind_their_first_update, 0,
                        2 * n_schedules);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

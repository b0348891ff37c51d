/*
 * Tasks on several threads: results in order, as many as wanted, no more kept than the window.
 */
#include <stdatomic.h>

#include "parallel.h"
#include "support.h"

enum { N_TASKS = 5000, WINDOW_PER_JOB = 64 };

typedef struct {
    gint64 next;          /* that take() expects */
    gint64 stop_run_at;   /* task of which run() wants nothing more; −1: none */
    gint64 stop_take_at;  /* likewise */
    atomic_int n_results; /* that are neither taken nor freed */
    atomic_int most_results;
    atomic_int n_owns;
    gboolean out_of_order;
} Course;

static gpointer
begin(gpointer data)
{
    Course *course = data;

    course->n_owns++;
    return &course->n_owns;
}

static void
free_own(gpointer own)
{
    (*(atomic_int *)own)--;
}

typedef struct {
    gint64 task;
    Course *course;
} Result;

static void
free_result(gpointer data)
{
    Result *result = data;

    result->course->n_results--;
    g_free(result);
}

static gpointer
run(gpointer data, G_GNUC_UNUSED gpointer own, gint64 task)
{
    Course *course = data;
    Result *result;
    guint64 seed = (guint64)task;
    volatile guint64 work = test_random(&seed, 3000);
    int n;

    while (work > 0)
        work--;
    if (task == course->stop_run_at)
        return NULL;
    result = g_new(Result, 1);
    *result = (Result){ task, course };
    n = ++course->n_results;
    for (int most = course->most_results;
         n > most && !atomic_compare_exchange_weak(&course->most_results, &most, n);)
        ;
    return result;
}

static gboolean
take(gpointer data, gpointer taken)
{
    Course *course = data;
    const gint64 task = ((Result *)taken)->task;

    course->out_of_order = course->out_of_order || task != course->next;
    course->next = task + 1;
    free_result(taken);
    return task != course->stop_take_at;
}

static gint64
run_all(Course *course, gint64 first, guint n_jobs)
{
    const PdParallel parallel = {
        .first = first,
        .end = N_TASKS,
        .n_jobs = n_jobs,
        .data = course,
        .begin = begin,
        .free_own = free_own,
        .run = run,
        .take = take,
        .free_result = free_result,
    };

    course->next = first;
    return pd_parallel_run(&parallel);
}

static const guint jobs[] = { 1, 2, 3, 8 };

START_TEST(results_come_in_order_within_the_window)
{
    Course course = { .stop_run_at = -1, .stop_take_at = -1 };

    ck_assert_int_eq(run_all(&course, 17, jobs[_i]), N_TASKS);
    ck_assert(!course.out_of_order);
    ck_assert_int_eq(course.next, N_TASKS);
    ck_assert_int_eq(course.n_results, 0);
    ck_assert_int_eq(course.n_owns, 0);
    ck_assert_int_le(course.most_results, (int)jobs[_i] * WINDOW_PER_JOB);
}
END_TEST

START_TEST(a_task_that_ends_it_all_leaves_those_before_it_taken)
{
    Course course = { .stop_run_at = 1234, .stop_take_at = -1 };

    ck_assert_int_le(run_all(&course, 0, jobs[_i]), 1234);
    ck_assert(!course.out_of_order);
    ck_assert_int_eq(course.n_results, 0);
    ck_assert_int_eq(course.n_owns, 0);
    ck_assert_int_eq(course.next, 1234);
}
END_TEST

START_TEST(a_result_that_is_refused_is_the_last)
{
    Course course = { .stop_run_at = -1, .stop_take_at = 1234 };

    run_all(&course, 0, jobs[_i]);
    ck_assert(!course.out_of_order);
    ck_assert_int_eq(course.n_results, 0);
    ck_assert_int_eq(course.next, 1235);
}
END_TEST

START_TEST(nothing_to_do_is_done)
{
    Course course = { .stop_run_at = -1, .stop_take_at = -1 };

    ck_assert_int_eq(run_all(&course, N_TASKS, jobs[_i]), N_TASKS);
    ck_assert_int_eq(course.n_owns, 0);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("parallel");
    TCase *tests = tcase_create("parallel");
    const int n = (int)G_N_ELEMENTS(jobs);

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, results_come_in_order_within_the_window, 0, n);
    tcase_add_loop_test(tests, a_task_that_ends_it_all_leaves_those_before_it_taken, 0, n);
    tcase_add_loop_test(tests, a_result_that_is_refused_is_the_last, 0, n);
    tcase_add_loop_test(tests, nothing_to_do_is_done, 0, n);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

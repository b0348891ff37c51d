/*
 * Many tasks on several threads, their results in order: whatever the number of jobs, the results
 * are taken one after another, as one thread would have made them. No more are kept than a window
 * of so many per job.
 */
#pragma once

#include <glib.h>

typedef struct {
    gint64 first, end; /* tasks first ... end−1 */
    guint n_jobs;      /* threads, with the calling one */
    gpointer data;     /* handed to all functions */

    /* What a thread has for itself, made before its first task and freed behind its last one. */
    gpointer (*begin)(gpointer data);
    void (*free_own)(gpointer own);

    /* Do a task; on several threads at once. NULL: nothing more is wanted. */
    gpointer (*run)(gpointer data, gpointer own, gint64 task);

    /* Take the next result in order, (transfer full); by one thread at a time. FALSE: nothing more
     * is wanted. */
    gboolean (*take)(gpointer data, gpointer result);

    /* Free a result that is not taken any more. */
    void (*free_result)(gpointer result);
} PdParallel;

/* Run all tasks, or until nothing more is wanted. Returns: the first task that was not taken. */
gint64 pd_parallel_run(const PdParallel *parallel);

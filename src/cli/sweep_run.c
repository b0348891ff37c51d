#include "sweep_run.h"

#include "interrupt.h"
#include "parallel.h"
#include "progress.h"

/* A point that is done. */
typedef struct {
    PdSweepRow *row; /* NULL where its line is all that is wanted */
    GString *line;   /* of the CSV; NULL where rows are collected, or it is not kept */
    char *error;
} Done;

/* What is shared by those who run points and those who take what is done. */
typedef struct {
    PdSweepRun *run;
    PdBar bar;
    GError *error; /* of the file */
} Course;

static void
free_done(gpointer data)
{
    Done *done = data;

    pd_sweep_row_free(done->row);
    if (done->line != NULL)
        g_string_free(done->line, TRUE);
    g_free(done->error);
    g_free(done);
}

static gpointer
begin(gpointer data)
{
    const Course *course = data;

    return pd_config_copy(course->run->sweep->base);
}

static void
free_own(gpointer own)
{
    pd_config_free(own);
}

/* An invalid point has no figures, so that nothing can be said of them. */
static gboolean
is_kept(const PdSweepRun *run, const PdSweepRow *row)
{
    return run->where == NULL ||
           (row->values != NULL && pd_expression_holds(run->where, row->values));
}

static gpointer
run_point(gpointer data, gpointer own, gint64 point)
{
    const PdSweepRun *run = ((const Course *)data)->run;
    g_autoptr(PdSweepRow) row = pd_sweep_run(run->sweep, own, point);
    Done *done;

    if (row == NULL)
        return NULL;
    done = g_new0(Done, 1);
    done->error = g_strdup(row->error);
    if (!is_kept(run, row))
        return done;
    if (run->file == NULL) {
        done->row = g_steal_pointer(&row);
    } else {
        done->line = g_string_new(NULL);
        pd_sweep_csv_append(done->line, run->sweep->space, row);
    }
    return done;
}

static gboolean
take(gpointer data, gpointer result)
{
    Course *course = data;
    PdSweepRun *run = course->run;
    Done *done = result;
    gboolean taken = TRUE;

    if (done->error != NULL && run->n_invalid++ == 0)
        run->first_invalid = g_steal_pointer(&done->error);
    if (done->row != NULL)
        g_ptr_array_add(run->rows, g_steal_pointer(&done->row));
    if (done->line != NULL)
        taken = pd_sweep_file_append(run->file, done->line->str, done->line->len, &course->error);
    free_done(done);
    pd_bar_advance(&course->bar, 1);
    return taken;
}

static void
free_row(gpointer row)
{
    pd_sweep_row_free(row);
}

gboolean
pd_sweep_run_all(PdSweepRun *run, GError **error)
{
    Course course = { .run = run };
    const PdParallel parallel = {
        .first = run->first,
        .end = run->sweep->space->n_points,
        .n_jobs = run->n_jobs,
        .data = &course,
        .begin = begin,
        .free_own = free_own,
        .run = run_point,
        .take = take,
        .free_result = free_done,
    };

    run->rows = g_ptr_array_new_with_free_func(free_row);
    pd_bar_init(&course.bar, "sweep", "points/s", 1, run->first, parallel.end, run->quiet);
    pd_interrupts_catch();
    run->n_done = pd_parallel_run(&parallel);
    pd_interrupts_release();
    pd_bar_end(&course.bar);
    if (course.error == NULL)
        return TRUE;
    g_propagate_error(error, course.error);
    return FALSE;
}

void
pd_sweep_run_clear(PdSweepRun *run)
{
    g_clear_pointer(&run->rows, g_ptr_array_unref);
    g_free(run->first_invalid);
}

#include "training_log.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "interrupt.h"
#include "output.h"
#include "training_curve.h"

#define PERIOD_US 200000
#define SMOOTHING 0.05

/* A mini-batch, as the CSV file tells it. */
typedef struct {
    gint64 step; /* from 1 */
    gint64 real_ns;
    gint64 virtual_ns; /* −1: there is no virtual time */
    double loss;
    double validation_loss; /* NAN: not validated behind this step */
    gint64 max_crossing;
} Row;

struct PdTrainingLog {
    PdSink sink;
    PdTraining *training;
    PdStream *stream;
    const char *folder;
    char *path;
    FILE *file;
    gboolean virtual_time;
    gboolean draws;
    gboolean has_drawn;
    gint64 start_us, next_us;
    double loss_sum; /* of the mini-batch that the last stage is in ... */
    gint64 n_losses; /* ... over so many micro-batches */
    gint64 max_crossing;
    gint64 validated; /* the micro-batch before which was validated last; −1: none */
    gboolean has_row;
    Row row; /* the last one, which a validation may still complete */
    PdTrainingState state;
    GError *error;
};

/* --- the file --------------------------------------------------------------------------------- */

/* Keep the first error; the run ends. */
static void
fail(PdTrainingLog *self, GError *error)
{
    if (self->error == NULL)
        self->error = error;
    else
        g_error_free(error);
    pd_stream_wish(self->stream, PD_WISH_STOP);
}

static void
print_optional(FILE *file, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    if (!isnan(value))
        fputs(g_ascii_formatd(text, sizeof text, "%.9g", value), file);
    fputc(',', file);
}

/* Write the row that waits for what a validation may add to it. */
static void
write_row(PdTrainingLog *self)
{
    GError *error = NULL;
    const Row *row = &self->row;
    const gint64 tokens =
        row->step * self->training->scenario->mini_batch * self->training->scenario->tokens;

    if (!self->has_row || self->file == NULL)
        return;
    self->has_row = FALSE;
    fprintf(self->file, "%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",",
            row->step, tokens, row->real_ns);
    if (row->virtual_ns >= 0)
        fprintf(self->file, "%" G_GINT64_FORMAT, row->virtual_ns);
    fputc(',', self->file);
    print_optional(self->file, row->loss);
    print_optional(self->file, row->validation_loss);
    print_optional(self->file, pd_recipe_rate(&self->training->recipe, tokens));
    fprintf(self->file, "%" G_GINT64_FORMAT "\n", row->max_crossing);
    if (fflush(self->file) != 0) {
        pd_error_write(self->path, g_strerror(errno), &error);
        fail(self, error);
    }
}

/* The head, and what a run that goes on has written for the mini-batches before. (transfer full) */
static char *
text_before(const char *path, gint64 n_steps)
{
    GString *text = g_string_new(PD_TRAINING_LOG_HEAD "\n");
    g_autofree char *old = NULL;
    g_auto(GStrv) lines = NULL;

    if (n_steps == 0 || !g_file_test(path, G_FILE_TEST_IS_REGULAR) ||
        !g_file_get_contents(path, &old, NULL, NULL))
        return g_string_free(text, FALSE);
    lines = g_strsplit(old, "\n", -1);
    for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++) {
        const gint64 step = g_ascii_strtoll(lines[i], NULL, 10);

        if (step >= 1 && step <= n_steps)
            g_string_append_printf(text, "%s\n", lines[i]);
    }
    return g_string_free(text, FALSE);
}

static gboolean
open_file(PdTrainingLog *self, GError **error)
{
    const PdScenario *scenario = self->training->scenario;
    g_autofree char *text = text_before(self->path, scenario->first / scenario->mini_batch);

    if (pd_output_is_direct(self->path)) {
        const int descriptor = pd_output_open_directly(self->path, error);

        if (descriptor < 0)
            return FALSE;
        self->file = fdopen(descriptor, "w");
        if (fputs(text, self->file) != EOF && fflush(self->file) == 0)
            return TRUE;
    } else {
        /* what an earlier run has written is replaced whole or not at all */
        if (!pd_output_write(self->path, text, strlen(text), error))
            return FALSE;
        self->file = g_fopen(self->path, "a");
        if (self->file != NULL)
            return TRUE;
    }
    return pd_error_write(self->path, g_strerror(errno), error);
}

/* --- the terminal ----------------------------------------------------------------------------- */

static void
draw(PdTrainingLog *self)
{
    const PdScenario *scenario = self->training->scenario;
    const gint64 now_us = g_get_monotonic_time(), step = self->row.step;
    const gint64 first_step = scenario->first / scenario->mini_batch;
    const double seconds = (double)(now_us - self->start_us) / 1e6;
    const double steps_per_s = (double)(step - first_step) / MAX(seconds, 1e-6);
    g_autofree char *validation =
        isnan(self->state.validation_loss)
            ? g_strdup("")
            : g_strdup_printf("  val %.3f ppl %.2f", self->state.validation_loss,
                              exp(self->state.validation_loss));

    if (!self->draws || now_us < self->next_us)
        return;
    self->next_us = now_us + PERIOD_US;
    self->has_drawn = TRUE;
    fprintf(stderr,
            "\rstep %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT
            "  loss %.3f%s  %.2f M tokens, %.1f k/s  %.0f s left  ",
            step, scenario->n_mini_batches, self->state.smoothed_loss, validation,
            (double)self->state.tokens / 1e6,
            steps_per_s * (double)(scenario->mini_batch * scenario->tokens) / 1e3,
            (double)(scenario->n_mini_batches - step) / steps_per_s);
    fflush(stderr);
}

/* --- events ----------------------------------------------------------------------------------- */

static void
end_step(PdTrainingLog *self, const PdEvent *event)
{
    const PdScenario *scenario = self->training->scenario;
    const gint64 step = event->operation.micro_batch / scenario->mini_batch + 1;
    const double loss = self->loss_sum / (double)self->n_losses;

    write_row(self);
    self->row = (Row){
        .step = step,
        .real_ns =
            self->virtual_time ? (g_get_monotonic_time() - self->start_us) * 1000 : event->end_ns,
        .virtual_ns = self->virtual_time ? event->end_ns : -1,
        .loss = loss,
        .validation_loss = (double)NAN,
        .max_crossing = self->max_crossing,
    };
    self->has_row = TRUE;
    self->state.loss = loss;
    self->state.smoothed_loss =
        isnan(self->state.smoothed_loss)
            ? loss
            : (1 - SMOOTHING) * self->state.smoothed_loss + SMOOTHING * loss;
    self->state.tokens = step * scenario->mini_batch * scenario->tokens;
    self->loss_sum = 0;
    self->n_losses = 0;
    self->max_crossing = 0;
    draw(self);
}

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    PdTrainingLog *self = (PdTrainingLog *)sink;
    const PdScenario *scenario = self->training->scenario;

    if (pd_interrupted())
        pd_stream_wish(self->stream, PD_WISH_FINISH);
    if (self->stream->wish == PD_WISH_STOP)
        return;
    for (const PdEvent *event = events; event < events + n; event++) {
        if (pd_event_is_wait(event))
            continue;
        if (event->operation.kind == PD_BACKWARD)
            self->max_crossing = MAX(self->max_crossing, event->version - event->forward_version);
        if (event->operation.kind != PD_FORWARD || event->operation.stage != scenario->n_stages - 1)
            continue;
        self->loss_sum += pd_gpt_loss(self->training->gpt, event->operation.micro_batch);
        if (++self->n_losses == scenario->mini_batch)
            end_step(self, event);
    }
}

static void
validate(PdTrainingLog *self, gint64 micro_batch)
{
    self->state.validation_loss = pd_gpt_validate(self->training->gpt, self->training->works,
                                                  self->training->recipe.validation_windows);
    self->row.validation_loss = self->state.validation_loss;
    self->validated = micro_batch;
    if (self->training->recipe.validation_share > 0 && !isfinite(self->state.validation_loss))
        fail(self, g_error_new(PD_ERROR, PD_ERROR_INPUT,
                               "[train] learning-rate: the validation loss behind step "
                               "%" G_GINT64_FORMAT " is not finite; a smaller one is right",
                               micro_batch / self->training->scenario->mini_batch));
}

static void
save(PdTrainingLog *self, gint64 micro_batch)
{
    GError *error = NULL;

    if (!pd_checkpoint_save(self->folder, &self->training->identity, self->training->scenario,
                            self->training->works, micro_batch, &error))
        fail(self, error);
}

static gboolean
is_due(gint64 micro_batch, gint64 interval)
{
    return interval > 0 && micro_batch % interval == 0;
}

static void
drained(PdSink *sink, gint64 micro_batch)
{
    PdTrainingLog *self = (PdTrainingLog *)sink;
    const PdScenario *scenario = self->training->scenario;

    if (is_due(micro_batch, scenario->validation_interval))
        validate(self, micro_batch);
    /* who goes on from a checkpoint finds the rows before it */
    write_row(self);
    if (self->error == NULL && self->folder != NULL &&
        is_due(micro_batch, scenario->checkpoint_interval))
        save(self, micro_batch);
}

PdTrainingLog *
pd_training_log_new(PdTraining *training, PdStream *stream, const char *path, const char *folder,
                    gboolean virtual_time, gboolean quiet, GError **error)
{
    g_autoptr(PdTrainingLog) self = g_new(PdTrainingLog, 1);
    const PdScenario *scenario = training->scenario;

    *self = (PdTrainingLog){
        .sink = { consume, drained },
        .training = training,
        .stream = stream,
        .folder = folder,
        .path = g_strdup(path),
        .virtual_time = virtual_time,
        .draws = !quiet && isatty(STDERR_FILENO),
        .start_us = g_get_monotonic_time(),
        .validated = -1,
        .state = { scenario->first * scenario->tokens, (double)NAN, (double)NAN, (double)NAN },
    };
    pd_interrupts_catch();
    if (path != NULL && !open_file(self, error))
        return NULL;
    return g_steal_pointer(&self);
}

void
pd_training_log_free(PdTrainingLog *log)
{
    if (log == NULL)
        return;
    pd_interrupts_release();
    if (log->has_drawn)
        fprintf(stderr, "\r%*s\r", 79, "");
    if (log->file != NULL)
        fclose(log->file);
    g_clear_error(&log->error);
    g_free(log->path);
    g_free(log);
}

PdSink *
pd_training_log_sink(PdTrainingLog *log)
{
    return &log->sink;
}

gboolean
pd_training_log_end(PdTrainingLog *log, PdTrainingState *state, GError **error)
{
    const PdScenario *scenario = log->training->scenario;
    const gint64 micro_batch = log->state.tokens / scenario->tokens;

    if (log->error == NULL && log->validated != micro_batch)
        validate(log, micro_batch);
    write_row(log);
    if (log->error == NULL && log->folder != NULL)
        save(log, micro_batch);
    *state = log->state;
    if (log->error == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&log->error));
    return FALSE;
}

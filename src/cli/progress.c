#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define FIRST_US  1000000
#define PERIOD_US 200000
#define CELLS     30

static void
draw(PdProgress *self, gint64 now_us)
{
    const double seconds = (double)(now_us - self->start_us) / 1e6;
    const double rate = (double)self->n / seconds;
    const double share = (double)self->n / (double)self->n_all;
    const int full = (int)(share * CELLS);

    fprintf(stderr, "\r%-11s [", self->name);
    for (int i = 0; i < CELLS; i++)
        fputc(i < full ? '#' : '.', stderr);
    fprintf(stderr, "] %3.0f %%  %.1f M op/s  %.0f s left ", 100 * share, rate / 1e6,
            (double)(self->n_all - self->n) / rate);
    fflush(stderr);
    self->drawn = TRUE;
}

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    PdProgress *self = (PdProgress *)sink;
    gint64 now_us;

    if (!self->active)
        return;
    for (gsize i = 0; i < n; i++)
        self->n += !pd_event_is_wait(&events[i]);
    now_us = g_get_monotonic_time();
    if (now_us < self->next_us)
        return;
    self->next_us = now_us + PERIOD_US;
    draw(self, now_us);
}

void
pd_progress_init(PdProgress *progress, const PdScenario *scenario, gboolean quiet)
{
    const gint64 n = scenario->n_micro_batches - scenario->first;
    const gint64 per_stage =
        (scenario->schedule->splits_backward ? 3 : 2) * n + n / scenario->accumulation;

    *progress = (PdProgress){
        .sink.consume = consume,
        .name = scenario->schedule->name,
        .n_all = per_stage * scenario->n_stages,
        .start_us = g_get_monotonic_time(),
        .active = !quiet && isatty(STDERR_FILENO),
    };
    progress->next_us = progress->start_us + FIRST_US;
}

void
pd_progress_end(PdProgress *progress)
{
    if (progress->drawn)
        fprintf(stderr, "\r%*s\r", 79, "");
}

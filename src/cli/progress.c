#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define FIRST_US  1000000
#define PERIOD_US 200000
#define CELLS     30

void
pd_bar_init(PdBar *bar, const char *name, const char *unit, double scale, gint64 n_before,
            gint64 n_all, gboolean quiet)
{
    *bar = (PdBar){
        .name = name,
        .unit = unit,
        .scale = scale,
        .n = n_before,
        .n_before = n_before,
        .n_all = n_all,
        .start_us = g_get_monotonic_time(),
        .active = !quiet && isatty(STDERR_FILENO),
    };
    bar->next_us = bar->start_us + FIRST_US;
}

static void
draw(PdBar *self, gint64 now_us)
{
    const double seconds = (double)(now_us - self->start_us) / 1e6;
    const double rate = (double)(self->n - self->n_before) / seconds;
    const double share = (double)self->n / (double)self->n_all;
    const int full = (int)(share * CELLS);

    fprintf(stderr, "\r%-11s [", self->name);
    for (int i = 0; i < CELLS; i++)
        fputc(i < full ? '#' : '.', stderr);
    fprintf(stderr, "] %3.0f %%  %.1f %s  %.0f s left ", 100 * share, rate / self->scale,
            self->unit, (double)(self->n_all - self->n) / rate);
    fflush(stderr);
    self->drawn = TRUE;
}

void
pd_bar_advance(PdBar *bar, gint64 n)
{
    gint64 now_us;

    if (!bar->active)
        return;
    bar->n += n;
    now_us = g_get_monotonic_time();
    if (now_us < bar->next_us)
        return;
    bar->next_us = now_us + PERIOD_US;
    draw(bar, now_us);
}

void
pd_bar_end(PdBar *bar)
{
    if (bar->drawn)
        fprintf(stderr, "\r%*s\r", 79, "");
}

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    PdProgress *self = (PdProgress *)sink;
    gint64 operations = 0;

    if (!self->bar.active)
        return;
    for (gsize i = 0; i < n; i++)
        operations += !pd_event_is_wait(&events[i]);
    pd_bar_advance(&self->bar, operations);
}

void
pd_progress_init(PdProgress *progress, const PdScenario *scenario, gboolean quiet)
{
    const gint64 n = scenario->n_micro_batches - scenario->first;
    const gint64 per_stage =
        (scenario->schedule->splits_backward ? 3 : 2) * n + n / scenario->accumulation;

    *progress = (PdProgress){ .sink.consume = consume };
    pd_bar_init(&progress->bar, scenario->schedule->name, "M op/s", 1e6, 0,
                per_stage * scenario->n_stages, quiet);
}

void
pd_progress_end(PdProgress *progress)
{
    pd_bar_end(&progress->bar);
}

#include "random_scenario.h"

#include "schedules.h"
#include "support.h"

typedef struct {
    guint64 state;
    GString *text;
    guint p, v;
    guint mini_batch;
    gboolean ring;
} Draw;

static guint64
draw(Draw *self, guint64 n)
{
    return test_random(&self->state, n);
}

static gboolean
chance(Draw *self, guint percent)
{
    return draw(self, 100) < percent;
}

/* A key with one value or a list of n, each below `most`, small numbers as likely as large ones. */
static void
add_list(Draw *self, const char *key, guint n, guint64 least, guint64 most, const char *unit)
{
    const guint n_values = n > 0 && chance(self, 50) ? n : 1;

    g_string_append_printf(self->text, "%s = ", key);
    for (guint i = 0; i < n_values; i++)
        g_string_append_printf(self->text, "%s%" G_GUINT64_FORMAT " %s", i == 0 ? "" : "; ",
                               least + draw(self, 1 + draw(self, most + 1)), unit);
    g_string_append_c(self->text, '\n');
}

static guint
n_entries(Draw *self)
{
    return self->ring && chance(self, 50) ? self->p * self->v : self->p;
}

static void
add_pipeline(Draw *self, const char *schedule)
{
    static const char *const credits[] = { "auto", "auto+1", "auto+3", "auto*2", "1", "4" };
    const guint groups = 1 + (guint)draw(self, 4);

    g_string_append_printf(self->text, "[scenario]\nseed = %" G_GUINT64_FORMAT "\n",
                           draw(self, 1000));
    g_string_append_printf(self->text, "[pipeline]\nschedule = %s\ndevices = %u\n", schedule,
                           self->p);
    self->mini_batch = self->ring ? groups * self->p : 1 + (guint)draw(self, 12);
    g_string_append_printf(self->text, "micro-batches = %u\nmini-batches = %u\n", self->mini_batch,
                           1 + (guint)draw(self, 5));
    g_string_append_printf(self->text, "virtual-stages = %u\n", self->v);
    if (chance(self, 70))
        g_string_append_printf(self->text, "accumulation = %u\n", 1 + (guint)draw(self, 6));
    if (chance(self, 50))
        g_string_append_printf(self->text, "in-flight = %s\n",
                               credits[draw(self, G_N_ELEMENTS(credits))]);
    if (chance(self, 30))
        g_string_append_printf(self->text, "processors = %u\n", 1 + (guint)draw(self, self->p));
    if (chance(self, 30))
        g_string_append_printf(self->text, "stash = %s\n", chance(self, 50) ? "yes" : "no");
    if (chance(self, 20))
        g_string_append(self->text, "recompute = full\n");
}

static const char *
any_schedule(Draw *self)
{
    guint n = 0;

    while (pd_schedules[n] != NULL)
        n++;
    return pd_schedules[draw(self, n)]->name;
}

static void
draw_shape(Draw *self, const char *schedule)
{
    self->ring = g_str_equal(schedule, "interleaved");
    self->p = 1 + (guint)draw(self, 7);
    self->v = 1 + (guint)draw(self, 3);
}

char *
test_random_scenario(guint64 seed, const char *schedule)
{
    Draw self = { .state = seed, .text = g_string_new(NULL) };
    /* times of a few ns make many things happen at one instant */
    const guint64 most = draw(&self, 2) == 0 ? 6 : 100000;

    if (schedule == NULL)
        schedule = any_schedule(&self);
    draw_shape(&self, schedule);
    add_pipeline(&self, schedule);
    g_string_append(self.text, "[compute]\n");
    add_list(&self, "forward", n_entries(&self), 0, most, "ns");
    if (chance(&self, 50)) {
        add_list(&self, "backward", n_entries(&self), 0, most, "ns");
    } else {
        add_list(&self, "backward-input", n_entries(&self), 0, most, "ns");
        add_list(&self, "backward-weight", n_entries(&self), 0, most, "ns");
    }
    add_list(&self, "update", n_entries(&self), 0, chance(&self, 50) ? 0 : most, "ns");
    if (chance(&self, 30))
        g_string_append_printf(self.text, "jitter = 0.%u\n", (guint)draw(&self, 10));
    g_string_append(self.text, "[link]\n");
    add_list(&self, "latency", self.ring ? self.p : self.p - 1, 0, most, "ns");
    if (chance(&self, 50)) {
        add_list(&self, "message", self.ring ? self.p : self.p - 1, 0, most, "B");
        add_list(&self, "bandwidth", self.ring ? self.p : self.p - 1, 1, 3, "GB/s");
    }
    if (chance(&self, 30))
        add_list(&self, "barrier", 0, 0, most, "ns");
    g_string_append(self.text, "[memory]\n");
    add_list(&self, "weights", n_entries(&self), 0, 1000, "B");
    add_list(&self, "activations", n_entries(&self), 0, 1000, "B");
    add_list(&self, "inputs", n_entries(&self), 0, 100, "B");
    if (chance(&self, 30))
        add_list(&self, "gradients", n_entries(&self), 0, 1000, "B");
    if (chance(&self, 30))
        add_list(&self, "capacity", self.p, 0, 10000, "B");
    return g_string_free(self.text, FALSE);
}

/* One number to a call: in which order arguments are evaluated, and so drawn, is the compiler's. */
static guint
add_number(Draw *self, const char *key, guint least, guint most)
{
    const guint number = least + (guint)draw(self, most - least + 1);

    g_string_append_printf(self->text, "%s = %u\n", key, number);
    return number;
}

static void
add_word(Draw *self, const char *key, const char *const *words, guint n)
{
    g_string_append_printf(self->text, "%s = %s\n", key, words[draw(self, n)]);
}

static void
add_model(Draw *self)
{
    static const char *const precisions[] = { "mixed", "mixed-fp32-gradients", "fp32" };
    static const char *const dropout[] = { "yes", "no" };
    static const char *const attention[] = { "standard", "fused" };
    guint heads;

    g_string_append(self->text, "[model]\n");
    add_number(self, "layers", self->p * self->v, self->p * self->v + 20);
    heads = add_number(self, "heads", 1, 4);
    g_string_append_printf(self->text, "hidden = %u\n", heads * (1 + (guint)draw(self, 64)));
    add_number(self, "context", 1, 256);
    add_number(self, "vocabulary", 1, 10000);
    add_word(self, "precision", precisions, G_N_ELEMENTS(precisions));
    add_word(self, "dropout", dropout, G_N_ELEMENTS(dropout));
    add_word(self, "attention", attention, G_N_ELEMENTS(attention));
    if (chance(self, 50))
        g_string_append_printf(self->text, "global-batch = %u\n",
                               self->mini_batch * (1 + (guint)draw(self, 16)));
    else if (chance(self, 80))
        add_number(self, "micro-batch-size", 1, 16);
}

static void
add_curve(Draw *self)
{
    g_string_append(self->text, "efficiency = ");
    for (guint size = 1; size < 20; size += 1 + (guint)draw(self, 8))
        g_string_append_printf(self->text, "%u:%u %%;", size, 1 + (guint)draw(self, 100));
    g_string_append_c(self->text, '\n');
}

static void
add_hardware(Draw *self)
{
    const guint links = self->ring ? self->p : self->p - 1;

    g_string_append(self->text, "[hardware]\n");
    add_list(self, "compute", self->p, 1, 1000, "GFLOP/s");
    if (chance(self, 50))
        add_curve(self);
    else
        add_list(self, "efficiency", self->p, 1, 98, "%");
    if (chance(self, 50))
        add_list(self, "memory-bandwidth", self->p, 1, 1000, "GB/s");
    if (chance(self, 50))
        add_list(self, "memory", self->p, 0, 1000, "MB");
    if (chance(self, 50))
        add_list(self, "link-bandwidth", links, 1, 100, "GB/s");
    add_list(self, "link-latency", links, 0, 10, "us");
}

char *
test_random_model(guint64 seed)
{
    Draw self = { .state = seed, .text = g_string_new(NULL) };
    const char *schedule = any_schedule(&self);

    draw_shape(&self, schedule);
    add_pipeline(&self, schedule);
    add_model(&self);
    add_hardware(&self);
    return g_string_free(self.text, FALSE);
}

char *
test_random_drains(guint64 seed)
{
    g_autofree char *text = test_random_scenario(seed, NULL);

    return g_strdup_printf("%s[train]\ncheckpoint-every = %u\n", text, (guint)(seed % 5));
}

#include "random_scenario.h"

#include "schedules.h"
#include "support.h"

typedef struct {
    guint64 state;
    GString *text;
    guint p, v;
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
    g_string_append_printf(self->text, "micro-batches = %u\nmini-batches = %u\n",
                           self->ring ? groups * self->p : 1 + (guint)draw(self, 12),
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

char *
test_random_scenario(guint64 seed, const char *schedule)
{
    Draw self = { .state = seed, .text = g_string_new(NULL) };
    /* times of a few ns make many things happen at one instant */
    const guint64 most = draw(&self, 2) == 0 ? 6 : 100000;
    guint n = 0;

    while (pd_schedules[n] != NULL)
        n++;
    if (schedule == NULL)
        schedule = pd_schedules[draw(&self, n)]->name;
    self.ring = g_str_equal(schedule, "interleaved");
    self.p = 1 + (guint)draw(&self, 7);
    self.v = 1 + (guint)draw(&self, 3);
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

char *
test_random_drains(guint64 seed)
{
    g_autofree char *text = test_random_scenario(seed, NULL);

    return g_strdup_printf("%s[train]\ncheckpoint-every = %u\n", text, (guint)(seed % 5));
}

/* The shrinker, with predicates whose smallest failing text is known. */
#include "shrink.h"

#include "random_scenario.h"
#include "schedules.h"
#include "support.h"

#define MOST_TRIES 20000

#define TEXT                                                                                       \
    "[scenario]\ntitle = Uneven; and long\nseed = 735\n"                                           \
    "[pipeline]\nschedule = paci\ndevices = 7\nmicro-batches = 28\nmini-batches = 5\n"             \
    "accumulation = 6\nin-flight = auto+3\n"                                                       \
    "[compute]\nforward = 10 ns; 20 ns; 30 ns; 40 ns; 5 ns; 6 ns; 7 ns\nbackward = 99999 ns\n"     \
    "jitter = 0.3\n[model]\ntitle =\nfile = ;\n[link]\nlatency = 1 us; 2 us; 3 us; 4 us; 5 us; 6 " \
    "us\n"

/* --- what a predicate can ask ----------------------------------------------------------------- */

typedef struct {
    GKeyFile *file;
} Text;

static void
text_clear(Text *text)
{
    g_key_file_unref(text->file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Text, text_clear)

static Text
text_of(const char *text)
{
    const Text self = { g_key_file_new() };

    g_key_file_load_from_data(self.file, text, strlen(text), G_KEY_FILE_NONE, NULL);
    return self;
}

static gboolean
has(const Text *self, const char *section, const char *key)
{
    return g_key_file_has_key(self->file, section, key, NULL);
}

/* The number at a value's beginning; 0 where there is none. */
static gint64
number(const Text *self, const char *section, const char *key)
{
    g_autofree char *value = g_key_file_get_value(self->file, section, key, NULL);

    return value == NULL ? 0 : g_ascii_strtoll(value, NULL, 10);
}

static guint
length(const Text *self, const char *section, const char *key)
{
    g_auto(GStrv) values = g_key_file_get_string_list(self->file, section, key, NULL, NULL);

    return values == NULL ? 0 : g_strv_length(values);
}

static gint64
largest(const Text *self, const char *section, const char *key)
{
    g_auto(GStrv) values = g_key_file_get_string_list(self->file, section, key, NULL, NULL);
    gint64 most = 0;

    for (char **value = values; value != NULL && *value != NULL; value++)
        most = MAX(most, g_ascii_strtoll(*value, NULL, 10));
    return most;
}

/* --- predicates ------------------------------------------------------------------------------- */

static gboolean
always(G_GNUC_UNUSED const Text *self)
{
    return TRUE;
}

static gboolean
three_devices_with_accumulation(const Text *self)
{
    return number(self, "pipeline", "devices") >= 3 && has(self, "pipeline", "accumulation");
}

static gboolean
a_seed_above_a_limit(const Text *self)
{
    return number(self, "scenario", "seed") >= 613;
}

static gboolean
a_slow_forward(const Text *self)
{
    return largest(self, "compute", "forward") > 25;
}

static gboolean
any_jitter(const Text *self)
{
    return has(self, "compute", "jitter");
}

static gboolean
credits(const Text *self)
{
    g_autofree char *value = g_key_file_get_value(self->file, "pipeline", "in-flight", NULL);

    return value != NULL && g_str_has_prefix(value, "auto+");
}

/* A list has one value per device, or one; so such a list cannot become shorter by itself. */
static gboolean
fits(const Text *self, const char *section, const char *key, gint64 n)
{
    return length(self, section, key) <= 1 || length(self, section, key) == n;
}

static gboolean
two_values_per_device(const Text *self)
{
    const gint64 devices = number(self, "pipeline", "devices");

    return fits(self, "compute", "forward", devices) &&
           fits(self, "link", "latency", devices - 1) && length(self, "compute", "forward") >= 2;
}

static gboolean
a_slow_device_in_the_middle(const Text *self)
{
    return two_values_per_device(self) && largest(self, "compute", "forward") == 40 &&
           length(self, "link", "latency") >= 2;
}

/* Micro-batches must be a multiple of the devices, as interleaved wants it. */
static gboolean
multiples(const Text *self)
{
    const gint64 devices = number(self, "pipeline", "devices");

    return devices >= 2 && number(self, "pipeline", "micro-batches") >= 1 &&
           number(self, "pipeline", "micro-batches") % devices == 0 &&
           number(self, "pipeline", "micro-batches") / devices >= 3;
}

static const struct {
    gboolean (*fails)(const Text *self);
    const char *smallest;
} rows[] = {
    { always, "" },
    { three_devices_with_accumulation, "[pipeline]\ndevices=3\naccumulation=1\n" },
    { a_seed_above_a_limit, "[scenario]\nseed=613\n" },
    { a_slow_forward, "[compute]\nforward=26 ns\n" },
    { any_jitter, "[compute]\njitter=1\n" },
    { credits, "[pipeline]\nin-flight=auto+1\n" },
    { two_values_per_device, "[pipeline]\ndevices=2\n\n[compute]\nforward=1 ns;1 ns\n" },
    { a_slow_device_in_the_middle, "[pipeline]\ndevices=3\n\n[compute]\nforward=1 ns;1 ns;40 ns\n\n"
                                   "[link]\nlatency=1 us;1 us\n" },
    { multiples, "[pipeline]\ndevices=2\nmicro-batches=6\n" },
};

typedef struct {
    gboolean (*fails)(const Text *self);
    guint n_asked;
} Predicate;

static gboolean
ask(const char *text, gpointer data)
{
    Predicate *self = data;
    g_auto(Text) file = text_of(text);

    self->n_asked++;
    return self->fails(&file);
}

START_TEST(the_smallest_text_that_fails_is_found)
{
    Predicate predicate = { rows[_i].fails, 0 };
    g_autofree char *smallest = test_shrink(TEXT, ask, &predicate, MOST_TRIES);

    ck_assert_str_eq(smallest, rows[_i].smallest);
    ck_assert_uint_lt(predicate.n_asked, 1000);
}
END_TEST

START_TEST(the_smallest_text_cannot_be_shrunk)
{
    Predicate predicate = { rows[_i].fails, 0 };
    g_autofree char *again = test_shrink(rows[_i].smallest, ask, &predicate, MOST_TRIES);

    ck_assert_str_eq(again, rows[_i].smallest);
}
END_TEST

START_TEST(the_predicate_is_asked_no_more_often_than_allowed_and_what_is_left_fails)
{
    for (guint most = 1; most <= 300; most += 13) {
        Predicate predicate = { rows[_i].fails, 0 };
        g_autofree char *text = test_shrink(TEXT, ask, &predicate, most);

        ck_assert_uint_le(predicate.n_asked, most);
        ck_assert(ask(text, &predicate));
    }
}
END_TEST

START_TEST(a_text_that_does_not_fail_stays_as_it_is)
{
    Predicate predicate = { a_slow_forward, 0 };
    g_autofree char *text = test_shrink("[compute]\nforward = 5 ns\n", ask, &predicate, MOST_TRIES);

    ck_assert_str_eq(text, "[compute]\nforward = 5 ns\n");
}
END_TEST

/* Scenarios as they are drawn, and a predicate as a bug might be: uneven, and with several in
 * flight. What comes out is accepted by the program. */
static gboolean
is_uneven(const char *text, G_GNUC_UNUSED gpointer data)
{
    g_autoptr(PdScenario) scenario = test_scenario_of(text, pd_schedules, NULL);

    if (scenario == NULL || scenario->n_stages < 3 || scenario->n_micro_batches < 2)
        return FALSE;
    for (guint s = 1; s < scenario->n_stages; s++)
        if (pd_scenario_cost(scenario, PD_COST_FORWARD, s) >
            pd_scenario_cost(scenario, PD_COST_FORWARD, s - 1))
            return TRUE;
    return FALSE;
}

START_TEST(a_random_scenario_shrinks_to_one_that_runs)
{
    guint n = 0;

    for (guint64 seed = 0; seed < 200; seed++) {
        g_autofree char *text = test_random_scenario(seed, NULL);

        if (!is_uneven(text, NULL))
            continue;
        g_autofree char *smallest = test_shrink(text, is_uneven, NULL, MOST_TRIES);
        g_autofree char *again = test_shrink(text, is_uneven, NULL, MOST_TRIES);
        g_autoptr(PdScenario) scenario = test_scenario("%s", smallest);

        ck_assert_str_eq(smallest, again);
        ck_assert(is_uneven(smallest, NULL));
        ck_assert_msg(scenario->n_stages <= 4 && scenario->n_micro_batches <= 4,
                      "of seed %d this is left:\n%s", (int)seed, smallest);
        n++;
    }
    ck_assert_uint_gt(n, 50);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("shrink");
    TCase *tests = tcase_create("shrink");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, the_smallest_text_that_fails_is_found, 0, G_N_ELEMENTS(rows));
    tcase_add_loop_test(tests, the_smallest_text_cannot_be_shrunk, 0, G_N_ELEMENTS(rows));
    tcase_add_loop_test(tests,
                        the_predicate_is_asked_no_more_often_than_allowed_and_what_is_left_fails, 0,
                        G_N_ELEMENTS(rows));
    tcase_add_test(tests, a_text_that_does_not_fail_stays_as_it_is);
    tcase_add_test(tests, a_random_scenario_shrinks_to_one_that_runs);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

/* The first half of a scenario: what [scenario] and [pipeline] say. */
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "scenario.h"

/* What a run keeps per stage, and per micro-batch in flight at a stage (versions, messages). */
#define BYTES_PER_STAGE     2048
#define BYTES_PER_IN_FLIGHT 64

#define LARGEST_GLOBAL_BATCH G_GINT64_CONSTANT(1000000000)

gint64
pd_machine_memory_bytes(void)
{
    return (gint64)sysconf(_SC_PHYS_PAGES) * (gint64)sysconf(_SC_PAGESIZE);
}

static gboolean
check_memory(const PdConfig *config, PdKey key, PdU128 bytes, GError **error)
{
    const gint64 available = pd_machine_memory_bytes();

    if (bytes <= pd_wide(available))
        return TRUE;
    g_autofree char *needed = pd_size_format(bytes > G_MAXINT64 ? G_MAXINT64 : (gint64)bytes);
    g_autofree char *there = pd_size_format(available);
    g_autofree char *quoted = pd_config_quote(config, key);
    return pd_config_fail(config, key, error,
                          "%s would need %s of memory to simulate and this machine has %s; it "
                          "must be smaller",
                          quoted, needed, there);
}

static gboolean
read_schedule(PdScenario *scenario, const PdConfig *config, const PdSchedule *const *registry,
              GError **error)
{
    const char *name = pd_config_text(config, PD_KEY_PIPELINE_SCHEDULE);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree char *known = NULL, *quoted = NULL;
    const char *near;

    for (const PdSchedule *const *schedule = registry; *schedule != NULL; schedule++)
        g_ptr_array_add(names, (gpointer)(*schedule)->name);
    g_ptr_array_add(names, NULL);
    known = g_strjoinv(", ", (char **)names->pdata);
    if (name == NULL)
        return pd_config_fail(config, PD_KEY_PIPELINE_SCHEDULE, error,
                              "this key is missing; write one of %s", known);
    scenario->schedule = pd_schedule_find(registry, name);
    if (scenario->schedule != NULL)
        return TRUE;
    quoted = pd_quote(name);
    near = pd_nearest(name, (const char *const *)names->pdata);
    return pd_config_fail(config, PD_KEY_PIPELINE_SCHEDULE, error,
                          "schedule %s is unknown; %s%s%sthere are %s", quoted,
                          near != NULL ? "did you mean " : "", near != NULL ? near : "",
                          near != NULL ? "? " : "", known);
}

static gboolean
require(const PdConfig *config, PdKey key, GError **error)
{
    return pd_config_has(config, key) ||
           pd_config_fail(config, key, error,
                          "this key is missing; write a whole number such as 8");
}

static gboolean
read_shape(PdScenario *scenario, const PdConfig *config, GError **error)
{
    gint64 devices, stages, n_virtual = 1;

    if (!require(config, PD_KEY_PIPELINE_DEVICES, error) ||
        !require(config, PD_KEY_PIPELINE_MICRO_BATCHES, error))
        return FALSE;
    devices = pd_config_quantity(config, PD_KEY_PIPELINE_DEVICES, 0);
    if (scenario->schedule->cuts_devices)
        n_virtual = pd_config_quantity(config, PD_KEY_PIPELINE_VIRTUAL_STAGES, 2);
    if (!check_memory(config, PD_KEY_PIPELINE_DEVICES, pd_wide(devices) * BYTES_PER_STAGE, error) ||
        !check_memory(config,
                      pd_config_has(config, PD_KEY_PIPELINE_VIRTUAL_STAGES)
                          ? PD_KEY_PIPELINE_VIRTUAL_STAGES
                          : PD_KEY_PIPELINE_DEVICES,
                      pd_wide(devices) * pd_wide(n_virtual) * BYTES_PER_STAGE, error))
        return FALSE;
    stages = devices * n_virtual;
    if (stages > G_MAXINT32)
        return pd_config_fail(config, PD_KEY_PIPELINE_DEVICES, error,
                              "%" G_GINT64_FORMAT " stages are more than the 2147483647 there "
                              "may be",
                              stages);
    scenario->n_devices = (guint)devices;
    scenario->n_virtual = (guint)n_virtual;
    scenario->n_stages = (guint)stages;
    scenario->n_links = scenario->schedule->cuts_devices ? (guint)devices : (guint)devices - 1;
    scenario->n_processors =
        (guint)MIN(pd_config_quantity(config, PD_KEY_PIPELINE_PROCESSORS, devices), devices);
    return TRUE;
}

/* A number of mini-batches in micro-batches; 0 where it is behind the run's end, or absent. */
static gint64
interval(const PdScenario *scenario, const PdConfig *config, PdKey key)
{
    const gint64 mini_batches = pd_config_quantity(config, key, 0);

    return mini_batches < scenario->n_mini_batches ? mini_batches * scenario->mini_batch : 0;
}

static gboolean
read_run(PdScenario *scenario, const PdConfig *config, GError **error)
{
    const gint64 most = G_MAXINT64 / (8 * (gint64)scenario->n_stages);

    scenario->mini_batch = pd_config_quantity(config, PD_KEY_PIPELINE_MICRO_BATCHES, 0);
    scenario->n_mini_batches = pd_config_quantity(config, PD_KEY_PIPELINE_MINI_BATCHES, 1);
    if (scenario->mini_batch > most)
        return pd_config_fail(config, PD_KEY_PIPELINE_MICRO_BATCHES, error,
                              "%" G_GINT64_FORMAT
                              " is too large to count; at most %" G_GINT64_FORMAT " is right",
                              scenario->mini_batch, most);
    if (scenario->n_mini_batches > most / scenario->mini_batch)
        return pd_config_fail(config, PD_KEY_PIPELINE_MINI_BATCHES, error,
                              "%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " micro-batches are too "
                              "many to count; at most %" G_GINT64_FORMAT " are not",
                              scenario->n_mini_batches, scenario->mini_batch,
                              most / scenario->mini_batch);
    scenario->n_micro_batches = scenario->mini_batch * scenario->n_mini_batches;
    scenario->checkpoint_interval = interval(scenario, config, PD_KEY_TRAIN_CHECKPOINT_EVERY);
    scenario->validation_interval = interval(scenario, config, PD_KEY_TRAIN_VALIDATE_EVERY);
    switch (scenario->schedule->update) {
    case PD_UPDATE_AT_FLUSH:
        scenario->accumulation = scenario->mini_batch;
        break;
    case PD_UPDATE_EVERY_BACKWARD:
        scenario->accumulation = 1;
        break;
    case PD_UPDATE_EVERY_A:
        scenario->accumulation =
            pd_config_quantity(config, PD_KEY_PIPELINE_ACCUMULATION, scenario->mini_batch);
        break;
    }
    return TRUE;
}

/* The divisor of a global batch that is nearest to a number, of two the smaller. */
static gint64
nearest_divisor(gint64 global, gint64 number)
{
    gint64 nearest = 1;

    for (gint64 i = 1; i <= global / i; i++) {
        const gint64 pair[] = { i, global / i };

        for (gsize k = 0; global % i == 0 && k < G_N_ELEMENTS(pair); k++) {
            const gint64 further = ABS(pair[k] - number) - ABS(nearest - number);

            if (further < 0 || (further == 0 && pair[k] < nearest))
                nearest = pair[k];
        }
    }
    return nearest;
}

/* Sequences per micro-batch: stated, or what a global batch leaves to each of M micro-batches. */
static gboolean
read_micro_batch_size(PdScenario *scenario, const PdConfig *config, GError **error)
{
    const PdKey key = PD_KEY_MODEL_GLOBAL_BATCH;
    const gint64 M = scenario->mini_batch;
    const gint64 global = pd_config_quantity(config, key, 0);

    scenario->micro_batch_size = pd_config_quantity(config, PD_KEY_MODEL_MICRO_BATCH_SIZE, 1);
    if (global == 0)
        return TRUE;
    if (pd_config_has(config, PD_KEY_MODEL_MICRO_BATCH_SIZE))
        return pd_config_fail(config, key, error,
                              "stands beside micro-batch-size; give one of them: with this key the "
                              "size is global-batch divided by the number of micro-batches");
    if (global > LARGEST_GLOBAL_BATCH)
        return pd_config_fail(config, key, error,
                              "%" G_GINT64_FORMAT " sequences are more than the %" G_GINT64_FORMAT
                              " that a mini-batch may have",
                              global, LARGEST_GLOBAL_BATCH);
    if (global % M != 0)
        return pd_config_fail(config, key, error,
                              "%" G_GINT64_FORMAT " sequences cannot be divided evenly among "
                              "%" G_GINT64_FORMAT " micro-batches; the nearest number of "
                              "micro-batches that divides them is %" G_GINT64_FORMAT,
                              global, M, nearest_divisor(global, M));
    scenario->micro_batch_size = global / M;
    return TRUE;
}

/* auto | auto+K | auto*K | one number | one per device. auto is N−s at stage s. */
static gboolean
read_in_flight(PdScenario *scenario, const PdConfig *config, GError **error)
{
    const PdKey key = PD_KEY_PIPELINE_IN_FLIGHT;
    const char *text = pd_config_has(config, key) ? pd_config_text(config, key) : "auto";
    const gboolean automatic = g_str_has_prefix(text, "auto");
    const char sign = automatic ? text[strlen("auto")] : '\0';
    g_auto(GStrv) items = pd_list_split(!automatic     ? text
                                        : sign == '\0' ? "0"
                                                       : text + strlen("auto?"));
    const guint n = g_strv_length(items);
    const gint64 most = G_MAXINT64 / 4 / scenario->n_stages;
    g_autofree gint64 *given = g_new(gint64, n);

    if (automatic && sign != '\0' && sign != '+' && sign != '*') {
        g_autofree char *quoted = pd_quote(text);
        return pd_config_fail(config, key, error,
                              "%s is unknown; write auto, auto+2, auto*2, a number or one for "
                              "each device",
                              quoted);
    }
    for (guint i = 0; i < n; i++)
        if (!pd_quantity_parse(items[i], PD_COUNT, &given[i], error))
            return pd_config_prefix(config, key, error);
    if (n != 1 && automatic)
        return pd_config_fail(config, key, error, "has %u values; with auto, 1 is right", n);
    if (!pd_config_check_length(config, key, n, scenario->n_devices, "device", error))
        return FALSE;
    scenario->in_flight = g_new(gint64, scenario->n_stages);
    for (guint s = 0; s < scenario->n_stages; s++) {
        const gint64 value = MIN(given[n == 1 ? 0 : s % scenario->n_devices], most);
        const gint64 base = (gint64)scenario->n_stages - s;

        scenario->in_flight[s] = !automatic ? value : sign == '*' ? base * value : base + value;
        if (scenario->in_flight[s] < 1) {
            g_autofree char *quoted = pd_quote(text);
            return pd_config_fail(config, key, error,
                                  "%s lets stage %u have no micro-batch in flight; the limit "
                                  "must be 1 at least",
                                  quoted, s);
        }
    }
    return TRUE;
}

static gboolean
check_in_flight_memory(const PdScenario *scenario, const PdConfig *config, GError **error)
{
    PdU128 bytes = pd_wide(scenario->n_stages) * BYTES_PER_STAGE;

    for (guint s = 0; s < scenario->n_stages; s++)
        bytes += pd_wide(scenario->schedule->max_in_flight(scenario, s)) * BYTES_PER_IN_FLIGHT;
    return check_memory(config, PD_KEY_PIPELINE_MICRO_BATCHES, bytes, error);
}

PdScenario *
pd_scenario_new(const PdConfig *config, const PdSchedule *const *registry, GError **error)
{
    g_autoptr(PdScenario) scenario = g_new0(PdScenario, 1);

    scenario->title = g_strdup(pd_config_text(config, PD_KEY_SCENARIO_TITLE));
    scenario->seed = (guint64)pd_config_quantity(config, PD_KEY_SCENARIO_SEED, 1);
    if (!read_schedule(scenario, config, registry, error) || !read_shape(scenario, config, error) ||
        !read_run(scenario, config, error) || !read_micro_batch_size(scenario, config, error) ||
        !read_in_flight(scenario, config, error))
        return NULL;
    scenario->stash = pd_config_has(config, PD_KEY_PIPELINE_STASH) &&
                              !pd_config_is(config, PD_KEY_PIPELINE_STASH, "auto")
                          ? pd_config_is(config, PD_KEY_PIPELINE_STASH, "yes")
                          : scenario->schedule->stashes;
    if (scenario->schedule->update == PD_UPDATE_AT_FLUSH)
        scenario->stash = FALSE;
    scenario->recompute = pd_config_is(config, PD_KEY_PIPELINE_RECOMPUTE, "full");
    scenario->jitter = pd_config_real(config, PD_KEY_COMPUTE_JITTER, 0);
    scenario->has_barrier = scenario->schedule->update == PD_UPDATE_AT_FLUSH &&
                            pd_config_has(config, PD_KEY_LINK_BARRIER);
    scenario->barrier_ns = pd_config_quantity(config, PD_KEY_LINK_BARRIER, 0);
    if (scenario->schedule->check != NULL && !scenario->schedule->check(scenario, config, error))
        return NULL;
    if (!check_in_flight_memory(scenario, config, error))
        return NULL;
    return g_steal_pointer(&scenario);
}

static gint64
next_multiple(gint64 from, gint64 interval)
{
    return interval == 0 ? G_MAXINT64 : (from / interval + 1) * interval;
}

gint64
pd_scenario_next_drain(const PdScenario *scenario, gint64 from)
{
    return MIN(MIN(next_multiple(from, scenario->checkpoint_interval),
                   next_multiple(from, scenario->validation_interval)),
               scenario->n_micro_batches);
}

void
pd_scenario_free(PdScenario *scenario)
{
    if (scenario == NULL)
        return;
    pd_costs_clear(&scenario->costs);
    g_free(scenario->title);
    g_free(scenario->in_flight);
    g_free(scenario->layers);
    g_free(scenario->hold_ns);
    g_free(scenario->duration_ns);
    g_free(scenario);
}

char **
pd_scenario_unused_keys(const PdScenario *scenario, const PdConfig *config)
{
    const PdSchedule *schedule = scenario->schedule;
    const gboolean flushes = schedule->update == PD_UPDATE_AT_FLUSH;
    const struct {
        PdKey key;
        gboolean used;
    } keys[] = {
        { PD_KEY_PIPELINE_ACCUMULATION, schedule->update == PD_UPDATE_EVERY_A },
        { PD_KEY_PIPELINE_VIRTUAL_STAGES, schedule->cuts_devices },
        { PD_KEY_PIPELINE_IN_FLIGHT, schedule->limits_in_flight },
        { PD_KEY_PIPELINE_STASH, !flushes },
        { PD_KEY_LINK_BARRIER, flushes },
    };
    g_autoptr(GPtrArray) sentences = g_ptr_array_new();

    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        const PdKeyRow *row = pd_key_row(keys[i].key);

        if (!keys[i].used && pd_config_has(config, keys[i].key))
            g_ptr_array_add(sentences, g_strdup_printf("[%s] %s has no use under %s", row->section,
                                                       row->name, schedule->name));
    }
    g_ptr_array_add(sentences, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&sentences), FALSE);
}

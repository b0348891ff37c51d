/* The second half of a scenario: what operations take, messages weigh and memory holds. */
#include "cost_rows.h"
#include "errors.h"

const PdCostRow pd_cost_rows[PD_N_COSTS] = {
    [PD_COST_FORWARD] = { PD_KEY_COMPUTE_FORWARD, PD_PER_STAGE, TRUE },
    [PD_COST_BACKWARD_INPUT] = { PD_KEY_COMPUTE_BACKWARD_INPUT, PD_PER_STAGE, TRUE },
    [PD_COST_BACKWARD_WEIGHT] = { PD_KEY_COMPUTE_BACKWARD_WEIGHT, PD_PER_STAGE, TRUE },
    [PD_COST_UPDATE] = { PD_KEY_COMPUTE_UPDATE, PD_PER_STAGE, TRUE },
    [PD_COST_WEIGHTS] = { PD_KEY_MEMORY_WEIGHTS, PD_PER_STAGE, TRUE },
    [PD_COST_GRADIENTS] = { PD_KEY_MEMORY_GRADIENTS, PD_PER_STAGE, TRUE },
    [PD_COST_OPTIMIZER] = { PD_KEY_MEMORY_OPTIMIZER, PD_PER_STAGE, TRUE },
    [PD_COST_ACTIVATIONS] = { PD_KEY_MEMORY_ACTIVATIONS, PD_PER_STAGE, TRUE },
    [PD_COST_INPUTS] = { PD_KEY_MEMORY_INPUTS, PD_PER_STAGE, FALSE },
    [PD_COST_CAPACITY] = { PD_KEY_MEMORY_CAPACITY, PD_PER_DEVICE, FALSE },
    [PD_COST_LATENCY] = { PD_KEY_LINK_LATENCY, PD_PER_LINK, FALSE },
    [PD_COST_MESSAGE] = { PD_KEY_LINK_MESSAGE, PD_PER_LINK, FALSE },
    [PD_COST_BANDWIDTH] = { PD_KEY_LINK_BANDWIDTH, PD_PER_LINK, FALSE },
};

void
pd_costs_clear(PdCosts *costs)
{
    for (PdCost cost = 0; cost < PD_N_COSTS; cost++)
        g_clear_pointer(&costs->values[cost], g_free);
}

gint64 *
pd_scenario_spread(const PdScenario *scenario, const gint64 *values, guint n, gboolean divided)
{
    const guint p = scenario->n_devices, v = scenario->n_virtual;
    gint64 *spread;

    if (n != 1 && n != p && n != scenario->n_stages)
        return NULL;
    spread = g_new(gint64, scenario->n_stages);
    for (guint s = 0; s < scenario->n_stages; s++) {
        if (n == scenario->n_stages && n != p)
            spread[s] = values[s];
        else
            spread[s] = divided ? pd_part(values[n == 1 ? 0 : s % p], s / p, v)
                                : values[n == 1 ? 0 : s % p];
    }
    return spread;
}

/* What the config states for a key, one value per stage; *values stays NULL where it is absent. */
static gboolean
read_stages(const PdScenario *scenario, const PdConfig *config, PdKey key, gboolean divided,
            gint64 **values, GError **error)
{
    const guint p = scenario->n_devices;
    guint n;
    g_autofree gint64 *given = pd_config_quantities(config, key, &n);

    if (n == 0)
        return TRUE;
    if (n != scenario->n_stages || scenario->n_virtual == 1) {
        if (n != 1 && n != p && scenario->n_virtual > 1)
            return pd_config_fail(config, key, error,
                                  "has %u values; 1, %u (one per device) or %u (one per stage) are "
                                  "right under %s",
                                  n, p, scenario->n_stages, scenario->schedule->name);
        if (!pd_config_check_length(config, key, n, p, "device", error))
            return FALSE;
    }
    g_free(*values);
    *values = pd_scenario_spread(scenario, given, n, divided);
    return TRUE;
}

static gboolean
read_cost(const PdScenario *scenario, const PdConfig *config, PdCost cost, gint64 **values,
          GError **error)
{
    const guint n = pd_cost_n_entries(scenario, cost);
    const char *per = pd_cost_rows[cost].per == PD_PER_DEVICE ? "device" : "link";

    return pd_cost_rows[cost].per == PD_PER_STAGE
               ? read_stages(scenario, config, pd_cost_rows[cost].key, pd_cost_rows[cost].divided,
                             values, error)
               : pd_config_entries(config, pd_cost_rows[cost].key, n, per, values, error);
}

static gint64 *
copy_or_null(const gint64 *values, guint n)
{
    return values == NULL ? NULL : g_memdup2(values, n * sizeof *values);
}

/* "backward" states input and weight gradient in one; it leaves no weight gradient apart. */
static gboolean
read_backward(PdScenario *scenario, const PdConfig *config, GError **error)
{
    gint64 **values = scenario->costs.values;

    if (!pd_config_has(config, PD_KEY_COMPUTE_BACKWARD))
        return TRUE;
    if (pd_config_has(config, PD_KEY_COMPUTE_BACKWARD_INPUT) ||
        pd_config_has(config, PD_KEY_COMPUTE_BACKWARD_WEIGHT))
        return pd_config_fail(config, PD_KEY_COMPUTE_BACKWARD, error,
                              "stands beside backward-input or backward-weight; give the whole or "
                              "the two parts, not both");
    if (scenario->schedule->splits_backward)
        return pd_config_fail(config, PD_KEY_COMPUTE_BACKWARD, error,
                              "%s splits the backward; give backward-input and backward-weight",
                              scenario->schedule->name);
    if (!read_stages(scenario, config, PD_KEY_COMPUTE_BACKWARD, TRUE,
                     &values[PD_COST_BACKWARD_INPUT], error))
        return FALSE;
    g_free(values[PD_COST_BACKWARD_WEIGHT]);
    values[PD_COST_BACKWARD_WEIGHT] = g_new0(gint64, scenario->n_stages);
    return TRUE;
}

static gboolean
require_compute(const PdScenario *scenario, const PdConfig *config, GError **error)
{
    gint64 *const *values = scenario->costs.values;
    const char *how = "this key is missing; write a duration such as 5 ms, or describe a [model] "
                      "and a [hardware] with compute";

    if (values[PD_COST_FORWARD] == NULL)
        return pd_config_fail(config, PD_KEY_COMPUTE_FORWARD, error, "%s", how);
    if (values[PD_COST_BACKWARD_INPUT] == NULL)
        return pd_config_fail(config,
                              values[PD_COST_BACKWARD_WEIGHT] == NULL
                                  ? PD_KEY_COMPUTE_BACKWARD
                                  : PD_KEY_COMPUTE_BACKWARD_INPUT,
                              error, "%s", how);
    if (values[PD_COST_BACKWARD_WEIGHT] == NULL)
        return pd_config_fail(config, PD_KEY_COMPUTE_BACKWARD_WEIGHT, error, "%s", how);
    return TRUE;
}

static gboolean
complete_links(PdScenario *scenario, const PdConfig *config, GError **error)
{
    const gint64 *message = scenario->costs.values[PD_COST_MESSAGE];
    const gint64 *bandwidth = scenario->costs.values[PD_COST_BANDWIDTH];

    scenario->hold_ns = g_new0(gint64, scenario->n_links);
    if (scenario->n_links == 0)
        return TRUE;
    if (bandwidth == NULL && pd_config_has(config, PD_KEY_LINK_MESSAGE))
        return pd_config_fail(config, PD_KEY_LINK_BANDWIDTH, error,
                              "this key is missing beside a message; write a bandwidth such as "
                              "25 GB/s");
    if (message == NULL && pd_config_has(config, PD_KEY_LINK_BANDWIDTH))
        return pd_config_fail(
            config, PD_KEY_LINK_MESSAGE, error,
            "this key is missing beside a bandwidth; write a size such as 16 MiB");
    /* what only a model or a hardware implies is not enough for a message to take time */
    if (message == NULL || bandwidth == NULL)
        return TRUE;
    for (guint link = 0; link < scenario->n_links; link++) {
        scenario->hold_ns[link] = pd_transfer_ns(message[link], bandwidth[link]);
        if (scenario->hold_ns[link] == G_MAXINT64)
            return pd_config_fail(config, PD_KEY_LINK_BANDWIDTH, error,
                                  "a message would hold link %u for longer than the 64-bit clock "
                                  "can tell (292 years); it must be larger",
                                  link);
    }
    return TRUE;
}

/* Refuse what would overflow: the work of any device in ns, or the bytes that it may hold. */
static gboolean
check_totals(const PdScenario *scenario, const PdConfig *config, guint device, GError **error)
{
    const gint64 n = scenario->n_micro_batches;
    PdU128 work = 0, held = 0;

    for (guint s = device; s < scenario->n_stages; s += scenario->n_devices) {
        const PdU128 in_flight = pd_wide(scenario->schedule->max_in_flight(scenario, s));
        PdU128 per_micro_batch = 0;

        for (PdCost cost = PD_COST_FORWARD; cost <= PD_COST_BACKWARD_WEIGHT; cost++)
            per_micro_batch += pd_wide(pd_scenario_cost(scenario, cost, s));
        if (scenario->recompute)
            per_micro_batch += pd_wide(pd_scenario_cost(scenario, PD_COST_FORWARD, s));
        work += per_micro_batch * pd_wide(n);
        work += pd_wide(pd_scenario_cost(scenario, PD_COST_UPDATE, s)) *
                pd_wide(n / scenario->accumulation);
        for (PdCost cost = PD_COST_WEIGHTS; cost <= PD_COST_OPTIMIZER; cost++)
            held += pd_wide(pd_scenario_cost(scenario, cost, s));
        for (PdCost cost = PD_COST_ACTIVATIONS; cost <= PD_COST_INPUTS; cost++)
            held += pd_wide(pd_scenario_cost(scenario, cost, s)) * in_flight;
        held += pd_wide(pd_scenario_cost(scenario, PD_COST_WEIGHTS, s)) * in_flight;
    }
    if (work >= PD_NEVER_NS)
        return pd_config_fail(config, PD_KEY_PIPELINE_MINI_BATCHES, error,
                              "device %u would work for %.3g years and the 64-bit clock overflows "
                              "after 292; fewer micro-batches or shorter operations are right",
                              device, (double)work / 1e9 / 86400 / 365.25);
    if (held > G_MAXINT64)
        return pd_config_fail(config, PD_KEY_MEMORY_ACTIVATIONS, error,
                              "device %u could come to hold %.3g bytes, more than 64 bits can tell",
                              device, (double)held);
    return TRUE;
}

static void
fill_durations(PdScenario *scenario)
{
    const gboolean split = scenario->schedule->splits_backward;

    scenario->duration_ns = g_new(gint64, (gsize)scenario->n_stages * PD_N_KINDS);
    for (guint s = 0; s < scenario->n_stages; s++) {
        const gint64 forward = pd_scenario_cost(scenario, PD_COST_FORWARD, s);
        const gint64 weight = pd_scenario_cost(scenario, PD_COST_BACKWARD_WEIGHT, s);
        gint64 *duration = &scenario->duration_ns[(gsize)s * PD_N_KINDS];

        duration[PD_FORWARD] = forward;
        duration[PD_BACKWARD] = pd_scenario_cost(scenario, PD_COST_BACKWARD_INPUT, s) +
                                (split ? 0 : weight) + (scenario->recompute ? forward : 0);
        duration[PD_WEIGHT] = weight;
        duration[PD_UPDATE] = pd_scenario_cost(scenario, PD_COST_UPDATE, s);
    }
}

gboolean
pd_scenario_complete(PdScenario *scenario, const PdConfig *config, const PdCosts *derived,
                     GError **error)
{
    gint64 **values = scenario->costs.values;

    for (PdCost cost = 0; cost < PD_N_COSTS; cost++) {
        values[cost] = copy_or_null(derived->values[cost], pd_cost_n_entries(scenario, cost));
        if (!read_cost(scenario, config, cost, &values[cost], error))
            return FALSE;
    }
    if (!read_backward(scenario, config, error) || !require_compute(scenario, config, error) ||
        !complete_links(scenario, config, error))
        return FALSE;
    for (PdCost cost = 0; cost < PD_N_COSTS; cost++)
        if (values[cost] == NULL && cost != PD_COST_CAPACITY && cost != PD_COST_BANDWIDTH)
            values[cost] = g_new0(gint64, pd_cost_n_entries(scenario, cost));
    for (guint device = 0; device < scenario->n_devices; device++)
        if (!check_totals(scenario, config, device, error))
            return FALSE;
    fill_durations(scenario);
    return TRUE;
}

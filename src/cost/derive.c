#include "derive.h"

#include <math.h>

#include "efficiency.h"
#include "partition.h"
#include "transformer.h"

#define MOST_LAYERS 100000

/* A model on the stages of a pipeline, and the hardware under it. Arrays per stage. */
typedef struct {
    const PdScenario *scenario;
    const PdConfig *config;
    PdTransformer model;
    PdPart *parts;
    double *flops_per_s; /* achieved; NULL where the hardware's compute is not known */
    double *bytes_per_s; /* of memory; NULL where it is not known */
} Derivation;

static void
derivation_clear(Derivation *self)
{
    g_free(self->parts);
    g_free(self->flops_per_s);
    g_free(self->bytes_per_s);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Derivation, derivation_clear)

/* One value, or one per device, for each stage; *values stays NULL where the key is absent. */
static gboolean
read_per_stage(const Derivation *self, PdKey key, double **values, GError **error)
{
    const PdScenario *scenario = self->scenario;
    const gboolean real = pd_key_row(key)->type == PD_TYPE_REAL;
    guint n;
    g_autofree gint64 *quantities = real ? NULL : pd_config_quantities(self->config, key, &n);
    g_autofree double *reals = real ? pd_config_reals(self->config, key, &n) : NULL;

    if (n == 0)
        return TRUE;
    if (!pd_config_check_length(self->config, key, n, scenario->n_devices, "device", error))
        return FALSE;
    *values = g_new(double, scenario->n_stages);
    for (guint s = 0; s < scenario->n_stages; s++) {
        const guint i = n == 1 ? 0 : s % n;

        (*values)[s] = real ? reals[i] : (double)quantities[i];
    }
    return TRUE;
}

/* What devices achieve: plain shares, or for all of them what the size of a micro-batch allows. */
static gboolean
read_efficiency(const Derivation *self, double **values, GError **error)
{
    const PdKey key = PD_KEY_HARDWARE_EFFICIENCY;
    const PdScenario *scenario = self->scenario;
    guint n;
    g_autofree PdPoint *curve = pd_config_curve(self->config, key, &n);

    if (n == 0)
        return read_per_stage(self, key, values, error);
    *values = g_new(double, scenario->n_stages);
    for (guint s = 0; s < scenario->n_stages; s++)
        (*values)[s] = pd_efficiency_at(curve, n, scenario->micro_batch_size);
    return TRUE;
}

static gboolean
read_hardware(Derivation *self, GError **error)
{
    g_autofree double *efficiency = NULL;

    if (!read_per_stage(self, PD_KEY_HARDWARE_COMPUTE, &self->flops_per_s, error) ||
        !read_efficiency(self, &efficiency, error) ||
        !read_per_stage(self, PD_KEY_HARDWARE_MEMORY_BANDWIDTH, &self->bytes_per_s, error))
        return FALSE;
    for (guint s = 0; self->bytes_per_s != NULL && s < self->scenario->n_stages; s++)
        self->bytes_per_s[s] /= 8;
    if (self->flops_per_s == NULL)
        return TRUE;
    if (efficiency == NULL)
        return pd_config_fail(
            self->config, PD_KEY_HARDWARE_EFFICIENCY, error,
            "this key is missing beside compute; write the share of the peak that "
            "the model achieves, such as 0.45");
    for (guint s = 0; s < self->scenario->n_stages; s++)
        self->flops_per_s[s] *= efficiency[s];
    return TRUE;
}

/* All FLOPs that a part needs per micro-batch: what the partition balances. */
static double
part_flops(const Derivation *self, PdPart part)
{
    const double forward = pd_transformer_forward_flops(&self->model, part);

    return forward * (self->scenario->recompute ? 2 : 1) +
           pd_transformer_input_flops(&self->model, part) +
           pd_transformer_weight_flops(&self->model, part);
}

static gint64 *
balance(const Derivation *self, gint64 n_layers)
{
    const guint n = self->scenario->n_stages;
    g_autofree double *layer_time = g_new(double, n), *fixed_time = g_new(double, n);

    for (guint s = 0; s < n; s++) {
        /* without a hardware, devices are taken to be alike */
        const double rate = self->flops_per_s != NULL ? self->flops_per_s[s] : 1;
        const PdPart rest = { 0, s == 0, s == n - 1 };

        layer_time[s] = part_flops(self, (PdPart){ .layers = 1 }) / rate;
        fixed_time[s] = part_flops(self, rest) / rate;
    }
    return pd_partition_balance(n_layers, n, layer_time, fixed_time);
}

static gint64 *
listed(const Derivation *self, gint64 n_layers, GError **error)
{
    const PdKey key = PD_KEY_MODEL_PARTITION;
    const PdScenario *scenario = self->scenario;
    g_auto(GStrv) items = pd_list_split(pd_config_text(self->config, key));
    const guint n = g_strv_length(items);
    g_autofree gint64 *given = g_new(gint64, n), *layers = NULL;
    gint64 sum = 0;

    if (n != scenario->n_devices && n != scenario->n_stages) {
        pd_config_fail(self->config, key, error,
                       "has %u values; auto or %u numbers of layers are right", n,
                       scenario->n_devices);
        return NULL;
    }
    for (guint i = 0; i < n; i++) {
        if (!pd_quantity_parse(items[i], PD_COUNT, &given[i], error)) {
            pd_config_prefix(self->config, key, error);
            return NULL;
        }
        sum += MIN(given[i], n_layers + 1);
    }
    if (sum != n_layers) {
        pd_config_fail(self->config, key, error,
                       "does not sum to the model's %" G_GINT64_FORMAT " layers", n_layers);
        return NULL;
    }
    layers = pd_scenario_spread(scenario, given, n, TRUE);
    for (guint s = 0; s < scenario->n_stages; s++) {
        if (layers[s] > 0)
            continue;
        pd_config_fail(self->config, key, error,
                       "leaves stage %u without a layer; each of the %u stages needs one", s,
                       scenario->n_stages);
        return NULL;
    }
    return g_steal_pointer(&layers);
}

static gint64 *
partition(const Derivation *self, GError **error)
{
    const gint64 n_layers = pd_config_quantity(self->config, PD_KEY_MODEL_LAYERS, 0);
    const guint n_stages = self->scenario->n_stages;

    if (n_layers > MOST_LAYERS) {
        pd_config_fail(self->config, PD_KEY_MODEL_LAYERS, error,
                       "%" G_GINT64_FORMAT " is more than the %d layers that a model may have",
                       n_layers, MOST_LAYERS);
        return NULL;
    }
    if (n_layers < (gint64)n_stages) {
        pd_config_fail(self->config, PD_KEY_PIPELINE_DEVICES, error,
                       "%u stages are more than the model's %" G_GINT64_FORMAT " layers; each "
                       "stage needs one",
                       n_stages, n_layers);
        return NULL;
    }
    return pd_config_has(self->config, PD_KEY_MODEL_PARTITION) &&
                   !pd_config_is(self->config, PD_KEY_MODEL_PARTITION, "auto")
               ? listed(self, n_layers, error)
               : balance(self, n_layers);
}

/* Round to the nearest whole number, half up. FALSE where 64 bits cannot hold it. */
static gboolean
store(gint64 *values, guint index, double value)
{
    if (!(value < 9.2e18))
        return FALSE;
    values[index] = (gint64)floor(value + 0.5);
    return TRUE;
}

static gboolean
derive_memory(const Derivation *self, gint64 **values, guint s)
{
    const PdTransformer *model = &self->model;
    const double parameters = pd_transformer_parameters(model, self->parts[s]);

    return store(values[PD_COST_WEIGHTS], s, parameters * model->weight_bytes) &&
           store(values[PD_COST_GRADIENTS], s, parameters * model->gradient_bytes) &&
           store(values[PD_COST_OPTIMIZER], s, parameters * model->optimizer_bytes) &&
           store(values[PD_COST_ACTIVATIONS], s,
                 pd_transformer_activation_bytes(model, self->parts[s])) &&
           store(values[PD_COST_INPUTS], s, pd_transformer_input_bytes(model, self->parts[s]));
}

static gboolean
derive_times(const Derivation *self, gint64 **values, guint s)
{
    const PdTransformer *model = &self->model;
    const PdPart part = self->parts[s];
    const double ns = (double)PD_NS_PER_S;

    if (self->flops_per_s != NULL) {
        const double rate = self->flops_per_s[s];

        if (!store(values[PD_COST_FORWARD], s,
                   pd_transformer_forward_flops(model, part) * ns / rate) ||
            !store(values[PD_COST_BACKWARD_INPUT], s,
                   pd_transformer_input_flops(model, part) * ns / rate) ||
            !store(values[PD_COST_BACKWARD_WEIGHT], s,
                   pd_transformer_weight_flops(model, part) * ns / rate))
            return FALSE;
    }
    return self->bytes_per_s == NULL ||
           store(values[PD_COST_UPDATE], s,
                 pd_transformer_parameters(model, part) * pd_transformer_update_bytes(model) * ns /
                     self->bytes_per_s[s]);
}

static gboolean
derive_stages(const Derivation *self, PdCosts *costs, GError **error)
{
    const guint n = self->scenario->n_stages;
    const PdCost last = PD_COST_INPUTS;

    for (PdCost cost = 0; cost <= last; cost++) {
        const gboolean compute = cost <= PD_COST_BACKWARD_WEIGHT;

        if ((compute && self->flops_per_s == NULL) ||
            (cost == PD_COST_UPDATE && self->bytes_per_s == NULL))
            continue;
        costs->values[cost] = g_new0(gint64, n);
    }
    for (guint s = 0; s < n; s++)
        if (!derive_memory(self, costs->values, s) || !derive_times(self, costs->values, s))
            return pd_config_fail(self->config, PD_KEY_MODEL_HIDDEN, error,
                                  "the model's costs are larger than 64 bits can hold");
    return TRUE;
}

static gboolean
derive_messages(const Derivation *self, PdCosts *costs, GError **error)
{
    const guint n = self->scenario->n_links;

    costs->values[PD_COST_MESSAGE] = g_new0(gint64, n);
    for (guint link = 0; link < n; link++)
        if (!store(costs->values[PD_COST_MESSAGE], link,
                   pd_transformer_message_bytes(&self->model)))
            return pd_config_fail(self->config, PD_KEY_MODEL_HIDDEN, error,
                                  "the model's messages are larger than 64 bits can hold");
    return TRUE;
}

/* Links and capacities: the hardware's numbers as they are, one for all or a list. */
static gboolean
derive_hardware(const Derivation *self, PdCosts *costs, GError **error)
{
    const guint n_links = self->scenario->n_links;

    return pd_config_entries(self->config, PD_KEY_HARDWARE_MEMORY, self->scenario->n_devices,
                             "device", &costs->values[PD_COST_CAPACITY], error) &&
           pd_config_entries(self->config, PD_KEY_HARDWARE_LINK_LATENCY, n_links, "link",
                             &costs->values[PD_COST_LATENCY], error) &&
           pd_config_entries(self->config, PD_KEY_HARDWARE_LINK_BANDWIDTH, n_links, "link",
                             &costs->values[PD_COST_BANDWIDTH], error);
}

static gboolean
derive_model(Derivation *self, PdCosts *costs, gint64 **layers, GError **error)
{
    const guint n = self->scenario->n_stages;

    if (!pd_transformer_read(&self->model, self->config, self->scenario->micro_batch_size, error))
        return FALSE;
    *layers = partition(self, error);
    if (*layers == NULL)
        return FALSE;
    self->parts = g_new(PdPart, n);
    for (guint s = 0; s < n; s++)
        self->parts[s] = (PdPart){ (*layers)[s], s == 0, s == n - 1 };
    return derive_stages(self, costs, error) && derive_messages(self, costs, error);
}

gboolean
pd_costs_derive(PdCosts *costs, PdScenario *scenario, const PdConfig *config, GError **error)
{
    g_auto(Derivation) self = { .scenario = scenario, .config = config };

    if (!read_hardware(&self, error) || !derive_hardware(&self, costs, error))
        return FALSE;
    if (!pd_config_has_section(config, PD_KEY_MODEL_FILE))
        return TRUE;
    if (!derive_model(&self, costs, &scenario->layers, error))
        return FALSE;
    if (self.model.sequences * self.model.context < 9.2e18)
        scenario->tokens = (gint64)(self.model.sequences * self.model.context);
    return TRUE;
}

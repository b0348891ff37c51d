#include "scalars.h"

#include <string.h>

#include "version.h"

/* One function per name; the shape is the same for all that are a field of the report. */
#define FIELD(name, make, field)                                                                   \
    static PdValue name(const PdReport *report)                                                    \
    {                                                                                              \
        return make(report->field);                                                                \
    }

FIELD(title, pd_value_text, title)
FIELD(schedule, pd_value_text, schedule)
FIELD(executor, pd_value_text, executor)
FIELD(stages_count, pd_value_integer, n_stages)
FIELD(devices_count, pd_value_integer, n_devices)
FIELD(micro_batches, pd_value_integer, micro_batches)
FIELD(makespan_ns, pd_value_integer, makespan_ns)
FIELD(updates, pd_value_integer, updates)
FIELD(throughput_micro_batches_per_s, pd_value_real, throughput_micro_batches_per_s)
FIELD(throughput_tokens_per_s, pd_value_real, throughput_tokens_per_s)
FIELD(max_peak_memory_bytes, pd_value_integer, max_peak_memory_bytes)
FIELD(bubble_fraction, pd_value_real, bubble_fraction)
FIELD(bubble_overhead, pd_value_real, bubble_overhead)
FIELD(steady_bubble_fraction, pd_value_real, steady_bubble_fraction)
FIELD(max_crossing, pd_value_integer, max_crossing)
FIELD(max_mismatch, pd_value_integer, max_mismatch)
FIELD(crossing_bound, pd_value_integer, crossing_bound)

static PdValue
schema(G_GNUC_UNUSED const PdReport *report)
{
    return pd_value_text("pipedrift.report/1");
}

static PdValue
version(G_GNUC_UNUSED const PdReport *report)
{
    return pd_value_text(PD_VERSION);
}

static PdValue
fits_memory(const PdReport *report)
{
    return (PdValue){ .type = PD_VALUE_BOOLEAN,
                      .integer = report->has_capacity ? report->fits_memory : -1 };
}

const PdScalar pd_scalars[] = {
    { "schema", PD_VALUE_TEXT, schema },
    { "version", PD_VALUE_TEXT, version },
    { "title", PD_VALUE_TEXT, title },
    { "schedule", PD_VALUE_TEXT, schedule },
    { "executor", PD_VALUE_TEXT, executor },
    { "stages_count", PD_VALUE_INTEGER, stages_count },
    { "devices_count", PD_VALUE_INTEGER, devices_count },
    { "micro_batches", PD_VALUE_INTEGER, micro_batches },
    { "makespan_ns", PD_VALUE_INTEGER, makespan_ns },
    { "updates", PD_VALUE_INTEGER, updates },
    { "throughput_micro_batches_per_s", PD_VALUE_REAL, throughput_micro_batches_per_s },
    { "throughput_tokens_per_s", PD_VALUE_REAL, throughput_tokens_per_s },
    { "max_peak_memory_bytes", PD_VALUE_INTEGER, max_peak_memory_bytes },
    { "bubble_fraction", PD_VALUE_REAL, bubble_fraction },
    { "bubble_overhead", PD_VALUE_REAL, bubble_overhead },
    { "steady_bubble_fraction", PD_VALUE_REAL, steady_bubble_fraction },
    { "max_crossing", PD_VALUE_INTEGER, max_crossing },
    { "max_mismatch", PD_VALUE_INTEGER, max_mismatch },
    { "crossing_bound", PD_VALUE_INTEGER, crossing_bound },
    { "fits_memory", PD_VALUE_BOOLEAN, fits_memory },
    { NULL, PD_VALUE_TEXT, NULL },
};

guint
pd_n_scalars(void)
{
    return G_N_ELEMENTS(pd_scalars) - 1;
}

gboolean
pd_scalar_find(const char *name, guint *scalar)
{
    for (*scalar = 0; pd_scalars[*scalar].name != NULL; (*scalar)++)
        if (strcmp(pd_scalars[*scalar].name, name) == 0)
            return TRUE;
    return FALSE;
}

guint
pd_scalar_number(const char *name)
{
    guint scalar = 0;
    const gboolean found = pd_scalar_find(name, &scalar);

    g_assert(found);
    return scalar;
}

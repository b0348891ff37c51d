#include "scalars.h"

#include "version.h"

static PdScalarValue
text(const char *value)
{
    return (PdScalarValue){ .type = PD_SCALAR_TEXT, .text = value };
}

static PdScalarValue
integer(gint64 value)
{
    return (PdScalarValue){ .type = PD_SCALAR_INTEGER, .integer = value };
}

static PdScalarValue
real(double value)
{
    return (PdScalarValue){ .type = PD_SCALAR_REAL, .real = value };
}

/* One function per name; the shape is the same for all that are a field of the report. */
#define FIELD(name, make, field)                                                                   \
    static PdScalarValue name(const PdReport *report)                                              \
    {                                                                                              \
        return make(report->field);                                                                \
    }

FIELD(title, text, title)
FIELD(schedule, text, schedule)
FIELD(executor, text, executor)
FIELD(stages_count, integer, n_stages)
FIELD(devices_count, integer, n_devices)
FIELD(micro_batches, integer, micro_batches)
FIELD(makespan_ns, integer, makespan_ns)
FIELD(updates, integer, updates)
FIELD(throughput_micro_batches_per_s, real, throughput_micro_batches_per_s)
FIELD(throughput_tokens_per_s, real, throughput_tokens_per_s)
FIELD(max_peak_memory_bytes, integer, max_peak_memory_bytes)
FIELD(bubble_fraction, real, bubble_fraction)
FIELD(bubble_overhead, real, bubble_overhead)
FIELD(steady_bubble_fraction, real, steady_bubble_fraction)
FIELD(max_crossing, integer, max_crossing)
FIELD(max_mismatch, integer, max_mismatch)
FIELD(crossing_bound, integer, crossing_bound)

static PdScalarValue
schema(G_GNUC_UNUSED const PdReport *report)
{
    return text("pipedrift.report/1");
}

static PdScalarValue
version(G_GNUC_UNUSED const PdReport *report)
{
    return text(PD_VERSION);
}

static PdScalarValue
fits_memory(const PdReport *report)
{
    return (PdScalarValue){ .type = PD_SCALAR_BOOLEAN,
                            .integer = report->has_capacity ? report->fits_memory : -1 };
}

const PdScalar pd_scalars[] = {
    { "schema", schema },
    { "version", version },
    { "title", title },
    { "schedule", schedule },
    { "executor", executor },
    { "stages_count", stages_count },
    { "devices_count", devices_count },
    { "micro_batches", micro_batches },
    { "makespan_ns", makespan_ns },
    { "updates", updates },
    { "throughput_micro_batches_per_s", throughput_micro_batches_per_s },
    { "throughput_tokens_per_s", throughput_tokens_per_s },
    { "max_peak_memory_bytes", max_peak_memory_bytes },
    { "bubble_fraction", bubble_fraction },
    { "bubble_overhead", bubble_overhead },
    { "steady_bubble_fraction", steady_bubble_fraction },
    { "max_crossing", max_crossing },
    { "max_mismatch", max_mismatch },
    { "crossing_bound", crossing_bound },
    { "fits_memory", fits_memory },
    { NULL, NULL },
};

#include "trace.h"

#include "device.h"
#include "line.h"

/* The tracks of a device; numbers are all different and none is 0, which Perfetto takes for the
 * idle process of a system. */
#define PROCESS(device)    ((gint64)(device) + 1)
#define OPERATIONS(device) (2 * (gint64)(device) + 1)
#define IDLE(device)       (2 * (gint64)(device) + 2)

static const char *const categories[PD_N_KINDS] = {
    [PD_FORWARD] = "forward",
    [PD_BACKWARD] = "backward",
    [PD_WEIGHT] = "weight gradient",
    [PD_UPDATE] = "update",
};

/* --- pieces ----------------------------------------------------------------------------------- */

/* Add "name":value behind a comma. */
static void
add_number(PdLine *line, const char *name, gint64 value)
{
    pd_line_add(line, ",\"");
    pd_line_add(line, name);
    pd_line_add(line, "\":");
    pd_line_add_number(line, value);
}

static void
add_us(PdLine *line, const char *name, gint64 ns)
{
    pd_line_add(line, ",\"");
    pd_line_add(line, name);
    pd_line_add(line, "\":");
    pd_line_add_us(line, ns);
}

/* Begin an event up to its name. phase: its kind, a letter of the format. */
static void
begin_event(PdLine *line, const char *phase, guint device, gint64 at_ns)
{
    pd_line_add(line, ",\n{\"ph\":\"");
    pd_line_add(line, phase);
    pd_line_add(line, "\"");
    add_number(line, "pid", PROCESS(device));
    add_us(line, "ts", at_ns);
    pd_line_add(line, ",\"name\":\"");
}

/* --- slices ----------------------------------------------------------------------------------- */

/* Viewers colour slices by their names without the numbers in them. */
static void
add_slice(const PdTrace *self, PdLine *line, const PdEvent *event)
{
    const PdOperation operation = event->operation;

    begin_event(line, "X", event->device, event->start_ns);
    pd_line_add(line, pd_kind_letter(operation.kind));
    pd_line_add_number(line, operation.micro_batch);
    if (self->scenario->n_virtual > 1) {
        pd_line_add(line, ".");
        pd_line_add_number(line, operation.stage);
    }
    pd_line_add(line, "\",\"cat\":\"");
    pd_line_add(line, categories[operation.kind]);
    pd_line_add(line, "\"");
    add_number(line, "tid", OPERATIONS(event->device));
    add_us(line, "dur", event->end_ns - event->start_ns);
    pd_line_add(line, ",\"args\":{\"micro_batch\":");
    pd_line_add_number(line, operation.micro_batch);
    add_number(line, "stage", operation.stage);
    add_number(line, "version", event->version);
    if (operation.kind != PD_UPDATE) {
        add_number(line, "forward_version", event->forward_version);
        add_number(line, "crossing", event->version - event->forward_version);
    }
    pd_line_add(line, "}}");
}

static void
add_idle(PdLine *line, const PdEvent *event)
{
    begin_event(line, "X", event->device, event->start_ns);
    pd_line_add(line, pd_cause_name(event->operation.cause));
    pd_line_add(line, "\",\"cat\":\"idle\"");
    add_number(line, "tid", IDLE(event->device));
    add_us(line, "dur", event->end_ns - event->start_ns);
    pd_line_add(line, "}");
}

/* --- flows ------------------------------------------------------------------------------------ */

/*
 * One end of the way of a message: 's' where it leaves, 'f' where it is used. A message is known by
 * what it is and by the micro-batch and the stage that receives it. An end binds to the slice that
 * encloses it, so a start lies just before its slice's end.
 */
static void
add_flow(PdLine *line, const char *end, gboolean gradient, gint64 micro_batch, guint stage,
         guint device, gint64 at_ns)
{
    begin_event(line, end, device, at_ns);
    pd_line_add(line, gradient ? "gradient\",\"cat\":\"message\",\"id\":\"g"
                               : "activation\",\"cat\":\"message\",\"id\":\"a");
    pd_line_add_number(line, micro_batch);
    pd_line_add(line, ".");
    pd_line_add_number(line, stage);
    pd_line_add(line, "\"");
    add_number(line, "tid", OPERATIONS(device));
    pd_line_add(line, *end == 'f' ? ",\"bp\":\"e\"}" : "}");
}

static void
add_flows(const PdTrace *self, PdLine *line, const PdEvent *event)
{
    const PdOperation operation = event->operation;
    const PdMessage message = pd_message_of(self->scenario, operation);
    const gboolean gradient = operation.kind == PD_BACKWARD;
    const guint last = self->scenario->n_stages - 1;

    if (operation.kind > PD_BACKWARD)
        return;
    if (gradient ? operation.stage < last : operation.stage > 0)
        add_flow(line, "f", gradient, operation.micro_batch, operation.stage, event->device,
                 event->start_ns);
    if (pd_message_carries(message, operation))
        add_flow(line, "s", gradient, operation.micro_batch, message.stage, event->device,
                 MAX(event->end_ns - 1, event->start_ns));
}

/* --- counters --------------------------------------------------------------------------------- */

/* Whether any device comes to hold something of a part. */
static gboolean
has_part(const PdTrace *self, PdMemoryPart part)
{
    const PdScenario *scenario = self->scenario;
    gboolean has =
        part == PD_PART_ACTIVATIONS || (part == PD_PART_STASHED_WEIGHTS && scenario->stash);

    for (guint device = 0; device < scenario->n_devices; device++)
        has = has || self->memory.devices[device].parts_bytes[part] > 0;
    return has;
}

/* All bytes, and what they are made of, in a counter of their own so that it can be stacked. */
static void
add_memory(const PdTrace *self, PdLine *line, const PdDeviceMemory *memory, guint device,
           gint64 at_ns)
{
    begin_event(line, "C", device, at_ns);
    pd_line_add(line, "memory\",\"args\":{\"bytes\":");
    pd_line_add_number(line, memory->held_bytes);
    pd_line_add(line, "}}");
    begin_event(line, "C", device, at_ns);
    pd_line_add(line, "memory by part\",\"args\":{\"activations\":");
    pd_line_add_number(line, memory->parts_bytes[PD_PART_ACTIVATIONS]);
    for (PdMemoryPart part = 0; part < PD_N_PARTS; part++)
        if (self->has_part[part] && part != PD_PART_ACTIVATIONS)
            add_number(line, pd_memory_part_name(part), memory->parts_bytes[part]);
    pd_line_add(line, "}}");
}

static void
add_in_flight(const PdTrace *self, PdLine *line, guint device, gint64 at_ns)
{
    begin_event(line, "C", device, at_ns);
    pd_line_add(line, "in flight\",\"args\":{\"micro_batches\":");
    pd_line_add_number(line, self->in_flight[device]);
    pd_line_add(line, "}}");
}

/*
 * What an operation takes it holds from its start, what it gives back it holds to its end; a
 * backward that computes its activations again does both. A counter stays as it is until it is told
 * anew.
 */
static void
count_memory(PdTrace *self, PdLine *line, const PdEvent *event)
{
    const PdScenario *scenario = self->scenario;
    const PdOperation operation = event->operation;
    const PdDeviceMemory *memory = &self->memory.devices[event->device];
    PdDeviceMemory told = *memory;

    if (scenario->recompute && operation.kind == PD_BACKWARD) {
        const gint64 bytes = pd_scenario_cost(scenario, PD_COST_ACTIVATIONS, operation.stage);

        told.held_bytes += bytes;
        told.parts_bytes[PD_PART_ACTIVATIONS] += bytes;
        add_memory(self, line, &told, event->device, event->start_ns);
    }
    self->memory.sink.consume(&self->memory.sink, event, 1);
    if (memory->held_bytes != told.held_bytes)
        add_memory(self, line, memory, event->device,
                   operation.kind == PD_FORWARD ? event->start_ns : event->end_ns);
}

static void
count_in_flight(PdTrace *self, PdLine *line, const PdEvent *event)
{
    const PdKind last = self->scenario->schedule->splits_backward ? PD_WEIGHT : PD_BACKWARD;
    const gboolean begins = event->operation.kind == PD_FORWARD;

    if (!begins && event->operation.kind != last)
        return;
    self->in_flight[event->device] += begins ? 1 : -1;
    add_in_flight(self, line, event->device, begins ? event->start_ns : event->end_ns);
}

/* --- the trace -------------------------------------------------------------------------------- */

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    PdTrace *self = (PdTrace *)sink;
    PdLine line;

    line.n = 0;
    for (const PdEvent *event = events; event < events + n; event++) {
        if (pd_event_is_wait(event)) {
            if (self->idle)
                add_idle(&line, event);
        } else {
            add_slice(self, &line, event);
            add_flows(self, &line, event);
            count_memory(self, &line, event);
            count_in_flight(self, &line, event);
        }
        pd_line_put(&line, self->output.file);
    }
}

/* "device 1: stages 1, 5". */
static char *
device_name(const PdScenario *scenario, guint device)
{
    GString *name = g_string_new(NULL);

    g_string_append_printf(name, "device %u: stage%s", device, scenario->n_virtual > 1 ? "s" : "");
    for (guint s = device; s < scenario->n_stages; s += scenario->n_devices)
        g_string_append_printf(name, "%s %u", s == device ? "" : ",", s);
    return g_string_free(name, FALSE);
}

static void
put_name(PdTrace *self, const char *separator, const char *of, guint device, gint64 track,
         const char *name)
{
    fprintf(self->output.file,
            "%s{\"ph\":\"M\",\"name\":\"%s\",\"pid\":%" G_GINT64_FORMAT ",\"tid\":%" G_GINT64_FORMAT
            ",\"args\":{\"name\":\"%s\"}}",
            separator, of, PROCESS(device), track, name);
}

static void
put_names(PdTrace *self)
{
    PdLine line;

    line.n = 0;
    for (guint device = 0; device < self->scenario->n_devices; device++) {
        g_autofree char *name = device_name(self->scenario, device);

        put_name(self, device == 0 ? "" : ",\n", "process_name", device, OPERATIONS(device), name);
        put_name(self, ",\n", "thread_name", device, OPERATIONS(device), "operations");
        if (self->idle)
            put_name(self, ",\n", "thread_name", device, IDLE(device), "idle");
        add_memory(self, &line, &self->memory.devices[device], device, 0);
        add_in_flight(self, &line, device, 0);
        pd_line_put(&line, self->output.file);
    }
}

gboolean
pd_trace_init(PdTrace *trace, const PdScenario *scenario, const char *path, gboolean idle,
              GError **error)
{
    *trace = (PdTrace){
        .sink.consume = consume,
        .scenario = scenario,
        .idle = idle,
        .in_flight = g_new0(gint64, scenario->n_devices),
    };
    pd_memory_ledger_init(&trace->memory, scenario);
    for (PdMemoryPart part = 0; part < PD_N_PARTS; part++)
        trace->has_part[part] = has_part(trace, part);
    if (!pd_output_begin(&trace->output, path, error))
        return FALSE;
    fputs("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n", trace->output.file);
    put_names(trace);
    return TRUE;
}

gboolean
pd_trace_end(PdTrace *trace, GError **error)
{
    fputs("\n]}\n", trace->output.file);
    return pd_output_end(&trace->output, error);
}

void
pd_trace_clear(PdTrace *trace)
{
    pd_output_clear(&trace->output);
    if (trace->scenario != NULL)
        pd_memory_ledger_clear(&trace->memory);
    g_free(trace->in_flight);
}

#include "trace.h"

#include "device.h"

enum { OPERATIONS, IDLE }; /* threads of a device's process */

/* A time in µs, without binary floating point on the way. */
#define US        "%" G_GINT64_FORMAT ".%03d"
#define AS_US(ns) (ns) / 1000, (int)((ns) % 1000)

static const char *const categories[PD_N_KINDS] = {
    [PD_FORWARD] = "forward",
    [PD_BACKWARD] = "backward",
    [PD_WEIGHT] = "weight gradient",
    [PD_UPDATE] = "update",
};

static void put(PdTrace *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
put(PdTrace *self, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vfprintf(self->output.file, format, arguments);
    va_end(arguments);
}

/* --- slices ----------------------------------------------------------------------------------- */

static void
put_slice(PdTrace *self, const PdEvent *event)
{
    const PdOperation operation = event->operation;
    const gboolean update = operation.kind == PD_UPDATE;

    put(self,
        ",\n{\"ph\":\"X\",\"name\":\"%s%" G_GINT64_FORMAT "\",\"cat\":\"%s\",\"pid\":%u,\"tid\":%d,"
        "\"ts\":" US ",\"dur\":" US ",\"args\":{\"micro_batch\":%" G_GINT64_FORMAT ",\"stage\":%u,",
        pd_kind_letter(operation.kind), operation.micro_batch, categories[operation.kind],
        event->device, OPERATIONS, AS_US(event->start_ns), AS_US(event->end_ns - event->start_ns),
        operation.micro_batch, operation.stage);
    if (update)
        put(self, "\"version\":%" G_GINT64_FORMAT "}}", event->version);
    else
        put(self,
            "\"version\":%" G_GINT64_FORMAT ",\"forward_version\":%" G_GINT64_FORMAT
            ",\"crossing\":%" G_GINT64_FORMAT "}}",
            event->version, event->forward_version, event->version - event->forward_version);
}

static void
put_idle(PdTrace *self, const PdEvent *event)
{
    put(self,
        ",\n{\"ph\":\"X\",\"name\":\"%s\",\"cat\":\"idle\",\"pid\":%u,\"tid\":%d,\"ts\":" US
        ",\"dur\":" US "}",
        pd_cause_name(event->operation.cause), event->device, IDLE, AS_US(event->start_ns),
        AS_US(event->end_ns - event->start_ns));
}

/* --- flows ------------------------------------------------------------------------------------ */

/*
 * One end of the way of a message: 's' where it leaves, 'f' where it is used. A message is known by
 * what it is and by the micro-batch and the stage that receives it. An end binds to the slice that
 * encloses it, so a start lies just before its slice's end.
 */
static void
put_flow(PdTrace *self, char end, gboolean gradient, gint64 micro_batch, guint stage, guint device,
         gint64 at_ns)
{
    put(self,
        ",\n{\"ph\":\"%c\",\"name\":\"%s\",\"cat\":\"message\",\"id\":\"%c%" G_GINT64_FORMAT
        ".%u\",\"pid\":%u,\"tid\":%d,\"ts\":" US "%s}",
        end, gradient ? "gradient" : "activation", gradient ? 'g' : 'a', micro_batch, stage, device,
        OPERATIONS, AS_US(at_ns), end == 'f' ? ",\"bp\":\"e\"" : "");
}

static void
put_flows(PdTrace *self, const PdEvent *event)
{
    const PdOperation operation = event->operation;
    const PdMessage message = pd_message_of(self->scenario, operation);
    const gboolean gradient = operation.kind == PD_BACKWARD;
    const guint last = self->scenario->n_stages - 1;

    if (operation.kind > PD_BACKWARD)
        return;
    if (gradient ? operation.stage < last : operation.stage > 0)
        put_flow(self, 'f', gradient, operation.micro_batch, operation.stage, event->device,
                 event->start_ns);
    if (pd_message_carries(message, operation))
        put_flow(self, 's', gradient, operation.micro_batch, message.stage, event->device,
                 MAX(event->end_ns - 1, event->start_ns));
}

/* --- counters --------------------------------------------------------------------------------- */

static void
put_counters(PdTrace *self, guint device, gint64 at_ns)
{
    put(self,
        ",\n{\"ph\":\"C\",\"name\":\"memory\",\"pid\":%u,\"ts\":" US
        ",\"args\":{\"bytes\":%" G_GINT64_FORMAT "}}",
        device, AS_US(at_ns), self->memory.devices[device].held_bytes);
    put(self,
        ",\n{\"ph\":\"C\",\"name\":\"in flight\",\"pid\":%u,\"ts\":" US
        ",\"args\":{\"micro_batches\":%" G_GINT64_FORMAT "}}",
        device, AS_US(at_ns), self->in_flight[device]);
}

/* What an operation takes it holds from its start, what it gives back it holds to its end. */
static void
count(PdTrace *self, const PdEvent *event)
{
    const PdKind kind = event->operation.kind;
    const PdKind last = self->scenario->schedule->splits_backward ? PD_WEIGHT : PD_BACKWARD;

    self->memory.sink.consume(&self->memory.sink, event, 1);
    self->in_flight[event->device] += kind == PD_FORWARD ? 1 : kind == last ? -1 : 0;
    put_counters(self, event->device, kind == PD_FORWARD ? event->start_ns : event->end_ns);
}

/* --- the trace -------------------------------------------------------------------------------- */

static void
consume(PdSink *sink, const PdEvent *events, gsize n)
{
    PdTrace *self = (PdTrace *)sink;

    for (const PdEvent *event = events; event < events + n; event++) {
        if (pd_event_is_wait(event)) {
            if (self->idle)
                put_idle(self, event);
            continue;
        }
        put_slice(self, event);
        put_flows(self, event);
        count(self, event);
    }
}

static void
put_names(PdTrace *self)
{
    for (guint device = 0; device < self->scenario->n_devices; device++) {
        put(self,
            "%s{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":%u,\"tid\":0,\"args\":{\"name\":"
            "\"device %u\"}}",
            device == 0 ? "" : ",\n", device, device);
        put(self,
            ",\n{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":%u,\"tid\":%d,\"args\":{\"name\":"
            "\"operations\"}}",
            device, OPERATIONS);
        if (self->idle)
            put(self,
                ",\n{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":%u,\"tid\":%d,\"args\":{"
                "\"name\":\"idle\"}}",
                device, IDLE);
        put_counters(self, device, 0);
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
    if (!pd_output_begin(&trace->output, path, error))
        return FALSE;
    put(trace, "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n");
    put_names(trace);
    return TRUE;
}

gboolean
pd_trace_end(PdTrace *trace, GError **error)
{
    put(trace, "\n]}\n");
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

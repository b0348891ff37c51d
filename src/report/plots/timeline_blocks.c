#include "timeline_blocks.h"

#include "script.h"

/* --- boxes ------------------------------------------------------------------------------------ */

static void
put_box(const PdTimelineLayout *layout, GString *script, gint64 start_ns, gint64 end_ns, double top,
        double bottom)
{
    const double row[] = { pd_timeline_x(layout, start_ns), pd_timeline_x(layout, end_ns), top,
                           bottom };

    pd_script_row(script, row, G_N_ELEMENTS(row));
}

/* Boxes of all events that a block is for. */
static void
put_boxes(const PdTimelineLayout *layout, GString *script, const char *name, PdKind kind,
          PdCause cause)
{
    const PdPlot *plot = layout->plot;

    pd_script_begin_block(script, name, 4);
    for (guint r = 0; r < plot->n_runs; r++) {
        const GArray *events = pd_timeline_events_of(&plot->runs[r])->events;

        for (guint i = 0; i < events->len; i++) {
            const PdEvent *event = &g_array_index(events, PdEvent, i);
            const double row = pd_timeline_first_row(layout, r) + event->device;

            if (event->operation.cause == cause &&
                (cause != PD_NOT_WAITING || event->operation.kind == kind))
                put_box(layout, script, event->start_ns, event->end_ns,
                        row + PD_TIMELINE_OPERATIONS_TOP, row + layout->operations_bottom);
        }
    }
    pd_script_end_block(script);
}

static void
put_backgrounds(const PdTimelineLayout *layout, GString *script)
{
    const PdPlot *plot = layout->plot;

    pd_script_begin_block(script, "rows", 4);
    for (guint r = 0; r < plot->n_runs; r++) {
        const gint64 end_ns = MIN(plot->to_ns, plot->runs[r].report->makespan_ns);

        for (guint d = 0; d < plot->runs[r].scenario->n_devices && end_ns > plot->from_ns; d++)
            put_box(layout, script, plot->from_ns, end_ns,
                    pd_timeline_first_row(layout, r) + d + PD_TIMELINE_OPERATIONS_TOP,
                    pd_timeline_first_row(layout, r) + d + layout->operations_bottom);
    }
    pd_script_end_block(script);
}

static void
put_idle(const PdTimelineLayout *layout, GString *script)
{
    for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++) {
        g_autofree char *name = g_strdup_printf("idle_%s", pd_cause_name(cause));

        put_boxes(layout, script, name, PD_N_KINDS, cause);
    }
}

/* --- numbers ---------------------------------------------------------------------------------- */

static void
put_label(const PdTimelineLayout *layout, GString *script, gint64 at_ns, double row,
          const char *prefix, gint64 number)
{
    g_autofree char *text = g_strdup_printf("%s%" G_GINT64_FORMAT, prefix, number);

    pd_script_label(script, pd_timeline_x(layout, at_ns), row, text);
}

static void
put_numbers(const PdTimelineLayout *layout, GString *script)
{
    const PdPlot *plot = layout->plot;

    pd_script_begin_labels(script, "numbers");
    for (guint r = 0; layout->font > 0 && r < plot->n_runs; r++) {
        const GArray *events = pd_timeline_events_of(&plot->runs[r])->events;

        for (guint i = 0; i < events->len; i++) {
            const PdEvent *event = &g_array_index(events, PdEvent, i);

            if (pd_timeline_has_number(event) &&
                pd_timeline_number_fits(layout, event, layout->font))
                put_label(layout, script, event->start_ns / 2 + event->end_ns / 2,
                          pd_timeline_first_row(layout, r) + event->device +
                              (PD_TIMELINE_OPERATIONS_TOP + layout->operations_bottom) / 2,
                          "", event->operation.micro_batch);
        }
    }
    pd_script_end_block(script);
}

/* --- weight versions -------------------------------------------------------------------------- */

typedef void (*PutVersion)(const PdTimelineLayout *layout, GString *script, double row,
                           gint64 from_ns, gint64 to_ns, gint64 version);

static void
put_strip(const PdTimelineLayout *layout, GString *script, double row, gint64 from_ns, gint64 to_ns)
{
    put_box(layout, script, from_ns, to_ns, row + PD_TIMELINE_STRIP_TOP,
            row + PD_TIMELINE_ROW_BOTTOM);
}

static void
put_even(const PdTimelineLayout *layout, GString *script, double row, gint64 from_ns, gint64 to_ns,
         gint64 version)
{
    if (version % 2 == 0)
        put_strip(layout, script, row, from_ns, to_ns);
}

static void
put_odd(const PdTimelineLayout *layout, GString *script, double row, gint64 from_ns, gint64 to_ns,
        gint64 version)
{
    if (version % 2 == 1)
        put_strip(layout, script, row, from_ns, to_ns);
}

static void
put_version_number(const PdTimelineLayout *layout, GString *script, double row, gint64 from_ns,
                   gint64 to_ns, gint64 version)
{
    /* at updates only, not at the window's begin */
    if (from_ns > layout->plot->from_ns &&
        pd_timeline_fits(layout, pd_timeline_digits(version) + 2, to_ns - from_ns,
                         1.4 * (PD_TIMELINE_ROW_BOTTOM - PD_TIMELINE_STRIP_TOP),
                         PD_TIMELINE_SMALLEST_FONT))
        put_label(layout, script, from_ns,
                  row + (PD_TIMELINE_STRIP_TOP + PD_TIMELINE_ROW_BOTTOM) / 2, "v", version);
}

/* Go along the versions of one device's first stage. */
static void
walk_versions(const PdTimelineLayout *layout, GString *script, guint run, guint device,
              PutVersion put)
{
    const PdPlot *plot = layout->plot;
    const PdTimelineEvents *kept = pd_timeline_events_of(&plot->runs[run]);
    const double row = pd_timeline_first_row(layout, run) + device;
    gint64 version = kept->versions[device], since_ns = plot->from_ns;

    for (guint i = 0; i < kept->events->len; i++) {
        const PdEvent *event = &g_array_index(kept->events, PdEvent, i);

        if (event->device != device || event->operation.kind != PD_UPDATE ||
            pd_event_is_wait(event) || event->operation.stage != device)
            continue;
        put(layout, script, row, since_ns, event->end_ns, version);
        version = event->version;
        since_ns = event->end_ns;
    }
    put(layout, script, row, since_ns, MIN(plot->to_ns, plot->runs[run].report->makespan_ns),
        version);
}

/* Go along the versions of all devices, and end the block that was begun for them. */
static void
put_versions(const PdTimelineLayout *layout, GString *script, PutVersion put)
{
    const PdPlot *plot = layout->plot;

    for (guint r = 0; pd_timeline_has_strips(plot) && r < plot->n_runs; r++)
        for (guint d = 0; d < plot->runs[r].scenario->n_devices; d++)
            if (plot->from_ns < plot->runs[r].report->makespan_ns)
                walk_versions(layout, script, r, d, put);
    pd_script_end_block(script);
}

/* --- messages --------------------------------------------------------------------------------- */

/* From the middle of the sender's row to the middle of the receiver's: x, y, x, y. */
static void
put_messages(const PdTimelineLayout *layout, GString *script, const char *name, gboolean gradients)
{
    const PdPlot *plot = layout->plot;
    const double middle = (PD_TIMELINE_OPERATIONS_TOP + layout->operations_bottom) / 2;

    pd_script_begin_block(script, name, 4);
    for (guint r = 0; plot->links && r < plot->n_runs; r++) {
        const GArray *messages = pd_timeline_events_of(&plot->runs[r])->messages;
        const double first = pd_timeline_first_row(layout, r);

        for (guint i = 0; i < messages->len; i++) {
            const PdTimelineMessage *message = &g_array_index(messages, PdTimelineMessage, i);
            const double row[] = { pd_timeline_x(layout, message->sent_ns),
                                   first + message->from + middle,
                                   pd_timeline_x(layout, message->arrival_ns),
                                   first + message->to + middle };

            if (message->gradient == gradients)
                pd_script_row(script, row, G_N_ELEMENTS(row));
        }
    }
    pd_script_end_block(script);
}

/* --- all -------------------------------------------------------------------------------------- */

void
pd_timeline_print_blocks(const PdTimelineLayout *layout, GString *script)
{
    put_backgrounds(layout, script);
    put_boxes(layout, script, "forwards", PD_FORWARD, PD_NOT_WAITING);
    put_boxes(layout, script, "backwards", PD_BACKWARD, PD_NOT_WAITING);
    put_boxes(layout, script, "weight_gradients", PD_WEIGHT, PD_NOT_WAITING);
    put_boxes(layout, script, "updates", PD_UPDATE, PD_NOT_WAITING);
    put_idle(layout, script);
    put_numbers(layout, script);
    pd_script_begin_block(script, "even_versions", 4);
    put_versions(layout, script, put_even);
    pd_script_begin_block(script, "odd_versions", 4);
    put_versions(layout, script, put_odd);
    pd_script_begin_labels(script, "version_numbers");
    put_versions(layout, script, put_version_number);
    put_messages(layout, script, "activations", FALSE);
    put_messages(layout, script, "gradients", TRUE);
}

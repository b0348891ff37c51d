/*
 * What a timeline keeps of a run: the operations and waits inside its window, the weight version
 * that each device begins the window with, and the messages that are under way in it. An event says
 * when a message is sent; when it arrives is what the scenario's link makes of that, also where the
 * run was a real one.
 */
#pragma once

#include "plot.h"

typedef struct {
    guint from, to; /* devices */
    gint64 sent_ns, arrival_ns;
    gboolean gradient;
} PdTimelineMessage;

typedef struct {
    PdSink sink;
    const PdScenario *scenario;
    gint64 from_ns, to_ns;
    gint64 shortest_ns;     /* of what is narrower than a pixel, one per pixel is kept */
    GArray *events;         /* of PdEvent, in the order of the stream; clipped to the window */
    gint64 *versions;       /* per device, of its first stage: at the window's begin */
    gint64 *short_until_ns; /* per device */
    GArray *messages;       /* of PdTimelineMessage, in the order of the stream; NULL: not kept */
    gint64 *link_free_ns;   /* per sender, of its activations, then of its gradients */
} PdTimelineEvents;

/* pixels: how wide the window is drawn. messages: whether they are kept. */
PdTimelineEvents *pd_timeline_events_new(const PdScenario *scenario, gint64 from_ns, gint64 to_ns,
                                         guint pixels, gboolean messages);
void pd_timeline_events_free(PdTimelineEvents *self);

/*
 * The part of a run that tells most: all of it if it is short, else its beginning with the first
 * flush, or, where that is far off, what happens around it.
 *
 * runs: of one model; the first one's costs count.
 * n_slots: how many forwards and backwards of one micro-batch there is room for.
 */
void pd_timeline_window(const PdPlotRun *runs, guint n_runs, gint64 n_slots, gint64 *from_ns,
                        gint64 *to_ns);

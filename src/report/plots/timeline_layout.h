/*
 * Where everything in a timeline lies. The unit of y is a row, of x that of the axis; whether a
 * text fits is a matter of px.
 */
#pragma once

#include "scale.h"
#include "timeline_events.h"

#define PD_TIMELINE_LEFT  84 /* px beside the rows: names of devices */
#define PD_TIMELINE_RIGHT 18

/* The parts of a row: operations above, the strip of weight versions below if there is room. */
#define PD_TIMELINE_OPERATIONS_TOP 0.06
#define PD_TIMELINE_STRIP_TOP      0.72
#define PD_TIMELINE_ROW_BOTTOM     0.94

#define PD_TIMELINE_SMALLEST_FONT 7 /* px */

typedef struct {
    const PdPlot *plot;
    PdScale scale;
    double rows;        /* in all, with gaps */
    double gap;         /* above each run */
    double top, bottom; /* px */
    double row_px;
    double px_per_ns;
    double operations_bottom; /* of a row */
    int font;                 /* px, of the numbers in boxes; 0: none fit */
} PdTimelineLayout;

/* The layout of a plot that is settled and has collected its events. bottom: px below the rows. */
PdTimelineLayout pd_timeline_layout(const PdPlot *plot, guint bottom);

/* The height of a picture that has none, px. */
guint pd_timeline_height(const PdPlot *plot, guint bottom);

/* What a run's collector has kept. (transfer none) */
const PdTimelineEvents *pd_timeline_events_of(const PdPlotRun *run);

/* The devices of the first n runs. */
guint pd_timeline_devices(const PdPlot *plot, guint n_runs);

/* Whether rows are high enough to tell weight versions; of a picture without a size, they will be
 * as high as they can. */
gboolean pd_timeline_has_strips(const PdPlot *plot);

/* Where an instant lies, and where the rows of a run begin. */
double pd_timeline_x(const PdTimelineLayout *layout, gint64 at_ns);
double pd_timeline_first_row(const PdTimelineLayout *layout, guint run);

/* Whether so many characters fit into a box of a row. height: of the box, in rows. font: px. */
gboolean pd_timeline_fits(const PdTimelineLayout *layout, guint n_characters, gint64 length_ns,
                          double height, int font);

/* How many digits a number has. */
guint pd_timeline_digits(gint64 number);

/* Whether an event's box is to have its micro-batch's number, and whether that fits. */
gboolean pd_timeline_has_number(const PdEvent *event);
gboolean pd_timeline_number_fits(const PdTimelineLayout *layout, const PdEvent *event, int font);

/*
 * The blocks of data of a timeline's picture.
 */
#pragma once

#include "timeline_layout.h"

/* Print all that is drawn inside the axes, for plots/timeline.gp. */
void pd_timeline_print_blocks(const PdTimelineLayout *layout, GString *script);

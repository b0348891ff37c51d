/*
 * A part of the time, cut into windows of equal length; the last one may be shorter.
 */
#pragma once

#include <glib.h>

typedef struct {
    gint64 from_ns, to_ns;
    gint64 length_ns;
    guint n; /* 0: the part is empty */
} PdWindows;

/* length_ns: at least 1. */
PdWindows pd_windows(gint64 from_ns, gint64 to_ns, gint64 length_ns);

/* Up to so many windows, as short as that allows. */
PdWindows pd_windows_of(gint64 from_ns, gint64 to_ns, guint most);

/* The window that an instant lies in, the first or the last one for what lies outside. There is
 * one at least. */
guint pd_windows_at(const PdWindows *windows, gint64 at_ns);

gint64 pd_windows_start(const PdWindows *windows, guint window);
gint64 pd_windows_end(const PdWindows *windows, guint window);

#include "windows.h"

PdWindows
pd_windows(gint64 from_ns, gint64 to_ns, gint64 length_ns)
{
    const gint64 span_ns = MAX(to_ns - from_ns, 0);

    return (PdWindows){ from_ns, to_ns, length_ns,
                        (guint)(span_ns / length_ns + (span_ns % length_ns > 0 ? 1 : 0)) };
}

PdWindows
pd_windows_of(gint64 from_ns, gint64 to_ns, guint most)
{
    const gint64 span_ns = MAX(to_ns - from_ns, 0);

    return pd_windows(from_ns, to_ns, MAX(span_ns / most + (span_ns % most > 0 ? 1 : 0), 1));
}

guint
pd_windows_at(const PdWindows *windows, gint64 at_ns)
{
    const gint64 offset_ns = MAX(at_ns - windows->from_ns, 0);

    return (guint)MIN(offset_ns / windows->length_ns, windows->n - 1);
}

gint64
pd_windows_start(const PdWindows *windows, guint window)
{
    return windows->from_ns + window * windows->length_ns;
}

gint64
pd_windows_end(const PdWindows *windows, guint window)
{
    const gint64 start_ns = pd_windows_start(windows, window);

    return windows->to_ns - start_ns < windows->length_ns ? windows->to_ns
                                                          : start_ns + windows->length_ns;
}

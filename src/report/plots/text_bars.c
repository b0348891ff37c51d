#include "text_bars.h"

#include "units.h"

const char *
pd_text_level(double share)
{
    static const char *const levels[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    const guint most = G_N_ELEMENTS(levels) - 1;

    /* what is not nothing shows */
    return !(share > 0) ? levels[0] : levels[CLAMP((guint)(share * most + 0.5), 1, most)];
}

void
pd_text_bar(GString *text, double share, guint columns)
{
    static const char *const ends[] = { " ", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
    const guint eighths = (guint)(CLAMP(share, 0, 1) * 8 * columns + 0.5);
    guint i = 0;

    for (; i < eighths / 8; i++)
        g_string_append(text, "█");
    for (; i < columns; i++)
        g_string_append(text, ends[i == eighths / 8 ? eighths % 8 : 0]);
}

void
pd_text_time_axis(GString *text, gint64 from_ns, gint64 to_ns, guint left, guint n_cells)
{
    g_autofree char *from = pd_duration_format(from_ns);
    g_autofree char *to = pd_duration_format(to_ns);
    const glong room = (glong)n_cells - g_utf8_strlen(from, -1) - g_utf8_strlen(to, -1);

    g_string_append_printf(text, "%*s%s%*s%s\n", (int)left, "", from, (int)MAX(room, 1), "", to);
}

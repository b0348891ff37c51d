#include "text_bars.h"

#include <string.h>

#include "labels.h"
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
pd_text_line(GString *text, guint columns, const char *format, ...)
{
    g_autofree char *line = NULL, *lines = NULL;
    va_list arguments;

    va_start(arguments, format);
    line = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    lines = pd_label_wrap(line, columns);
    g_string_append_printf(text, "%s\n", lines);
}

/* Columns that a line takes, without the escape sequences in it, which end with an m. */
static guint
width_of(const char *line)
{
    guint width = 0;

    for (const char *c = line; *c != '\0'; c = g_utf8_next_char(c)) {
        if (*c != '\033')
            width++;
        else
            while (*c != 'm')
                c++;
    }
    return width;
}

void
pd_text_flow(GString *text, guint columns, const char *format, ...)
{
    static const char between[] = "   ";
    const char *end = strrchr(text->str, '\n');
    const guint before = width_of(end == NULL ? text->str : end + 1);
    g_autofree char *piece = NULL;
    va_list arguments;

    va_start(arguments, format);
    piece = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (before > 0)
        g_string_append(text,
                        before + strlen(between) + width_of(piece) <= columns ? between : "\n");
    g_string_append(text, piece);
}

void
pd_text_time_axis(GString *text, gint64 from_ns, gint64 to_ns, guint left, guint n_cells)
{
    g_autofree char *from = pd_duration_format(from_ns);
    g_autofree char *to = pd_duration_format(to_ns);
    const glong room = (glong)n_cells - g_utf8_strlen(from, -1) - g_utf8_strlen(to, -1);

    g_string_append_printf(text, "%*s%s%*s%s\n", (int)left, "", from, (int)MAX(room, 1), "", to);
}

#include "legend.h"

#include "script.h"

#define LINE      20 /* px from one line to the next */
#define MARGIN    8
#define SWATCH    18 /* with the gap behind it */
#define CHARACTER 7.6
#define GAP       20
#define SIDE      12 /* left free at both sides of the picture */

PdLegendEntry
pd_legend_cause(PdCause cause, gboolean pale)
{
    static const PdLegendEntry full[PD_N_CAUSES] = {
        [PD_STARTUP] = { "start-up", "startup_colour" },
        [PD_ACTIVATION] = { "activation", "activation_colour" },
        [PD_GRADIENT] = { "gradient", "gradient_colour" },
        [PD_IN_FLIGHT_LIMIT] = { "in-flight limit", "in_flight_limit_colour" },
        [PD_PROCESSOR] = { "processor", "processor_colour" },
        [PD_BARRIER] = { "barrier", "barrier_colour" },
        [PD_DRAINED] = { "drained", "drained_colour" },
    };
    static const char *const pale_colours[PD_N_CAUSES] = {
        [PD_STARTUP] = "pale_startup",     [PD_ACTIVATION] = "pale_activation",
        [PD_GRADIENT] = "pale_gradient",   [PD_IN_FLIGHT_LIMIT] = "pale_in_flight_limit",
        [PD_PROCESSOR] = "pale_processor", [PD_BARRIER] = "pale_barrier",
        [PD_DRAINED] = "pale_drained",
    };

    return pale ? (PdLegendEntry){ full[cause].name, pale_colours[cause] } : full[cause];
}

static double
width_of(const PdLegendEntry *entry)
{
    return SWATCH + CHARACTER * (double)g_utf8_strlen(entry->name, -1);
}

/* How many of the entries from the first on go on one line, and how wide it is. */
static guint
fill_line(const PdLegendEntry *entries, guint n, guint width, double *line_width)
{
    guint i = 1;

    *line_width = width_of(&entries[0]);
    for (; i < n && *line_width + GAP + width_of(&entries[i]) <= width - 2.0 * SIDE; i++)
        *line_width += GAP + width_of(&entries[i]);
    return i;
}

static guint
n_lines(const PdLegendEntry *entries, guint n, guint width)
{
    guint lines = 0;
    double line_width;

    for (guint i = 0; i < n; lines++)
        i += fill_line(entries + i, n - i, width, &line_width);
    return lines;
}

guint
pd_legend_height(const PdLegendEntry *entries, guint n, guint width)
{
    return n == 0 ? 0 : MARGIN + LINE * n_lines(entries, n, width);
}

void
pd_legend_print(const PdLegendEntry *entries, guint n, guint width, GString *script)
{
    guint line = n_lines(entries, n, width);
    g_autofree const char **names = g_new(const char *, n);
    g_autofree const char **colours = g_new(const char *, n);
    g_autofree double *left = g_new(double, n), *middle = g_new(double, n);

    for (guint i = 0; i < n; i++) {
        names[i] = entries[i].name;
        colours[i] = entries[i].colour;
    }
    for (guint first = 0; first < n; line--) {
        double line_width, x;
        const guint next = first + fill_line(entries + first, n - first, width, &line_width);

        x = (width - line_width) / 2;
        for (; first < next; first++) {
            left[first] = x;
            middle[first] = MARGIN + LINE * (line - 0.5);
            x += width_of(&entries[first]) + GAP;
        }
    }
    pd_script_integer(script, "legend_n", n);
    pd_script_texts(script, "legend_names", names, n);
    pd_script_texts(script, "legend_colours", colours, n);
    pd_script_reals(script, "legend_x", left, n);
    pd_script_reals(script, "legend_y", middle, n);
}

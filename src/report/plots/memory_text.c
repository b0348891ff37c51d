#include <string.h>

#include "labels.h"
#include "memory.h"
#include "text_bars.h"
#include "text_table.h"
#include "units.h"

#define LEFT       6 /* columns: the device */
#define NAME_SHARE 4 /* in the table, a run's name takes a quarter of the columns at most */

guint
pd_memory_columns(const PdPlot *plot)
{
    return plot->columns - LEFT;
}

static void
draw_device(const PdPlot *plot, GString *text, const PdPlotRun *run, guint device)
{
    const PdHeldWindows *kept = pd_memory_held(run);
    const PdHeld *held = pd_held_windows_of(kept, device);
    const guint n_cells = pd_memory_columns(plot);
    const double cell_ns = (double)(plot->to_ns - plot->from_ns) / n_cells;
    const double most = (double)pd_memory_most_bytes(plot);
    g_autoptr(GString) line = g_string_new(NULL);

    g_string_append_printf(line, "%*u ", LEFT - 1, device);
    for (guint cell = 0; cell < n_cells; cell++) {
        const gint64 at_ns = plot->from_ns + (gint64)((cell + 0.5) * cell_ns);

        if (kept->windows.n == 0 || at_ns >= kept->windows.to_ns)
            break;
        g_string_append(
            line, pd_text_level((double)held[pd_windows_at(&kept->windows, at_ns)].bytes / most));
    }
    g_string_append_printf(text, "%s\n", g_strchomp(line->str));
}

/* Peaks of all devices: a column per device, or per group of them the highest. */
static void
draw_profile(const PdPlot *plot, GString *text)
{
    const PdReport *report = plot->runs[0].report;
    const guint group = (report->n_devices + pd_memory_columns(plot) - 1) / pd_memory_columns(plot);

    g_string_append_printf(text, "\npeaks of all devices, %u a column\n%*s", group, LEFT, "");
    for (guint first = 0; first < report->n_devices; first += group) {
        gint64 peak_bytes = 0;

        for (guint i = first; i < MIN(first + group, report->n_devices); i++)
            peak_bytes = MAX(peak_bytes, report->devices[i].peak_memory_bytes);
        g_string_append(text,
                        pd_text_level((double)peak_bytes / (double)pd_memory_most_bytes(plot)));
    }
    g_string_append_c(text, '\n');
}

/* Whether a part is in any of the peaks that are shown. */
static gboolean
has_part(const PdPlot *plot, PdMemoryPart part)
{
    for (guint i = 0; i < plot->n_runs; i++) {
        guint devices[PD_MEMORY_MOST];
        const guint n = pd_memory_devices(plot, &plot->runs[i], devices);

        for (guint j = 0; j < n; j++)
            if (plot->runs[i].report->devices[devices[j]].peak_memory_parts_bytes[part] > 0)
                return TRUE;
    }
    return FALSE;
}

static void
add_peak(const PdPlot *plot, PdTextTable *table, const PdPlotRun *run, guint device, gboolean parts)
{
    const PdDeviceReport *report = &run->report->devices[device];
    g_autofree char *peak = pd_size_format(report->peak_memory_bytes);
    g_autofree char *name = pd_label_fit(run->name, plot->columns / NAME_SHARE);

    pd_text_table_add(table, plot->n_runs == 1 ? g_strdup_printf("%u", device)
                                               : g_strdup_printf("%s %u", name, device));
    pd_text_table_add(table, g_strdup_printf("%s%s", report->fits ? "" : "! ", peak));
    pd_text_table_add(table, pd_duration_format(report->peak_memory_at_ns));
    for (PdMemoryPart part = 0; parts && part < PD_N_PARTS; part++)
        if (has_part(plot, part))
            pd_text_table_add(table, pd_size_format(report->peak_memory_parts_bytes[part]));
}

/* The peaks in numbers, and what they are made of. (transfer full) */
static PdTextTable *
peaks_of(const PdPlot *plot, gboolean parts)
{
    static const char *const names[PD_N_PARTS] = {
        [PD_PART_WEIGHTS] = "weights",         [PD_PART_GRADIENTS] = "gradients",
        [PD_PART_OPTIMIZER] = "optimizer",     [PD_PART_ACTIVATIONS] = "activat.",
        [PD_PART_STASHED_WEIGHTS] = "stashed",
    };
    const char *headers[3 + PD_N_PARTS + 1] = { "device", "peak", "at" };
    PdTextTable *table;
    guint n_headers = 3;

    for (PdMemoryPart part = 0; parts && part < PD_N_PARTS; part++)
        if (has_part(plot, part))
            headers[n_headers++] = names[part];
    table = pd_text_table_new(headers);
    for (guint i = 0; i < plot->n_runs; i++) {
        guint devices[PD_MEMORY_MOST];
        const guint n = pd_memory_devices(plot, &plot->runs[i], devices);

        for (guint j = 0; j < n; j++)
            add_peak(plot, table, &plot->runs[i], devices[j], parts);
    }
    return table;
}

/* With their parts, where these have room. */
static void
draw_peaks(const PdPlot *plot, GString *text)
{
    g_autoptr(PdTextTable) whole = peaks_of(plot, TRUE), narrow = peaks_of(plot, FALSE);

    pd_text_table_print(pd_text_table_width(whole) <= plot->columns ? whole : narrow, text);
}

void
pd_memory_draw(const PdPlot *plot, GString *text)
{
    g_autofree char *most = pd_size_format(pd_memory_most_bytes(plot));

    pd_text_line(text, plot->columns, "bytes held by devices over time; a full block is %s", most);
    g_string_append_c(text, '\n');
    for (guint i = 0; i < plot->n_runs; i++) {
        guint devices[PD_MEMORY_MOST];
        const guint n = pd_memory_devices(plot, &plot->runs[i], devices);

        g_string_append_printf(text, "%s\n", plot->runs[i].name);
        for (guint j = 0; j < n; j++)
            draw_device(plot, text, &plot->runs[i], devices[j]);
    }
    pd_text_time_axis(text, plot->from_ns, plot->to_ns, LEFT, pd_memory_columns(plot));
    if (pd_memory_leaves_out(plot))
        draw_profile(plot, text);
    g_string_append_c(text, '\n');
    draw_peaks(plot, text);
}

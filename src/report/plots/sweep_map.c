#include "sweep_map.h"

#include <math.h>

#include "scalars.h"
#include "script.h"

#define CHARACTER     7.0 /* px */
#define NAME          16  /* px left of the values: the key */
#define LEAST_LEFT    60
#define MOST_LEFT     150
#define ROW           26
#define LEAST_HEIGHT  150
#define MOST_HEIGHT   360
#define NUMBER_HEIGHT 14
#define LEVELS        32
#define PALEST        0.06
#define DARK_SHARE    0.6 /* above which a cell is dark */

double
pd_sweep_map_left(const PdSweepGrid *grid)
{
    glong longest = 0;

    for (guint y = 0; y < grid->n_y; y++)
        longest = MAX(longest, g_utf8_strlen(grid->axes[1].values->pdata[y], -1));
    return CLAMP(NAME + 24 + CHARACTER * (double)longest, LEAST_LEFT, MOST_LEFT);
}

double
pd_sweep_map_height(const PdSweepGrid *grid)
{
    return CLAMP(ROW * (double)grid->n_y, LEAST_HEIGHT, MOST_HEIGHT);
}

/* A number in the unit of its scale, in three or four digits. (transfer full) */
static char *
number(const PdPlot *plot, guint row, guint result, PdScale scale)
{
    const double value = pd_sweep_result(plot, row, result) / scale.per_unit;
    const gboolean whole = scale.per_unit == 1 &&
                           pd_scalars[plot->sweep.results[result].scalar].type == PD_VALUE_INTEGER;

    return g_strdup_printf("%.*f", whole || value >= 999.5 ? 0 : value >= 9.995 ? 1 : 2, value);
}

/* What is drawn in a panel. */
typedef struct {
    const PdPlot *plot;
    const PdSweepGrid *grid;
    guint result;
    PdScale scale;
    double *shares; /* [x * n_y + y], NAN where there is no number */
} Map;

/* Where a value lies between the least and the most of all, in levels; NAN where there is none. */
static double
share_of(double value, double least, double most)
{
    const double share = most > least ? (value - least) / (most - least) : 0.3;

    return isnan(value) ? value : round(LEVELS * (PALEST + (1 - PALEST) * share)) / LEVELS;
}

static void
map_init(Map *map, const PdPlot *plot, const PdSweepGrid *grid, guint result)
{
    const gsize n = (gsize)grid->n_x * grid->n_y;
    double least, most = 0;

    *map = (Map){ plot, grid, result, .shares = g_new(double, n) };
    pd_sweep_result_span(plot, result, &least, &most);
    map->scale = pd_sweep_result_scale(plot, result, most);
    for (gsize i = 0; i < n; i++) {
        const gint row = grid->rows[i];

        map->shares[i] = row < 0 ? (double)NAN
                                 : share_of(pd_sweep_result(plot, (guint)row, result), least, most);
    }
}

static void
map_clear(Map *map)
{
    g_free(map->shares);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Map, map_clear)

/* Rows: first and last x, y, share; neighbours that look alike are one where they may be. */
static void
put_cells(const Map *map, gboolean joined, GString *script)
{
    const PdSweepGrid *grid = map->grid;

    for (guint y = 0; y < grid->n_y; y++) {
        for (guint x = 0, end; x < grid->n_x; x = end) {
            const double share = map->shares[x * grid->n_y + y];

            for (end = x + 1; joined && end < grid->n_x; end++)
                if (map->shares[end * grid->n_y + y] != share)
                    break;
            if (!isnan(share))
                pd_script_row(script, (const double[]){ x, end - 1.0, y, share }, 4);
        }
    }
}

/* Rows: x, y of points that do not fit the memory, or of those without a number. */
static void
put_marks(const Map *map, gboolean too_large, GString *script)
{
    const PdSweepGrid *grid = map->grid;

    for (guint x = 0; x < grid->n_x; x++) {
        for (guint y = 0; y < grid->n_y; y++) {
            const gint row = pd_sweep_grid_row(grid, x, y);
            const gboolean is = row >= 0 && !isnan(map->shares[x * grid->n_y + y]);

            if (row >= 0 &&
                (too_large ? is && pd_sweep_is_too_large(pd_sweep_row(map->plot, (guint)row))
                           : !is))
                pd_script_row(script, (const double[]){ x, y }, 2);
        }
    }
}

/* Whether all numbers of a panel fit their cells. */
static gboolean
have_room(const Map *map, double cell_px, double row_px)
{
    for (gsize i = 0; i < (gsize)map->grid->n_x * map->grid->n_y; i++) {
        g_autofree char *text = NULL;

        if (isnan(map->shares[i]))
            continue;
        text = number(map->plot, (guint)map->grid->rows[i], map->result, map->scale);
        if (CHARACTER * (double)g_utf8_strlen(text, -1) + 4 > cell_px)
            return FALSE;
    }
    return row_px >= NUMBER_HEIGHT;
}

static void
put_numbers(const Map *map, const char *prefix, gboolean dark_cells, gboolean shown,
            GString *script)
{
    const PdSweepGrid *grid = map->grid;
    g_autofree char *name = g_strdup_printf("%s_%u", prefix, map->result + 1);

    pd_script_begin_labels(script, name);
    for (guint x = 0; shown && x < grid->n_x; x++) {
        for (guint y = 0; y < grid->n_y; y++) {
            const double share = map->shares[x * grid->n_y + y];

            if (!isnan(share) && (share > DARK_SHARE) == dark_cells) {
                g_autofree char *text = number(map->plot, (guint)pd_sweep_grid_row(grid, x, y),
                                               map->result, map->scale);

                pd_script_label(script, x, y, text);
            }
        }
    }
    pd_script_end_block(script);
}

static void
print_panel(const Map *map, double cell_px, double row_px, GString *script)
{
    const gboolean shown = have_room(map, cell_px, row_px);
    g_autofree char *cells = g_strdup_printf("cells_%u", map->result + 1);
    g_autofree char *large = g_strdup_printf("large_%u", map->result + 1);
    g_autofree char *missing = g_strdup_printf("missing_%u", map->result + 1);

    pd_script_begin_block(script, cells, 4);
    put_cells(map, !shown && cell_px < NUMBER_HEIGHT, script);
    pd_script_end_block(script);
    pd_script_begin_block(script, large, 2);
    put_marks(map, TRUE, script);
    pd_script_end_block(script);
    pd_script_begin_block(script, missing, 2);
    put_marks(map, FALSE, script);
    pd_script_end_block(script);
    put_numbers(map, "on_pale", FALSE, shown, script);
    put_numbers(map, "on_dark", TRUE, shown, script);
}

/* The rows of the least and of the most of a result. */
static void
find_ends(const PdPlot *plot, guint result, guint ends[2])
{
    double least = INFINITY, most = -INFINITY;

    for (guint row = 0; row < plot->sweep.rows->rows->len; row++) {
        const double value = pd_sweep_result(plot, row, result);

        if (value < least) {
            least = value;
            ends[0] = row;
        }
        if (value > most) {
            most = value;
            ends[1] = row;
        }
    }
}

/* The texts at both ends of a panel's scale of colours. */
static void
print_ends(const PdPlot *plot, GString *script)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

    for (guint result = 0; result < plot->sweep.n_results; result++) {
        guint ends[2] = { 0, 0 };

        find_ends(plot, result, ends);
        g_ptr_array_add(texts, pd_sweep_result_text(plot, ends[0], result));
        g_ptr_array_add(texts, pd_sweep_result_text(plot, ends[1], result));
    }
    pd_script_texts(script, "scale_ends", (const char *const *)texts->pdata, texts->len);
}

void
pd_sweep_map_print(const PdPlot *plot, const PdSweepGrid *grid, const PdPanels *panels,
                   GString *script)
{
    const double cell_px = pd_panels_width(panels, plot) / grid->n_x;
    const double row_px = pd_panels_height(panels, plot) / grid->n_y;
    g_autofree char *title = pd_sweep_axis_title(&grid->axes[1]);

    pd_script_text(script, "y_title", title);
    pd_script_real(script, "y_low", -0.5);
    pd_script_real(script, "y_high", grid->n_y - 0.5);
    pd_script_real(script, "palest", PALEST);
    pd_sweep_axis_print(&grid->axes[1], "y", row_px * grid->n_y, script);
    print_ends(plot, script);
    for (guint result = 0; result < plot->sweep.n_results; result++) {
        g_auto(Map) map = { 0 };

        map_init(&map, plot, grid, result);
        print_panel(&map, cell_px, row_px, script);
    }
}

#include "plot_blocks.h"

#include <string.h>

#include "gnuplot.h"
#include "program.h"
#include "support.h"

PdPlot
test_plot(const PdPlotKind *kind, const char *terminal)
{
    return (
        PdPlot){ .kind = kind, .terminal = terminal, .columns = 80, .from_ns = -1, .to_ns = -1 };
}

void
test_plot_add(PdPlot *plot, const char *name, PdScenario *scenario)
{
    plot->runs = g_renew(PdPlotRun, plot->runs, plot->n_runs + 1);
    plot->runs[plot->n_runs++] = (PdPlotRun){
        .name = g_strdup(name),
        .scenario = scenario,
        .report = test_run(scenario, NULL),
    };
}

void
test_plot_collect(PdPlot *plot)
{
    pd_plot_settle(plot);
    for (guint i = 0; i < plot->n_runs && plot->kind->new_collector != NULL; i++) {
        plot->runs[i].collector = plot->kind->new_collector(plot, &plot->runs[i]);
        pd_report_free(test_run(plot->runs[i].scenario, plot->runs[i].collector));
    }
}

char *
test_plot_print(const PdPlot *plot)
{
    GString *script = g_string_new(NULL);

    plot->kind->print(plot, script);
    return g_string_free(script, FALSE);
}

char *
test_plot_draw(const PdPlot *plot)
{
    GString *text = g_string_new(NULL);

    pd_plot_draw(plot, text);
    return g_string_free(text, FALSE);
}

void
test_plot_check_width(const char *text, guint columns)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    ck_assert_uint_gt(g_strv_length(lines), 3);
    for (char **line = lines; *line != NULL; line++)
        ck_assert_msg(g_utf8_strlen(*line, -1) <= (glong)columns, "wider than %u: %s", columns,
                      *line);
}

/* --- blocks ----------------------------------------------------------------------------------- */

static void
read_row(const char *line, guint columns, GArray *values)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);

    ck_assert_msg(g_strv_length(words) == columns, "a row of %u columns: %s", columns, line);
    for (char **word = words; *word != NULL && strcmp(words[0], "NaN") != 0; word++) {
        char *end;
        const double value = g_ascii_strtod(*word, &end);

        ck_assert_msg(*end == '\0', "no number: %s", *word);
        g_array_append_val(values, value);
    }
}

/* The lines between the first one of a block and its end, without the line break of the last. To
 * split a whole script takes a sanitizer the square of its length. (transfer full) */
static char *
block_of(const char *script, const char *name)
{
    g_autofree char *begin = g_strdup_printf("$%s << ", name), *end = NULL;
    const char *block = strstr(script, begin), *rows, *last;

    ck_assert_msg(block != NULL && (block == script || block[-1] == '\n'), "no block %s", name);
    rows = strchr(block, '\n');
    ck_assert_ptr_nonnull(rows);
    end = g_strdup_printf("\n%.*s\n", (int)(rows - block - (glong)strlen(begin)),
                          block + strlen(begin));
    last = strstr(rows, end);
    ck_assert_msg(last != NULL, "block %s has no end", name);
    return last == rows ? g_strdup("") : g_strndup(rows + 1, (gsize)(last - rows - 1));
}

GArray *
test_plot_block(const char *script, const char *name, guint set, guint columns)
{
    g_autofree char *block = block_of(script, name);
    GArray *values = g_array_new(FALSE, FALSE, sizeof(double));
    g_auto(GStrv) lines = g_strsplit(block, "\n", -1);
    guint here = 0;

    for (char **line = lines; *line != NULL; line++) {
        if (**line == '\0' && line[1] != NULL && *line[1] == '\0')
            here++;
        else if (**line != '\0' && here == set)
            read_row(*line, columns, values);
    }
    ck_assert_msg(here >= set, "block %s ends before set %u", name, set);
    return values;
}

double
test_plot_real(const char *script, const char *name)
{
    g_autofree char *begin = g_strdup_printf("%s = ", name);
    g_auto(GStrv) lines = g_strsplit(script, "\n", -1);

    for (char **line = lines; *line != NULL; line++)
        if (g_str_has_prefix(*line, begin))
            return g_ascii_strtod(*line + strlen(begin), NULL);
    ck_abort_msg("no variable %s", name);
}

/* --- pictures --------------------------------------------------------------------------------- */

void
test_plot_check_svg(const PdPlot *plot)
{
    static const GMarkupParser ignore = { .text = NULL };
    g_autofree char *folder = test_source("plots");
    g_autofree char *script = pd_plot_script(plot, "test", folder);
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) svg = pd_gnuplot_draw(script, &error);
    g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&ignore, 0, NULL, NULL);

    ck_assert_msg(svg != NULL, "%s", error == NULL ? "?" : error->message);
    const gboolean parsed = g_markup_parse_context_parse(context, g_bytes_get_data(svg, NULL),
                                                         (gssize)g_bytes_get_size(svg), &error) &&
                            g_markup_parse_context_end_parse(context, &error);
    ck_assert_msg(parsed, "%s", error == NULL ? "?" : error->message);
}

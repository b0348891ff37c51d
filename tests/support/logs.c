#include "logs.h"

#include <string.h>

#include "support.h"

static char *
text_of(const TestLog *log)
{
    GString *text = g_string_new(PD_TRAINING_LOG_HEAD "\n");

    for (guint step = 1; step <= log->n_steps; step++) {
        const double loss = log->first - log->slope * (step - 1);

        g_string_append_printf(text, "%u,%u,%" G_GINT64_FORMAT ",", step, 1000 * step,
                               7 * log->step_ns * step);
        if (!log->real_only)
            g_string_append_printf(text, "%" G_GINT64_FORMAT, log->step_ns * step);
        g_string_append_printf(text, ",%.9g,", loss);
        if (log->validate_every > 0 && step % log->validate_every == 0)
            g_string_append_printf(text, "%.9g", loss + 0.25);
        g_string_append(text, ",0.001,0\n");
    }
    return g_string_free(text, FALSE);
}

void
test_log_add_text(PdPlot *plot, const char *name, const char *text)
{
    g_autoptr(GError) error = NULL;
    PdTrainingCurve *curve = pd_training_curve_parse("a.csv", text, strlen(text), &error);

    ck_assert_msg(curve != NULL, "%s", error == NULL ? "?" : error->message);
    plot->runs = g_renew(PdPlotRun, plot->runs, plot->n_runs + 1);
    plot->runs[plot->n_runs++] = (PdPlotRun){ .name = g_strdup(name), .curve = curve };
}

void
test_log_add(PdPlot *plot, const char *name, const TestLog *log)
{
    g_autofree char *text = text_of(log);

    test_log_add_text(plot, name, text);
}

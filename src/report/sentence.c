#include "sentence.h"

#include <math.h>
#include <string.h>

#define WIDTH 80

char *
pd_sentence_wrap(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    GString *wrapped = g_string_new(NULL);
    gsize column = 0;

    for (char **word = words; *word != NULL; word++) {
        const gsize length = strlen(*word);

        if (column > 0 && column + 1 + length > WIDTH) {
            g_string_append_c(wrapped, '\n');
            column = 0;
        } else if (column > 0) {
            g_string_append_c(wrapped, ' ');
            column++;
        }
        g_string_append(wrapped, *word);
        column += length;
    }
    return g_string_free(wrapped, FALSE);
}

static void
append_drift(GString *text, const PdReport *report)
{
    if (report->max_crossing == 0)
        g_string_append(text, "no weights change between a micro-batch's forward and its backward");
    else
        g_string_append_printf(text,
                               "no micro-batch crosses more than %" G_GINT64_FORMAT " update%s",
                               report->max_crossing, report->max_crossing == 1 ? "" : "s");
    if (report->max_crossing > 0 && report->recomputes)
        g_string_append(text, ", and each backward runs its forward again with its own weights");
    else if (report->max_crossing > 0 && report->max_mismatch == 0)
        g_string_append(text, ", and each backward uses the weights of its own forward");
}

static const char *
cause_phrase(PdCause cause)
{
    static const char *const phrases[PD_N_CAUSES] = {
        [PD_NOT_WAITING] = "",
        [PD_STARTUP] = "before their first operation",
        [PD_ACTIVATION] = "waiting for activations",
        [PD_GRADIENT] = "waiting for gradients",
        [PD_IN_FLIGHT_LIMIT] = "held back by the in-flight limit",
        [PD_PROCESSOR] = "waiting for a processor",
        [PD_BARRIER] = "waiting at the barrier",
        [PD_DRAINED] = "after their last operation",
    };

    return phrases[cause];
}

/* The cause with the largest share of all devices' bubble. */
static PdCause
main_cause(const PdReport *report, double *share)
{
    double sums[PD_N_CAUSES] = { 0 }, all = 0;
    PdCause most = PD_STARTUP;

    for (guint i = 0; i < report->n_devices; i++)
        for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++)
            sums[cause] += (double)report->devices[i].bubble_by_cause_ns[cause];
    for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++) {
        all += sums[cause];
        if (sums[cause] > sums[most])
            most = cause;
    }
    *share = sums[most] / all;
    return most;
}

static void
append_memory(GString *text, const PdReport *report)
{
    guint n = 0, first = 0;

    for (guint i = report->n_devices; i-- > 0;) {
        if (report->devices[i].fits)
            continue;
        n++;
        first = i;
    }
    if (n == 1)
        g_string_append_printf(text, " The memory of device %u is too small.", first);
    else if (n > 1)
        g_string_append_printf(text,
                               " The memory of %u devices is too small, the first of them is "
                               "device %u.",
                               n, first);
}

char *
pd_sentence_report(const PdReport *report)
{
    g_autoptr(GString) text = g_string_new(NULL);
    double share;

    if (report->bubble_fraction > 0) {
        const PdCause cause = main_cause(report, &share);

        g_string_append_printf(text, "Devices are idle %.1f %% of the time, %.0f %% of that %s; ",
                               100 * report->bubble_fraction, 100 * share, cause_phrase(cause));
    } else {
        g_string_append(text, "Devices are never idle; ");
    }
    append_drift(text, report);
    if (!report->synchronous)
        g_string_append_printf(text, " (%s promises at most %" G_GINT64_FORMAT ")",
                               report->schedule, report->crossing_bound);
    g_string_append_c(text, '.');
    append_memory(text, report);
    return pd_sentence_wrap(text->str);
}

/* Faster, or as fast with less memory, or with less drift too. */
static gboolean
is_better(const PdReport *a, const PdReport *b)
{
    if (a->makespan_ns != b->makespan_ns)
        return a->makespan_ns < b->makespan_ns;
    if (a->max_peak_memory_bytes != b->max_peak_memory_bytes)
        return a->max_peak_memory_bytes < b->max_peak_memory_bytes;
    return a->max_crossing < b->max_crossing;
}

/* The fastest report that is not `but`, synchronous and fitting where that is asked for. */
static const PdReport *
fastest(PdReport *const *reports, guint n, const PdReport *but, gboolean synchronous, gboolean fits)
{
    const PdReport *best = NULL;

    for (guint i = 0; i < n; i++) {
        const PdReport *report = reports[i];

        if (report == but || (synchronous && !report->synchronous) ||
            (fits && !report->fits_memory))
            continue;
        if (best == NULL || is_better(report, best))
            best = report;
    }
    return best;
}

static void
append_unfit(GString *text, PdReport *const *reports, guint n)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (guint i = 0; i < n; i++)
        if (!reports[i]->fits_memory)
            g_ptr_array_add(names, (gpointer)reports[i]->schedule);
    if (names->len == 0)
        return;
    g_ptr_array_add(names, NULL);
    g_autofree char *joined = g_strjoinv(", ", (char **)names->pdata);
    if (names->len - 1 == n)
        g_string_append(text, " None of them fits the memory (!).");
    else
        g_string_append_printf(text, " Too large for the memory (!): %s.", joined);
}

static void
append_contrast(GString *text, const PdReport *best, const PdReport *other)
{
    const double speed = (double)other->makespan_ns / (double)best->makespan_ns;
    const gboolean equal = fabs(speed - 1) < 0.005;
    const double memory =
        (double)best->max_peak_memory_bytes / (double)other->max_peak_memory_bytes;

    if (equal)
        g_string_append_printf(text, "%s and %s are equally fast", best->schedule, other->schedule);
    else
        g_string_append_printf(text, "%s runs %.2fx as fast as %s", best->schedule, speed,
                               other->schedule);
    if (isfinite(memory) && fabs(memory - 1) < 0.005)
        g_string_append(text, " at the same memory");
    else if (isfinite(memory))
        g_string_append_printf(text, "%s %.2fx the memory", equal ? ", the first with" : " with",
                               memory);
    g_string_append(text, "; ");
    append_drift(text, best);
    g_string_append_c(text, '.');
}

char *
pd_sentence_comparison(PdReport *const *reports, guint n)
{
    const gboolean any_fits = fastest(reports, n, NULL, FALSE, TRUE) != NULL;
    const PdReport *best = fastest(reports, n, NULL, FALSE, any_fits);
    const PdReport *other = fastest(reports, n, best, TRUE, any_fits);
    g_autoptr(GString) text = g_string_new(NULL);

    if (other == NULL)
        other = fastest(reports, n, best, TRUE, FALSE);
    if (other == NULL)
        other = fastest(reports, n, best, FALSE, FALSE);
    if (other == NULL)
        return pd_sentence_report(best);
    if (best->makespan_ns == 0)
        return g_strdup("There is nothing to compare: a run takes no time.");
    append_contrast(text, best, other);
    append_unfit(text, reports, n);
    return pd_sentence_wrap(text->str);
}

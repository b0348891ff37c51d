#include "gnuplot.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

#include "errors.h"

static GBytes *
fail(GError **error, const char *reason)
{
    g_autofree char *printable = pd_printable(reason);

    g_set_error(error, PD_ERROR, PD_ERROR_SYSTEM, "gnuplot: %s", printable);
    return NULL;
}

static GSubprocess *
start(GError **error)
{
    g_autoptr(GSubprocessLauncher) launcher =
        g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                  G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autoptr(GError) failure = NULL;
    GSubprocess *process;

    /* a user's own start-up file and fonts for other programs do not change the picture */
    g_subprocess_launcher_setenv(launcher, "GNUTERM", "unknown", TRUE);
    g_subprocess_launcher_unsetenv(launcher, "GNUPLOT_DEFAULT_GDFONT");
    process = g_subprocess_launcher_spawn(launcher, &failure, "gnuplot", "-d", "-", NULL);
    if (process == NULL)
        fail(error, g_error_matches(failure, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)
                        ? "is not installed; install it (Debian: gnuplot-nox), or write --output - "
                          "for a drawing in the terminal"
                        : failure->message);
    return process;
}

/* gnuplot tells an error in several lines, among which one points at the place; the last one with
 * words says what is wrong. */
static char *
what_it_said(GBytes *errors)
{
    const char *data = g_bytes_get_data(errors, NULL);
    g_autofree char *text = g_strndup(data == NULL ? "" : data, g_bytes_get_size(errors));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = g_strv_length(lines); i > 0; i--) {
        g_strstrip(lines[i - 1]);
        if (*lines[i - 1] != '\0')
            return g_strdup(lines[i - 1]);
    }
    return g_strdup("it failed without a word");
}

/* Exchange texts with the process; one that ends before it has read all is no reason to be ended by
 * SIGPIPE, too. */
static gboolean
communicate(GSubprocess *process, GBytes *input, GBytes **output, GBytes **errors, GError **error)
{
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction before;
    gboolean done;

    sigaction(SIGPIPE, &ignore, &before);
    done = g_subprocess_communicate(process, input, NULL, output, errors, error);
    sigaction(SIGPIPE, &before, NULL);
    return done;
}

GBytes *
pd_gnuplot_draw(const char *script, GError **error)
{
    g_autoptr(GSubprocess) process = start(error);
    g_autoptr(GBytes) input = g_bytes_new_static(script, strlen(script));
    g_autoptr(GBytes) picture = NULL, errors = NULL;
    g_autoptr(GError) failure = NULL;
    g_autofree char *said = NULL;

    if (process == NULL)
        return NULL;
    if (!communicate(process, input, &picture, &errors, &failure))
        return fail(error, failure->message);
    if (g_subprocess_get_if_exited(process) && g_subprocess_get_exit_status(process) == 0 &&
        g_bytes_get_size(picture) > 0)
        return g_steal_pointer(&picture);
    if (g_subprocess_get_if_signaled(process))
        return fail(error, g_strsignal(g_subprocess_get_term_sig(process)));
    said = what_it_said(errors);
    return fail(error, said);
}

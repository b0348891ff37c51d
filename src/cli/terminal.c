#include "terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_COLUMNS 80
#define LEAST_COLUMNS   40
#define MOST_COLUMNS    240

void
pd_terminal_look(guint *columns, gboolean *colours)
{
    const gboolean terminal = isatty(STDOUT_FILENO) == 1;
    const char *no_colours = g_getenv("NO_COLOR");
    struct winsize size = { 0 };

    *columns = DEFAULT_COLUMNS;
    if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        *columns = CLAMP(size.ws_col, LEAST_COLUMNS, MOST_COLUMNS);
    *colours = terminal && g_strcmp0(g_getenv("TERM"), "dumb") != 0 &&
               (no_colours == NULL || *no_colours == '\0');
}

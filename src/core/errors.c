#include "errors.h"

#include <string.h>

#define LONGEST_QUOTE 60
#define LONGEST_WORD  32
#define LONGEST_HEAD  70
#define LONGEST_TAIL  80

G_DEFINE_QUARK(pd - error - quark, pd_error)

char *
pd_quote(const char *text)
{
    g_autofree char *escaped = g_strescape(text, NULL);

    if (strlen(escaped) > LONGEST_QUOTE)
        strcpy(escaped + LONGEST_QUOTE - 3, "...");
    return g_strdup_printf("'%s'", escaped);
}

static gboolean
is_continuation(char byte)
{
    return ((guchar)byte & 0xc0) == 0x80;
}

char *
pd_printable_whole(const char *text)
{
    char kept[0x80 + sizeof "\""] = "\"";

    /* bytes above ASCII stay where they are UTF-8 */
    for (guint i = 0; g_utf8_validate(text, -1, NULL) && i < 0x80; i++)
        kept[i + 1] = (char)(guchar)(0x80 + i);
    return g_strescape(text, kept);
}

char *
pd_printable(const char *text)
{
    g_autofree char *escaped = pd_printable_whole(text);
    const gsize length = strlen(escaped);
    gsize head = LONGEST_HEAD, tail;

    if (length <= LONGEST_HEAD + LONGEST_TAIL)
        return g_steal_pointer(&escaped);
    tail = length - LONGEST_TAIL;
    while (is_continuation(escaped[head]))
        head--;
    while (is_continuation(escaped[tail]))
        tail++;
    return g_strdup_printf("%.*s...%s", (int)head, escaped, escaped + tail);
}

/* Three rows of the classic table are enough: a transposition looks back two rows. */
static gsize
edit_distance(const char *a, const char *b)
{
    gsize rows[3][LONGEST_WORD + 1];
    const gsize n_a = strlen(a), n_b = strlen(b);

    if (n_a > LONGEST_WORD || n_b > LONGEST_WORD)
        return G_MAXSIZE;
    for (gsize j = 0; j <= n_b; j++)
        rows[0][j] = j;
    for (gsize i = 1; i <= n_a; i++) {
        gsize *row = rows[i % 3], *above = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];

        row[0] = i;
        for (gsize j = 1; j <= n_b; j++) {
            row[j] = MIN(above[j], row[j - 1]) + 1;
            row[j] = MIN(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = MIN(row[j], second[j - 2] + 1);
        }
    }
    return rows[n_a % 3][n_b];
}

const char *
pd_nearest(const char *word, const char *const *candidates)
{
    const char *nearest = NULL;
    gsize least = MAX(strlen(word) / 3, 1) + 1;

    for (; *candidates != NULL; candidates++) {
        gsize distance = edit_distance(word, *candidates);

        if (distance < least) {
            least = distance;
            nearest = *candidates;
        }
    }
    return nearest;
}

gboolean
pd_error_prefix(const char *path, GError **error)
{
    g_autofree char *where = pd_printable(path);

    g_prefix_error(error, "%s: ", where);
    return FALSE;
}

gboolean
pd_error_input(const char *path, GError **error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_propagate_error(error, g_error_new_valist(PD_ERROR, PD_ERROR_INPUT, format, arguments));
    va_end(arguments);
    return pd_error_prefix(path, error);
}

static gboolean
fail(GError **error, PdError code, const char *path, const char *what, const char *reason)
{
    g_autofree char *where = pd_printable(path), *why = pd_printable(reason);

    g_set_error(error, PD_ERROR, (int)code, "%s: cannot be %s: %s", where, what, why);
    return FALSE;
}

gboolean
pd_error_read(const char *path, const char *reason, GError **error)
{
    return fail(error, PD_ERROR_INPUT, path, "read", reason);
}

gboolean
pd_error_write(const char *path, const char *reason, GError **error)
{
    return fail(error, PD_ERROR_SYSTEM, path, "written", reason);
}

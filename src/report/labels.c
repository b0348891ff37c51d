#include "labels.h"

/* Whether a terminal obeys it, or XML has no place for it. */
static gboolean
is_hidden(gunichar c)
{
    return (c != '\n' && g_unichar_iscntrl(c)) || (c & 0xfffe) == 0xfffe;
}

char *
pd_label_visible(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *visible = g_string_new(NULL);

    for (const char *c = valid; *c != '\0'; c = g_utf8_next_char(c)) {
        const gunichar character = g_utf8_get_char(c);

        if (is_hidden(character))
            g_string_append_printf(visible, "\\x%02x", character);
        else
            g_string_append_unichar(visible, character);
    }
    return g_string_free(visible, FALSE);
}

/* Where a line of at most so many characters ends: at a line break, behind the last space, or
 * within a word that is too long. */
static const char *
end_of_line(const char *line, glong most)
{
    const char *end = NULL, *c = line;

    for (glong n = 0; *c != '\0' && *c != '\n' && n < most; n++, c = g_utf8_next_char(c))
        if (*c == ' ')
            end = c;
    return *c == '\0' || *c == '\n' || end == NULL ? c : end;
}

char *
pd_label_wrap(const char *text, guint most)
{
    g_autofree char *visible = pd_label_visible(text);
    GString *lines = g_string_new(NULL);

    for (const char *line = visible; *line != '\0';) {
        const char *end = end_of_line(line, (glong)MAX(most, 1));

        g_string_append_len(lines, line, end - line);
        line = *end == ' ' || *end == '\n' ? end + 1 : end;
        if (*line != '\0')
            g_string_append_c(lines, '\n');
    }
    return g_string_free(lines, FALSE);
}

char *
pd_label_fit(const char *text, guint most)
{
    g_autofree char *visible = pd_label_visible(text), *begin = NULL;

    if (g_utf8_strlen(visible, -1) <= (glong)MAX(most, 1))
        return g_steal_pointer(&visible);
    begin = g_utf8_substring(visible, 0, (glong)MAX(most, 1) - 1);
    return g_strconcat(begin, "…", NULL);
}

guint
pd_label_lines(const char *text)
{
    guint n = text == NULL ? 0 : 1;

    for (const char *c = text; c != NULL && *c != '\0'; c++)
        n += *c == '\n' ? 1 : 0;
    return n;
}

void
pd_label_head(GString *text, const char *title)
{
    g_autofree char *visible = title == NULL ? NULL : pd_label_visible(title);

    if (visible != NULL)
        g_string_append_printf(text, "%s\n", visible);
}

#include "script.h"

#include <math.h>
#include <string.h>

#include "labels.h"

#define END "PD_END"

static void
append_real(GString *script, double value)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append(script,
                    isfinite(value) ? g_ascii_formatd(text, sizeof text, "%.15g", value) : "NaN");
}

void
pd_script_integer(GString *script, const char *name, gint64 value)
{
    g_string_append_printf(script, "%s = %" G_GINT64_FORMAT "\n", name, value);
}

void
pd_script_real(GString *script, const char *name, double value)
{
    g_string_append_printf(script, "%s = ", name);
    append_real(script, value);
    g_string_append_c(script, '\n');
}

/* Letters, spaces and full stops stand for themselves; all else is its octal escape, so that no
 * quote, backquote, @ or backslash is left for gnuplot to interpret. Digits too: behind an escape
 * gnuplot would read them as part of it. */
static void
append_escaped(GString *script, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (g_ascii_isalpha(*c) || *c == ' ' || *c == '.')
            g_string_append_c(script, *c);
        else
            g_string_append_printf(script, "\\%03o", (guint)(guchar)*c);
    }
}

static void
append_text(GString *script, const char *text)
{
    g_autofree char *visible = pd_label_visible(text);

    g_string_append_c(script, '"');
    append_escaped(script, visible);
    g_string_append_c(script, '"');
}

void
pd_script_text(GString *script, const char *name, const char *value)
{
    g_string_append_printf(script, "%s = ", name);
    append_text(script, value);
    g_string_append_c(script, '\n');
}

void
pd_script_texts(GString *script, const char *name, const char *const *values, guint n)
{
    g_string_append_printf(script, "array %s[%u]\n", name, MAX(n, 1));
    for (guint i = 0; i < n; i++) {
        g_string_append_printf(script, "%s[%u] = ", name, i + 1);
        append_text(script, values[i]);
        g_string_append_c(script, '\n');
    }
}

void
pd_script_reals(GString *script, const char *name, const double *values, guint n)
{
    g_string_append_printf(script, "array %s[%u]\n", name, MAX(n, 1));
    for (guint i = 0; i < n; i++) {
        g_string_append_printf(script, "%s[%u] = ", name, i + 1);
        append_real(script, values[i]);
        g_string_append_c(script, '\n');
    }
}

static void
append_undefined_row(GString *script, guint columns)
{
    for (guint i = 0; i < columns; i++)
        g_string_append(script, i == 0 ? "NaN" : " NaN");
    g_string_append_c(script, '\n');
}

void
pd_script_begin_block(GString *script, const char *name, guint columns)
{
    g_string_append_printf(script, "$%s << %s\n", name, END);
    append_undefined_row(script, columns);
}

void
pd_script_begin_set(GString *script, const char *name, guint i, guint columns)
{
    if (i == 0) {
        pd_script_begin_block(script, name, columns);
        return;
    }
    g_string_append(script, "\n\n");
    append_undefined_row(script, columns);
}

void
pd_script_row(GString *script, const double *values, guint n)
{
    for (guint i = 0; i < n; i++) {
        if (i > 0)
            g_string_append_c(script, ' ');
        append_real(script, values[i]);
    }
    g_string_append_c(script, '\n');
}

void
pd_script_begin_labels(GString *script, const char *name)
{
    g_string_append_printf(script, "$%s << %s\n0 0 \"\"\n", name, END);
}

void
pd_script_label(GString *script, double x, double y, const char *text)
{
    g_assert(strpbrk(text, "\"\\`@\n") == NULL);
    append_real(script, x);
    g_string_append_c(script, ' ');
    append_real(script, y);
    g_string_append_printf(script, " \"%s\"\n", text);
}

void
pd_script_end_block(GString *script)
{
    g_string_append(script, END "\n");
}

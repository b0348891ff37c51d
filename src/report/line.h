/*
 * A line of text that is put together from pieces: for what is printed so often that printf() would
 * take most of the time. A line is short and reused.
 */
#pragma once

#include <stdio.h>
#include <string.h>

#include <glib.h>

#define PD_LINE_MOST 4096

typedef struct {
    gsize n;
    char text[PD_LINE_MOST];
} PdLine;

static inline void
pd_line_add_bytes(PdLine *line, const char *bytes, gsize n)
{
    g_assert(n <= PD_LINE_MOST - line->n);
    memcpy(line->text + line->n, bytes, n);
    line->n += n;
}

static inline void
pd_line_add(PdLine *line, const char *text)
{
    pd_line_add_bytes(line, text, strlen(text));
}

/* A number in so many digits at least. */
static inline void
pd_line_add_digits(PdLine *line, guint64 value, guint n_digits)
{
    char digits[20];
    guint at = sizeof digits;

    while (value > 0 || sizeof digits - at < n_digits) {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    }
    pd_line_add_bytes(line, digits + at, sizeof digits - at);
}

static inline void
pd_line_add_number(PdLine *line, gint64 value)
{
    if (value < 0)
        pd_line_add(line, "-");
    pd_line_add_digits(line, value < 0 ? -(guint64)value : (guint64)value, 1);
}

/* A time in µs, in which no ns is lost. */
static inline void
pd_line_add_us(PdLine *line, gint64 ns)
{
    pd_line_add_number(line, ns / 1000);
    pd_line_add(line, ".");
    pd_line_add_digits(line, (guint64)(ns % 1000), 3);
}

/* Write it, and begin the next one. */
static inline void
pd_line_put(PdLine *line, FILE *file)
{
    fwrite(line->text, 1, line->n, file);
    line->n = 0;
}

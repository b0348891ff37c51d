#include "units.h"

#include <math.h>
#include <string.h>

#include "errors.h"

/* Digits that are kept: times the largest scale, 10^15, they still fit 127 bits. What is behind
 * them is less than 1e-4 of the smallest unit in any number of 64 bits. */
#define SIGNIFICANT_DIGITS 23

/* Exponents beyond these give zero or overflow whatever the digits are. */
#define LARGEST_EXPONENT 60

typedef struct {
    const char *name;
    gint64 scale;
} Unit;

#define K  G_GINT64_CONSTANT(1000)
#define KI G_GINT64_CONSTANT(1024)

static const Unit durations[] = {
    { "ns", 1 }, { "us", K }, { "ms", K *K }, { "s", K *K *K }, { NULL, 0 },
};

static const Unit sizes[] = {
    { "B", 1 },        { "kB", K },           { "MB", K *K },
    { "GB", K *K *K }, { "TB", K *K *K *K },  { "KiB", KI },
    { "MiB", KI *KI }, { "GiB", KI *KI *KI }, { "TiB", KI *KI *KI *KI },
    { NULL, 0 },
};

static const Unit bandwidths[] = {
    { "B/s", 8 },
    { "kB/s", 8 * K },
    { "MB/s", 8 * K *K },
    { "GB/s", 8 * K *K *K },
    { "TB/s", 8 * K *K *K *K },
    { "KiB/s", 8 * KI },
    { "MiB/s", 8 * KI *KI },
    { "GiB/s", 8 * KI *KI *KI },
    { "TiB/s", 8 * KI *KI *KI *KI },
    { "bit/s", 1 },
    { "kbit/s", K },
    { "Mbit/s", K *K },
    { "Gbit/s", K *K *K },
    { "Tbit/s", K *K *K *K },
    { NULL, 0 },
};

static const Unit computes[] = {
    { "FLOP/s", 1 },
    { "kFLOP/s", K },
    { "MFLOP/s", K *K },
    { "GFLOP/s", K *K *K },
    { "TFLOP/s", K *K *K *K },
    { "PFLOP/s", K *K *K *K *K },
    { NULL, 0 },
};

static const Unit counts[] = { { "", 1 }, { NULL, 0 } };

static const struct {
    const char *what;
    const char *example;
    const Unit *units;
} dimensions[] = {
    [PD_DURATION] = { "a duration", "5 ms", durations },
    [PD_SIZE] = { "a size", "2 GiB", sizes },
    [PD_BANDWIDTH] = { "a bandwidth", "25 GB/s", bandwidths },
    [PD_COMPUTE] = { "a compute rate", "312 TFLOP/s", computes },
    [PD_COUNT] = { "a whole number", "8", counts },
};

static gboolean
fail(GError **error, const char *text, PdDimension dimension, const char *problem)
{
    g_autofree char *quoted = pd_quote(text);

    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s %s; write %s such as %s", quoted, problem,
                dimensions[dimension].what, dimensions[dimension].example);
    return FALSE;
}

static const char *
skip_space(const char *text)
{
    while (g_ascii_isspace(*text))
        text++;
    return text;
}

/* Read an exponent if one stands here ("e6", "E-3"); an e that starts a unit is left alone. */
static const char *
parse_exponent(const char *text, int *exponent)
{
    const char *at = text + 1;
    gboolean negative;
    int value = 0;

    if ((*text != 'e' && *text != 'E') || !g_ascii_isdigit(at[*at == '-' || *at == '+' ? 1 : 0]))
        return text;
    negative = *at == '-';
    if (!g_ascii_isdigit(*at))
        at++;
    for (; g_ascii_isdigit(*at); at++)
        value = MIN(value * 10 + g_ascii_digit_value(*at), 10 * LARGEST_EXPONENT);
    *exponent += negative ? -value : value;
    return at;
}

const char *
pd_decimal_parse(const char *text, PdDecimal *decimal)
{
    gboolean any = FALSE, fraction = FALSE;
    int significant = 0;

    *decimal = (PdDecimal){ 0 };
    for (;; text++) {
        if (*text == '.' && !fraction) {
            fraction = TRUE;
            continue;
        }
        if (!g_ascii_isdigit(*text))
            break;
        any = TRUE;
        if (significant < SIGNIFICANT_DIGITS) {
            decimal->digits = decimal->digits * 10 + pd_wide(g_ascii_digit_value(*text));
            decimal->exponent -= fraction;
            significant += decimal->digits != 0;
        } else {
            decimal->exponent += !fraction;
        }
    }
    return any ? parse_exponent(text, &decimal->exponent) : NULL;
}

/* round(decimal * scale), half up; FALSE on overflow of 63 bits. */
static gboolean
decimal_scale(PdDecimal decimal, gint64 scale, gint64 *value)
{
    PdU128 result = decimal.digits * pd_wide(scale);

    if (result == 0 || decimal.exponent < -LARGEST_EXPONENT) {
        *value = 0;
        return TRUE;
    }
    if (decimal.exponent < 0) {
        /* floor(x / 10^k + 1/2), digit by digit: only the last digit dropped can round up */
        for (int k = decimal.exponent; k < -1; k++)
            result /= 10;
        result = (result + 5) / 10;
    }
    for (int k = 0; k < decimal.exponent; k++) {
        if (result > G_MAXINT64)
            return FALSE;
        result *= 10;
    }
    if (result > G_MAXINT64)
        return FALSE;
    *value = (gint64)result;
    return TRUE;
}

static const Unit *
find_unit(const Unit *units, const char *name)
{
    for (; units->name != NULL; units++)
        if (strcmp(units->name, name) == 0)
            return units;
    return NULL;
}

gboolean
pd_unit_find(const char *name, PdDimension *dimension)
{
    for (PdDimension i = PD_DURATION; i < PD_COUNT; i++) {
        if (find_unit(dimensions[i].units, name) != NULL) {
            *dimension = i;
            return TRUE;
        }
    }
    return FALSE;
}

const char *
pd_unit_nearest(const char *name)
{
    const char *names[64] = { NULL };
    guint n = 0;

    for (PdDimension i = PD_DURATION; i < PD_COUNT; i++)
        for (const Unit *unit = dimensions[i].units; unit->name != NULL; unit++)
            names[n++] = unit->name;
    g_assert(n < G_N_ELEMENTS(names));
    /* GIB is GiB rather than GB */
    for (guint i = 0; i < n; i++)
        if (g_ascii_strcasecmp(name, names[i]) == 0)
            return names[i];
    return pd_nearest(name, names);
}

gint64
pd_unit_scale(const char *name, PdDimension dimension)
{
    const Unit *unit = find_unit(dimensions[dimension].units, name);

    g_assert(unit != NULL);
    return unit->scale;
}

static gboolean
fail_unit(GError **error, const char *text, const char *name, PdDimension dimension)
{
    g_autofree char *quoted = pd_quote(text), *quoted_unit = pd_quote(name);
    g_autoptr(GString) known = g_string_new(NULL);

    if (dimension == PD_COUNT)
        return fail(error, text, dimension, "is not a whole number");
    for (const Unit *unit = dimensions[dimension].units; unit->name != NULL; unit++)
        g_string_append_printf(known, "%s%s", known->len > 0 ? " " : "", unit->name);
    if (*name == '\0')
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "%s has no unit; write %s such as %s (units: %s)", quoted,
                    dimensions[dimension].what, dimensions[dimension].example, known->str);
    else
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s has the unit %s; the units of %s are %s",
                    quoted, quoted_unit, dimensions[dimension].what, known->str);
    return FALSE;
}

gboolean
pd_quantity_parse(const char *text, PdDimension dimension, gint64 *value, GError **error)
{
    const char *start = skip_space(text), *rest;
    g_autofree char *name = NULL;
    PdDecimal decimal;
    const Unit *unit;

    if (*start == '-' && pd_decimal_parse(start + 1, &decimal) != NULL)
        return fail(error, text, dimension, "is negative");
    rest = pd_decimal_parse(start, &decimal);
    if (rest == NULL)
        return fail(error, text, dimension, *start == '\0' ? "is empty" : "is not a number");
    name = g_strstrip(g_strdup(rest));
    unit = find_unit(dimensions[dimension].units, name);
    if (unit == NULL)
        return fail_unit(error, text, name, dimension);
    if (!decimal_scale(decimal, unit->scale, value))
        return fail(error, text, dimension, "is too large for 64 bits");
    if (dimension == PD_COUNT && decimal.exponent < 0 && decimal.digits != 0) {
        PdDecimal back = decimal;

        for (; back.exponent < 0 && back.digits % 10 == 0; back.exponent++)
            back.digits /= 10;
        if (back.exponent < 0)
            return fail(error, text, dimension, "is not a whole number");
    }
    return TRUE;
}

gboolean
pd_real_parse(const char *text, double *value, GError **error)
{
    g_autofree char *quoted = pd_quote(text);
    g_autofree char *number = g_strstrip(g_strdup(text));
    const gboolean percent = g_str_has_suffix(number, "%");
    PdDecimal decimal;
    const char *rest;

    if (percent) {
        number[strlen(number) - 1] = '\0';
        g_strchomp(number);
    }
    /* our own parser decides what a number is: strtod would take "inf", "nan" and "0x1p3" too */
    rest = pd_decimal_parse(number + (*number == '-'), &decimal);
    if (rest == NULL) {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT,
                    "%s is not a number; write one such as 0.1 or 10 %%", quoted);
        return FALSE;
    }
    *value = g_ascii_strtod(number, NULL) / (percent ? 100 : 1);
    if (*rest != '\0' || !isfinite(*value) || *number == '-') {
        g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s %s; write a number such as 0.1 or 10 %%",
                    quoted,
                    *rest != '\0'       ? "has a unit or a word behind the number"
                    : !isfinite(*value) ? "is too large"
                                        : "is negative");
        return FALSE;
    }
    return TRUE;
}

gint64
pd_part(gint64 total, guint i, guint n)
{
    const PdU128 whole = pd_wide(total);

    return (gint64)(whole * (i + 1) / n) - (gint64)(whole * i / n);
}

gint64
pd_transfer_ns(gint64 bytes, gint64 bits_per_second)
{
    const PdU128 rate = pd_wide(bits_per_second);
    const PdU128 ns = (pd_wide(bytes) * 8 * PD_NS_PER_S + rate - 1) / rate;

    return ns > G_MAXINT64 ? G_MAXINT64 : (gint64)ns;
}

/* The largest unit of which there is at least one; sizes are shown in binary units only. */
static char *
format_scaled(gint64 value, const Unit *units, gsize n)
{
    gsize unit = 0;

    while (unit + 1 < n && (double)value >= 0.9995 * (double)units[unit + 1].scale)
        unit++;
    if (unit == 0)
        return g_strdup_printf("%" G_GINT64_FORMAT " %s", value, units[0].name);
    const double scaled = (double)value / (double)units[unit].scale;
    return g_strdup_printf("%.*f %s",
                           scaled < 9.995   ? 2
                           : scaled < 99.95 ? 1
                                            : 0,
                           scaled, units[unit].name);
}

char *
pd_duration_format(gint64 ns)
{
    return format_scaled(ns, durations, G_N_ELEMENTS(durations) - 1);
}

char *
pd_size_format(gint64 bytes)
{
    static const Unit binary[] = { { "B", 1 },
                                   { "KiB", KI },
                                   { "MiB", KI * KI },
                                   { "GiB", KI * KI * KI },
                                   { "TiB", KI * KI * KI * KI } };

    return format_scaled(bytes, binary, G_N_ELEMENTS(binary));
}

#include "range.h"

#include <string.h>

#include "errors.h"

/* Numbers are whole multiples of a common power of ten, below this. A sum, or a product with a
 * factor of one digit, still fits 127 bits. */
#define LARGEST                                                                                    \
    ((PdU128)G_GUINT64_CONSTANT(10000000000000000000) * G_GUINT64_CONSTANT(1000000000000000000))

typedef struct {
    const char *text; /* the whole, for messages */
    PdDimension dimension;
    char *unit; /* that the points are written in */
    PdDecimal start, end;
    PdDecimal step; /* or factor */
    gboolean powers;
} Range;

static void
range_clear(Range *self)
{
    g_free(self->unit);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Range, range_clear)

gboolean
pd_range_is(const char *text)
{
    return strstr(text, "..") != NULL;
}

static gboolean fail(const Range *self, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static gboolean
fail(const Range *self, GError **error, const char *format, ...)
{
    g_autofree char *quoted = pd_quote(self->text);
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, PD_ERROR, PD_ERROR_INPUT, "%s %s", quoted, message);
    return FALSE;
}

/* --- decimals --------------------------------------------------------------------------------- */

/* Write a decimal with a smaller exponent. FALSE where it becomes too large. */
static gboolean
align(PdDecimal *decimal, int exponent)
{
    for (; decimal->exponent > exponent && decimal->digits != 0; decimal->exponent--) {
        if (decimal->digits > LARGEST / 10)
            return FALSE;
        decimal->digits *= 10;
    }
    decimal->exponent = exponent;
    return TRUE;
}

/* Without zeros at the end, of the fraction at least. */
static void
normalize(PdDecimal *decimal)
{
    for (; decimal->exponent < 0 && decimal->digits % 10 == 0; decimal->exponent++)
        decimal->digits /= 10;
}

static gboolean
multiply(PdDecimal *decimal, PdU128 digits, int exponent)
{
    if (digits != 0 && decimal->digits > LARGEST / digits)
        return FALSE;
    decimal->digits *= digits;
    decimal->exponent += exponent;
    normalize(decimal);
    return TRUE;
}

/* The decimal in digits, behind which a unit stands. The exponent is 0 or less. */
static char *
write_decimal(PdDecimal decimal, const char *unit)
{
    char digits[96];
    char *at = digits + sizeof digits;
    int fraction;

    normalize(&decimal);
    fraction = -decimal.exponent;
    *--at = '\0';
    for (int i = 0; decimal.digits != 0 || i <= fraction; i++) {
        if (i == fraction && fraction > 0)
            *--at = '.';
        *--at = (char)('0' + (int)(decimal.digits % 10));
        decimal.digits /= 10;
    }
    return g_strconcat(at, unit, NULL);
}

/* --- parsing ---------------------------------------------------------------------------------- */

/* Read a number and its unit, checked as a value of a file is. */
static gboolean
read_number(const Range *self, const char *text, PdDecimal *decimal, char **unit, GError **error)
{
    gint64 quantity;
    double real;
    const char *rest;

    if (self->dimension == PD_COUNT ? !pd_real_parse(text, &real, error)
                                    : !pd_quantity_parse(text, self->dimension, &quantity, error))
        return FALSE;
    while (g_ascii_isspace(*text))
        text++;
    rest = pd_decimal_parse(text, decimal);
    g_assert(rest != NULL);
    *unit = g_strstrip(g_strdup(rest));
    normalize(decimal);
    return (decimal->exponent >= -18 && align(decimal, MIN(decimal->exponent, 0))) ||
           fail(self, error, "has a number with too many digits");
}

static gint64
scale_of(const Range *self, const char *unit)
{
    return self->dimension == PD_COUNT ? 1 : pd_unit_scale(unit, self->dimension);
}

/* The name of the unit of a dimension that all others are multiples of. */
static const char *
smallest_unit(PdDimension dimension)
{
    static const char *const names[] = {
        [PD_DURATION] = "ns",
        [PD_SIZE] = "B",
        [PD_BANDWIDTH] = "bit/s",
        [PD_COMPUTE] = "FLOP/s",
    };

    return names[dimension];
}

/* Write all numbers in one unit. */
static gboolean
unify(Range *self, char *units[3], PdDecimal *numbers[3], guint n, GError **error)
{
    const char *unit = units[0];

    for (guint i = 1; i < n; i++) {
        if (self->dimension == PD_COUNT && strcmp(units[i], unit) != 0)
            return fail(self, error, "has a %% on some of its numbers; write it on all or on none");
        if (scale_of(self, units[i]) < scale_of(self, unit))
            unit = units[i];
    }
    for (guint i = 0; i < n; i++)
        if (scale_of(self, units[i]) % scale_of(self, unit) != 0)
            unit = smallest_unit(self->dimension);
    for (guint i = 0; i < n; i++) {
        const gint64 ratio = scale_of(self, units[i]) / scale_of(self, unit);

        if (!multiply(numbers[i], pd_wide(ratio), 0))
            return fail(self, error, "has a number with too many digits");
    }
    self->unit = g_strdup(unit);
    return TRUE;
}

static gboolean
read_range(Range *self, GError **error)
{
    const char *dots = strstr(self->text, ".."), *rest = dots + 2;
    const char *mark = strpbrk(rest, ":*");
    g_autofree char *start = g_strndup(self->text, (gsize)(dots - self->text));
    g_autofree char *end = mark == NULL ? g_strdup(rest) : g_strndup(rest, (gsize)(mark - rest));
    char *units[3] = { NULL };
    PdDecimal *numbers[] = { &self->start, &self->end, &self->step };
    g_autofree char *step_unit = NULL;
    gboolean read;

    self->powers = mark != NULL && *mark == '*';
    self->step = (PdDecimal){ 1, 0 };
    read = read_number(self, start, &self->start, &units[0], error) &&
           read_number(self, end, &self->end, &units[1], error);
    if (read && self->powers) {
        const Range factor = { .text = self->text, .dimension = PD_COUNT };

        read = read_number(&factor, mark + 1, &self->step, &step_unit, error) &&
               (*step_unit == '\0' || fail(self, error, "has a factor that is a percentage"));
    } else if (read && mark != NULL) {
        read = read_number(self, mark + 1, &self->step, &units[2], error);
    }
    read = read && unify(self, units, numbers, units[2] == NULL ? 2 : 3, error);
    for (guint i = 0; i < G_N_ELEMENTS(units); i++)
        g_free(units[i]);
    return read;
}

/* --- points ----------------------------------------------------------------------------------- */

static void
add_point(const Range *self, PdDecimal decimal, GPtrArray *points)
{
    g_ptr_array_add(points, write_decimal(decimal, self->unit));
}

static gboolean
add_steps(Range *self, GPtrArray *points, GError **error)
{
    const int exponent = MIN(MIN(self->start.exponent, self->end.exponent), self->step.exponent);
    PdU128 n_steps;

    if (!align(&self->start, exponent) || !align(&self->end, exponent) ||
        !align(&self->step, exponent))
        return fail(self, error, "has numbers with too many digits");
    if (self->step.digits == 0)
        return fail(self, error, "has a step of 0; it must be larger");
    if (self->end.digits < self->start.digits)
        return fail(self, error, "ends below its start; write the smaller number first");
    n_steps = (self->end.digits - self->start.digits) / self->step.digits;
    if (n_steps >= PD_RANGE_MOST)
        return fail(self, error, "has more than %d points; a larger step is right", PD_RANGE_MOST);
    for (PdU128 i = 0; i <= n_steps; i++)
        add_point(self, (PdDecimal){ self->start.digits + i * self->step.digits, exponent },
                  points);
    if (self->start.digits + n_steps * self->step.digits != self->end.digits)
        add_point(self, self->end, points);
    return TRUE;
}

/* a < b; FALSE too where a cannot be written with the exponent of b, because it is too large. */
static gboolean
is_below(PdDecimal a, PdDecimal b)
{
    const int exponent = MIN(a.exponent, b.exponent);

    if (!align(&a, exponent))
        return FALSE;
    return !align(&b, exponent) || a.digits < b.digits;
}

static gboolean
add_powers(Range *self, GPtrArray *points, GError **error)
{
    const PdDecimal one = { 1, 0 };
    PdDecimal at = self->start;

    if (!is_below(one, self->step))
        return fail(self, error, "has a factor that is not above 1");
    if (at.digits == 0)
        return fail(self, error, "starts at 0, of which every multiple is 0; start above");
    if (is_below(self->end, at))
        return fail(self, error, "ends below its start; write the smaller number first");
    g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);
    while (is_below(at, self->end)) {
        add_point(self, at, made);
        if (!multiply(&at, self->step.digits, self->step.exponent))
            return fail(self, error,
                        "has a factor whose powers have too many digits; one such as "
                        "2 or 1.5 is right");
    }
    add_point(self, self->end, made);
    g_ptr_array_extend_and_steal(points, g_steal_pointer(&made));
    return TRUE;
}

gboolean
pd_range_add(const char *text, PdDimension dimension, GPtrArray *points, GError **error)
{
    g_auto(Range) range = { .text = text, .dimension = dimension };

    if (!read_range(&range, error))
        return FALSE;
    return range.powers ? add_powers(&range, points, error) : add_steps(&range, points, error);
}

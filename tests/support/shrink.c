#include "shrink.h"

#include <string.h>

/* A number of which every smaller one is tried. */
#define SMALL 32

typedef struct {
    GKeyFile *file; /* the smallest so far */
    char *text;     /* the same */
    TestFails fails;
    gpointer data;
    guint tries; /* that are left */
} Shrink;

static GKeyFile *
parse(const char *text)
{
    GKeyFile *file = g_key_file_new();

    /* an empty text is no key file to GLib, and leaves this one empty */
    g_key_file_load_from_data(file, text, strlen(text), G_KEY_FILE_KEEP_TRANSLATIONS, NULL);
    return file;
}

/* Go on from a candidate if it is another one and fails too. */
static gboolean
attempt(Shrink *self, GKeyFile *candidate)
{
    g_autofree char *text = g_key_file_to_data(candidate, NULL, NULL);

    if (self->tries == 0 || g_strcmp0(text, self->text) == 0)
        return FALSE;
    self->tries--;
    if (!self->fails(text, self->data))
        return FALSE;
    g_key_file_unref(self->file);
    self->file = g_key_file_ref(candidate);
    g_free(self->text);
    self->text = g_steal_pointer(&text);
    return TRUE;
}

static gboolean
attempt_value(Shrink *self, const char *section, const char *key, const char *value)
{
    g_autoptr(GKeyFile) candidate = parse(self->text);

    g_key_file_set_value(candidate, section, key, value);
    return attempt(self, candidate);
}

/* The values of a key, without the spaces around them; none of an empty text. */
static char **
values_of(GKeyFile *file, const char *section, const char *key)
{
    g_autofree char *value = g_key_file_get_value(file, section, key, NULL);
    g_auto(GStrv) items = g_strsplit(value, ";", -1);
    g_autoptr(GStrvBuilder) values = g_strv_builder_new();

    for (char **item = items; *item != NULL; item++)
        if (*g_strstrip(*item) != '\0')
            g_strv_builder_add(values, *item);
    return g_strv_builder_end(values);
}

/* --- what is left out ------------------------------------------------------------------------- */

static gboolean
drop_section(Shrink *self, const char *section)
{
    g_autoptr(GKeyFile) candidate = parse(self->text);

    g_key_file_remove_group(candidate, section, NULL);
    return attempt(self, candidate);
}

static gboolean
drop_key(Shrink *self, const char *section, const char *key)
{
    g_autoptr(GKeyFile) candidate = parse(self->text);

    g_key_file_remove_key(candidate, section, key, NULL);
    return attempt(self, candidate);
}

static gboolean
keep_one_value(Shrink *self, const char *section, const char *key)
{
    g_auto(GStrv) values = values_of(self->file, section, key);

    if (g_strv_length(values) < 2)
        return FALSE;
    for (char **value = values; *value != NULL; value++)
        if (attempt_value(self, section, key, *value))
            return TRUE;
    return FALSE;
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* Numbers that are simpler than n, the simplest first: 1, 0, then all others of a small n, for one
 * may have to be a multiple of another; less and less below a large n. */
static GArray *
simpler(gint64 n)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(gint64));

    for (gint64 least = 1; least >= 0; least--)
        if (n > 1 || (n == 0 && least == 1))
            g_array_append_val(numbers, least);
    for (gint64 lower = n <= SMALL ? 2 : n - n / 2; lower < n;
         lower = n <= SMALL ? lower + 1 : n - (n - lower) / 2)
        g_array_append_val(numbers, lower);
    return numbers;
}

/* The values with one of them, in which a number stands from `start` to `end`, made simpler. */
static gboolean
try_simpler(Shrink *self, const char *section, const char *key, char **values, guint i)
{
    const char *value = values[i];
    const gsize start = strcspn(value, "0123456789");
    const gsize whole = strspn(value + start, "0123456789");
    const gsize fraction =
        value[start + whole] == '.' ? 1 + strspn(value + start + whole + 1, "0123456789") : 0;
    const gint64 n = g_ascii_strtoll(value + start, NULL, 10);
    /* 0.5 is not simpler than 0, nor 1.5 than 1 */
    g_autoptr(GArray) numbers = simpler(fraction > 0 ? MAX(n, 1) + 1 : n);

    for (guint k = 0; whole > 0 && k < numbers->len; k++) {
        g_autofree char *other =
            g_strdup_printf("%.*s%" G_GINT64_FORMAT "%s", (int)start, value,
                            g_array_index(numbers, gint64, k), value + start + whole + fraction);
        g_auto(GStrv) others = g_strdupv(values);

        g_free(others[i]);
        others[i] = g_steal_pointer(&other);
        g_autofree char *joined = g_strjoinv(";", others);
        if (attempt_value(self, section, key, joined))
            return TRUE;
    }
    return FALSE;
}

static gboolean
lower_values(Shrink *self, const char *section, const char *key)
{
    g_auto(GStrv) values = values_of(self->file, section, key);
    const guint n = g_strv_length(values);

    for (guint i = 0; i < n; i++)
        if (try_simpler(self, section, key, values, i))
            return TRUE;
    return FALSE;
}

/* --- numbers that count the values of lists --------------------------------------------------- */

/* How a number that goes from n to t takes others with it. */
typedef struct {
    gint64 n, t;
    gboolean front;     /* lists lose values at their beginning */
    gboolean multiples; /* numbers that are multiples follow */
} Scaling;

/* Whether the text of a value is a whole number and nothing else. */
static gboolean
is_whole(const char *value, gint64 *number)
{
    return g_ascii_string_to_signed(value, 10, 0, G_MAXINT64, number, NULL);
}

/* How many values are left of a list. */
static gint64
scaled_length(const Scaling *scaling, gint64 length)
{
    const gint64 n = scaling->n, t = scaling->t;

    if (length % n == 0)
        return length / n * t;
    return (length + 1) % n == 0 ? MAX((length + 1) / n * t - 1, 1) : length;
}

static void
scale_key(const Scaling *scaling, GKeyFile *file, const char *section, const char *key)
{
    g_auto(GStrv) values = values_of(file, section, key);
    const gint64 length = g_strv_length(values);
    gint64 number;

    if (length > 1) {
        const gint64 left = scaled_length(scaling, length);
        const gint64 first = scaling->front ? length - left : 0;
        g_autoptr(GString) list = g_string_new(values[first]);

        for (gint64 i = first + 1; i < first + left; i++)
            g_string_append_printf(list, ";%s", values[i]);
        g_key_file_set_value(file, section, key, list->str);
    } else if (length == 1 && scaling->multiples && is_whole(values[0], &number) && number > 0 &&
               number % scaling->n == 0) {
        g_key_file_set_int64(file, section, key, number / scaling->n * scaling->t);
    }
}

static gboolean
scale(Shrink *self, const char *section, const char *key, const Scaling *scaling)
{
    g_autoptr(GKeyFile) candidate = parse(self->text);
    g_auto(GStrv) sections = g_key_file_get_groups(candidate, NULL);

    for (char **other = sections; *other != NULL; other++) {
        g_auto(GStrv) keys = g_key_file_get_keys(candidate, *other, NULL, NULL);

        for (char **name = keys; *name != NULL; name++)
            if (!g_str_equal(*other, section) || !g_str_equal(*name, key))
                scale_key(scaling, candidate, *other, *name);
    }
    g_key_file_set_int64(candidate, section, key, scaling->t);
    return attempt(self, candidate);
}

static gboolean
lower_with_lists(Shrink *self, const char *section, const char *key)
{
    g_auto(GStrv) values = values_of(self->file, section, key);
    g_autoptr(GArray) numbers = NULL;
    gint64 n;

    if (g_strv_length(values) != 1 || !is_whole(values[0], &n) || n < 2)
        return FALSE;
    numbers = simpler(n);
    for (guint i = 0; i < numbers->len; i++) {
        for (guint variant = 0; variant < 4; variant++) {
            const Scaling scaling = { n, g_array_index(numbers, gint64, i), variant % 2 == 1,
                                      variant >= 2 };

            if (scaling.t > 0 && scale(self, section, key, &scaling))
                return TRUE;
        }
    }
    return FALSE;
}

/* --- all steps -------------------------------------------------------------------------------- */

static gboolean
drop_sections(Shrink *self)
{
    g_auto(GStrv) sections = g_key_file_get_groups(self->file, NULL);
    gboolean any = FALSE;

    for (char **section = sections; *section != NULL; section++)
        any |= drop_section(self, *section);
    return any;
}

/* One kind of step on every key, on each as often as it leads on. */
static gboolean
for_keys(Shrink *self, gboolean (*step)(Shrink *, const char *section, const char *key))
{
    g_auto(GStrv) sections = g_key_file_get_groups(self->file, NULL);
    gboolean any = FALSE;

    for (char **section = sections; *section != NULL; section++) {
        g_auto(GStrv) keys = g_key_file_get_keys(self->file, *section, NULL, NULL);

        for (char **key = keys; *key != NULL; key++)
            while (g_key_file_has_key(self->file, *section, *key, NULL) &&
                   step(self, *section, *key))
                any = TRUE;
    }
    return any;
}

char *
test_shrink(const char *text, TestFails fails, gpointer data, guint most_tries)
{
    g_autoptr(GKeyFile) first = parse(text);
    Shrink self = { .file = g_key_file_new(), .fails = fails, .data = data, .tries = most_tries };
    gboolean any = attempt(&self, first);

    while (any) {
        any = drop_sections(&self);
        any |= for_keys(&self, drop_key);
        any |= for_keys(&self, keep_one_value);
        any |= for_keys(&self, lower_with_lists);
        any |= for_keys(&self, lower_values);
    }
    g_key_file_unref(self.file);
    return self.text != NULL ? self.text : g_strdup(text);
}

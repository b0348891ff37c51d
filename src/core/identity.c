#include "identity.h"

#include "errors.h"

#define GROUP "run"

void
pd_identity_init(PdIdentity *identity)
{
    identity->names = g_ptr_array_new_with_free_func(g_free);
    identity->values = g_ptr_array_new_with_free_func(g_free);
}

void
pd_identity_clear(PdIdentity *identity)
{
    g_clear_pointer(&identity->names, g_ptr_array_unref);
    g_clear_pointer(&identity->values, g_ptr_array_unref);
}

void
pd_identity_add(PdIdentity *identity, const char *name, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_ptr_array_add(identity->names, g_strdup(name));
    g_ptr_array_add(identity->values, g_strdup_vprintf(format, arguments));
    va_end(arguments);
}

void
pd_identity_store(const PdIdentity *identity, GKeyFile *file)
{
    for (guint i = 0; i < identity->names->len; i++) {
        g_autofree char *name = g_strdup_printf("name-%u", i);
        g_autofree char *value = g_strdup_printf("value-%u", i);

        g_key_file_set_string(file, GROUP, name, identity->names->pdata[i]);
        g_key_file_set_string(file, GROUP, value, identity->values->pdata[i]);
    }
}

gboolean
pd_identity_check(const PdIdentity *identity, const char *path, GKeyFile *file, GError **error)
{
    for (guint i = 0; i < identity->names->len; i++) {
        const char *name = identity->names->pdata[i], *value = identity->values->pdata[i];
        g_autofree char *name_key = g_strdup_printf("name-%u", i);
        g_autofree char *value_key = g_strdup_printf("value-%u", i);
        g_autofree char *its_name = g_key_file_get_string(file, GROUP, name_key, NULL);
        g_autofree char *its_value = g_key_file_get_string(file, GROUP, value_key, NULL);
        g_autofree char *there = pd_printable(its_value == NULL ? "absent" : its_value);
        g_autofree char *here = pd_printable(value);
        g_autofree char *difference =
            g_strcmp0(its_name, name) != 0
                ? g_strdup_printf("kind of run, which knows no %s", name)
                : g_strdup_printf("run: %s was %s there and is %s here", name, there, here);

        if (g_strcmp0(its_name, name) != 0 || g_strcmp0(its_value, value) != 0)
            return pd_error_input(path, error, "is of another %s", difference);
    }
    return TRUE;
}

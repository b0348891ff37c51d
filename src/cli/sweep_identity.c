#include "sweep_identity.h"

#include "input.h"
#include "version.h"

#define LARGEST_FILE (1024 * 1024)

static gboolean
is_varied(const PdSpace *space, PdKey key)
{
    for (guint i = 0; i < pd_space_n_keys(space); i++)
        if (pd_space_vary(space, i)->key == key)
            return TRUE;
    return FALSE;
}

/* Add the file that a config would read for a key. What cannot be read makes its points invalid; it
 * is the same sweep as long as it cannot. */
static void
add_file(PdIdentity *identity, const PdConfig *config, PdKey key)
{
    gsize length = 0;
    g_autofree char *path = pd_config_find_included(config, key, NULL);
    g_autofree char *text =
        path == NULL ? NULL : pd_input_read(path, LARGEST_FILE, "1 MiB", &length, NULL);
    g_autofree char *sum =
        text == NULL ? g_strdup("unreadable")
                     : g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, length);
    g_autofree char *name =
        g_strdup_printf("the file %s (its SHA-256)", pd_config_text(config, key));

    pd_identity_add(identity, name, "%s", sum);
}

static void
add_files(PdIdentity *identity, const PdSweep *sweep, PdKey key)
{
    for (guint i = 0; i < pd_space_n_keys(sweep->space); i++) {
        const PdVary *vary = pd_space_vary(sweep->space, i);

        for (guint j = 0; vary->key == key && j < vary->values->len; j++) {
            g_autoptr(PdConfig) config = pd_config_copy(sweep->base);

            if (pd_config_set(config, "--vary", key, vary->values->pdata[j], NULL))
                add_file(identity, config, key);
        }
    }
    if (!is_varied(sweep->space, key) && pd_config_has(sweep->base, key))
        add_file(identity, sweep->base, key);
}

void
pd_sweep_identity_init(PdIdentity *identity, const PdSweep *sweep, const char *const *words)
{
    pd_identity_init(identity);
    pd_identity_add(identity, "the version", "%s", PD_VERSION);
    for (; *words != NULL; words += 2)
        pd_identity_add(identity, words[0], "%s", *words[1] == '\0' ? "absent" : words[1]);
    for (PdKey key = 0; key < PD_N_KEYS; key++) {
        const PdKeyRow *row = pd_key_row(key);
        const char *text = pd_config_text(sweep->base, key);
        g_autofree char *name = g_strdup_printf("[%s] %s", row->section, row->name);

        if (!is_varied(sweep->space, key))
            pd_identity_add(identity, name, "%s", text == NULL ? "absent" : text);
    }
    if (sweep->base_is_all)
        return;
    add_files(identity, sweep, PD_KEY_MODEL_FILE);
    add_files(identity, sweep, PD_KEY_HARDWARE_FILE);
}

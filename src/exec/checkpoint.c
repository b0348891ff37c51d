#include "checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "errors.h"
#include "output.h"

#define FORMAT      "pipedrift.checkpoint/1"
#define PREFIX      "step-"
#define SUFFIX      ".checkpoint"
#define PART        SUFFIX ".part" /* what core/output.h may leave of a run that was killed */
#define N_KEPT      2
#define SUM_BYTES   32                 /* of a SHA-256 */
#define MOST_HEAD   (16 * 1024 * 1024) /* bytes; a head is a few hundred per stage */
#define HEAD_LENGTH 8                  /* the bytes that tell the head's length, decimal */

/* --- what a run is ---------------------------------------------------------------------------- */

static char *
list(const gint64 *values, guint n)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; values != NULL && i < n; i++)
        g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i == 0 ? "" : ";", values[i]);
    return g_string_free(text, FALSE);
}

void
pd_identity_add_scenario(PdIdentity *identity, const PdScenario *scenario)
{
    g_autofree char *in_flight = list(scenario->in_flight, scenario->n_stages);
    g_autofree char *layers = list(scenario->layers, scenario->n_stages);

    pd_identity_add(identity, "[pipeline] schedule", "%s", scenario->schedule->name);
    pd_identity_add(identity, "[pipeline] devices", "%u", scenario->n_devices);
    pd_identity_add(identity, "the number of stages", "%u", scenario->n_stages);
    pd_identity_add(identity, "the layers per stage", "%s", layers);
    pd_identity_add(identity, "[pipeline] micro-batches", "%" G_GINT64_FORMAT,
                    scenario->mini_batch);
    pd_identity_add(identity, "the accumulation", "%" G_GINT64_FORMAT, scenario->accumulation);
    if (scenario->schedule->limits_in_flight)
        pd_identity_add(identity, "the in-flight limits", "%s", in_flight);
    pd_identity_add(identity, "[pipeline] stash", "%s", scenario->stash ? "yes" : "no");
    pd_identity_add(identity, "[pipeline] recompute", "%s", scenario->recompute ? "full" : "none");
    pd_identity_add(identity, "[scenario] seed", "%" G_GUINT64_FORMAT, scenario->seed);
}

/* --- the folder ------------------------------------------------------------------------------- */

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of checkpoints in a folder that end like this, the oldest first. (transfer full) */
static GPtrArray *
names_in(const char *folder, const char *suffix)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
        if (g_str_has_prefix(name, PREFIX) && g_str_has_suffix(name, suffix))
            g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    return names;
}

/* Remove all but the last two, and what runs that were killed have left half written. */
static void
remove_old(const char *folder)
{
    g_autoptr(GPtrArray) names = names_in(folder, SUFFIX), parts = names_in(folder, PART);

    for (guint i = 0; i + N_KEPT < names->len; i++)
        g_ptr_array_add(parts, g_strdup(names->pdata[i]));
    for (guint i = 0; i < parts->len; i++) {
        g_autofree char *path = g_build_filename(folder, parts->pdata[i], NULL);

        g_unlink(path);
    }
}

gboolean
pd_checkpoint_exists(const char *folder)
{
    g_autoptr(GPtrArray) names = names_in(folder, SUFFIX);

    return names->len > 0;
}

/* --- saving ----------------------------------------------------------------------------------- */

static char *
head_of(const PdIdentity *identity, const PdScenario *scenario, PdWork *const *works,
        gint64 micro_batch)
{
    g_autoptr(GKeyFile) head = g_key_file_new();

    g_key_file_set_string(head, "checkpoint", "format", FORMAT);
    g_key_file_set_int64(head, "checkpoint", "micro-batch", micro_batch);
    pd_identity_store(identity, head);
    for (guint s = 0; s < scenario->n_stages; s++) {
        PdWork *work = works[pd_scenario_device(scenario, s)];
        g_autofree char *name = g_strdup_printf("stage-%u", s);
        gsize bytes;

        work->state(work, s, &bytes);
        g_key_file_set_uint64(head, "bytes", name, bytes);
    }
    return g_key_file_to_data(head, NULL, NULL);
}

static gboolean
put(FILE *file, GChecksum *sum, const void *data, gsize n)
{
    g_checksum_update(sum, data, (gssize)n);
    return fwrite(data, 1, n, file) == n;
}

static gboolean
put_all(FILE *file, const char *head, const PdScenario *scenario, PdWork *const *works)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    char length[HEAD_LENGTH + 1];
    guint8 digest[SUM_BYTES];
    gsize n_digest = sizeof digest;

    g_snprintf(length, sizeof length, "%0*u", HEAD_LENGTH, (guint)strlen(head));
    if (!put(file, sum, length, HEAD_LENGTH) || !put(file, sum, head, strlen(head)))
        return FALSE;
    for (guint s = 0; s < scenario->n_stages; s++) {
        PdWork *work = works[pd_scenario_device(scenario, s)];
        gsize bytes;
        const void *state = work->state(work, s, &bytes);

        if (!put(file, sum, state, bytes))
            return FALSE;
    }
    g_checksum_get_digest(sum, digest, &n_digest);
    return fwrite(digest, 1, n_digest, file) == n_digest;
}

/* Write a file and have it on the disk before it is called whole: older ones are removed then. */
static gboolean
write_whole(const char *path, const char *head, const PdScenario *scenario, PdWork *const *works,
            GError **error)
{
    g_auto(PdOutput) output = { 0 };

    if (!pd_output_begin(&output, path, error))
        return FALSE;
    if (!put_all(output.file, head, scenario, works) || fflush(output.file) != 0 ||
        fsync(fileno(output.file)) != 0)
        return pd_error_write(path, g_strerror(errno), error);
    return pd_output_end(&output, error);
}

/* A name is on the disk when its folder is. */
static void
sync_folder(const char *folder)
{
    const int descriptor = g_open(folder, O_RDONLY | O_DIRECTORY, 0);

    if (descriptor < 0)
        return;
    fsync(descriptor);
    close(descriptor);
}

gboolean
pd_checkpoint_save(const char *folder, const PdIdentity *identity, const PdScenario *scenario,
                   PdWork *const *works, gint64 micro_batch, GError **error)
{
    g_autofree char *head = head_of(identity, scenario, works, micro_batch);
    g_autofree char *name =
        g_strdup_printf(PREFIX "%010" G_GINT64_FORMAT SUFFIX, micro_batch / scenario->mini_batch);
    g_autofree char *path = g_build_filename(folder, name, NULL);

    if (g_mkdir_with_parents(folder, 0777) != 0)
        return pd_error_write(folder, g_strerror(errno), error);
    if (!write_whole(path, head, scenario, works, error))
        return FALSE;
    sync_folder(folder);
    remove_old(folder);
    return TRUE;
}

/* --- loading ---------------------------------------------------------------------------------- */

/* Whether the sum at the end is that of all before it. */
static gboolean
check_sum(const char *path, const guint8 *data, gsize n, GError **error)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[SUM_BYTES];
    gsize n_digest = sizeof digest;

    if (n >= HEAD_LENGTH + SUM_BYTES) {
        g_checksum_update(sum, data, (gssize)(n - SUM_BYTES));
        g_checksum_get_digest(sum, digest, &n_digest);
        if (memcmp(digest, data + n - SUM_BYTES, SUM_BYTES) == 0)
            return TRUE;
    }
    return pd_error_input(path, error,
                          "is damaged or truncated: its checksum does not fit; remove it, and the "
                          "checkpoint before it is taken");
}

static GKeyFile *
read_head(const char *path, const guint8 *data, gsize n, gsize *behind, GError **error)
{
    g_autoptr(GKeyFile) head = g_key_file_new();
    g_autofree char *text = g_strndup((const char *)data, HEAD_LENGTH);
    g_autofree char *format = NULL;
    guint64 length = 0;

    if (g_ascii_string_to_unsigned(text, 10, 0, MIN(MOST_HEAD, n - HEAD_LENGTH - SUM_BYTES),
                                   &length, NULL) &&
        g_key_file_load_from_data(head, (const char *)data + HEAD_LENGTH, length, G_KEY_FILE_NONE,
                                  NULL))
        format = g_key_file_get_string(head, "checkpoint", "format", NULL);
    if (g_strcmp0(format, FORMAT) != 0) {
        pd_error_input(path, error, "is no checkpoint of this version (%s)", FORMAT);
        return NULL;
    }
    *behind = HEAD_LENGTH + length;
    return g_steal_pointer(&head);
}

static gboolean
check_sizes(const char *path, GKeyFile *head, const PdScenario *scenario, PdWork *const *works,
            gsize n_left, GError **error)
{
    for (guint s = 0; s < scenario->n_stages; s++) {
        PdWork *work = works[pd_scenario_device(scenario, s)];
        g_autofree char *name = g_strdup_printf("stage-%u", s);
        gsize bytes;

        work->state(work, s, &bytes);
        if (g_key_file_get_uint64(head, "bytes", name, NULL) != bytes || bytes > n_left)
            return pd_error_input(path, error, "holds another number of bytes for stage %u", s);
        n_left -= bytes;
    }
    return n_left == 0 || pd_error_input(path, error, "holds more than the stages' state");
}

/* Check the file's content against this run, then fill the works from it. */
static gboolean
take(const char *path, const guint8 *data, gsize n, const PdIdentity *identity,
     const PdScenario *scenario, PdWork *const *works, gint64 *micro_batch, GError **error)
{
    g_autoptr(GKeyFile) head = NULL;
    gsize at;

    if (!check_sum(path, data, n, error))
        return FALSE;
    head = read_head(path, data, n, &at, error);
    if (head == NULL || !pd_identity_check(identity, path, head, error) ||
        !check_sizes(path, head, scenario, works, n - SUM_BYTES - at, error))
        return FALSE;
    *micro_batch = g_key_file_get_int64(head, "checkpoint", "micro-batch", NULL);
    if (*micro_batch % scenario->mini_batch != 0 || *micro_batch > scenario->n_micro_batches)
        return pd_error_input(path, error,
                              "is from micro-batch %" G_GINT64_FORMAT
                              ", behind the end of this run; more mini-batches are right",
                              *micro_batch);
    for (guint s = 0; s < scenario->n_stages; s++) {
        PdWork *work = works[pd_scenario_device(scenario, s)];
        gsize bytes;
        void *state = work->state(work, s, &bytes);

        memcpy(state, data + at, bytes);
        at += bytes;
    }
    return TRUE;
}

gboolean
pd_checkpoint_load(const char *folder, const PdIdentity *identity, const PdScenario *scenario,
                   PdWork *const *works, gint64 *micro_batch, GError **error)
{
    g_autoptr(GPtrArray) names = names_in(folder, SUFFIX);
    g_autoptr(GMappedFile) file = NULL;
    g_autoptr(GError) failure = NULL;
    g_autofree char *path = NULL;

    if (names->len == 0)
        return pd_error_input(folder, error,
                              "holds no checkpoint; name a folder that --checkpoint "
                              "was given");
    path = g_build_filename(folder, names->pdata[names->len - 1], NULL);
    file = g_mapped_file_new(path, FALSE, &failure);
    if (file == NULL)
        return pd_error_read(path, failure->message, error);
    return take(path, (const guint8 *)g_mapped_file_get_contents(file),
                g_mapped_file_get_length(file), identity, scenario, works, micro_batch, error);
}

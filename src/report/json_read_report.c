#include "json_read_report.h"

#include <math.h>

/* --- devices ---------------------------------------------------------------------------------- */

/* Read non-negative members that sum to a whole. */
static gint64
sum_of_counts(PdJsonMembers *members, JsonObject *object, const char *name, gint64 *value,
              gint64 sum)
{
    *value = pd_json_members_count(members, object, name);
    pd_json_members_require(members, *value <= G_MAXINT64 - sum, name, "is too large");
    return members->fault == NULL ? sum + *value : 0;
}

static void
read_causes(PdJsonMembers *members, JsonObject *object, PdDeviceReport *device)
{
    JsonObject *causes = pd_json_members_object(members, object, "bubble_by_cause_ns");
    const gsize before = pd_json_members_enter(members, "bubble_by_cause_ns", -1);
    gint64 sum_ns = 0;

    for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++)
        sum_ns = sum_of_counts(members, causes, pd_cause_name(cause),
                               &device->bubble_by_cause_ns[cause], sum_ns);
    pd_json_members_leave(members, before);
    pd_json_members_require(members, sum_ns == device->bubble_ns, "bubble_by_cause_ns",
                            "does not sum to bubble_ns");
}

static void
read_parts(PdJsonMembers *members, JsonObject *object, PdDeviceReport *device)
{
    JsonObject *parts = pd_json_members_object(members, object, "peak_memory_parts_bytes");
    const gsize before = pd_json_members_enter(members, "peak_memory_parts_bytes", -1);
    gint64 sum_bytes = 0;

    for (PdMemoryPart part = 0; part < PD_N_PARTS; part++)
        sum_bytes = sum_of_counts(members, parts, pd_memory_part_name(part),
                                  &device->peak_memory_parts_bytes[part], sum_bytes);
    pd_json_members_leave(members, before);
    pd_json_members_require(members, sum_bytes == device->peak_memory_bytes,
                            "peak_memory_parts_bytes", "does not sum to peak_memory_bytes");
}

/* Both are null where no capacity was given. */
static void
read_capacity(PdJsonMembers *members, JsonObject *object, PdDeviceReport *device)
{
    const int fits = pd_json_members_boolean(members, object, "fits", TRUE);

    device->fits = fits != 0;
    device->capacity_bytes = -1;
    if (fits >= 0)
        device->capacity_bytes = pd_json_members_count(members, object, "capacity_bytes");
    else
        pd_json_members_require(
            members, isnan(pd_json_members_real(members, object, "capacity_bytes", TRUE)),
            "capacity_bytes", "is given, and fits is not");
    pd_json_members_require(
        members, fits < 0 || device->fits == (device->peak_memory_bytes <= device->capacity_bytes),
        "fits", "is not what peak_memory_bytes and capacity_bytes say");
}

static void
read_device(PdJsonMembers *members, JsonObject *object, guint number, const PdReport *report,
            PdDeviceReport *device)
{
    pd_json_members_integer(members, object, "device", number, number);
    device->first_start_ns =
        pd_json_members_integer(members, object, "first_start_ns", 0, report->makespan_ns);
    device->last_end_ns =
        pd_json_members_integer(members, object, "last_end_ns", 0, report->makespan_ns);
    device->busy_ns = pd_json_members_integer(members, object, "busy_ns", 0, report->makespan_ns);
    device->bubble_ns = pd_json_members_count(members, object, "bubble_ns");
    pd_json_members_require(members, device->bubble_ns == report->makespan_ns - device->busy_ns,
                            "bubble_ns", "is not makespan_ns less busy_ns");
    read_causes(members, object, device);
    device->operations = pd_json_members_count(members, object, "operations");
    device->peak_memory_bytes = pd_json_members_count(members, object, "peak_memory_bytes");
    device->peak_memory_at_ns =
        pd_json_members_integer(members, object, "peak_memory_at_ns", 0, report->makespan_ns);
    read_parts(members, object, device);
    read_capacity(members, object, device);
}

/* --- stages ----------------------------------------------------------------------------------- */

static void
read_histogram(PdJsonMembers *members, JsonObject *object, PdDistribution *distribution)
{
    JsonArray *array = pd_json_members_array(members, object, "histogram", -1);
    gint64 sum = 0;

    distribution->n = array == NULL ? 0 : json_array_get_length(array);
    distribution->histogram = g_new0(gint64, distribution->n);
    for (guint i = 0; i < distribution->n; i++) {
        distribution->histogram[i] =
            pd_json_members_integer_at(members, array, "histogram", i, G_MAXINT64 - sum);
        sum += distribution->histogram[i];
    }
    pd_json_members_require(
        members, distribution->n == 0 || distribution->histogram[distribution->n - 1] > 0,
        "histogram", "does not end at the largest value seen");
    pd_json_members_require(members, distribution->max == (gint64)MAX(distribution->n, 1) - 1,
                            "max", "is not where the histogram ends");
}

static void
read_distribution(PdJsonMembers *members, JsonObject *stage, const char *name,
                  PdDistribution *distribution, gint64 *bound)
{
    JsonObject *object = pd_json_members_object(members, stage, name);
    const gsize before = pd_json_members_enter(members, name, -1);

    distribution->max = pd_json_members_count(members, object, "max");
    distribution->mean = pd_json_members_real(members, object, "mean", FALSE);
    if (bound != NULL)
        *bound = pd_json_members_count(members, object, "bound");
    read_histogram(members, object, distribution);
    pd_json_members_require(
        members, distribution->mean >= 0 && distribution->mean <= (double)distribution->max, "mean",
        "is not between 0 and max");
    pd_json_members_leave(members, before);
}

static void
read_stage(PdJsonMembers *members, JsonObject *object, guint number, const PdReport *report,
           PdStageReport *stage)
{
    pd_json_members_integer(members, object, "stage", number, number);
    stage->device = (guint)pd_json_members_integer(members, object, "device", 0,
                                                   (gint64)MAX(report->n_devices, 1) - 1);
    stage->updates = pd_json_members_count(members, object, "updates");
    stage->unapplied_gradients = pd_json_members_count(members, object, "unapplied_gradients");
    stage->peak_in_flight = pd_json_members_count(members, object, "peak_in_flight");
    read_distribution(members, object, "crossing", &stage->crossing, &stage->bound);
    read_distribution(members, object, "mismatch", &stage->mismatch, NULL);
    read_distribution(members, object, "delay", &stage->delay, NULL);
}

/* A list per stage. */
static void
read_crossings(PdJsonMembers *members, JsonObject *object, PdReport *report)
{
    JsonArray *lists = pd_json_members_array(members, object, "crossings", report->n_stages);

    for (guint s = 0; s < report->n_stages && members->fault == NULL; s++) {
        JsonArray *list =
            pd_json_members_array_at(members, lists, "crossings", s, report->micro_batches);
        const guint n = list == NULL ? 0 : json_array_get_length(list);
        const gint64 most = report->stages[s].crossing.max;
        guint32 *crossings = report->stages[s].crossings = g_new(guint32, MAX(n, 1));

        for (guint m = 0; m < n; m++)
            crossings[m] = (guint32)pd_json_members_integer_at(members, list, "crossings", m,
                                                               MIN(most, G_MAXUINT32));
    }
}

/* --- a report --------------------------------------------------------------------------------- */

static void
read_scalars(PdJsonMembers *members, JsonObject *object, PdReport *report)
{
    pd_json_members_require(members,
                            g_strcmp0(pd_json_members_text(members, object, "schema", FALSE),
                                      "pipedrift.report/1") == 0,
                            "schema", "is not pipedrift.report/1");
    pd_json_members_text(members, object, "version", FALSE);
    report->title = g_strdup(pd_json_members_text(members, object, "title", TRUE));
    report->schedule = g_intern_string(pd_json_members_text(members, object, "schedule", FALSE));
    report->executor = g_intern_string(pd_json_members_text(members, object, "executor", FALSE));
    report->micro_batches = pd_json_members_count(members, object, "micro_batches");
    report->makespan_ns = pd_json_members_count(members, object, "makespan_ns");
    report->updates = pd_json_members_count(members, object, "updates");
    report->throughput_micro_batches_per_s =
        pd_json_members_real(members, object, "throughput_micro_batches_per_s", TRUE);
    report->throughput_tokens_per_s =
        pd_json_members_real(members, object, "throughput_tokens_per_s", TRUE);
    report->max_peak_memory_bytes = pd_json_members_count(members, object, "max_peak_memory_bytes");
    report->bubble_fraction = pd_json_members_real(members, object, "bubble_fraction", TRUE);
    report->bubble_overhead = pd_json_members_real(members, object, "bubble_overhead", TRUE);
    report->steady_bubble_fraction =
        pd_json_members_real(members, object, "steady_bubble_fraction", TRUE);
    report->max_crossing = pd_json_members_count(members, object, "max_crossing");
    report->max_mismatch = pd_json_members_count(members, object, "max_mismatch");
    report->crossing_bound = pd_json_members_count(members, object, "crossing_bound");
    report->has_capacity = pd_json_members_boolean(members, object, "fits_memory", TRUE) >= 0;
}

static void
read_training(PdJsonMembers *members, JsonObject *report, PdTrainingReport *training)
{
    JsonObject *object = pd_json_members_object(members, report, "training");
    const gsize before = pd_json_members_enter(members, "training", -1);

    training->tokens = pd_json_members_count(members, object, "tokens");
    training->parameters = pd_json_members_count(members, object, "parameters");
    training->loss = pd_json_members_real(members, object, "loss", TRUE);
    training->validation_loss = pd_json_members_real(members, object, "validation_loss", TRUE);
    pd_json_members_real(members, object, "validation_perplexity", TRUE);
    training->entropy_floor = pd_json_members_real(members, object, "entropy_floor", TRUE);
    pd_json_members_leave(members, before);
}

static void
read_devices(PdJsonMembers *members, JsonObject *object, PdReport *report)
{
    JsonArray *array = pd_json_members_array(
        members, object, "devices",
        pd_json_members_integer(members, object, "devices_count", 1, G_MAXUINT32));

    report->n_devices = array == NULL ? 0 : json_array_get_length(array);
    report->devices = g_new0(PdDeviceReport, report->n_devices);
    report->fits_memory = TRUE;
    for (guint i = 0; i < report->n_devices && members->fault == NULL; i++) {
        JsonObject *device = pd_json_members_object_at(members, array, "devices", i);
        const gsize before = pd_json_members_enter(members, "devices", i);

        read_device(members, device, i, report, &report->devices[i]);
        pd_json_members_require(members,
                                (report->devices[i].capacity_bytes >= 0) == report->has_capacity,
                                "capacity_bytes", "is there, or not, against fits_memory");
        report->fits_memory = report->fits_memory && report->devices[i].fits;
        pd_json_members_leave(members, before);
    }
    pd_json_members_require(members,
                            !report->has_capacity ||
                                pd_json_members_boolean(members, object, "fits_memory", TRUE) ==
                                    (report->fits_memory ? 1 : 0),
                            "fits_memory", "is not what the devices say");
}

static void
read_stages(PdJsonMembers *members, JsonObject *object, PdReport *report)
{
    JsonArray *array = pd_json_members_array(
        members, object, "stages",
        pd_json_members_integer(members, object, "stages_count", 1, G_MAXUINT32));

    report->n_stages = array == NULL ? 0 : json_array_get_length(array);
    report->stages = g_new0(PdStageReport, report->n_stages);
    for (guint i = 0; i < report->n_stages && members->fault == NULL; i++) {
        JsonObject *stage = pd_json_members_object_at(members, array, "stages", i);
        const gsize before = pd_json_members_enter(members, "stages", i);

        read_stage(members, stage, i, report, &report->stages[i]);
        /* JSON does not tell where */
        report->stages[i].max_crossing_at = report->stages[i].max_mismatch_at = -1;
        pd_json_members_leave(members, before);
    }
}

/* What is said of all devices and stages is the most of what is said of each. */
static void
check_most(PdJsonMembers *members, const PdReport *report)
{
    gint64 bytes = 0, crossing = 0, mismatch = 0, bound = 0;

    for (guint i = 0; i < report->n_devices; i++)
        bytes = MAX(bytes, report->devices[i].peak_memory_bytes);
    for (guint i = 0; i < report->n_stages; i++) {
        crossing = MAX(crossing, report->stages[i].crossing.max);
        mismatch = MAX(mismatch, report->stages[i].mismatch.max);
        bound = MAX(bound, report->stages[i].bound);
    }
    pd_json_members_require(members, report->max_peak_memory_bytes == bytes,
                            "max_peak_memory_bytes", "is not the most of all devices");
    pd_json_members_require(members, report->max_crossing == crossing, "max_crossing",
                            "is not the most of all stages");
    pd_json_members_require(members, report->max_mismatch == mismatch, "max_mismatch",
                            "is not the most of all stages");
    pd_json_members_require(members, report->crossing_bound == bound, "crossing_bound",
                            "is not the most of all stages");
}

PdReport *
pd_json_read_report(PdJsonMembers *members, JsonObject *object)
{
    g_autoptr(PdReport) report = g_new0(PdReport, 1);

    read_scalars(members, object, report);
    report->has_training = object != NULL && json_object_has_member(object, "training");
    if (report->has_training)
        read_training(members, object, &report->training);
    read_devices(members, object, report);
    read_stages(members, object, report);
    check_most(members, report);
    if (object != NULL && json_object_has_member(object, "crossings"))
        read_crossings(members, object, report);
    return members->fault == NULL ? g_steal_pointer(&report) : NULL;
}

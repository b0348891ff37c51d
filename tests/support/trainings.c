#include "trainings.h"

#include <string.h>

#include "support.h"

void
test_training_init(PdTraining *training, const char *format, ...)
{
    g_autofree char *text = NULL;
    g_autoptr(PdConfig) config = NULL;
    g_autoptr(GError) error = NULL;
    va_list arguments;

    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    config = pd_config_parse("test.ini", text, strlen(text), &error);
    if (config == NULL || !pd_training_init(training, config, &error))
        ck_abort_msg("%s\n%s", error->message, text);
}

PdReport *
test_training_run(PdTraining *training, PdExecutor executor, gboolean paced, PdSink *extra)
{
    g_autoptr(PdLedgers) ledgers = pd_ledgers_new(training->scenario, FALSE);
    PdSink *sinks[PD_N_LEDGERS + 2] = { NULL };
    g_autoptr(GError) error = NULL;
    PdStream stream;

    pd_ledgers_sinks(ledgers, sinks);
    sinks[PD_N_LEDGERS] = extra;
    if (!pd_training_run(training, executor, paced, sinks, &stream, &error))
        ck_abort_msg("%s", error->message);
    return pd_report_new(ledgers, pd_executor_name(executor));
}

GBytes *
test_training_parameters(PdTraining *training)
{
    const PdScenario *scenario = training->scenario;
    GByteArray *all = g_byte_array_new();

    for (guint s = 0; s < scenario->n_stages; s++) {
        const PdWork *work = training->works[pd_scenario_device(scenario, s)];
        gsize n;
        const float *parameters = pd_gpt_work_parameters(work, s, &n);

        g_byte_array_append(all, (const guint8 *)parameters, (guint)(n * sizeof *parameters));
    }
    return g_byte_array_free_to_bytes(all);
}

gboolean
test_training_same(PdTraining *a, PdTraining *b)
{
    g_autoptr(GBytes) parameters_a = test_training_parameters(a);
    g_autoptr(GBytes) parameters_b = test_training_parameters(b);

    for (gint64 m = 0; m < a->scenario->n_micro_batches; m++) {
        const double x = pd_gpt_loss(a->gpt, m), y = pd_gpt_loss(b->gpt, m);

        if (memcmp(&x, &y, sizeof x) != 0)
            return FALSE;
    }
    return a->scenario->n_micro_batches == b->scenario->n_micro_batches &&
           g_bytes_equal(parameters_a, parameters_b);
}

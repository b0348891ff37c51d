/*
 * Small runs worked out by hand: one rule each.
 */
#include "support.h"
#include "witness.h"

/* What an operation's start and end must be. */
typedef struct {
    PdKind kind;
    gint64 micro_batch;
    guint stage;
    gint64 start_ns, end_ns;
} Expected;

typedef struct {
    const char *rule;
    const char *text;
    Expected expected[12];
    guint n;
} Example;

static const Example examples[] = {
    { "a message waits for the link, holds it, and arrives one latency later",
      "[pipeline]\nschedule = gpipe\ndevices = 2\nmicro-batches = 3\n"
      "[compute]\nforward = 10 ns\nbackward = 10 ns\n"
      "[link]\nlatency = 5 ns\nmessage = 25 B\nbandwidth = 1 GB/s\n",
      /* sent at 10, 20, 30; on the link 10-35, 35-60, 60-85 */
      { { PD_FORWARD, 0, 0, 0, 10 },
        { PD_FORWARD, 0, 1, 40, 50 },
        { PD_FORWARD, 1, 1, 65, 75 },
        { PD_FORWARD, 2, 1, 90, 100 },
        { PD_BACKWARD, 0, 1, 100, 110 },
        { PD_BACKWARD, 0, 0, 140, 150 } },
      6 },
    { "the two directions of a link do not disturb each other",
      "[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 2\n"
      "[compute]\nforward = 10 ns\nbackward = 10 ns\n"
      "[link]\nmessage = 20 B\nbandwidth = 1 GB/s\n",
      /* activation 1 is on the link from 30 to 50, gradient 0 from 50 to 70 */
      { { PD_FORWARD, 1, 0, 10, 20 },
        { PD_FORWARD, 0, 1, 30, 40 },
        { PD_BACKWARD, 0, 1, 40, 50 },
        { PD_FORWARD, 1, 1, 50, 60 },
        { PD_BACKWARD, 0, 0, 70, 80 } },
      5 },
    { "an update follows its backward at once, the gradient is sent before it",
      "[pipeline]\nschedule = async\ndevices = 2\nmicro-batches = 2\n"
      "[compute]\nforward = 10 ns\nbackward = 20 ns\nupdate = 7 ns\n",
      { { PD_BACKWARD, 0, 1, 20, 40 },
        { PD_UPDATE, 0, 1, 40, 47 },
        { PD_BACKWARD, 0, 0, 40, 60 },
        { PD_FORWARD, 1, 1, 47, 57 },
        { PD_UPDATE, 0, 0, 60, 67 } },
      5 },
    { "with a barrier all devices update together, that long after the last backward",
      "[pipeline]\nschedule = 1f1b\ndevices = 2\nmicro-batches = 1\nmini-batches = 2\n"
      "[compute]\nforward = 10 ns\nbackward = 20 ns\nupdate = 3 ns\n[link]\nbarrier = 5 ns\n",
      { { PD_BACKWARD, 0, 1, 20, 40 },
        { PD_BACKWARD, 0, 0, 40, 60 },
        { PD_UPDATE, 0, 0, 65, 68 },
        { PD_UPDATE, 0, 1, 65, 68 },
        { PD_FORWARD, 1, 0, 68, 78 } },
      5 },
    { "without a barrier each device updates after its own last backward",
      "[pipeline]\nschedule = 1f1b\ndevices = 2\nmicro-batches = 1\nmini-batches = 2\n"
      "[compute]\nforward = 10 ns\nbackward = 20 ns\nupdate = 3 ns\n",
      { { PD_UPDATE, 0, 1, 40, 43 }, { PD_UPDATE, 0, 0, 60, 63 }, { PD_FORWARD, 1, 0, 63, 73 } },
      3 },
    { "a device's updates follow its last backward, stage by stage, ascending",
      "[pipeline]\nschedule = interleaved\ndevices = 1\nvirtual-stages = 2\nmicro-batches = 1\n"
      "[compute]\nforward = 10 ns; 20 ns\nbackward = 30 ns; 40 ns\nupdate = 5 ns; 6 ns\n",
      { { PD_FORWARD, 0, 1, 10, 30 },
        { PD_BACKWARD, 0, 1, 30, 70 },
        { PD_BACKWARD, 0, 0, 70, 100 },
        { PD_UPDATE, 0, 0, 100, 105 },
        { PD_UPDATE, 0, 1, 105, 111 } },
      5 },
    { "a free processor goes to the device that has waited longest",
      "[pipeline]\nschedule = gpipe\ndevices = 2\nmicro-batches = 2\nprocessors = 1\n"
      "[compute]\nforward = 10 ns\nbackward = 10 ns\n",
      /* at 10 and at 50 both begin to wait for it: the lower number gets it first */
      { { PD_FORWARD, 0, 0, 0, 10 },
        { PD_FORWARD, 1, 0, 10, 20 },
        { PD_FORWARD, 0, 1, 20, 30 },
        { PD_FORWARD, 1, 1, 30, 40 },
        { PD_BACKWARD, 0, 1, 40, 50 },
        { PD_BACKWARD, 0, 0, 50, 60 },
        { PD_BACKWARD, 1, 1, 60, 70 },
        { PD_BACKWARD, 1, 0, 70, 80 } },
      8 },
    { "the device keeps its processor into the update",
      "[pipeline]\nschedule = async\ndevices = 2\nmicro-batches = 2\nprocessors = 1\n"
      "[compute]\nforward = 10 ns\nbackward = 10 ns\nupdate = 5 ns\n",
      { { PD_FORWARD, 0, 0, 0, 10 },
        { PD_FORWARD, 1, 0, 10, 20 },
        { PD_FORWARD, 0, 1, 20, 30 },
        { PD_BACKWARD, 0, 1, 30, 40 },
        { PD_UPDATE, 0, 1, 40, 45 },
        { PD_BACKWARD, 0, 0, 45, 55 },
        { PD_UPDATE, 0, 0, 55, 60 },
        { PD_FORWARD, 1, 1, 60, 70 } },
      8 },
    { "full recomputation lengthens the backward by the forward",
      "[pipeline]\nschedule = 1f1b\ndevices = 1\nmicro-batches = 1\nrecompute = full\n"
      "[compute]\nforward = 10 ns\nbackward-input = 12 ns\nbackward-weight = 8 ns\n",
      { { PD_FORWARD, 0, 0, 0, 10 }, { PD_BACKWARD, 0, 0, 10, 40 } },
      2 },
    { "for p = 2 the second link carries activations from device 1 to device 0",
      "[pipeline]\nschedule = interleaved\ndevices = 2\nvirtual-stages = 2\nmicro-batches = 2\n"
      "[compute]\nforward = 20 ns\nbackward = 20 ns\n[link]\nlatency = 3 ns; 100 ns\n",
      { { PD_FORWARD, 0, 0, 0, 10 },
        { PD_FORWARD, 0, 1, 13, 23 },
        { PD_FORWARD, 1, 1, 23, 33 },
        { PD_FORWARD, 0, 2, 123, 133 },
        { PD_FORWARD, 0, 3, 136, 146 },
        { PD_BACKWARD, 0, 3, 146, 156 },
        { PD_BACKWARD, 0, 2, 159, 169 },
        { PD_BACKWARD, 0, 1, 269, 279 } },
      8 },
};

START_TEST(a_run_worked_out_by_hand_comes_out_as_expected)
{
    const Example *example = &examples[_i];
    g_autoptr(PdScenario) scenario = test_scenario("%s", example->text);
    g_auto(Witness) witness = { 0 };

    witness_init(&witness, scenario);
    G_GNUC_UNUSED g_autoptr(PdReport) report = test_run(scenario, &witness.sink);
    for (guint i = 0; i < example->n; i++) {
        const Expected *expected = &example->expected[i];
        const PdEvent *event =
            witness_find(&witness, expected->kind, expected->micro_batch, expected->stage);

        ck_assert_msg(event->start_ns == expected->start_ns && event->end_ns == expected->end_ns,
                      "%s: %s(%d, %u) runs from %d to %d", example->rule,
                      pd_kind_letter(expected->kind), (int)expected->micro_batch, expected->stage,
                      (int)event->start_ns, (int)event->end_ns);
    }
}
END_TEST

/* The share of a device's idle time by cause, in the order of PdCause. */
START_TEST(each_idle_time_has_its_cause)
{
    static const struct {
        const char *text;
        guint device;
        gint64 idle_ns[PD_N_CAUSES];
    } rows[] = {
        /* 0 runs F0 0-10 F1 10-20, waits for the gradient until 40, B0 -60, waits for B1(1) 70 */
        { "[pipeline]\nschedule = 1f1b\ndevices = 2\nmicro-batches = 2\n"
          "[compute]\nforward = 10 ns\nbackward = 20 ns\n",
          0,
          { [PD_GRADIENT] = 30 } },
        { "[pipeline]\nschedule = 1f1b\ndevices = 2\nmicro-batches = 2\n"
          "[compute]\nforward = 10 ns\nbackward = 20 ns\n",
          1,
          { [PD_STARTUP] = 10, [PD_DRAINED] = 20 } },
        /* the next activation is late: F1 of device 0 ends at 20, arrives at 70 */
        { "[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 2\n"
          "[compute]\nforward = 10 ns\nbackward = 10 ns\n[link]\nlatency = 50 ns\n",
          1,
          { [PD_STARTUP] = 60, [PD_DRAINED] = 60 } },
        /* stage 0 may have two in flight: after F1 it could run F2 from 20 until gradient 0 at 90
         */
        { "[pipeline]\nschedule = paci\ndevices = 2\nmicro-batches = 3\n"
          "[compute]\nforward = 10 ns\nbackward = 10 ns\n[link]\nlatency = 30 ns\n",
          0,
          { [PD_IN_FLIGHT_LIMIT] = 70, [PD_GRADIENT] = 70 } },
        /* both have work at 10, one processor */
        { "[pipeline]\nschedule = gpipe\ndevices = 2\nmicro-batches = 2\nprocessors = 1\n"
          "[compute]\nforward = 10 ns\nbackward = 10 ns\n",
          1,
          { [PD_STARTUP] = 20, [PD_PROCESSOR] = 10, [PD_DRAINED] = 10 } },
        { "[pipeline]\nschedule = 1f1b\ndevices = 2\nmicro-batches = 1\n"
          "[compute]\nforward = 10 ns\nbackward = 20 ns\nupdate = 3 ns\n[link]\nbarrier = 5 ns\n",
          1,
          { [PD_STARTUP] = 10, [PD_BARRIER] = 25 } },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PdReport) report = test_report("%s", rows[i].text);

        for (PdCause cause = PD_STARTUP; cause < PD_N_CAUSES; cause++)
            ck_assert_msg(report->devices[rows[i].device].bubble_by_cause_ns[cause] ==
                              rows[i].idle_ns[cause],
                          "row %d: %s is %d", (int)i, pd_cause_name(cause),
                          (int)report->devices[rows[i].device].bubble_by_cause_ns[cause]);
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("semantics");
    TCase *tests = tcase_create("semantics");

    tcase_add_loop_test(tests, a_run_worked_out_by_hand_comes_out_as_expected, 0,
                        G_N_ELEMENTS(examples));
    tcase_add_test(tests, each_idle_time_has_its_cause);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

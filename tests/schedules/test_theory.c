/*
 * What the papers promise, one row per schedule: bubble, micro-batches in flight, crossings.
 *
 * Costs are equal over the stages and links take no time, unless a test says otherwise.
 */
#include "schedules.h"
#include "support.h"

#define FORWARD_NS  G_GINT64_CONSTANT(1200)
#define BACKWARD_NS G_GINT64_CONSTANT(1800)
#define STAGE_NS    (FORWARD_NS + BACKWARD_NS)

/* A pipeline: p devices, M micro-batches per mini-batch, k mini-batches, v, accumulation. */
typedef struct {
    gint64 p, M, k, v, a;
} Shape;

typedef struct {
    const char *schedule;
    gint64 (*bubble_ns)(Shape shape); /* of a device per mini-batch; NULL: 0 in steady state */
    gint64 (*in_flight)(Shape shape, gint64 stage);
    gint64 (*crossing)(Shape shape, gint64 stage);
} Theory;

static gint64
flush_bubble(Shape shape)
{
    return (shape.p - 1) * STAGE_NS;
}

static gint64
interleaved_bubble(Shape shape)
{
    return (shape.p - 1) * STAGE_NS / shape.v;
}

static gint64
all_in_flight(Shape shape, G_GNUC_UNUSED gint64 stage)
{
    return shape.M;
}

static gint64
depth_in_flight(Shape shape, gint64 stage)
{
    return MIN(shape.M, shape.p - stage);
}

static gint64
run_depth_in_flight(Shape shape, gint64 stage)
{
    return MIN(shape.M * shape.k, shape.p - stage);
}

/* Counted along Megatron's order: groups of p micro-batches, chunks ascending and descending. */
static gint64
interleaved_in_flight(Shape shape, gint64 stage)
{
    const gint64 device = stage % shape.p, chunk = stage / shape.p, all = shape.M * shape.v;
    const gint64 warm_up = MIN(2 * (shape.p - 1 - device) + (shape.v - 1) * shape.p, all);
    gint64 in_flight = 0, most = 0, forwards = 0, backwards = 0;

    while (backwards < all) {
        const gboolean forward = forwards < all && forwards - backwards <= warm_up &&
                                 (forwards < warm_up || forwards - backwards == warm_up);
        const gint64 turn = (forward ? forwards++ : backwards++) / shape.p % shape.v;

        if ((forward ? turn : shape.v - 1 - turn) == chunk)
            in_flight += forward ? 1 : -1;
        most = MAX(most, in_flight);
    }
    return most;
}

static gint64
no_crossing(G_GNUC_UNUSED Shape shape, G_GNUC_UNUSED gint64 stage)
{
    return 0;
}

static gint64
depth_crossing(Shape shape, gint64 stage)
{
    return shape.p - 1 - stage;
}

static gint64
accumulated_crossing(Shape shape, gint64 stage)
{
    return (shape.p - 1 - stage + shape.a - 1) / shape.a;
}

static const Theory theories[] = {
    { "gpipe", flush_bubble, all_in_flight, no_crossing },
    { "1f1b", flush_bubble, depth_in_flight, no_crossing },
    { "interleaved", interleaved_bubble, interleaved_in_flight, no_crossing },
    { "pipedream", NULL, run_depth_in_flight, depth_crossing },
    { "async", NULL, run_depth_in_flight, depth_crossing },
    { "paci", NULL, run_depth_in_flight, accumulated_crossing },
};

static const Shape shapes[] = {
    { 1, 1, 1, 1, 1 },   { 1, 4, 3, 2, 2 },   { 2, 2, 4, 2, 1 },   { 2, 8, 3, 3, 3 },
    { 3, 3, 5, 2, 2 },   { 3, 12, 2, 4, 5 },  { 4, 4, 9, 2, 3 },   { 4, 8, 10, 1, 4 },
    { 5, 20, 3, 2, 20 }, { 8, 8, 12, 2, 1 },  { 8, 32, 3, 3, 8 },  { 8, 64, 2, 4, 16 },
    { 13, 26, 4, 2, 6 }, { 16, 16, 6, 2, 5 }, { 16, 48, 3, 6, 7 }, { 32, 64, 2, 2, 31 },
};

#define N_PAIRS ((int)(G_N_ELEMENTS(theories) * G_N_ELEMENTS(shapes)))

static PdReport *
report_of(const char *schedule, Shape shape)
{
    return test_report("[pipeline]\nschedule = %s\ndevices = %" G_GINT64_FORMAT
                       "\nmicro-batches = %" G_GINT64_FORMAT "\nmini-batches = %" G_GINT64_FORMAT
                       "\nvirtual-stages = %" G_GINT64_FORMAT "\naccumulation = %" G_GINT64_FORMAT
                       "\n[compute]\nforward = %" G_GINT64_FORMAT
                       " ns\nbackward = %" G_GINT64_FORMAT " ns\n[memory]\nweights = 1 GB\n",
                       schedule, shape.p, shape.M, shape.k, shape.v, shape.a, FORWARD_NS,
                       BACKWARD_NS);
}

START_TEST(every_schedule_has_a_row)
{
    guint n = 0;

    for (; pd_schedules[n] != NULL; n++)
        ck_assert_str_eq(pd_schedules[n]->name, theories[n].schedule);
    ck_assert_uint_eq(n, G_N_ELEMENTS(theories));
}
END_TEST

START_TEST(the_bubble_is_what_the_theory_says)
{
    const Theory *theory = &theories[_i / (int)G_N_ELEMENTS(shapes)];
    const Shape shape = shapes[_i % (int)G_N_ELEMENTS(shapes)];
    g_autoptr(PdReport) report = report_of(theory->schedule, shape);
    const gint64 work_ns = shape.M * STAGE_NS;

    for (guint d = 0; d < report->n_devices; d++)
        ck_assert_int_eq(report->devices[d].busy_ns, shape.k * work_ns);
    if (theory->bubble_ns != NULL)
        ck_assert_int_eq(report->makespan_ns, shape.k * (work_ns + theory->bubble_ns(shape)));
    else
        ck_assert_int_eq(report->makespan_ns, shape.k * work_ns + (shape.p - 1) * STAGE_NS);
}
END_TEST

START_TEST(the_steady_state_of_a_flush_repeats_its_bubble_and_of_the_others_has_none)
{
    const Theory *theory = &theories[_i / (int)G_N_ELEMENTS(shapes)];
    const Shape shape = shapes[_i % (int)G_N_ELEMENTS(shapes)];
    g_autoptr(PdReport) report = report_of(theory->schedule, shape);

    if (theory->bubble_ns != NULL) {
        const double bubble = (double)theory->bubble_ns(shape);
        const double expected = bubble / (bubble + (double)(shape.M * STAGE_NS));

        if (shape.k < 3)
            ck_assert_double_nan(report->steady_bubble_fraction);
        else
            ck_assert_double_eq_tol(report->steady_bubble_fraction, expected, 1e-12);
    } else if (shape.M * shape.k > shape.p) {
        ck_assert_double_eq(report->steady_bubble_fraction, 0);
    }
}
END_TEST

START_TEST(the_peak_in_flight_is_what_the_theory_says_at_every_stage)
{
    const Theory *theory = &theories[_i / (int)G_N_ELEMENTS(shapes)];
    const Shape shape = shapes[_i % (int)G_N_ELEMENTS(shapes)];
    g_autoptr(PdReport) report = report_of(theory->schedule, shape);

    for (guint s = 0; s < report->n_stages; s++)
        ck_assert_int_eq(report->stages[s].peak_in_flight, theory->in_flight(shape, s));
}
END_TEST

START_TEST(the_crossing_bound_is_what_the_theory_says_and_is_attained_at_every_stage)
{
    const Theory *theory = &theories[_i / (int)G_N_ELEMENTS(shapes)];
    const Shape shape = shapes[_i % (int)G_N_ELEMENTS(shapes)];
    const gint64 depth = shape.p - 1;
    g_autoptr(PdReport) report = report_of(theory->schedule, shape);

    for (guint s = 0; s < report->n_stages; s++) {
        const PdStageReport *stage = &report->stages[s];

        ck_assert_int_eq(stage->bound, theory->crossing(shape, s));
        /* once the pipeline is full, every phase of the accumulation comes by */
        if (shape.M * shape.k >= 2 * depth + shape.a)
            ck_assert_int_eq(stage->crossing.max, stage->bound);
        ck_assert_int_le(stage->crossing.max, stage->bound);
    }
}
END_TEST

START_TEST(delay_equals_crossing_under_every_schedule)
{
    const Theory *theory = &theories[_i / (int)G_N_ELEMENTS(shapes)];
    Shape shape = shapes[_i % (int)G_N_ELEMENTS(shapes)];

    shape.a = shape.M; /* no gradient is left over */
    g_autoptr(PdReport) report = report_of(theory->schedule, shape);
    for (guint s = 0; s < report->n_stages; s++) {
        const PdStageReport *stage = &report->stages[s];

        ck_assert_int_eq(stage->unapplied_gradients, 0);
        ck_assert_uint_eq(stage->delay.n, stage->crossing.n);
        for (guint i = 0; i < stage->delay.n; i++)
            ck_assert_int_eq(stage->delay.histogram[i], stage->crossing.histogram[i]);
    }
}
END_TEST

START_TEST(a_stash_has_mismatch_0_and_without_one_it_is_the_crossing)
{
    const Theory *theory = &theories[_i / (int)G_N_ELEMENTS(shapes)];
    const Shape shape = shapes[_i % (int)G_N_ELEMENTS(shapes)];
    const gboolean stashes = g_str_equal(theory->schedule, "pipedream");
    g_autoptr(PdReport) report = report_of(theory->schedule, shape);

    for (guint s = 0; s < report->n_stages; s++)
        ck_assert_int_eq(report->stages[s].mismatch.max,
                         stashes ? 0 : report->stages[s].crossing.max);
}
END_TEST

START_TEST(pipedream_holds_N_minus_s_versions_of_the_weights)
{
    const Shape shape = shapes[_i];
    g_autoptr(PdReport) report = report_of("pipedream", shape);

    for (guint s = 0; s < report->n_stages; s++) {
        const gint64 *parts = report->devices[s].peak_memory_parts_bytes;
        const gint64 versions =
            (parts[PD_PART_WEIGHTS] + parts[PD_PART_STASHED_WEIGHTS]) / 1000000000;

        if (shape.M * shape.k >= 2 * shape.p)
            ck_assert_int_eq(versions, shape.p - s);
    }
}
END_TEST

START_TEST(paci_crosses_on_average_N_minus_1_minus_s_over_a_updates)
{
    const Shape shape = { 8, 16, 200, 1, _i };
    g_autoptr(PdReport) report = report_of("paci", shape);

    /* the first N micro-batches meet fewer */
    for (guint s = 0; s < report->n_stages; s++)
        ck_assert_double_eq_tol(report->stages[s].crossing.mean,
                                (double)(shape.p - 1 - s) / (double)shape.a,
                                (double)(shape.p * shape.p) / (16 * 200.0));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("theory");
    TCase *tests = tcase_create("theory");

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_schedule_has_a_row);
    tcase_add_loop_test(tests, the_bubble_is_what_the_theory_says, 0, N_PAIRS);
    tcase_add_loop_test(tests,
                        the_steady_state_of_a_flush_repeats_its_bubble_and_of_the_others_has_none,
                        0, N_PAIRS);
    tcase_add_loop_test(tests, the_peak_in_flight_is_what_the_theory_says_at_every_stage, 0,
                        N_PAIRS);
    tcase_add_loop_test(tests,
                        the_crossing_bound_is_what_the_theory_says_and_is_attained_at_every_stage,
                        0, N_PAIRS);
    tcase_add_loop_test(tests, delay_equals_crossing_under_every_schedule, 0, N_PAIRS);
    tcase_add_loop_test(tests, a_stash_has_mismatch_0_and_without_one_it_is_the_crossing, 0,
                        N_PAIRS);
    tcase_add_loop_test(tests, pipedream_holds_N_minus_s_versions_of_the_weights, 0,
                        G_N_ELEMENTS(shapes));
    tcase_add_loop_test(tests, paci_crosses_on_average_N_minus_1_minus_s_over_a_updates, 1, 17);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

#include <stdlib.h>

#include "gpt_run.h"
#include "support.h"

#define MODEL                                                                                      \
    "[compute]\nforward = 1 ms\nbackward = 2 ms\n"                                                 \
    "[model]\nlayers = 4\nheads = 2\nhidden = 32\ncontext = 8\nvocabulary = 256\n"                 \
    "micro-batch-size = 3\nprecision = fp32\ndropout = no\n"

static const char *const variants[] = {
    "schedule = gpipe\n",
    "schedule = 1f1b\n",
    "schedule = pipedream\n",
    "schedule = async\n",
    "schedule = async\nstash = yes\n",
    "schedule = paci\naccumulation = 2\n",
    "schedule = paci\naccumulation = 1\nstash = yes\nin-flight = auto+2\n",
    "schedule = paci\naccumulation = 2\nrecompute = full\n",
    "schedule = paci\naccumulation = 1\nrecompute = full\nstash = yes\n",
    "schedule = 1f1b\nrecompute = full\n",
};

static GptRun *
run_of(const char *variant)
{
    return gpt_run_new("[pipeline]\ndevices = 4\nmicro-batches = 6\nmini-batches = 2\n%s" MODEL,
                       variant);
}

/* --- allocations ------------------------------------------------------------------------------ */

/* What malloc() and the like are called: the C library's, counted. Not where a sanitizer has put
 * its own there. */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && defined(__GLIBC__)
#define COUNTS_ALLOCATIONS TRUE

static gint n_allocations;

extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t n, size_t bytes);
extern void *__libc_realloc(void *block, size_t bytes);

void *
malloc(size_t bytes)
{
    g_atomic_int_inc(&n_allocations);
    return __libc_malloc(bytes);
}

void *
calloc(size_t n, size_t bytes)
{
    g_atomic_int_inc(&n_allocations);
    return __libc_calloc(n, bytes);
}

void *
realloc(void *block, size_t bytes)
{
    g_atomic_int_inc(&n_allocations);
    return __libc_realloc(block, bytes);
}
#else
#define COUNTS_ALLOCATIONS FALSE
static gint n_allocations;
#endif

START_TEST(nothing_is_allocated_after_the_works_are_made)
{
    g_autoptr(GptRun) run = run_of(variants[_i]);
    gint before = g_atomic_int_get(&n_allocations);

    g_free(g_malloc(1));
    ck_assert_int_eq(g_atomic_int_get(&n_allocations) > before, COUNTS_ALLOCATIONS);
    before = g_atomic_int_get(&n_allocations);
    gpt_run_one_by_one(run);
    pd_gpt_validate(run->gpt, run->works, 3);
    ck_assert_int_eq(g_atomic_int_get(&n_allocations), before);
}
END_TEST

/* --- what is held ----------------------------------------------------------------------------- */

START_TEST(stages_hold_what_the_memory_ledger_says)
{
    g_autoptr(GptRun) run = run_of(variants[_i]);
    g_autoptr(PdReport) report = test_run(run->scenario, NULL);

    gpt_run_simulated(run);
    for (guint s = 0; s < run->scenario->n_stages; s++) {
        const gint64 fixed = pd_scenario_cost(run->scenario, PD_COST_WEIGHTS, s) +
                             pd_scenario_cost(run->scenario, PD_COST_GRADIENTS, s) +
                             pd_scenario_cost(run->scenario, PD_COST_OPTIMIZER, s);

        ck_assert_int_eq(report->devices[s].peak_memory_bytes,
                         fixed + pd_gpt_peak_held_bytes(run->works[s], s));
        ck_assert_int_eq(pd_gpt_held_bytes(run->works[s], s), 0);
    }
}
END_TEST

START_TEST(costs_are_what_the_formulas_say)
{
    enum { B = 3, T = 8, C = 32, NH = 2, V = 256 };
    g_autoptr(GptRun) run = run_of(variants[0]);
    const gint64 layer = 4 * (16 * B * T * C + B * NH * T * T + 4 * B * T);
    const gint64 slack = 64 * 32; /* every part ends at a cache line; pointers to them */

    for (guint s = 0; s < 4; s++) {
        const gint64 parameters =
            12 * C * C + 13 * C + (s == 0 ? (V + T) * C : 0) + (s == 3 ? V * C + 2 * C : 0);
        const gint64 activations =
            layer + (s == 3 ? 4 * (2 * B * T * C + 2 * B * T + B * T * V) : 0);
        const gint64 held = pd_scenario_cost(run->scenario, PD_COST_ACTIVATIONS, s);

        ck_assert_int_eq(pd_scenario_cost(run->scenario, PD_COST_WEIGHTS, s), 4 * parameters);
        ck_assert_int_eq(pd_scenario_cost(run->scenario, PD_COST_GRADIENTS, s), 4 * parameters);
        ck_assert_int_eq(pd_scenario_cost(run->scenario, PD_COST_OPTIMIZER, s), 8 * parameters);
        ck_assert(held >= activations && held <= activations + slack);
    }
    for (guint link = 0; link < 3; link++)
        ck_assert_int_eq(pd_scenario_cost(run->scenario, PD_COST_MESSAGE, link), 4 * B * T * C);
}
END_TEST

/* --- slots ------------------------------------------------------------------------------------ */

START_TEST(slots_take_and_release_in_any_order)
{
    PdArena arena = { NULL, 0 };
    PdSlots slots;
    guint places[3];

    pd_slots_init(&slots, &arena, 3);
    pd_arena_allocate(&arena);
    pd_slots_init(&slots, &arena, 3);
    for (guint i = 0; i < 3; i++)
        places[i] = pd_slots_take(&slots, 100 - (gint64)i);
    ck_assert_uint_eq(pd_slots_find(&slots, 99), places[1]);
    pd_slots_release(&slots, places[1]);
    ck_assert_uint_eq(slots.n_used, 2);
    ck_assert_uint_eq(pd_slots_take(&slots, 0), places[1]);
    ck_assert_uint_eq(pd_slots_find(&slots, 98), places[2]);
    pd_arena_clear(&arena);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("memory");
    TCase *tcase = tcase_create("memory");

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, nothing_is_allocated_after_the_works_are_made, 0,
                        G_N_ELEMENTS(variants));
    tcase_add_loop_test(tcase, stages_hold_what_the_memory_ledger_says, 0, G_N_ELEMENTS(variants));
    tcase_add_test(tcase, costs_are_what_the_formulas_say);
    tcase_add_test(tcase, slots_take_and_release_in_any_order);
    suite_add_tcase(suite, tcase);
    return test_main(suite);
}

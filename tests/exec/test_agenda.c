#include "agenda.h"
#include "device_set.h"
#include "support.h"

enum { N_DEVICES = 150 };

/* The reference: an instant per device, −1 where it has none. */
static gint64
least_of(const gint64 *reference)
{
    gint64 least = G_MAXINT64;

    for (guint d = 0; d < N_DEVICES; d++)
        if (reference[d] >= 0)
            least = MIN(least, reference[d]);
    return least;
}

static void
check_advance(PdAgenda *agenda, gint64 *reference)
{
    const gint64 least = least_of(reference);
    guint n_due = 0;

    for (guint d = 0; d < N_DEVICES; d++)
        n_due += reference[d] == least;
    test_require(pd_agenda_advance(agenda) == n_due);
    test_require(agenda->now_ns == least);
    for (guint i = 0; i < n_due; i++) {
        test_require(reference[agenda->due[i]] == least);
        reference[agenda->due[i]] = -1;
    }
}

/* Steps of _i bits: from many things at one instant to centuries between them. */
START_TEST(the_agenda_gives_the_least_instant_and_all_its_devices)
{
    guint64 seed = (guint64)_i;
    gint64 reference[N_DEVICES];
    PdAgenda agenda;

    pd_agenda_init(&agenda, N_DEVICES);
    for (guint d = 0; d < N_DEVICES; d++)
        reference[d] = -1;
    for (int round = 0; round < 4000; round++) {
        const guint device = (guint)test_random(&seed, N_DEVICES);

        if (pd_agenda_has(&agenda, device)) {
            test_require(reference[device] >= 0);
            if (test_random(&seed, 4) == 0) {
                pd_agenda_remove(&agenda, device);
                reference[device] = -1;
            }
        } else {
            const gint64 step = (gint64)test_random(&seed, G_GUINT64_CONSTANT(1) << _i);

            if (agenda.now_ns > G_MAXINT64 - step)
                break;
            reference[device] = agenda.now_ns + step;
            pd_agenda_put(&agenda, device, reference[device]);
        }
        test_require(pd_agenda_is_empty(&agenda) == (least_of(reference) == G_MAXINT64));
        if (!pd_agenda_is_empty(&agenda) && test_random(&seed, 3) == 0)
            check_advance(&agenda, reference);
    }
    while (!pd_agenda_is_empty(&agenda))
        check_advance(&agenda, reference);
    test_require(least_of(reference) == G_MAXINT64);
    pd_agenda_clear(&agenda);
}
END_TEST

START_TEST(a_set_of_devices_gives_its_members_in_ascending_order)
{
    static const guint members[] = { 70000, 3, 4096, 64, 63, 0, 69999, 4095, 3 };
    static const guint sorted[] = { 0, 3, 63, 64, 4095, 4096, 69999, 70000 };
    PdDeviceSet set;
    guint device;

    pd_device_set_init(&set, 70001);
    for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
        pd_device_set_add(&set, members[i]);
    for (gsize i = 0; i < G_N_ELEMENTS(sorted); i++) {
        ck_assert(pd_device_set_take(&set, &device));
        test_require(device == sorted[i]);
    }
    ck_assert(!pd_device_set_take(&set, &device));
    pd_device_set_clear(&set);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("agenda");
    TCase *tests = tcase_create("agenda");

    tcase_add_loop_test(tests, the_agenda_gives_the_least_instant_and_all_its_devices, 0, 62);
    tcase_add_test(tests, a_set_of_devices_gives_its_members_in_ascending_order);
    suite_add_tcase(suite, tests);
    return test_main(suite);
}

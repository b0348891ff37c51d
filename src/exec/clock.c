#include "clock.h"

#include <errno.h>

#include "units.h"

static gint64
system_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (gint64)now.tv_sec * PD_NS_PER_S + now.tv_nsec;
}

void
pd_clock_start(PdClock *clock)
{
    clock->zero_ns = system_ns();
}

gint64
pd_clock_now(const PdClock *clock)
{
    return system_ns() - clock->zero_ns;
}

struct timespec
pd_clock_timespec(const PdClock *clock, gint64 at_ns)
{
    const gint64 ns = clock->zero_ns + at_ns;

    return (struct timespec){ .tv_sec = ns / PD_NS_PER_S, .tv_nsec = ns % PD_NS_PER_S };
}

void
pd_clock_sleep_until(const PdClock *clock, gint64 at_ns)
{
    const struct timespec until = pd_clock_timespec(clock, at_ns);

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
        continue;
}

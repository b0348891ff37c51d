#include "interrupt.h"

#include <signal.h>
#include <stdatomic.h>
#include <time.h>

/* What a signal handler may touch has to be global, and threads ask for it. */
static atomic_bool interrupted;
static _Atomic gint64 interrupted_at_s;

static void
interrupt(int number)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (interrupted && now.tv_sec - interrupted_at_s > 1) {
        signal(number, SIG_DFL);
        raise(number);
    }
    if (!interrupted)
        interrupted_at_s = now.tv_sec;
    interrupted = TRUE;
}

static void
handle(void (*handler)(int))
{
    struct sigaction action = { .sa_flags = SA_RESTART };

    interrupted = FALSE;
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

void
pd_interrupts_catch(void)
{
    handle(interrupt);
}

void
pd_interrupts_release(void)
{
    handle(SIG_DFL);
}

gboolean
pd_interrupted(void)
{
    return interrupted;
}

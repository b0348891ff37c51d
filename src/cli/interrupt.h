/*
 * Interrupts (SIGINT) of long work: the first one asks for an end in good order, one that comes
 * more than a second later ends the program at once. One key or command may send several together.
 */
#pragma once

#include <glib.h>

/* From now on, an interrupt only asks. */
void pd_interrupts_catch(void);

/* An interrupt ends the program again. */
void pd_interrupts_release(void);

/* Whether an interrupt has come since they are caught. Any thread may ask. */
gboolean pd_interrupted(void);

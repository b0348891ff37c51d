/*
 * What a sweep is: everything that its rows depend on, so that only the same sweep is gone on with.
 */
#pragma once

#include "identity.h"
#include "sweep_point.h"

/*
 * Fill an identity: the program's version, what was written on the command line, every key of the
 * scenario that is not varied, and the sums of the files that each point reads for itself.
 *
 * words: names and values in turn, from the command line; ended by NULL. A value of "" is absent.
 */
void pd_sweep_identity_init(PdIdentity *identity, const PdSweep *sweep, const char *const *words);

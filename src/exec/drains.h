/*
 * Drains of a simulated run: instants at which no micro-batch is in flight, for a checkpoint or a
 * validation, and the end of a run that is cut short.
 */
#pragma once

#include "simulation.h"

/*
 * A device has done all before its horizon: it is done with the run, or waits for the others. With
 * the last of them the pipeline has drained; that is told, and all go on to the next drain.
 */
void pd_drains_reach(PdSimulation *simulation, PdSimulated *worker);

/* Meet the wish to end the run with the mini-batch that stage 0 is in. */
void pd_drains_finish(PdSimulation *simulation);

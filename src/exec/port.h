/*
 * Ports: all that passes between devices that run for themselves. A device sends through the ports
 * of its neighbours and receives through its own. What it sends, it writes into the payload that
 * pd_port_reserve() gives; what it receives, it copies out of the payload that pd_port_receive()
 * gives. Nothing outside may assume that the two are one memory: another transport has the same
 * functions.
 *
 * This transport is for threads of one process. Payloads are allocated once: as many for each
 * direction as there can be micro-batches in flight at the stages that are joined, since a sender
 * has no more on their way.
 */
#pragma once

#include "clock.h"
#include "device.h"

typedef struct PdPorts PdPorts;

/*
 * The ports of all devices of a run.
 *
 * message_bytes: of every payload.
 * paced: a message takes the time that the scenario gives its link; otherwise none.
 * clock: of the run, to outlive the ports.
 */
PdPorts *pd_ports_new(const PdScenario *scenario, gsize message_bytes, gboolean paced,
                      const PdClock *clock);
void pd_ports_free(PdPorts *ports);

/*
 * The place for the payload of a device's next message to the same device, before it is sent.
 * Waits while all places are taken.
 *
 * Returns: (transfer none) message_bytes; NULL where the run has been stopped.
 */
void *pd_port_reserve(PdPorts *ports, PdMessage message);

/* Send a message whose payload is in its place, at an instant that is not before the last one's. */
void pd_port_send(PdPorts *ports, PdMessage message, gint64 now_ns);

/*
 * Look at the next message that has arrived at a device by an instant.
 *
 * payload: receives its payload, which stays until pd_port_take().
 * Returns: FALSE where none has arrived.
 */
gboolean pd_port_receive(PdPorts *ports, guint device, gint64 now_ns, PdMessage *message,
                         const void **payload);

/* Take away the message that pd_port_receive() showed. */
void pd_port_take(PdPorts *ports, guint device, PdMessage message);

/*
 * Wait until something has arrived that pd_port_receive() did not show at an instant, or the end of
 * the run has been announced.
 */
void pd_port_wait(PdPorts *ports, guint device, gint64 seen_end);

/* Announce to all devices that the run ends before a micro-batch. */
void pd_ports_announce_end(PdPorts *ports, gint64 end);

/* The end that was announced last; at first that of the scenario. */
gint64 pd_ports_end(PdPorts *ports);

/* Let nobody wait any more. */
void pd_ports_stop(PdPorts *ports);
gboolean pd_ports_are_stopped(PdPorts *ports);

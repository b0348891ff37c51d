/*
 * The second small interface: what the operations of a device do. Executors that only keep time
 * need none; threads and replay are given one per device.
 *
 * A work holds what the device's stages hold: weights, activations, gradients. It knows no clock,
 * no schedule and no other device; whatever passes between devices passes through the payloads of
 * messages, which an executor carries. All calls for one work come from one thread at a time.
 */
#pragma once

#include "device.h"

typedef struct PdWork PdWork;
struct PdWork {
    gsize message_bytes; /* of every payload, activation or gradient; the same for all works */

    /*
     * Take a payload that has arrived for a stage of this device, before the operation that needs
     * it is run. payload: message_bytes, (transfer none); copied, if it is needed later.
     */
    void (*accept)(PdWork *work, PdMessage message, const void *payload);

    /*
     * Carry out an operation that has begun.
     *
     * payload: where the message_bytes go that the operation sends to another stage; NULL where it
     * sends none.
     * versions: those that the weights' own counters show, as pd_device_begin() has them.
     * Errors: PD_ERROR_INPUT for numbers that are not finite, naming stage, micro-batch and step.
     */
    gboolean (*run)(PdWork *work, PdOperation operation, void *payload, PdVersions *versions,
                    GError **error);

    /*
     * All that a stage carries from one operation to the next while nothing is in flight: one block
     * of memory, to be written to a checkpoint or to be filled from one.
     *
     * bytes: receives the block's size, which is fixed.
     * Returns: (transfer none) the block.
     */
    void *(*state)(PdWork *work, guint stage, gsize *bytes);
};

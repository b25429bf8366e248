/* SPDX-License-Identifier: Apache-2.0
 *
 * A layer that passes everything on to another one, which can be exchanged: so that hooks, whose states are
 * permanent, stand over a fresh instance for each input. It fails when it is told to.
 */
#ifndef CAIRN_FUZZ_RELAY_H_
#define CAIRN_FUZZ_RELAY_H_

#include "cairn/allocators/allocator.h"

typedef struct fuzz_relay {
    cairn_layer target;
    size_t failures_to_come; /* the next so many requests for memory fail */
} fuzz_relay;

/* Good as long as the relay. */
cairn_layer fuzz_relay_layer(fuzz_relay *relay);

/* Pools over large over a buffer, fresh; what the relay is given at the start of an input. */
void fuzz_relay_open(fuzz_relay *relay);

/* Destroys that. Checks it first, that no more than so many blocks
 * are live, and afterwards that all memory came back. */
void fuzz_relay_close(fuzz_relay *relay, size_t live_blocks);

#endif /* CAIRN_FUZZ_RELAY_H_ */

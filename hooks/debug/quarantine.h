/* SPDX-License-Identifier: Apache-2.0
 *
 * Freed blocks that are kept back.
 */
#ifndef CAIRN_HOOKS_DEBUG_QUARANTINE_H_
#define CAIRN_HOOKS_DEBUG_QUARANTINE_H_

#include "cairn/hooks/debug/debug_internal.h"

typedef struct cairn_debug_quarantine cairn_debug_quarantine;

/* For that many bytes of blocks; NULL without memory. */
cairn_debug_quarantine *debug_quarantine_create(size_t limit);

/* Takes an erased block of so many bytes from base on; false when it is too large to be kept. What leaves for
 * it is looked at and goes to the layer below. */
bool debug_quarantine_put(cairn_debug_state *state, char *base, char *user, size_t bytes);

/* Lets all go; false when nothing was there, or the state has none. */
bool debug_quarantine_drain(cairn_debug_state *state);

/* Whether a block of it was written to. */
bool debug_quarantine_is_touched(const cairn_debug_state *state, debug_write *out);

/* What the layer below takes for live. No other thread may be inside. */
void debug_quarantine_totals(const cairn_debug_state *state, size_t *blocks, size_t *usable);

/* Of all states: the freed block that an address lies in, and whose it was. For reports. */
bool debug_find_in_quarantine(const void *address, debug_write *out,
                              const cairn_debug_state **state);

/* Remembers a block that went to the layer below at once, for a while, so that a second free of it can be
 * named after its memory is gone. */
void debug_note_freed(const cairn_debug_state *state, const debug_block *block);

/* Whether that address was noted last, of all states, and its domain and size. */
const char *debug_find_noted(const void *user, size_t *size);

/* In the child of a fork, where nobody holds the lock. */
void debug_quarantine_after_fork(cairn_debug_quarantine *self);

#endif /* CAIRN_HOOKS_DEBUG_QUARANTINE_H_ */

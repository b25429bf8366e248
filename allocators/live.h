/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk over the live blocks of an instance that is made of pools: what the pools have out, but for the
 * blocks that wait in magazines and depots and those that the instance took for itself.
 *
 * These are put into a set first, in memory of the arena provider, which gets it back in the end. No other
 * thread is inside the instance.
 */
#ifndef CAIRN_ALLOCATORS_LIVE_H_
#define CAIRN_ALLOCATORS_LIVE_H_

#include "cairn/allocators/allocator.h"
#include "cairn/allocators/heap.h"
#include "cairn/allocators/pool_class.h"

CAIRN_EXTERN_C_BEGIN

typedef struct cairn_live {
    cairn_block_visit *visit;
    void *arg;
    cairn_arena_source memory;
    void *given;         /* by the provider, aligned to anything */
    uintptr_t *left_out; /* open addressing, 0 where there is nothing */
    size_t slots;        /* a power of two */
    size_t room;         /* what may still be put in, so that half of the slots stay free */
    size_t bytes;
} cairn_live;

/* Room for the blocks that wait in the classes from 1 to last, and for some more. Takes locks. false, after a
 * line that says so, when the provider has no memory for the set. */
bool cairn_live_begin(cairn_live *self, cairn_arena_source memory, cairn_heap_owner *heaps,
                      const cairn_pool_home *pools, unsigned last, size_t more);
void cairn_live_end(cairn_live *self);

/* Leaves out what waits. The locks of all classes are held. false, after a line that says so, when a depot is
 * damaged. */
bool cairn_live_leave_out_waiting(cairn_live *self, cairn_heap_owner *heaps,
                                  const cairn_pool_home *pools, unsigned last);

/* Leaves one block out. */
void cairn_live_leave_out(cairn_live *self, const void *block);

/* A cairn_block_visit, self being the first argument: passes on what is not left out. */
bool cairn_live_visit(void *self, void *block, size_t usable);

/* The blocks of one pool. */
bool cairn_live_visit_pool(cairn_live *self, const cairn_pool *pool);

CAIRN_EXTERN_C_END

#endif /* CAIRN_ALLOCATORS_LIVE_H_ */
